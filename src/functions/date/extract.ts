/** Fields of dates, times and intervals: extract, date_part, extract_epoch, isfinite. */
import type { Interval, Numeric, TimeTz } from '../../types/datum.ts';
import {
  extractFromDate,
  extractFromInterval,
  extractFromTime,
  extractFromTimestamp,
  extractFromTimestampTz,
  extractFromTimeTz,
  intervalEpoch,
} from '../../types/date-extract.ts';
import {
  isFiniteDate,
  isFiniteTimestamp,
  timestampInfinity,
  timestampMinusInfinity,
  timestampOfDate,
} from '../../types/instant.ts';
import { numericToFloat } from '../../types/numeric-convert.ts';
import { contextual, family, scalar } from '../define.ts';
import type { Emit, EvaluationContext, FunctionRecord } from '../function-record.ts';
import { argument, push, total } from '../operators/emit.ts';
import { sessionZone } from './session-zone.ts';

const define = family('date and time');

function inSession(context: EvaluationContext, field: string, micros: bigint): Numeric | null {
  return extractFromTimestampTz(field, micros, sessionZone(context));
}

function toFloat(value: Numeric | null): number | null {
  return value === null ? null : numericToFloat(value);
}

/** Seconds since 1970, with the fraction. */
const emitEpoch: Emit = (builder, args) => {
  const micros = argument(args, 0);
  const seconds = builder.local('f64');
  push(builder, micros, ['f64.convert_i64_s']);
  builder.f64Const(1e6);
  builder.op('f64.div');
  builder.localSet(seconds);
  for (const [limit, infinity] of [
    [timestampInfinity, Infinity],
    [timestampMinusInfinity, -Infinity],
  ] as const) {
    push(builder, micros);
    builder.i64Const(limit);
    builder.op('i64.eq');
    builder.if();
    builder.f64Const(infinity);
    builder.localSet(seconds);
    builder.end();
  }
  push(builder, seconds);
};

export const extractFunctions: readonly FunctionRecord[] = [
  define(
    'extract',
    {
      text: 'one field of a date, time or interval, as a numeric',
      example: ["extract(epoch from timestamp '2001-02-16 20:38:40.12')", '982355920.120000'],
    },
    scalar('text, timestamp → numeric', extractFromTimestamp),
    contextual('text, timestamptz → numeric', inSession),
    scalar('text, date → numeric', extractFromDate),
    scalar('text, time → numeric', extractFromTime),
    scalar('text, timetz → numeric', extractFromTimeTz),
    scalar('text, interval → numeric', extractFromInterval),
  ),
  define(
    'date_part',
    {
      text: 'one field of a date, time or interval, as a double precision number',
      example: ["date_part('hour', timestamp '2001-02-16 20:38:40')", '20'],
    },
    scalar('text, timestamp → float8', (field: string, micros: bigint) =>
      toFloat(extractFromTimestamp(field, micros)),
    ),
    contextual('text, timestamptz → float8', (context, field: string, micros: bigint) =>
      toFloat(inSession(context, field, micros)),
    ),
    scalar('text, date → float8', (field: string, days: number) =>
      toFloat(extractFromTimestamp(field, timestampOfDate(days))),
    ),
    scalar('text, time → float8', (field: string, micros: bigint) =>
      toFloat(extractFromTime(field, micros)),
    ),
    scalar('text, timetz → float8', (field: string, value: TimeTz) =>
      toFloat(extractFromTimeTz(field, value)),
    ),
    scalar('text, interval → float8', (field: string, span: Interval) =>
      field.toLowerCase() === 'epoch'
        ? intervalEpoch(span)
        : toFloat(extractFromInterval(field, span)),
    ),
  ),
  define(
    'extract_epoch',
    { text: 'seconds since 1970 with the fraction, as a double precision number' },
    total({ args: ['timestamptz'], returns: 'float8', emit: emitEpoch }),
    total({ args: ['timestamp'], returns: 'float8', emit: emitEpoch }),
  ),
  define(
    'isfinite',
    {
      text: 'whether the value is neither infinity',
      example: ["isfinite(date '2001-02-16')", 't'],
    },
    scalar('date → bool', isFiniteDate),
    scalar('timestamp → bool', isFiniteTimestamp),
    scalar('timestamptz → bool', isFiniteTimestamp),
    scalar('interval → bool', () => true),
  ),
];
