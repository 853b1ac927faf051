/** Whether a vector satisfies a query (tsvector_op.c, TS_execute). */
import type { Pair, TsQuery } from './tsquery.ts';
import type { Lexeme, TsVector } from './tsvector.ts';

export function matches(vector: TsVector, query: TsQuery | undefined): boolean {
  return query !== undefined && isTrue(vector, query);
}

function isTrue(vector: TsVector, query: TsQuery): boolean {
  switch (query.kind) {
    case 'lexeme':
      return vector.some((lexeme) => isMeant(lexeme, query));
    case 'not':
      return !isTrue(vector, query.operand);
    case 'and':
      return isTrue(vector, query.left) && isTrue(vector, query.right);
    case 'or':
      return isTrue(vector, query.left) || isTrue(vector, query.right);
    case 'phrase': {
      const { isNegated, positions } = placesOf(vector, query);
      return isNegated || positions.size > 0;
    }
  }
}

type LexemeQuery = Extract<TsQuery, { readonly kind: 'lexeme' }>;

function isMeant({ text, places }: Lexeme, query: LexemeQuery): boolean {
  const isSame = query.isPrefix ? text.startsWith(query.text) : text === query.text;
  if (!isSame || query.weights === 0) return isSame;
  return places.some(({ weight }) => hasWeight(query, weight));
}

function hasWeight({ weights }: LexemeQuery, weight: number): boolean {
  return weights === 0 || (weights & (1 << weight)) !== 0;
}

/** Where a part of a phrase ends; negated: everywhere but there. */
interface Places {
  readonly isNegated: boolean;
  readonly positions: ReadonlySet<number>;
  /** From the first word to the last one. */
  readonly width: number;
}

function placesOf(vector: TsVector, query: TsQuery): Places {
  if (query.kind === 'lexeme') {
    const places = vector.filter((lexeme) => isMeant(lexeme, query)).flatMap((each) => each.places);
    const meant = places.filter(({ weight }) => hasWeight(query, weight));
    const positions = new Set(meant.map(({ position }) => position));
    return { isNegated: false, positions, width: 0 };
  }
  if (query.kind === 'not') {
    const { isNegated, positions } = placesOf(vector, query.operand);
    return { isNegated: !isNegated, positions, width: 0 };
  }
  const [left, right] = [placesOf(vector, query.left), placesOf(vector, query.right)];
  return query.kind === 'phrase'
    ? joinPhrase(left, right, query)
    : combine(left, right, query.kind === 'and');
}

function joinPhrase(left: Places, right: Places, { distance }: Pair): Places {
  const step = distance + right.width;
  const moved = { ...left, positions: new Set([...left.positions].map((each) => each + step)) };
  return { ...combine(moved, right, true), width: left.width + step };
}

/** Intersection, or union, of two sets of which each may be negated. */
function combine(left: Places, right: Places, isAnd: boolean): Places {
  const width = Math.max(left.width, right.width);
  const isIn = ({ isNegated, positions }: Places, each: number): boolean =>
    positions.has(each) !== isNegated;
  const isNegated = isAnd ? left.isNegated && right.isNegated : left.isNegated || right.isNegated;
  const candidates = [...left.positions, ...right.positions];
  const kept = candidates.filter((each) => {
    const found = isAnd
      ? isIn(left, each) && isIn(right, each)
      : isIn(left, each) || isIn(right, each);
    return found !== isNegated;
  });
  return { isNegated, positions: new Set(kept), width };
}
