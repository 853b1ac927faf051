/**
 * `SET a[2] = x`: an array of one dimension grows to hold the place, NULLs in between; one of
 * more dimensions keeps its bounds (PostgreSQL's array_set_element).
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';

const elementsMax = 134_217_727;

export interface Place {
  readonly element: TypeName;
  readonly indexes: readonly (number | null)[];
}

/** Errors: 22004 for a NULL index, 2202E outside the bounds, 54000. */
export function withElement(
  array: SqlArray | null,
  value: Datum | null,
  { element, indexes }: Place,
): SqlArray {
  const places = indexes.map((index) => {
    if (index !== null) return index;
    const message = 'array subscript in assignment must not be null';
    throw new SqlError('null_value_not_allowed', message);
  });
  if (array === null || array.dimensions.length === 0) {
    const dimensions = places.map((lowerBound) => ({ length: 1, lowerBound }));
    return { element, dimensions, values: [value] };
  }
  if (array.dimensions.length !== places.length) {
    throw new SqlError('array_subscript_error', 'wrong number of array subscripts');
  }
  return places.length === 1
    ? inOneDimension(array, value, places[0] ?? 1)
    : inSeveral(array, value, places);
}

function inOneDimension(array: SqlArray, value: Datum | null, place: number): SqlArray {
  const { lowerBound = 1, length = 0 } = array.dimensions[0] ?? {};
  const first = Math.min(lowerBound, place);
  const last = Math.max(lowerBound + length - 1, place);
  if (last - first >= elementsMax) {
    const message = `array size exceeds the maximum allowed (${elementsMax})`;
    throw new SqlError('program_limit_exceeded', message);
  }
  const values = Array.from({ length: last - first + 1 }, (_, offset): Datum | null => {
    const index = first + offset;
    return index === place ? value : (array.values[index - lowerBound] ?? null);
  });
  const dimensions = [{ length: values.length, lowerBound: first }];
  return { ...array, dimensions, values };
}

function inSeveral(array: SqlArray, value: Datum | null, places: readonly number[]): SqlArray {
  let at = 0;
  for (const [i, { length, lowerBound }] of array.dimensions.entries()) {
    const offset = (places[i] ?? 0) - lowerBound;
    if (offset < 0 || offset >= length) {
      throw new SqlError('array_subscript_error', 'array subscript out of range');
    }
    at = at * length + offset;
  }
  return { ...array, values: array.values.map((old, i) => (i === at ? value : old)) };
}
