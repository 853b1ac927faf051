/**
 * Which literals vary among statements of one shape: tools ask the same of each table that there is.
 *
 *     first text ─▶ planned as it is     second ─▶ the literals that differ become parameters,
 *                                        the rest stays        third … ─▶ the second's plan
 */
import type { ShapeLiteral, StatementShape } from '../../sql/statement-shape.ts';

const shapesMax = 256;
/** Of one shape, whose text is short enough to be kept (kept-texts.ts). */
const literalsMax = 256;

interface Seen {
  readonly first: readonly string[];
  readonly varying: Set<number>;
  /** Parameters do not mean the same as its literals. */
  isRefused: boolean;
}

export class StatementShapes {
  readonly #seen = new Map<string, Seen>();

  /** The literals that have varied so far; undefined: each statement gets a plan of its own. */
  varying({ key, literals }: StatementShape): ReadonlySet<number> | undefined {
    if (literals.length > literalsMax) return undefined;
    const seen = this.#seen.get(key);
    if (seen === undefined) {
      const first = literals.map(({ text }) => text);
      this.#seen.set(key, { first, varying: new Set(), isRefused: false });
      this.#forgetOldest();
      return undefined;
    }
    this.#seen.delete(key);
    this.#seen.set(key, seen);
    if (seen.isRefused) return undefined;
    for (const [index, { text }] of literals.entries()) {
      if (text !== seen.first[index]) seen.varying.add(index);
    }
    return seen.varying;
  }

  refuse({ key }: StatementShape): void {
    const seen = this.#seen.get(key);
    if (seen !== undefined) seen.isRefused = true;
  }

  #forgetOldest(): void {
    if (this.#seen.size <= shapesMax) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** Names the statements that can have one plan: shape, what varies, and what does not. */
export function variantKey(
  { key, literals }: StatementShape,
  varying: ReadonlySet<number>,
): string {
  const part = ({ text }: ShapeLiteral, index: number): string =>
    varying.has(index) ? '?' : JSON.stringify(text);
  return [key, ...literals.map(part)].join(' ');
}
