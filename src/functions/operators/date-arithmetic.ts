/** date ± integer and date - date. The infinities stay, and cannot be subtracted. */
import type { FunctionBuilder } from '../../codegen/function-builder.ts';
import { emitError } from '../emit-errors.ts';
import type { ScalarOverload } from '../function-record.ts';
import { argument, push, raising } from './emit.ts';

/** Days since 1970 of 4713-11-24 BC, and of the first date that is none. */
const dateRange = { first: -2_440_588n, end: 2_145_042_906n };
const infinities = [2_147_483_647, -2_147_483_648] as const;

function pushIsInfinite(builder: FunctionBuilder, date: number): void {
  push(builder, date);
  builder.i32Const(infinities[0]);
  builder.op('i32.eq');
  push(builder, date);
  builder.i32Const(infinities[1]);
  builder.op('i32.eq');
  builder.op('i32.or');
}

interface DateShift {
  readonly date: number;
  readonly days: number;
  readonly operation: 'add' | 'sub';
}

function emitShift(builder: FunctionBuilder, { date, days, operation }: DateShift): void {
  const wide = builder.local('i64');
  const result = builder.local('i32');
  push(builder, date);
  builder.localSet(result);
  pushIsInfinite(builder, date);
  builder.op('i32.eqz');
  builder.if();
  push(builder, date, ['i64.extend_i32_s']);
  push(builder, days, ['i64.extend_i32_s']);
  builder.op(`i64.${operation}`);
  builder.localTee(wide);
  builder.i64Const(dateRange.first);
  builder.op('i64.lt_s');
  push(builder, wide);
  builder.i64Const(dateRange.end);
  builder.op('i64.ge_s');
  builder.op('i32.or');
  builder.raiseIf(emitError.dateOutOfRange);
  push(builder, wide, ['i32.wrap_i64']);
  builder.localSet(result);
  builder.end();
  push(builder, result);
}

export const dateSums: readonly ScalarOverload[] = [
  raising({
    args: ['date', 'int4'],
    returns: 'date',
    emit: (builder, args) =>
      emitShift(builder, { date: argument(args, 0), days: argument(args, 1), operation: 'add' }),
  }),
  raising({
    args: ['int4', 'date'],
    returns: 'date',
    emit: (builder, args) =>
      emitShift(builder, { date: argument(args, 1), days: argument(args, 0), operation: 'add' }),
  }),
];

export const dateDifferences: readonly ScalarOverload[] = [
  raising({
    args: ['date', 'int4'],
    returns: 'date',
    emit: (builder, args) =>
      emitShift(builder, { date: argument(args, 0), days: argument(args, 1), operation: 'sub' }),
  }),
  raising({
    args: ['date', 'date'],
    returns: 'int4',
    emit: (builder, args) => {
      pushIsInfinite(builder, argument(args, 0));
      pushIsInfinite(builder, argument(args, 1));
      builder.op('i32.or');
      builder.raiseIf(emitError.cannotSubtractInfiniteDates);
      push(builder, argument(args, 0));
      push(builder, argument(args, 1));
      builder.op('i32.sub');
    },
  }),
];
