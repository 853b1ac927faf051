/** What a name of PL/pgSQL means: `a`, `record.field`, `label.a`, `label.record.field`. */
import type { PlLabel, PlNames, PlVariable } from './tree.ts';

export interface FoundName {
  readonly variable: PlVariable;
  /** How many of the names it takes: the others are fields. */
  readonly used: number;
}

/**
 * The innermost variable of the name. A variable that `mayHaveFields` refuses is none of whose
 * field a second name tells.
 */
export function findName(
  names: PlNames,
  parts: readonly string[],
  mayHaveFields: (variable: PlVariable) => boolean,
): FoundName | undefined {
  const [first, second] = parts;
  let level: PlVariable[] = [];
  for (let each = names; each !== undefined; each = each.outer) {
    if (each.kind === 'variable') {
      const { name, variable } = each;
      level.push(variable);
      if (name === first && (second === undefined || mayHaveFields(variable))) {
        return { variable, used: 1 };
      }
      continue;
    }
    if (each.name === first && second !== undefined) {
      const variable = level.find(({ name }) => name === second);
      const isWhole = parts.length === 2;
      if (variable !== undefined && (isWhole || mayHaveFields(variable))) {
        return { variable, used: 2 };
      }
    }
    level = [];
  }
  return undefined;
}

/** The labels in force, innermost first. */
export function* labelsOf(names: PlNames): Generator<PlLabel> {
  for (let each = names; each !== undefined; each = each.outer) {
    if (each.kind === 'label') yield each;
  }
}
