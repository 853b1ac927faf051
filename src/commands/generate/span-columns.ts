/**
 * Spans as columns of otel_logs_and_spans, in shared memory: dictionaries for what repeats, hex
 * for ids. About forty of the 92 columns are filled; the others are NULL.
 */
import { buildColumn } from '../../columns/builder.ts';
import { constantColumn } from '../../columns/constant.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import type { Column, PlainColumn } from '../../columns/column.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import type { ColumnDefinition } from '../../catalog/table.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { layoutOf } from '../../types/type-table.ts';
import type { Span } from './spans.ts';
import { errorKinds, projects, services } from './world.ts';

type Value = (span: Span) => Datum | null;

const text = (value: string | undefined): string | null => value ?? null;
const serviceOf = (span: Span) => services[span.service];
const ifSpan = <T extends Datum>(span: Span, value: T | null): T | null => (span.isLog ? null : value);
const hex = (words: readonly number[]): string =>
  words.map((word) => word.toString(16).padStart(8, '0')).join('');

/** One function per filled column; a column that is not named is NULL. */
const values: Readonly<Record<string, Value>> = {
  date: (span) => Math.floor(span.startMicros / 86_400_000_000),
  timestamp: (span) => BigInt(span.startMicros),
  observed_timestamp: (span) => BigInt(span.startMicros + span.durationMicros),
  id: (span) => hex([...span.trace.slice(0, 2), ...span.span]),
  parent_id: (span) => (span.parent === undefined ? null : hex(span.parent)),
  name: (span) => (span.isLog ? 'log' : span.operation.name),
  kind: (span) => (span.isLog ? 'log' : span.operation.kind),
  status_code: (span) => (span.error >= 0 ? 'ERROR' : span.operation.kind === 'server' ? 'OK' : 'UNSET'),
  status_message: (span) => text(errorKinds[span.error]?.[1]),
  level: (span) => (span.error >= 0 ? 'ERROR' : 'INFO'),
  severity___severity_text: (span) => (span.isLog ? (span.error >= 0 ? 'ERROR' : 'INFO') : null),
  severity___severity_number: (span) => (span.isLog ? (span.error >= 0 ? 17 : 9) : null),
  body: (span) => (span.isLog ? JSON.stringify(errorKinds[span.error]?.[1] ?? 'request completed') : null),
  duration: (span) => ifSpan(span, BigInt(span.durationMicros) * 1000n),
  start_time: (span) => BigInt(span.startMicros),
  end_time: (span) => ifSpan(span, BigInt(span.startMicros + span.durationMicros)),
  context___trace_id: (span) => hex(span.trace),
  context___span_id: (span) => hex(span.span),
  context___trace_flags: () => '01',
  context___is_remote: (span) => span.operation.kind === 'server' && span.parent !== undefined,
  attributes___server___address: (span) =>
    span.operation.http === undefined ? null : `${serviceOf(span)?.name}.svc.local`,
  attributes___server___port: (span) => (span.operation.http === undefined ? null : 8080),
  attributes___error___type: (span) => text(errorKinds[span.error]?.[0]),
  attributes___exception___type: (span) => text(errorKinds[span.error]?.[0]),
  attributes___exception___message: (span) => text(errorKinds[span.error]?.[1]),
  attributes___url___path: (span) => text(span.operation.http?.path),
  attributes___url___scheme: (span) => (span.operation.http === undefined ? null : 'https'),
  attributes___http___request___method: (span) => text(span.operation.http?.method),
  attributes___http___response___status_code: (span) => (span.httpStatus === 0 ? null : span.httpStatus),
  attributes___session___id: (span) => ifSpan(span, `s-${span.session.toString(36)}`),
  attributes___db___system___name: (span) => text(span.operation.db?.system),
  attributes___db___collection___name: (span) => text(span.operation.db?.collection),
  attributes___db___operation___name: (span) => text(span.operation.db?.operation),
  attributes___db___query___text: (span) => text(span.operation.db?.text),
  attributes___user___id: (span) => ifSpan(span, `u-${span.user}`),
  resource: (span) =>
    `{"service.name": "${serviceOf(span)?.name}", "service.version": "${serviceOf(span)?.version}"}`,
  resource___service___name: (span) => text(serviceOf(span)?.name),
  resource___service___version: (span) => text(serviceOf(span)?.version),
  resource___service___instance___id: (span) => `${serviceOf(span)?.name}-${span.instance}`,
  resource___deployment___environment___name: (span) => (span.project === 2 ? 'staging' : 'production'),
  resource___telemetry___sdk___language: (span) => text(serviceOf(span)?.language),
  resource___telemetry___sdk___name: () => 'opentelemetry',
  project_id: (span) => text(projects[span.project]),
  summary: (span) => ({
    element: 'text',
    dimensions: [{ length: 2, lowerBound: 1 }],
    values: [serviceOf(span)?.name ?? '', span.isLog ? 'log' : span.operation.name],
  }),
  message_size_bytes: (span) => BigInt(400 + ((span.span[0] >>> 4) % 900)),
};

/** Columns whose values repeat much: they become dictionary columns. */
const repeating = new Set([
  'name', 'kind', 'status_code', 'status_message', 'level', 'severity___severity_text', 'body',
  'context___trace_flags', 'attributes___server___address', 'attributes___error___type',
  'attributes___exception___type', 'attributes___exception___message', 'attributes___url___path',
  'attributes___url___scheme', 'attributes___http___request___method',
  'attributes___db___system___name', 'attributes___db___collection___name',
  'attributes___db___operation___name', 'attributes___db___query___text', 'resource',
  'resource___service___name', 'resource___service___version',
  'resource___service___instance___id', 'resource___deployment___environment___name',
  'resource___telemetry___sdk___language', 'resource___telemetry___sdk___name', 'project_id',
  'summary',
]);

const hexColumns: Readonly<Record<string, (span: Span) => readonly number[] | undefined>> = {
  id: (span) => [...span.trace.slice(0, 2), ...span.span],
  parent_id: (span) => span.parent,
  context___trace_id: (span) => span.trace,
  context___span_id: (span) => span.span,
};

const hexBytesOf: Readonly<Record<string, number>> = {
  id: 16, parent_id: 8, context___trace_id: 16, context___span_id: 8,
};

/** Text of one column for CSV and COPY; undefined: the column is not filled. */
export function spanValue(column: string): Value | undefined {
  return values[column];
}

/** One batch of spans, columns in table order. */
export function spanBatch(
  spans: readonly Span[],
  columns: readonly ColumnDefinition[],
  arena: Arena,
): Batch {
  return makeBatch(columns.map((column) => spanColumn(spans, column, arena)), spans.length);
}

function spanColumn(spans: readonly Span[], { name, type }: ColumnDefinition, arena: Arena): Column {
  const value = values[name];
  if (value === undefined) return constantColumn(type, null, spans.length, arena);
  const words = hexColumns[name];
  if (words !== undefined) return hexColumn(spans, type, { words, hexBytes: hexBytesOf[name] ?? 16, arena });
  if (repeating.has(name)) return dictionaryColumn(spans, type, value, arena);
  if (layoutOf(type.name) === 'i64') return integerColumn(spans, type, value, arena);
  return buildColumn(type, spans.map(value), arena);
}

function validityBitmap(spans: readonly Span[], isNull: (span: Span) => boolean, arena: Arena): number {
  if (!spans.some(isNull)) return 0;
  const bitmap = arena.allocate(Math.ceil(spans.length / 8));
  const { u8 } = heap();
  u8.fill(0, bitmap, bitmap + Math.ceil(spans.length / 8));
  spans.forEach((span, row) => {
    if (!isNull(span)) u8[bitmap + (row >>> 3)] = (u8[bitmap + (row >>> 3)] ?? 0) | (1 << (row & 7));
  });
  return bitmap;
}

function hexColumn(
  spans: readonly Span[],
  type: SqlType,
  options: {
    readonly words: (span: Span) => readonly number[] | undefined;
    readonly hexBytes: number;
    readonly arena: Arena;
  },
): Column {
  const { words, hexBytes, arena } = options;
  const pointer = arena.allocate(spans.length * hexBytes);
  const { bytes } = heap();
  spans.forEach((span, row) => {
    const list = words(span) ?? [];
    for (let at = 0; at < hexBytes / 4; at++) {
      bytes.writeUInt32BE((list[at] ?? 0) >>> 0, pointer + row * hexBytes + at * 4);
    }
  });
  const validity = validityBitmap(spans, (span) => words(span) === undefined, arena);
  return { type, length: spans.length, validity, values: pointer, offsets: 0, encoding: 'hex', hexBytes };
}

function dictionaryColumn(spans: readonly Span[], type: SqlType, value: Value, arena: Arena): Column {
  const codes = new Map<string, number>();
  const entries: Datum[] = [];
  const pointer = arena.allocate(spans.length * 2);
  const first = pointer >>> 1;
  const { u16 } = heap();
  const nulls = new Uint8Array(spans.length);
  spans.forEach((span, row) => {
    const datum = value(span);
    if (datum === null) {
      nulls[row] = 1;
      u16[first + row] = 0;
      return;
    }
    const key = typeof datum === 'string' ? datum : JSON.stringify(datum);
    let code = codes.get(key);
    if (code === undefined) {
      code = entries.length;
      codes.set(key, code);
      entries.push(datum);
    }
    u16[first + row] = code;
  });
  if (entries.length === 0) return constantColumn(type, null, spans.length, arena);
  const rowOf = new Map(spans.map((span, row) => [span, row]));
  const validity = nulls.includes(1)
    ? validityBitmap(spans, (span) => nulls[rowOf.get(span) ?? 0] === 1, arena)
    : 0;
  return {
    type,
    length: spans.length,
    validity,
    values: pointer,
    offsets: 0,
    encoding: 'dictionary',
    codeBytes: 2,
    dictionary: buildColumn(type, entries, arena) as PlainColumn,
  };
}

function integerColumn(spans: readonly Span[], type: SqlType, value: Value, arena: Arena): Column {
  const pointer = arena.allocate(spans.length * 8);
  const first = pointer / 8;
  const { i64 } = heap();
  spans.forEach((span, row) => {
    i64[first + row] = (value(span) as bigint | null) ?? 0n;
  });
  const validity = validityBitmap(spans, (span) => value(span) === null, arena);
  return { type, length: spans.length, validity, values: pointer, offsets: 0, encoding: 'plain' };
}
