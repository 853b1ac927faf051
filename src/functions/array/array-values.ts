/** Arrays joined, searched and changed, as PostgreSQL's array functions do. */
import { SqlError } from '../../errors/sql-error.ts';
import { emptyArray } from '../../types/array-codec.ts';
import { compareValues } from '../../types/compare.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { typeRecord } from '../../types/type-table.ts';

type Element = Datum | null;

const elementsMax = 134_217_727;

function subscriptError(message: string, detail?: string): SqlError {
  return new SqlError('array_subscript_error', message, detail === undefined ? {} : { detail });
}

/** The element type of an array type. */
export function elementOf(type: SqlType): TypeName {
  return typeRecord(type.name).element ?? 'text';
}

/** Whether two elements are equal, NULLs too. */
function same(type: TypeName, a: Element, b: Element): boolean {
  if (a === null || b === null) return a === b;
  return compareValues(type, a, b) === 0;
}

export function lowerBoundOf({ dimensions }: SqlArray): number {
  return dimensions[0]?.lowerBound ?? 1;
}

function oneDimension(element: TypeName, values: readonly Element[], lowerBound = 1): SqlArray {
  if (values.length === 0) return emptyArray(element);
  if (values.length > elementsMax) throw tooLarge();
  return { element, dimensions: [{ length: values.length, lowerBound }], values };
}

function tooLarge(): SqlError {
  const message = `array size exceeds the maximum allowed (${elementsMax})`;
  return new SqlError('program_limit_exceeded', message);
}

export function append(array: SqlArray | null, value: Element, type: SqlType): SqlArray {
  if (array === null || array.dimensions.length === 0)
    return oneDimension(elementOf(type), [value]);
  if (array.dimensions.length > 1) throw notOneDimension();
  return oneDimension(array.element, [...array.values, value], lowerBoundOf(array));
}

export function prepend(value: Element, array: SqlArray | null, type: SqlType): SqlArray {
  if (array === null || array.dimensions.length === 0)
    return oneDimension(elementOf(type), [value]);
  if (array.dimensions.length > 1) throw notOneDimension();
  return oneDimension(array.element, [value, ...array.values], lowerBoundOf(array));
}

function notOneDimension(): SqlError {
  return new SqlError('data_exception', 'argument must be empty or one-dimensional array');
}

/** Arrays of equal shape side by side; or one as an element of the other. */
export function concatenate(left: SqlArray | null, right: SqlArray | null): SqlArray | null {
  if (left === null || right === null) return left ?? right;
  if (left.dimensions.length === 0) return right;
  if (right.dimensions.length === 0) return left;
  const [outer, inner] =
    left.dimensions.length >= right.dimensions.length ? [left, right] : [right, left];
  const depth = outer.dimensions.length - inner.dimensions.length;
  if (depth > 1) {
    const counts = `${left.dimensions.length} and ${right.dimensions.length} dimensions`;
    throw incompatible(`Arrays of ${counts} are not compatible for concatenation.`);
  }
  const isElement = depth === 1;
  const rest = outer.dimensions.slice(1);
  const shape = isElement ? inner.dimensions : inner.dimensions.slice(1);
  if (rest.some((dimension, i) => dimension.length !== shape[i]?.length)) {
    const words = isElement ? 'differing dimensions' : 'differing element dimensions';
    throw incompatible(`Arrays with ${words} are not compatible for concatenation.`);
  }
  const [first] = outer.dimensions;
  const length = (first?.length ?? 0) + (isElement ? 1 : (inner.dimensions[0]?.length ?? 0));
  const lowerBound = isElement ? lowerBoundOf(outer) : lowerBoundOf(left);
  const values = [...left.values, ...right.values];
  return { element: left.element, dimensions: [{ length, lowerBound }, ...rest], values };
}

function incompatible(detail: string): SqlError {
  return subscriptError('cannot concatenate incompatible arrays', detail);
}

/** The places of a value as subscripts, from place `start` on. */
export function* places(array: SqlArray, value: Element, start?: number): Generator<number> {
  if (array.dimensions.length > 1) {
    const message = 'searching for elements in multidimensional arrays is not supported';
    throw new SqlError('feature_not_supported', message);
  }
  const lowerBound = lowerBoundOf(array);
  for (const [index, item] of array.values.entries()) {
    const place = index + lowerBound;
    if ((start === undefined || place >= start) && same(array.element, item, value)) yield place;
  }
}

export function firstPlace(
  array: SqlArray | null,
  value: Element,
  start?: number | null,
): number | null {
  if (array === null) return null;
  if (start === null)
    throw new SqlError('null_value_not_allowed', 'initial position must not be null');
  for (const place of places(array, value, start)) return place;
  return null;
}

export function allPlaces(array: SqlArray | null, value: Element): SqlArray | null {
  return array === null ? null : oneDimension('int4', [...places(array, value)]);
}

export function without(array: SqlArray | null, value: Element): SqlArray | null {
  if (array === null) return null;
  if (array.dimensions.length > 1) {
    const message = 'removing elements from multidimensional arrays is not supported';
    throw new SqlError('feature_not_supported', message);
  }
  const kept = array.values.filter((item) => !same(array.element, item, value));
  return kept.length === array.values.length
    ? array
    : oneDimension(array.element, kept, lowerBoundOf(array));
}

export function replace(array: SqlArray | null, from: Element, to: Element): SqlArray | null {
  if (array === null) return null;
  return {
    ...array,
    values: array.values.map((item) => (same(array.element, item, from) ? to : item)),
  };
}

export function trim(array: SqlArray, count: number): SqlArray {
  const length = array.dimensions[0]?.length ?? 0;
  if (count < 0 || count > length) {
    const message = `number of elements to trim must be between 0 and ${length}`;
    throw new SqlError('array_subscript_error', message);
  }
  const [first, ...rest] = array.dimensions;
  if (first === undefined || count === length) return emptyArray(array.element);
  const size = array.values.length / first.length;
  const dimensions = [
    { length: length - count, lowerBound: 1 },
    ...rest.map((each) => ({ ...each, lowerBound: 1 })),
  ];
  return { ...array, dimensions, values: array.values.slice(0, (length - count) * size) };
}

export function fill(
  value: Element,
  sizes: SqlArray | null,
  bounds: SqlArray | null | undefined,
  type: SqlType,
): SqlArray {
  if (sizes === null || bounds === null) {
    throw new SqlError(
      'null_value_not_allowed',
      'dimension array or low bound array cannot be null',
    );
  }
  const wrong = 'wrong number of array subscripts';
  if (sizes.dimensions.length > 1)
    throw subscriptError(wrong, 'Dimension array must be one dimensional.');
  const lengths = sizes.values as readonly (number | null)[];
  const lowers = bounds?.values as readonly (number | null)[] | undefined;
  if ([...lengths, ...(lowers ?? [])].includes(null)) {
    throw new SqlError('null_value_not_allowed', 'dimension values cannot be null');
  }
  if (lengths.length > 6) {
    throw new SqlError(
      'program_limit_exceeded',
      `number of array dimensions (${lengths.length}) exceeds the maximum allowed (6)`,
    );
  }
  if (lowers !== undefined && lowers.length !== lengths.length) {
    throw subscriptError(wrong, 'Low bound array has different size than dimensions array.');
  }
  const count = lengths.reduce<number>((product, length) => product * (length ?? 0), 1);
  if (count > elementsMax || lengths.some((length) => (length ?? 0) < 0)) throw tooLarge();
  if (lengths.length === 0 || count === 0) return emptyArray(elementOf(type));
  const dimensions = lengths.map((length, i) => ({
    length: length ?? 0,
    lowerBound: lowers?.[i] ?? 1,
  }));
  return {
    element: elementOf(type),
    dimensions,
    values: Array.from({ length: count }, () => value),
  };
}

type Strings = readonly Element[];

/** Every element of `part` is an element of `whole`; NULL is none. */
export function containsAll(whole: SqlArray, part: SqlArray): boolean {
  checkElements(whole, part);
  return part.values.every((item) => item !== null && has(whole.element, whole.values, item));
}

export function overlaps(left: SqlArray, right: SqlArray): boolean {
  checkElements(left, right);
  return right.values.some((item) => item !== null && has(left.element, left.values, item));
}

function has(type: TypeName, values: Strings, item: Datum): boolean {
  return values.some(
    (value) => value === item || (value !== null && compareValues(type, value, item) === 0),
  );
}

function checkElements(left: SqlArray, right: SqlArray): void {
  if (left.element === right.element) return;
  throw new SqlError('datatype_mismatch', 'cannot compare arrays of different element types');
}
