/** How a rule changed a plan: its text before and after, line by line. */
import type { TextOptions } from './explain/expr-text.ts';
import type { LogicalPlan } from './logical.ts';
import { logicalPlanText } from './logical-text.ts';

/** Longer plans are compared by their first lines. */
const linesMax = 400;

/** All lines of both plans: `-` those that went, `+` those that came, a space the others. */
export function planDiff(before: LogicalPlan, after: LogicalPlan, options: TextOptions): string {
  return lineDiff(logicalPlanText(before, options), logicalPlanText(after, options));
}

/** The longest common subsequence of lines stays. */
export function lineDiff(before: string, after: string): string {
  const left = before.split('\n').slice(0, linesMax);
  const right = after.split('\n').slice(0, linesMax);
  const common = commonLengths(left, right);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const stays = i < left.length && j < right.length && left[i] === right[j];
    if (stays) {
      lines.push(`  ${left[i]}`);
      i++;
      j++;
    } else if (
      j >= right.length ||
      (i < left.length && at(common, i + 1, j) >= at(common, i, j + 1))
    ) {
      lines.push(`- ${left[i]}`);
      i++;
    } else {
      lines.push(`+ ${right[j]}`);
      j++;
    }
  }
  return lines.join('\n');
}

function at(table: readonly Uint16Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

/** Length of the longest common subsequence of the lines from `i` and from `j` on. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    const row = table[i];
    if (row === undefined) continue;
    for (let j = right.length - 1; j >= 0; j--) {
      const isSame = left[i] === right[j];
      row[j] = isSame
        ? at(table, i + 1, j + 1) + 1
        : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}
