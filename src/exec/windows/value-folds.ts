/** Folds over single values of the aggregates that windows run most. */
import { addNumeric, divideNumeric, numericFromInt, numericZero } from '../../types/numeric.ts';
import { betterOf } from '../../types/compare.ts';
import type { Datum, Numeric } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';

export interface ValueFold {
  add(values: readonly (Datum | null)[]): void;
  result(): Datum | null;
}

const summed: ReadonlySet<TypeName> = new Set<TypeName>([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
]);

/** Makes folds of the accumulator over the types; undefined: the accumulator itself must run. */
export function makeValueFold(
  accumulator: string,
  types: readonly TypeName[],
): (() => ValueFold) | undefined {
  const type = types[0] ?? 'int8';
  switch (accumulator) {
    case 'count':
      return () => countFold(types.length > 0);
    case 'sum':
      return summed.has(type) ? () => sumFold(type) : undefined;
    case 'avg':
      return summed.has(type) ? () => averageFold(type) : undefined;
    case 'bool_and':
    case 'bool_or':
      return () => boolFold(accumulator === 'bool_and');
    case 'min':
    case 'max':
      return () => extremeFold(type, accumulator === 'min' ? -1 : 1);
    default:
      return undefined;
  }
}

function countFold(hasArgument: boolean): ValueFold {
  let count = 0n;
  return {
    add([value]) {
      if (!hasArgument || value !== null) count += 1n;
    },
    result: () => count,
  };
}

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
  if (type === 'float4') {
    return { zero: 0, plus: (a, b) => Math.fround((a as number) + (b as number)) };
  }
  if (type === 'float8') return { zero: 0, plus: (a, b) => (a as number) + (b as number) };
  return { zero: 0n, plus: (a, b) => BigInt(a as bigint) + BigInt(b as bigint) };
}

function sumFold(type: TypeName): ValueFold {
  const { zero, plus } = sumOf(type);
  const isFloat = type === 'float4' || type === 'float8';
  let sum: Datum = zero;
  let isEmpty = true;
  return {
    add([value]) {
      if (value === null || value === undefined) return;
      // The first float is taken as it is: -0 stays -0.
      sum = isEmpty && typeof value === 'number' && isFloat ? value : plus(sum, value);
      isEmpty = false;
    },
    result: () => {
      if (isEmpty) return null;
      return type === 'int8' ? numericFromInt(sum as bigint) : sum;
    },
  };
}

function averageFold(type: TypeName): ValueFold {
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
      const total = typeof sum === 'bigint' ? numericFromInt(sum) : (sum as Numeric);
      return divideNumeric(total, numericFromInt(count));
    },
  };
}

function extremeFold(type: TypeName, sign: 1 | -1): ValueFold {
  let best: Datum | null = null;
  return {
    add([value]) {
      if (value === null || value === undefined) return;
      best = best === null ? value : betterOf(type, best, value, sign);
    },
    result: () => best,
  };
}

function boolFold(isAnd: boolean): ValueFold {
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
