/**
 * Subscripts of arrays: what the binder makes of `a[1]` and `a[1:2]`.
 *
 * An index outside of the array, or not one per dimension, gives NULL; a slice takes the part
 * that lies inside, and its own bounds start at 1.
 */
import type { Datum, RecordValue, SqlArray } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { keepFields } from '../../types/kept-fields.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { formatJson, parseJson } from '../../types/json-value.ts';
import { withValueAt } from '../json/jsonb-assignment.ts';
import { withSlice } from './slice-assignment.ts';
import { withElement } from './array-assignment.ts';
import type { FunctionRecord } from '../function-record.ts';

export const subscripts: readonly FunctionRecord[] = [
  {
    name: 'array_subscript',
    doc: {
      family: 'arrays',
      text: 'gives the element at a place, one index per dimension',
      example: ['(array[10,20])[2]', '20'],
    },
    overloads: [
      {
        kind: 'scalar',
        args: ['anyarray', 'int4'],
        variadic: true,
        returns: 'anyelement',
        volatility: 'immutable',
        total: true,
        datum: (_context, [array, ...indexes]) =>
          elementAt(array as SqlArray, indexes as readonly number[]),
      },
    ],
  },
  {
    name: 'array_slice',
    doc: {
      family: 'arrays',
      text: 'gives the part between bounds, a lower and an upper one per dimension',
      example: ['(array[10,20,30])[2:3]', '{20,30}'],
    },
    overloads: [
      {
        kind: 'scalar',
        args: ['anyarray', 'int4', 'int4'],
        variadic: true,
        returns: 'anyarray',
        volatility: 'immutable',
        total: true,
        datum: (_context, [array, ...bounds]) =>
          sliceOf(array as SqlArray, bounds as readonly number[]),
      },
    ],
  },
  nullTest(
    '.isNull',
    'whether a composite value or all of its fields are NULL',
    (value) => value === null,
  ),
  nullTest(
    '.isNotNull',
    'whether no field of a composite value is NULL',
    (value) => value !== null,
  ),
  {
    name: 'array_assign',
    doc: {
      family: 'arrays',
      text: 'gives the array with another element at a place, one index per dimension',
      example: ['array_assign(array[10,20], 5, 2)', '{10,5}'],
    },
    overloads: [
      {
        kind: 'scalar',
        args: ['anyarray', 'anyelement', 'int4'],
        variadic: true,
        returns: 'anyarray',
        volatility: 'immutable',
        strict: false,
        datum: (_context, [array, value, ...indexes], { name }) =>
          withElement(array as SqlArray | null, value ?? null, {
            element: (name.startsWith('_') ? name.slice(1) : name) as TypeName,
            indexes: indexes as readonly (number | null)[],
          }),
      },
    ],
  },
  {
    name: '.assignSlice',
    doc: { family: 'subscripts', text: 'the array with the elements of another one in a slice' },
    overloads: [
      {
        kind: 'scalar',
        args: ['anyarray', 'anyarray', 'int4'],
        variadic: true,
        returns: 'anyarray',
        volatility: 'immutable',
        strict: false,
        datum: (_context, [array, source, given, ...bounds], { name }) =>
          withSlice(array as SqlArray | null, source as SqlArray | null, {
            element: (name.startsWith('_') ? name.slice(1) : name) as TypeName,
            given: given as number,
            bounds: bounds as readonly (number | null)[],
          }),
      },
    ],
  },
  {
    name: '.assignMember',
    doc: { family: 'subscripts', text: 'the jsonb with a value at a path' },
    overloads: [
      {
        kind: 'scalar',
        args: ['jsonb', 'jsonb', 'bool', 'text'],
        variadic: true,
        returns: 'jsonb',
        volatility: 'immutable',
        strict: false,
        datum: (_context, [target, value, isArray, ...path]) =>
          assignedJsonb(target as string | null, value as string | null, {
            isArray: isArray === true,
            path: path as readonly (string | null)[],
          }),
      },
    ],
  },
  {
    name: '.keepFields',
    doc: { family: 'subscripts', text: 'what is left of values whose type has lost fields' },
    overloads: (['record', 'anyarray'] as const).map((type) => ({
      kind: 'scalar',
      args: [type, 'int8', '_int4'],
      returns: 'anyelement',
      datumTyped: (_context, [value = null, oid, kept], [before], { name }) =>
        keepFields(value, [before?.name ?? name, name], {
          oid: Number(oid),
          kept: (kept as SqlArray).values as readonly number[],
        }),
    })),
  },
  {
    name: '.',
    doc: { family: 'subscripts', text: 'field of a composite value, counted from zero' },
    overloads: [
      {
        kind: 'scalar',
        args: ['record', 'int4'],
        returns: 'anyelement',
        datum: (_context, [row, place]) =>
          (row as RecordValue).fields[place as number]?.value ?? null,
      },
    ],
  },
];

interface JsonbPlace {
  /** What a NULL is made into: an array or an object. */
  readonly isArray: boolean;
  readonly path: readonly (string | null)[];
}

/** NULL is put in as null. Errors: 22004, 22023, 22P02. */
function assignedJsonb(
  target: string | null,
  value: string | null,
  { isArray, path }: JsonbPlace,
): string {
  const steps = path.map((step) => {
    if (step !== null) return step;
    const message = 'jsonb subscript in assignment must not be null';
    throw new SqlError('null_value_not_allowed', message);
  });
  const before = parseJson(target ?? (isArray ? '[]' : '{}'), 'jsonb');
  return formatJson(
    withValueAt(before, { path: steps, value: parseJson(value ?? 'null', 'jsonb') }),
  );
}

function elementAt({ dimensions, values }: SqlArray, indexes: readonly number[]): Datum | null {
  if (indexes.length !== dimensions.length) return null;
  let place = 0;
  for (const [i, { length, lowerBound }] of dimensions.entries()) {
    const offset = (indexes[i] ?? 0) - lowerBound;
    if (offset < 0 || offset >= length) return null;
    place = place * length + offset;
  }
  return values[place] ?? null;
}

function sliceOf(array: SqlArray, bounds: readonly number[]): SqlArray {
  const { element, dimensions, values } = array;
  const empty: SqlArray = { element, dimensions: [], values: [] };
  if (bounds.length / 2 > dimensions.length) return empty;
  const ranges = dimensions.map(({ length, lowerBound }, i) => {
    const last = lowerBound + length - 1;
    const from = Math.max(bounds[2 * i] ?? lowerBound, lowerBound);
    const to = Math.min(bounds[2 * i + 1] ?? last, last);
    return { start: from - lowerBound, length: to - from + 1, stride: length };
  });
  if (ranges.length === 0 || ranges.some(({ length }) => length < 1)) return empty;
  const places = ranges.reduce<readonly number[]>(
    (prefixes, { start, length, stride }) =>
      prefixes.flatMap((prefix) => Array.from({ length }, (_, i) => prefix * stride + start + i)),
    [0],
  );
  return {
    element,
    dimensions: ranges.map(({ length }) => ({ length, lowerBound: 1 })),
    values: places.map((place) => values[place] ?? null),
  };
}

/** A composite value of no fields passes both tests; NULL itself is NULL. */
function nullTest(
  name: string,
  text: string,
  test: (value: Datum | null) => boolean,
): FunctionRecord {
  return {
    name,
    doc: { family: 'subscripts', text },
    overloads: [
      {
        kind: 'scalar',
        args: ['record'],
        returns: 'bool',
        strict: false,
        total: true,
        datum: (_context, [row = null]) =>
          row === null ? test(null) : (row as RecordValue).fields.every(({ value }) => test(value)),
      },
    ],
  };
}
