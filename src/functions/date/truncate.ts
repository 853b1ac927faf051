/** Times cut down to units, strides and buckets. */
import { SqlError } from '../../errors/sql-error.ts';
import { microsPerDay } from '../../types/calendar.ts';
import type { Interval } from '../../types/datum.ts';
import { truncateInterval, truncateTimestampTz } from '../../types/date-trunc.ts';
import { isFiniteTimestamp, timestampMax } from '../../types/instant.ts';
import { binTimestamp } from '../../types/timestamp-arithmetic.ts';
import { family, scalar } from '../define.ts';
import type { ColumnEvaluation, FunctionRecord, ScalarOverload } from '../function-record.ts';
import { zoneOfText } from './session-zone.ts';
import { bucketsOf, truncateColumn, truncateColumnTz } from './truncate-column.ts';

const define = family('date and time');

const bucketUnits: Readonly<Record<string, bigint>> = {
  s: 1_000_000n,
  m: 60_000_000n,
  h: 3_600_000_000n,
  d: microsPerDay,
  w: 7n * microsPerDay,
};

const bucketWords = [
  's sec secs second seconds',
  'm min mins minute minutes',
  'h hr hrs hour hours',
  'd day days',
  'w week weeks',
].flatMap((words) => words.split(' '));
const bucketPattern = new RegExp(
  `^\\s*(\\d+)(?:\\.(\\d{1,6}))?\\s*(${bucketWords.join('|')})\\s*$`,
  'i',
);

const widths = new Map<string, bigint>();

/** µs of `5 minutes` or `0.5s`; undefined for what is no number of one unit up to weeks. */
export function bucketWidthOf(text: string): bigint | undefined {
  const [, whole = '0', fraction = '', word = ''] = bucketPattern.exec(text) ?? [];
  const unit = bucketUnits[word.charAt(0).toLowerCase()] ?? 0n;
  const width = (BigInt(whole + fraction.padEnd(6, '0')) * unit) / 1_000_000n;
  return width > 0n && width <= timestampMax ? width : undefined;
}

/** Errors: 22023 where `bucketWidthOf` has no answer. */
export function bucketWidth(text: string): bigint {
  const known = widths.get(text);
  if (known !== undefined) return known;
  const width = bucketWidthOf(text);
  if (width === undefined) {
    throw new SqlError('invalid_parameter_value', `invalid bucket width: "${text}"`, {
      hint: 'Use a number of seconds, minutes, hours, days or weeks, such as "5 minutes".',
    });
  }
  if (widths.size < 1000) widths.set(text, width);
  return width;
}

export function bucketWidthOfInterval(span: Interval): bigint {
  if (span.months !== 0) {
    throw new SqlError(
      'feature_not_supported',
      'time buckets of months or years are not supported',
    );
  }
  const width = BigInt(span.days) * microsPerDay + span.micros;
  if (width > 0n) return width;
  throw new SqlError('invalid_parameter_value', 'bucket width must be greater than zero');
}

/** Whole multiples of the width since 1970, cut toward 1970. */
export function bucketOf(width: bigint, micros: bigint): bigint {
  return isFiniteTimestamp(micros) ? micros - (micros % width) : micros;
}

const byText = bucketsOf((width) => bucketWidth(width as string), bucketOf);
const byInterval = bucketsOf((width) => bucketWidthOfInterval(width as Interval), bucketOf);

type TimeName = 'timestamp' | 'timestamptz';

function truncation(type: TimeName, column: ColumnEvaluation): ScalarOverload {
  const volatility = type === 'timestamp' ? 'immutable' : 'stable';
  return { kind: 'scalar', args: ['text', type], returns: type, column, volatility };
}

function bucketing(width: 'text' | 'interval', type: TimeName): ScalarOverload {
  const column = width === 'text' ? byText : byInterval;
  return { kind: 'scalar', args: [width, type], returns: type, column, volatility: 'immutable' };
}

export const truncateFunctions: readonly FunctionRecord[] = [
  define(
    'date_trunc',
    {
      text: 'cuts a time down to a unit: microseconds, milliseconds, second … millennium',
      example: ["date_trunc('hour', timestamp '2001-02-16 20:38:40')", '2001-02-16 20:00:00'],
    },
    truncation('timestamp', truncateColumn),
    truncation('timestamptz', truncateColumnTz),
    scalar(
      'text, timestamptz, text → timestamptz',
      (unit: string, micros: bigint, zone: string) =>
        truncateTimestampTz(unit, micros, zoneOfText(zone)),
      { volatility: 'stable' },
    ),
    scalar('text, interval → interval', truncateInterval),
  ),
  define(
    'date_bin',
    {
      text: 'start of the bin, counted in strides from the origin, that holds the time',
      example: [
        "date_bin('15 minutes', timestamp '2001-02-16 20:38:40', timestamp '2001-02-16 20:05:00')",
        '2001-02-16 20:35:00',
      ],
    },
    scalar('interval, timestamp, timestamp → timestamp', binTimestamp),
    scalar('interval, timestamptz, timestamptz → timestamptz', binTimestamp),
  ),
  define(
    'time_bucket',
    {
      text: 'start of the bucket of that width, counted from 1970, that holds the time',
      example: ["time_bucket('5 minutes', timestamp '2024-01-05 10:13:20')", '2024-01-05 10:10:00'],
    },
    bucketing('text', 'timestamptz'),
    bucketing('text', 'timestamp'),
    bucketing('interval', 'timestamptz'),
    bucketing('interval', 'timestamp'),
  ),
];
