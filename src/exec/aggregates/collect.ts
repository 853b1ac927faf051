/** string_agg and array_agg: the values of a group, one after the other. */
import { SqlError } from '../../errors/sql-error.ts';
import { typeRecord } from '../../types/type-table.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

export const stringAggregate: CreateAccumulator = ({ type }) =>
  type.name === 'bytea'
    ? new ValueAccumulator(bytesFold, type)
    : new ValueAccumulator(textFold, type);

interface JoinedText {
  readonly text: string;
  /** The delimiter before the first value, which only a merge needs. */
  readonly first: string;
}

const textFold: ValueFold<JoinedText> = {
  add: (state, [value, delimiter]) => {
    if (typeof value !== 'string') return state;
    const before = typeof delimiter === 'string' ? delimiter : '';
    if (state === undefined) return { text: value, first: before };
    return { text: state.text + before + value, first: state.first };
  },
  merge: (a, b) => ({ text: a.text + b.first + b.text, first: a.first }),
  finish: (state) => state?.text ?? null,
};

interface JoinedBytes {
  readonly parts: readonly Uint8Array[];
  readonly first: Uint8Array;
}

const noBytes = new Uint8Array();

const bytesFold: ValueFold<JoinedBytes> = {
  add: (state, [value, delimiter]) => {
    if (!(value instanceof Uint8Array)) return state;
    const before = delimiter instanceof Uint8Array ? delimiter : noBytes;
    if (state === undefined) return { parts: [value], first: before };
    (state.parts as Uint8Array[]).push(before, value);
    return state;
  },
  merge: (a, b) => ({ parts: [...a.parts, b.first, ...b.parts], first: a.first }),
  finish: (state) => (state === undefined ? null : new Uint8Array(Buffer.concat(state.parts))),
};

export const arrayAggregate: CreateAccumulator = ({ type, args }) => {
  const element = typeRecord(type.name).element ?? 'text';
  const isOfArrays = args[0]?.name === type.name;
  const finish = isOfArrays ? stackArrays : listOf;
  return new ValueAccumulator(
    listFold((values) => finish(element, values)),
    type,
  );
};

type Values = readonly (Datum | null)[];

function listFold(finish: (values: Values) => Datum): ValueFold<Values> {
  return {
    add: (state, [value = null]) => {
      if (state === undefined) return [value];
      (state as (Datum | null)[]).push(value);
      return state;
    },
    merge: (a, b) => [...a, ...b],
    finish: (state) => (state === undefined ? null : finish(state)),
  };
}

function listOf(element: SqlArray['element'], values: Values): SqlArray {
  return { element, dimensions: [{ length: values.length, lowerBound: 1 }], values };
}

/** array_agg of arrays makes one array with one more dimension. Errors: 22004, 2202E. */
export function stackArrays(element: SqlArray['element'], arrays: Values): SqlArray {
  const [first] = arrays;
  const shape = (first as SqlArray | null)?.dimensions ?? [];
  for (const array of arrays) {
    if (array === null) {
      throw new SqlError('null_value_not_allowed', 'cannot accumulate null arrays');
    }
    const { dimensions } = array as SqlArray;
    if (dimensions.length === 0) {
      throw new SqlError('array_subscript_error', 'cannot accumulate empty arrays');
    }
    const isSame =
      dimensions.length === shape.length &&
      dimensions.every(({ length }, index) => length === shape[index]?.length);
    if (!isSame) {
      throw new SqlError(
        'array_subscript_error',
        'cannot accumulate arrays of different dimensionality',
      );
    }
  }
  return {
    element,
    dimensions: [{ length: arrays.length, lowerBound: 1 }, ...shape],
    values: arrays.flatMap((array) => (array as SqlArray).values),
  };
}
