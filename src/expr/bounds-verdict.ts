/** Comparisons that the bounds of a column decide for all rows of a batch that are not NULL. */
import type { ColumnBounds } from '../columns/batch.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';

/** For every row, for none; undefined: the rows have to be looked at. */
export type Verdict = 'all' | 'none' | undefined;

/** A NaN may stand among floats and is not within their bounds. */
const unbounded: ReadonlySet<TypeName> = new Set<TypeName>(['float4', 'float8']);

/** `operator` is a number of a comparison kernel: =, <>, <, <=, >, >=. */
export function boundsVerdict(
  bounds: ColumnBounds | undefined,
  type: TypeName,
  operator: number,
  value: Datum,
): Verdict {
  const { min, max } = bounds ?? {};
  if (min === undefined || max === undefined || unbounded.has(type)) return undefined;
  switch (operator) {
    case 0:
      return equality(value, min, max);
    case 1:
      return opposite(equality(value, min, max));
    case 2:
      return max < value ? 'all' : min >= value ? 'none' : undefined;
    case 3:
      return max <= value ? 'all' : min > value ? 'none' : undefined;
    case 4:
      return min > value ? 'all' : max <= value ? 'none' : undefined;
    default:
      return min >= value ? 'all' : max < value ? 'none' : undefined;
  }
}

/** Texts are told apart only where all are equal: their order here is not that of the bounds. */
function equality(value: Datum, min: Datum, max: Datum): Verdict {
  if (min === max) return sameValue(min, value) ? 'all' : 'none';
  if (typeof value === 'string') return undefined;
  return value < min || value > max ? 'none' : undefined;
}

/** An int4 column may be compared with an int8 constant: number and bigint. */
function sameValue(a: Datum, b: Datum): boolean {
  return a === b || (typeof a !== 'string' && !(a < b) && !(a > b));
}

function opposite(verdict: Verdict): Verdict {
  if (verdict === undefined) return undefined;
  return verdict === 'all' ? 'none' : 'all';
}
