/**
 * `SET a[2:3] = …`: the elements of a slice are those of another array, in their order. An array
 * of one dimension grows to hold the slice, NULLs in between; one of more dimensions keeps its
 * bounds (PostgreSQL's array_set_slice).
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';

const elementsMax = 134_217_727;

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export interface Slice {
  readonly element: TypeName;
  /** Bit 2i: the lower bound of dimension i is given; bit 2i + 1: the upper one. */
  readonly given: number;
  /** A lower and an upper bound per dimension. */
  readonly bounds: readonly (number | null)[];
}

/** Without a source the array stays as it is. Errors: 22004, 2202E, 54000. */
export function withSlice(
  before: SqlArray | null,
  source: SqlArray | null,
  slice: Slice,
): SqlArray {
  const array = before ?? { element: slice.element, dimensions: [], values: [] };
  const bounds = slice.bounds.map((bound) => {
    if (bound !== null) return bound;
    const message = 'array subscript in assignment must not be null';
    throw new SqlError('null_value_not_allowed', message);
  });
  if (source === null) return array;
  if (array.dimensions.length === 0) return inEmpty(array, source, { ...slice, bounds });
  if (array.dimensions.length < bounds.length / 2)
    throw outside('wrong number of array subscripts');
  const whole = array.dimensions.map(({ length, lowerBound }, i): Bounds => {
    const isGiven = (bit: number): boolean => ((slice.given >>> (2 * i + bit)) & 1) === 1;
    return {
      lower: isGiven(0) ? (bounds[2 * i] ?? lowerBound) : lowerBound,
      upper: isGiven(1) ? (bounds[2 * i + 1] ?? 0) : lowerBound + length - 1,
    };
  });
  if (whole.some(({ lower, upper }) => lower > upper)) {
    throw outside('upper bound cannot be less than lower bound');
  }
  const [only] = whole;
  return whole.length === 1 && only !== undefined
    ? inOneDimension(array, source, only)
    : inSeveral(array, source, whole);
}

function outside(message: string): SqlError {
  return new SqlError('array_subscript_error', message);
}

function requireElements({ values }: SqlArray, count: number): void {
  if (values.length < count) throw outside('source array too small');
}

function tooLarge(): SqlError {
  const message = `array size exceeds the maximum allowed (${elementsMax})`;
  return new SqlError('program_limit_exceeded', message);
}

function inEmpty(
  { element }: SqlArray,
  source: SqlArray,
  { given, bounds }: Slice & { readonly bounds: readonly number[] },
): SqlArray {
  if (given !== 2 ** bounds.length - 1) {
    throw new SqlError(
      'array_subscript_error',
      'array slice subscript must provide both boundaries',
      {
        detail:
          'When assigning to a slice of an empty array value, ' +
          'slice boundaries must be fully specified.',
      },
    );
  }
  const dimensions = Array.from({ length: bounds.length / 2 }, (_, i) => {
    const lowerBound = bounds[2 * i] ?? 1;
    return { length: 1 + (bounds[2 * i + 1] ?? 0) - lowerBound, lowerBound };
  });
  if (dimensions.some(({ length }) => length < 0)) throw tooLarge();
  const count = dimensions.reduce((product, { length }) => product * length, 1);
  if (count > elementsMax) throw tooLarge();
  requireElements(source, count);
  if (count === 0) return { element, dimensions: [], values: [] };
  return { element, dimensions, values: source.values.slice(0, count) };
}

function inOneDimension(array: SqlArray, source: SqlArray, { lower, upper }: Bounds): SqlArray {
  const { lowerBound = 1, length = 0 } = array.dimensions[0] ?? {};
  const first = Math.min(lowerBound, lower);
  const last = Math.max(lowerBound + length - 1, upper);
  if (last - first >= elementsMax) throw tooLarge();
  requireElements(source, upper - lower + 1);
  const values = Array.from({ length: last - first + 1 }, (_, offset): Datum | null => {
    const index = first + offset;
    const isWithin = index >= lower && index <= upper;
    return (isWithin ? source.values[index - lower] : array.values[index - lowerBound]) ?? null;
  });
  return { ...array, dimensions: [{ length: values.length, lowerBound: first }], values };
}

function inSeveral(array: SqlArray, source: SqlArray, whole: readonly Bounds[]): SqlArray {
  const ranges = array.dimensions.map(({ length, lowerBound }, i) => {
    const { lower, upper } = whole[i] ?? { lower: lowerBound, upper: lowerBound };
    if (lower < lowerBound || upper > lowerBound + length - 1) {
      throw outside('array subscript out of range');
    }
    return { start: lower - lowerBound, length: upper - lower + 1, stride: length };
  });
  const places = ranges.reduce<readonly number[]>(
    (prefixes, { start, length, stride }) =>
      prefixes.flatMap((prefix) => Array.from({ length }, (_, i) => prefix * stride + start + i)),
    [0],
  );
  requireElements(source, places.length);
  const values = [...array.values];
  for (const [i, place] of places.entries()) values[place] = source.values[i] ?? null;
  return { ...array, values };
}
