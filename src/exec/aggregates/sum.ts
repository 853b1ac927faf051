/**
 * sum and avg of numbers of fixed width.
 *
 * PostgreSQL's result types: sum of int2 and int4 is int8, of int8 numeric, of floats the same
 * float; avg of integers is numeric, of floats float8. Sums of int8 are exact in 128 bits.
 */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { divideNumeric, numericFromInt } from '../../types/numeric.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import type { Column } from '../../columns/column.ts';
import type { FoldKernel, MergeKernel } from '../../kernels/accumulate.ts';
import type { Arena } from '../../memory/arena.ts';
import type { Numeric } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { intervalAverage, intervalSum } from './interval-sum.ts';
import { numericAverage, numericSum } from './numeric-sum.ts';
import {
  foldArgument,
  RecordAccumulator,
  validityOfRecords,
  type RecordField,
  type RecordFold,
} from './record-accumulator.ts';

const sum64: RecordField = { width: 16, value: 0, seen: 8, least: 1 };
const sum128: RecordField = { width: 24, value: 0, seen: 16, least: 1 };

export const sumAccumulator: CreateAccumulator = (context) => {
  const type = argumentType(context.args);
  if (type.name === 'numeric') return numericSum(context);
  if (type.name === 'interval') return intervalSum(context);
  const fold = sumFolds[type.name];
  if (fold === undefined) throw unsupported(`sum of type ${typeRecord(type.name).sqlName}`);
  return new RecordAccumulator(fold(), context);
};

export const averageAccumulator: CreateAccumulator = (context) => {
  const type = argumentType(context.args);
  if (type.name === 'numeric') return numericAverage(context);
  if (type.name === 'interval') return intervalAverage(context);
  const fold = averageFolds[type.name];
  if (fold === undefined) throw unsupported(`avg of type ${typeRecord(type.name).sqlName}`);
  return new RecordAccumulator(fold(), context);
};

function argumentType(args: readonly SqlType[]): SqlType {
  return args[0] ?? sqlType('unknown');
}

type Folds = Readonly<Partial<Record<TypeName, () => RecordFold>>>;
type Finish = RecordFold['finish'];

const sumFolds: Folds = {
  int2: () => fold(sum64, kernels().sumI16, kernels().mergeSums64, finishWords('int8')),
  int4: () => fold(sum64, kernels().sumI32, kernels().mergeSums64, finishWords('int8')),
  int8: () => fold(sum128, kernels().sumI64, kernels().mergeSums128, finishNumeric(exactSum)),
  money: () => fold(sum128, kernels().sumI64, kernels().mergeSums128, finishMoney),
  float4: () => floatFold(4, kernels().sumF32, finishFloat4),
  float8: () => floatFold(8, kernels().sumF64, finishWords('float8')),
};

const averageFolds: Folds = {
  int2: () => fold(sum64, kernels().sumI16, kernels().mergeSums64, finishNumeric(mean64)),
  int4: () => fold(sum64, kernels().sumI32, kernels().mergeSums64, finishNumeric(mean64)),
  int8: () => fold(sum128, kernels().sumI64, kernels().mergeSums128, finishNumeric(mean128)),
  float4: () => floatFold(4, kernels().sumWidenedF32, finishMean),
  float8: () => floatFold(8, kernels().sumF64, finishMean),
};

function fold(field: RecordField, sum: FoldKernel, merge: MergeKernel, finish: Finish): RecordFold {
  return {
    width: field.width,
    fold: (records, input, scratch) => {
      const { values, validity, rows, count } = foldArgument(input, 0, scratch);
      sum(records, input.groups, values, validity, rows, count);
    },
    merge: (records, { groups, states, offsets, rows, count }) => {
      merge(records, groups, states, offsets, rows, count);
    },
    finish,
  };
}

/**
 * Sums of finite values that come out infinite are an error (22003). Infinite values are noted for
 * all groups together: where one group has them, another's overflow goes unnoticed.
 */
function floatFold(width: 4 | 8, sum: FoldKernel, finish: Finish): RecordFold {
  let hasInfinite = false;
  return {
    width: sum64.width,
    fold: (records, input, scratch) => {
      const { values, validity, rows, count } = foldArgument(input, 0, scratch);
      sum(records, input.groups, values, validity, rows, count);
      const mayBeInfinite = input.groups !== 0 || kernels().hasInfiniteSum(records, 1) === 1;
      if (mayBeInfinite && !hasInfinite) {
        hasInfinite = kernels().hasNonFinite(values, width, rows, count) === 1;
      }
    },
    merge: (records, { groups, states, offsets, rows, count }) => {
      kernels().mergeFloatSums(records, groups, states, offsets, rows, count);
      const first = heap().u32[offsets >>> 2] as number;
      hasInfinite ||= kernels().hasNonFinite(states + first, 16, rows, count) === 1;
    },
    check: (records, count) => {
      if (!hasInfinite && kernels().hasInfiniteSum(records, count) === 1) {
        throw new SqlError('numeric_value_out_of_range', 'value out of range: overflow');
      }
    },
    finish,
  };
}

function finishWords(type: TypeName): Finish {
  return (records, count, arena) => {
    const values = arena.allocate(count * 8);
    kernels().recordWords(records, 16, 0, count, values);
    return fixedColumn(type, { values, count, validity: seen64(records, count, arena) });
  };
}

const finishFloat4: Finish = (records, count, arena) => {
  const wide = arena.allocate(count * 8);
  const values = arena.allocate(count * 4);
  kernels().recordWords(records, 16, 0, count, wide);
  kernels().f32OfF64(wide, count, values);
  return fixedColumn('float4', { values, count, validity: seen64(records, count, arena) });
};

const finishMean: Finish = (records, count, arena) => {
  const values = arena.allocate(count * 8);
  kernels().recordMeans(records, count, values);
  return fixedColumn('float8', { values, count, validity: seen64(records, count, arena) });
};

const finishMoney: Finish = (records, count, arena) => {
  const builder = new ColumnBuilder(sqlType('money'), arena, count);
  for (let group = 0; group < count; group++) {
    const sum = exactSum(records + group * 24);
    if (sum !== undefined && BigInt.asIntN(64, sum.digits) !== sum.digits) {
      throw new SqlError('numeric_value_out_of_range', 'money out of range');
    }
    builder.append(sum === undefined ? null : sum.digits);
  }
  return builder.finish();
};

function seen64(records: number, count: number, arena: Arena): number {
  return validityOfRecords(records, sum64, count, arena);
}

function fixedColumn(
  type: TypeName,
  buffers: { readonly values: number; readonly count: number; readonly validity: number },
): Column {
  const { values, count, validity } = buffers;
  return { encoding: 'plain', type: sqlType(type), length: count, validity, values, offsets: 0 };
}

/** A numeric per record; undefined gives NULL. */
function finishNumeric(valueOf: (record: number) => Numeric | undefined): Finish {
  return (records, count, arena) => {
    const width = valueOf === mean64 ? 16 : 24;
    const builder = new ColumnBuilder(sqlType('numeric'), arena, count);
    for (let group = 0; group < count; group++) {
      builder.append(valueOf(records + group * width) ?? null);
    }
    return builder.finish();
  };
}

function mean64(record: number): Numeric | undefined {
  const { i64 } = heap();
  const n = i64[record / 8 + 1] as bigint;
  if (n === 0n) return undefined;
  return divideNumeric(numericFromInt(i64[record / 8] as bigint), numericFromInt(n));
}

function exactSum(record: number): Numeric | undefined {
  const { i64, u64 } = heap();
  if (i64[record / 8 + 2] === 0n) return undefined;
  const high = i64[record / 8 + 1] as bigint;
  return numericFromInt((high << 64n) + (u64[record / 8] as bigint));
}

function mean128(record: number): Numeric | undefined {
  const sum = exactSum(record);
  if (sum === undefined) return undefined;
  return divideNumeric(sum, numericFromInt(heap().i64[record / 8 + 2] as bigint));
}
