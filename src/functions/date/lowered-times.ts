/**
 * Times cut down to buckets and bins of a constant width, and whole epoch seconds, as emitted
 * code. Queries do not name these functions: expressions are lowered to them (expr/lower.ts).
 *
 * Rows mostly come in the order of their times. The start of the last bucket is kept in a local,
 * and a division is done only when a time lies outside of it:
 *
 *     if (time - start >=u width) start = time - time mod width
 *
 * Bins count from their origin: `start` is then the distance from there, so that it begins as 0.
 */
import type { FunctionBuilder } from '../../codegen/function-builder.ts';
import { timestampInfinity, timestampMin, timestampMinusInfinity } from '../../types/instant.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { emitError } from '../emit-errors.ts';
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import { argument, outOfRange, raising, total } from '../operators/emit.ts';

const microsPerSecond = 1_000_000n;
const timeTypes = ['timestamptz', 'timestamp'] as const;

/** Whether the time is infinity or -infinity: the largest int64, or its complement. */
function pushIsInfinite(builder: FunctionBuilder, time: number): void {
  builder.localGet(time);
  builder.localGet(time);
  builder.i64Const(63n);
  builder.op('i64.shr_s');
  builder.op('i64.xor');
  builder.i64Const(timestampInfinity);
  builder.op('i64.eq');
}

interface Cut {
  readonly value: number;
  readonly start: number;
  readonly width: number;
  /** The time behind `value`: where it is infinite, `value` is its own start. */
  readonly time: number;
}

/** Whether the value is not in the span that begins at `start`, or its time is infinite. */
function pushIsOutside(builder: FunctionBuilder, { value, start, width, time }: Cut): void {
  builder.localGet(value);
  builder.localGet(start);
  builder.op('i64.sub');
  builder.localGet(width);
  builder.op('i64.ge_u');
  pushIsInfinite(builder, time);
  builder.op('i32.or');
}

/** start = value - remainder. */
function setStart(builder: FunctionBuilder, cut: Cut & { readonly remainder: number }): void {
  const { value, start, time, remainder } = cut;
  builder.localGet(value);
  builder.localGet(value);
  builder.localGet(remainder);
  builder.op('i64.sub');
  pushIsInfinite(builder, time);
  builder.op('select');
  builder.localSet(start);
}

/** Arguments: width in µs, time. Cut toward 1970, so a negative time's start lies after it. */
function bucketStart(type: TypeName): ScalarOverload {
  return total({
    args: ['int8', type],
    returns: type,
    emit: (builder, args) => {
      const width = argument(args, 0);
      const time = argument(args, 1);
      const start = builder.local('i64');
      const remainder = builder.local('i64');
      const cut = { value: time, start, width, time };
      pushIsOutside(builder, cut);
      builder.localGet(time);
      builder.i64Const(0n);
      builder.op('i64.lt_s');
      builder.op('i32.or');
      builder.if();
      builder.localGet(time);
      builder.localGet(width);
      builder.op('i64.rem_s');
      builder.localSet(remainder);
      setStart(builder, { ...cut, remainder });
      builder.end();
      builder.localGet(start);
    },
  });
}

/** Arguments: width in µs, origin (not negative), time. Cut toward the past. */
function binStart(type: TypeName): ScalarOverload {
  return raising({
    args: ['int8', 'int8', type],
    returns: type,
    emit: (builder, args) => {
      const width = argument(args, 0);
      const origin = argument(args, 1);
      const time = argument(args, 2);
      const value = builder.local('i64');
      const start = builder.local('i64');
      const remainder = builder.local('i64');
      const cut = { value, start, width, time };
      builder.localGet(time);
      builder.localGet(origin);
      builder.op('i64.sub');
      builder.localSet(value);
      pushIsOutside(builder, cut);
      builder.if();
      setRemainder(builder, { value, width, remainder });
      setStart(builder, { ...cut, remainder });
      builder.end();
      builder.localGet(start);
      builder.localGet(origin);
      builder.op('i64.add');
      builder.localTee(value);
      raiseIfBeforeTime(builder, value);
    },
  });
}

/** The distance of a value from the multiple of the width that is not above it. */
function setRemainder(
  builder: FunctionBuilder,
  { value, width, remainder }: { value: number; width: number; remainder: number },
): void {
  builder.localGet(value);
  builder.localGet(width);
  builder.op('i64.rem_s');
  builder.localTee(remainder);
  builder.localGet(width);
  builder.i64Const(0n);
  builder.localGet(remainder);
  builder.i64Const(0n);
  builder.op('i64.lt_s');
  builder.op('select');
  builder.op('i64.add');
  builder.localSet(remainder);
}

/** The first bin of the calendar begins before its first time, which no timestamp can show. */
function raiseIfBeforeTime(builder: FunctionBuilder, start: number): void {
  builder.localGet(start);
  builder.i64Const(timestampMin);
  builder.op('i64.lt_s');
  builder.localGet(start);
  builder.i64Const(timestampMinusInfinity);
  builder.op('i64.ne');
  builder.op('i32.and');
  builder.raiseIf(emitError.timestampOutOfRange);
}

/** Seconds since 1970, halves away from zero. Errors: 0A000 for infinity, 22003. */
function epochSeconds(type: TypeName, returns: 'int4' | 'int8'): ScalarOverload {
  return raising({
    args: [type],
    returns,
    emit: (builder, args) => {
      const time = argument(args, 0);
      const last = builder.local('i64');
      const seconds = builder.local('i64');
      builder.localGet(time);
      builder.localGet(last);
      builder.op('i64.ne');
      builder.if();
      setSeconds(builder, { time, seconds, returns });
      builder.localGet(time);
      builder.localSet(last);
      builder.end();
      builder.localGet(seconds);
      if (returns === 'int4') builder.op('i32.wrap_i64');
    },
  });
}

function setSeconds(
  builder: FunctionBuilder,
  { time, seconds, returns }: { time: number; seconds: number; returns: 'int4' | 'int8' },
): void {
  pushIsInfinite(builder, time);
  const infinite = { int4: emitError.infinityToInteger, int8: emitError.infinityToBigint };
  builder.raiseIf(infinite[returns]);
  builder.localGet(time);
  builder.i64Const(microsPerSecond / 2n);
  builder.op('i64.div_s');
  builder.i64Const(1n);
  builder.i64Const(-1n);
  builder.localGet(time);
  builder.i64Const(0n);
  builder.op('i64.ge_s');
  builder.op('select');
  builder.op('i64.add');
  builder.i64Const(2n);
  builder.op('i64.div_s');
  builder.localTee(seconds);
  if (returns === 'int4') {
    builder.localGet(seconds);
    builder.op('i64.extend32_s');
    builder.op('i64.ne');
    builder.raiseIf(outOfRange.int4);
  } else builder.op('drop');
}

function lowered(name: string, overloads: readonly ScalarOverload[]): FunctionRecord {
  return { name, doc: { family: 'date and time', text: 'lowered form' }, overloads };
}

export const loweredTimes: readonly FunctionRecord[] = [
  lowered('bucket_start', timeTypes.map(bucketStart)),
  lowered('bin_start', timeTypes.map(binStart)),
  lowered(
    'epoch_int4',
    timeTypes.map((type) => epochSeconds(type, 'int4')),
  ),
  lowered(
    'epoch_int8',
    timeTypes.map((type) => epochSeconds(type, 'int8')),
  ),
];
