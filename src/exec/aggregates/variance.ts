/**
 * Variance and standard deviation: of integers and numeric exact and numeric, of floats float8.
 *
 * Numeric results follow numeric_stddev_internal of PostgreSQL's numeric.c, scale included.
 */
import { ColumnBuilder } from '../../columns/builder.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import {
  addNumeric,
  divideNumeric,
  isFinite,
  multiplyNumeric,
  numericFromInt,
  numericNaN,
  numericZero,
  powerOfTen,
  subtractNumeric,
} from '../../types/numeric.ts';
import { layoutOf, sqlType, valueBytes } from '../../types/type-table.ts';
import type { Numeric } from '../../types/datum.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { foldArgument, RecordAccumulator, type RecordFold } from './record-accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

export interface VarianceKind {
  /** Divides by n - 1 instead of n. */
  readonly isSample: boolean;
  /** The square root of the variance. */
  readonly isDeviation: boolean;
}

export function variance(kind: VarianceKind): CreateAccumulator {
  return (context) => {
    const type = (context.args[0] ?? sqlType('float8')).name;
    if (type === 'numeric') return new ValueAccumulator(numericFold(kind), context.type);
    const width = valueBytes(layoutOf(type));
    const isFloat = type === 'float4' || type === 'float8';
    const fold = isFloat ? floatFold(kind, width) : integerFold(kind, width);
    return new RecordAccumulator(fold, context);
  };
}

function floatFold({ isSample, isDeviation }: VarianceKind, width: number): RecordFold {
  const least = isSample ? 2 : 1;
  return {
    width: 24,
    fold: (records, input, scratch) => {
      const { values, validity, rows, count } = foldArgument(input, 0, scratch);
      kernels().momentsOfFloats(records, input.groups, values, width, validity, rows, count);
    },
    merge: (records, { groups, states, offsets, rows, count }) => {
      kernels().mergeFloatMoments(records, groups, states, offsets, rows, count);
    },
    finish: (records, count, arena) => {
      const { f64 } = heap();
      const builder = new ColumnBuilder(sqlType('float8'), arena, count);
      for (let group = 0; group < count; group++) {
        const at = (records + group * 24) / 8;
        const n = f64[at] as number;
        const result = (f64[at + 2] as number) / (isSample ? n - 1 : n);
        builder.append(n < least ? null : isDeviation ? Math.sqrt(result) : result);
      }
      return builder.finish();
    },
  };
}

function integerFold(kind: VarianceKind, width: number): RecordFold {
  return {
    width: 48,
    fold: (records, input, scratch) => {
      const { values, validity, rows, count } = foldArgument(input, 0, scratch);
      kernels().momentsOfIntegers(records, input.groups, values, width, validity, rows, count);
    },
    merge: (records, { groups, states, offsets, rows, count }) => {
      kernels().mergeIntegerMoments(records, groups, states, offsets, rows, count);
    },
    finish: (records, count, arena) => {
      const { i64, u64 } = heap();
      const builder = new ColumnBuilder(sqlType('numeric'), arena, count);
      for (let group = 0; group < count; group++) {
        const at = (records + group * 48) / 8;
        const word = (index: number) => u64[at + index] as bigint;
        const sum = ((i64[at + 2] as bigint) << 64n) + word(1);
        const squares = (word(5) << 128n) + (word(4) << 64n) + word(3);
        const state = { n: word(0), sum: numericFromInt(sum), squares: numericFromInt(squares) };
        builder.append(resultOf(kind, state));
      }
      return builder.finish();
    },
  };
}

interface Moments {
  readonly n: bigint;
  readonly sum: Numeric;
  readonly squares: Numeric;
}

function numericFold(kind: VarianceKind): ValueFold<Moments> {
  return {
    add: (state, [value]) => {
      if (value === null) return state;
      const number = value as Numeric;
      const squared = multiplyNumeric(number, number);
      if (state === undefined) return { n: 1n, sum: number, squares: squared };
      return {
        n: state.n + 1n,
        sum: addNumeric(state.sum, number),
        squares: addNumeric(state.squares, squared),
      };
    },
    merge: (a, b) => ({
      n: a.n + b.n,
      sum: addNumeric(a.sum, b.sum),
      squares: addNumeric(a.squares, b.squares),
    }),
    finish: (state) => (state === undefined ? null : resultOf(kind, state)),
  };
}

function resultOf(kind: VarianceKind, { n, sum, squares }: Moments): Numeric | null {
  const { isSample, isDeviation } = kind;
  if (n < (isSample ? 2n : 1n)) return null;
  if (!isFinite(sum)) return numericNaN;
  const count = numericFromInt(n);
  const spread = subtractNumeric(multiplyNumeric(count, squares), multiplyNumeric(sum, sum));
  if (spread.digits <= 0n) return numericZero;
  const result = divideNumeric(spread, numericFromInt(n * (isSample ? n - 1n : n)));
  return isDeviation ? squareRoot(result) : result;
}

/** To the scale of the value, rounded. */
function squareRoot({ digits, scale }: Numeric): Numeric {
  const target = digits * powerOfTen(scale);
  const root = integerRoot(target);
  return { digits: target - root * root > root ? root + 1n : root, scale };
}

/** Newton's iteration from above. */
function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
