/**
 * Aggregates over windows: folds over single values, by functionId. They run on the rows that a
 * window shows, after grouping, so a value at a time is enough.
 */
import { unsupported } from '../../errors/sql-error.ts';
import {
  addNumeric,
  divideNumeric,
  numericFromInt,
  numericZero,
} from '../../types/numeric.ts';
import { compareValues } from '../../types/compare.ts';
import type { Datum, Interval, Numeric } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';

export interface Fold {
  add(values: readonly (Datum | null)[]): void;
  result(): Datum | null;
}

type MakeFold = (argumentTypes: readonly TypeName[]) => Fold;

/** `sum(int4)` → name and argument types. Errors: 0A000 for aggregates without a fold. */
export function makeFold(functionId: string): Fold {
  const match = /^([^(]+)\((.*)\)$/.exec(functionId);
  const name = match?.[1] ?? functionId;
  const types = (match?.[2] ?? '').split(',').filter(Boolean) as TypeName[];
  const fold = folds[name];
  if (fold === undefined) throw unsupported(`aggregate ${name} as a window function`);
  return fold(types);
}

const folds: Readonly<Record<string, MakeFold>> = {
  count: (types) => countFold(types.length > 0),
  sum: (types) => sumFold(types[0] ?? 'int8'),
  avg: (types) => averageFold(types[0] ?? 'int8'),
  min: (types) => extremeFold(types[0] ?? 'text', -1),
  max: (types) => extremeFold(types[0] ?? 'text', 1),
  bool_and: () => boolFold(true),
  every: () => boolFold(true),
  bool_or: () => boolFold(false),
  array_agg: (types) => arrayFold(types[0] ?? 'text'),
  string_agg: () => stringFold(),
};

function countFold(hasArgument: boolean): Fold {
  let count = 0n;
  return {
    add([value]) {
      if (!hasArgument || value !== null) count += 1n;
    },
    result: () => count,
  };
}

const integerTypes = new Set<TypeName>(['int2', 'int4', 'int8']);

interface Sum {
  readonly zero: Datum;
  readonly plus: (a: Datum, b: Datum) => Datum;
}

const numericSum: Sum = {
  zero: numericZero,
  plus: (a, b) => addNumeric(a as Numeric, b as Numeric),
};

function sumOf(type: TypeName): Sum {
  if (type === 'numeric') return numericSum;
  if (type === 'interval') return { zero: { months: 0, days: 0, micros: 0n }, plus: addIntervals };
  if (type === 'float4') {
    return { zero: 0, plus: (a, b) => Math.fround((a as number) + (b as number)) };
  }
  if (type === 'float8') return { zero: 0, plus: (a, b) => (a as number) + (b as number) };
  if (integerTypes.has(type)) {
    return { zero: 0n, plus: (a, b) => BigInt(a as bigint) + BigInt(b as bigint) };
  }
  throw unsupported(`sum of ${type} as a window function`);
}

function addIntervals(a: Datum, b: Datum): Interval {
  const left = a as Interval;
  const right = b as Interval;
  return {
    months: left.months + right.months,
    days: left.days + right.days,
    micros: left.micros + right.micros,
  };
}

function sumFold(type: TypeName): Fold {
  const { zero, plus } = sumOf(type);
  let sum: Datum = zero;
  let isEmpty = true;
  return {
    add([value]) {
      if (value === null || value === undefined) return;
      sum = isEmpty && type !== 'int2' && type !== 'int4' ? plus(zero, value) : plus(sum, value);
      isEmpty = false;
    },
    result: () => {
      if (isEmpty) return null;
      return type === 'int8' ? numericFromInt(sum as bigint) : sum;
    },
  };
}

function averageFold(type: TypeName): Fold {
  const { zero, plus } = sumOf(type === 'float4' ? 'float8' : type);
  let sum: Datum = zero;
  let count = 0n;
  return {
    add([value]) {
      if (value === null || value === undefined) return;
      sum = plus(sum, value);
      count += 1n;
    },
    result: () => {
      if (count === 0n) return null;
      if (typeof sum === 'number') return sum / Number(count);
      if (type === 'interval') throw unsupported('avg of interval as a window function');
      const total = typeof sum === 'bigint' ? numericFromInt(sum) : (sum as Numeric);
      return divideNumeric(total, numericFromInt(count));
    },
  };
}

function extremeFold(type: TypeName, sign: number): Fold {
  let best: Datum | null = null;
  return {
    add([value]) {
      if (value === null || value === undefined) return;
      if (best === null || sign * compareValues(type, value, best) > 0) best = value;
    },
    result: () => best,
  };
}

function boolFold(isAnd: boolean): Fold {
  let result: boolean | null = null;
  return {
    add([value]) {
      if (value === null || value === undefined) return;
      const flag = value as boolean;
      result = result === null ? flag : isAnd ? result && flag : result || flag;
    },
    result: () => result,
  };
}

function arrayFold(element: TypeName): Fold {
  const values: (Datum | null)[] = [];
  return {
    add: ([value]) => void values.push(value ?? null),
    result: () => {
      if (values.length === 0) return null;
      return { element, dimensions: [{ length: values.length, lowerBound: 1 }], values: [...values] };
    },
  };
}

function stringFold(): Fold {
  let text: string | null = null;
  return {
    add([value, separator]) {
      if (value === null || value === undefined) return;
      text = text === null ? (value as string) : text + String(separator ?? '') + (value as string);
    },
    result: () => text,
  };
}
