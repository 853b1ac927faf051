/**
 * date_trunc and time_bucket of whole columns.
 *
 * A unit of fixed length in a zone of one offset is a division. Otherwise the bucket starts
 * between the column's least and greatest value are listed (units of a day and more), or the
 * spans of one offset (smaller units), and each row finds its own among them.
 */
import type { Column } from '../../columns/column.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { eachRow } from '../../columns/row-set.ts';
import { parseSpanUnit, type TimeUnit } from '../../types/datetime-units.ts';
import { truncateTimestamp, truncateTimestampTz } from '../../types/date-trunc.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { fixedZone, type TimeZone } from '../../types/time-zone.ts';
import type {
  ColumnEvaluation,
  DatumEvaluation,
  RowSet,
  EvaluationContext,
} from '../function-record.ts';
import {
  betweenStarts,
  bucketColumn,
  rangeOf,
  type Bucketing,
  type Range,
  type TimeRows,
} from './bucket-column.ts';
import { sessionZone } from './session-zone.ts';

const dayMicros = 86_400_000_000;

/** Usual length of a unit in µs; those of a day and more are listed by their starts. */
const unitMicros: Readonly<Partial<Record<TimeUnit, number>>> = {
  microsecond: 1,
  millisecond: 1000,
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: dayMicros,
  week: 7 * dayMicros,
  month: 30 * dayMicros,
  quarter: 91 * dayMicros,
  year: 365 * dayMicros,
};

const startsMax = 5000;

/** 1970 began on a Thursday: weeks start three days before. */
const weekShift = 3 * dayMicros;

function quickFixed(unit: TimeUnit, width: number, offset: number): (micros: number) => number {
  const shift = offset * 1_000_000 + (unit === 'week' ? weekShift : 0);
  return (micros) => Math.floor((micros + shift) / width) * width - shift;
}

/** Start after start, until past the greatest value. */
function quickListed(
  width: number,
  range: Range,
  exact: (micros: bigint) => bigint,
): ((micros: number) => number) | undefined {
  if ((range.greatest - range.least) / width > startsMax) return undefined;
  const starts = [Number(exact(BigInt(range.least)))];
  for (let last = starts[0] as number; last <= range.greatest;) {
    last = Number(exact(BigInt(last + width * 1.5)));
    starts.push(last);
  }
  return betweenStarts(starts);
}

/** Each span of one offset divides by itself. */
function quickSpans(
  width: number,
  range: Range,
  zone: TimeZone,
): ((micros: number) => number) | undefined {
  const starts: number[] = [];
  const shifts = new Map<number, number>();
  let second = Math.floor(range.least / 1e6);
  const lastSecond = Math.floor(range.greatest / 1e6);
  while (second <= lastSecond) {
    starts.push(second * 1e6);
    shifts.set(second * 1e6, zone.offsetAt(second) * 1e6);
    const until = zone.constantUntil?.(second);
    if (until === undefined || starts.length > startsMax) return undefined;
    second = until;
  }
  const spanOf = betweenStarts(starts);
  return (micros) => {
    const shift = shifts.get(spanOf(micros)) as number;
    return Math.floor((micros + shift) / width) * width - shift;
  };
}

function bucketing(unit: TimeUnit, source: TimeRows, zone: TimeZone): Bucketing {
  const exact = (micros: bigint): bigint => truncateTimestampTz(unit, micros, zone);
  return { exact, quick: quickOf(unit, source, zone, exact) };
}

function quickOf(
  unit: TimeUnit,
  source: TimeRows,
  zone: TimeZone,
  exact: (micros: bigint) => bigint,
): ((micros: number) => number) | undefined {
  const width = unitMicros[unit];
  if (width === undefined) return undefined;
  const isFixedLength = width <= 7 * dayMicros;
  if (isFixedLength && zone.fixedOffset !== undefined) {
    return quickFixed(unit, width, zone.fixedOffset);
  }
  const range = rangeOf(source);
  if (range === undefined) return undefined;
  return width >= dayMicros ? quickListed(width, range, exact) : quickSpans(width, range, zone);
}

const plainZone = fixedZone('local', 0);

/** date_trunc(constant unit, column); other shapes go value by value. */
function truncation(
  zoneOf: (context: EvaluationContext) => TimeZone,
  byValue: DatumEvaluation,
): ColumnEvaluation {
  return (context, rows, args, result) => {
    const [unitColumn, times] = args as readonly [Column, Column];
    const unit = constantText(unitColumn);
    if (unit === undefined || times.encoding === 'dictionary') {
      return valueByValue({ context, rows, args }, result, byValue);
    }
    const source = { context, rows, times };
    const zone = zoneOf(context);
    return bucketColumn(source, result, bucketing(unitOf(unit, result), source, zone));
  };
}

/** Errors: 22023 as date_trunc raises it. */
function unitOf(text: string, type: SqlType): TimeUnit {
  const clock = type.name === 'timestamptz' ? 'with' : 'without';
  return parseSpanUnit(text, `timestamp ${clock} time zone`);
}

export const truncateColumn: ColumnEvaluation = truncation(
  () => plainZone,
  (_, [unit, micros]) => truncateTimestamp(unit as string, micros as bigint),
);

export const truncateColumnTz: ColumnEvaluation = truncation(
  sessionZone,
  (context, [unit, micros]) =>
    truncateTimestampTz(unit as string, micros as bigint, sessionZone(context)),
);

function constantText(column: Column): string | undefined {
  return column.encoding === 'constant' ? (columnReader(column)(0) as string) : undefined;
}

interface Call {
  readonly context: EvaluationContext;
  readonly rows: RowSet;
  readonly args: readonly Column[];
}

function valueByValue(call: Call, result: SqlType, compute: DatumEvaluation): Column {
  const { context, rows, args } = call;
  const readers = args.map(columnReader);
  const builder = new ColumnBuilder(result, context.arena, rows.physicalRows);
  eachRow(rows, (row) => {
    const values = readers.map((read) => read(row));
    builder.appendAt(row, values.includes(null) ? null : compute(context, values, result));
  });
  builder.skipTo(rows.physicalRows);
  return builder.finish();
}

/** time_bucket(constant width, column): whole widths, cut toward 1970. */
export function bucketsOf(
  widthOf: (width: Datum) => bigint,
  bucketOf: (width: bigint, micros: bigint) => bigint,
): ColumnEvaluation {
  return (context, rows, args, result) => {
    const [widthColumn, times] = args as readonly [Column, Column];
    if (widthColumn.encoding !== 'constant' || times.encoding === 'dictionary') {
      return valueByValue({ context, rows, args }, result, (_, [width, micros]) =>
        bucketOf(widthOf(width as Datum), micros as bigint),
      );
    }
    const width = widthOf(columnReader(widthColumn)(0) as Datum);
    const step = Number(width);
    const quick = Number.isSafeInteger(step)
      ? (micros: number): number => Math.trunc(micros / step) * step
      : undefined;
    const exact = (micros: bigint): bigint => bucketOf(width, micros);
    return bucketColumn({ context, rows, times }, result, { quick, exact });
  };
}
