/**
 * OTLP spans and log records as rows of otel_logs_and_spans: attributes that have a column go
 * there, the others into the jsonb columns `attributes` and `resource`.
 */
import { createHash } from 'node:crypto';
import type { ColumnDefinition } from '../../catalog/table.ts';
import type { Datum } from '../../types/datum.ts';
import { sqlType } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';
import { AttributeColumns } from './attribute-columns.ts';
import {
  micros,
  plainAttributes,
  plainValue,
  type Json,
  type OtlpDocument,
  type OtlpEvent,
  type OtlpLog,
  type OtlpSpan,
  type Scope,
} from './otlp-values.ts';

/** Values by column; what is missing is NULL. */
export type OtlpRow = Map<string, Datum>;

const microsPerDay = 86_400_000_000n;
const spanKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statusCodes = ['UNSET', 'OK', 'ERROR'];
const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const jsonb = sqlType('jsonb');
/** Bits of a span's flags: the parent's remoteness is known, and it is remote. */
const remoteKnown = 0x100;
const remote = 0x200;

/** What all records of one scope share. */
interface Origin {
  readonly resource: Readonly<Record<string, Json>>;
  readonly scope: Scope | undefined;
}

export class OtlpRows {
  readonly #attributes: AttributeColumns;
  readonly #resource: AttributeColumns;
  readonly #project: string;

  /** `project`: the project of resources that name none. */
  constructor(columns: readonly ColumnDefinition[], project: string) {
    this.#attributes = new AttributeColumns(columns, 'attributes');
    this.#resource = new AttributeColumns(columns, 'resource');
    this.#project = project;
  }

  *rows(document: OtlpDocument): Generator<OtlpRow> {
    for (const { resource, scopeSpans = [] } of document.resourceSpans ?? []) {
      const attributes = plainAttributes(resource?.attributes);
      for (const { scope, spans = [] } of scopeSpans) {
        for (const span of spans) yield this.#span(span, { resource: attributes, scope });
      }
    }
    for (const { resource, scopeLogs = [] } of document.resourceLogs ?? []) {
      const attributes = plainAttributes(resource?.attributes);
      for (const { scope, logRecords = [] } of scopeLogs) {
        for (const log of logRecords) yield this.#log(log, { resource: attributes, scope });
      }
    }
  }

  #span(span: OtlpSpan, origin: Origin): OtlpRow {
    const start = micros(span.startTimeUnixNano) ?? 0n;
    const status = nameOf(statusCodes, span.status?.code ?? 0, 'STATUS_CODE_');
    const row = this.#begin({ record: span, name: span.name ?? '', at: start, origin });
    const traceId = (span.traceId ?? '').toLowerCase();
    const spanId = (span.spanId ?? '').toLowerCase();
    row.set('id', `${traceId.slice(0, 16)}${spanId}`);
    setText(row, 'name', span.name);
    row.set('kind', nameOf(spanKinds, span.kind ?? 0, 'SPAN_KIND_').toLowerCase());
    row.set('status_code', status.toUpperCase());
    setText(row, 'status_message', span.status?.message);
    row.set('level', status === 'ERROR' ? 'ERROR' : 'INFO');
    row.set('start_time', start);
    if (micros(span.endTimeUnixNano) !== undefined) {
      row.set('end_time', micros(span.endTimeUnixNano) ?? 0n);
      row.set('duration', BigInt(span.endTimeUnixNano ?? 0) - BigInt(span.startTimeUnixNano ?? 0));
    }
    setContext(row, { ...span, traceId, spanId });
    setText(row, 'parent_id', span.parentSpanId?.toLowerCase());
    if (((span.flags ?? 0) & remoteKnown) !== 0) {
      row.set('context___is_remote', ((span.flags ?? 0) & remote) !== 0);
    }
    const events = (span.events ?? []).map(plainEvent);
    if (events.length > 0) row.set('events', jsonText(events));
    if ((span.links ?? []).length > 0) row.set('links', JSON.stringify(span.links?.map(plainLink)));
    const exception = span.events?.find(({ name }) => name === 'exception');
    const attributes = {
      ...plainAttributes(exception?.attributes),
      ...plainAttributes(span.attributes),
    };
    this.#setAttributes(row, attributes, origin);
    return row;
  }

  #log(log: OtlpLog, origin: Origin): OtlpRow {
    const observed = micros(log.observedTimeUnixNano);
    const at = micros(log.timeUnixNano) ?? observed ?? 0n;
    const row = this.#begin({ record: log, name: log.eventName ?? 'log', at, origin });
    const hash = createHash('sha256')
      .update(JSON.stringify([log, origin.resource]))
      .digest('hex');
    row.set('id', hash.slice(0, 32));
    row.set('name', log.eventName ?? 'log');
    row.set('kind', 'log');
    if (observed !== undefined) row.set('observed_timestamp', observed);
    const number = severityNumber(log.severityNumber);
    const level = severities[Math.floor((number - 1) / 4)];
    setText(row, 'severity___severity_text', log.severityText ?? level);
    if (number > 0) row.set('severity___severity_number', number);
    setText(row, 'level', level ?? log.severityText?.toUpperCase());
    if (log.body !== undefined) row.set('body', jsonText(plainValue(log.body)));
    row.set('start_time', at);
    setContext(row, log);
    setText(row, 'parent_id', log.spanId?.toLowerCase());
    this.#setAttributes(row, plainAttributes(log.attributes), origin);
    return row;
  }

  #begin(given: {
    readonly record: unknown;
    readonly name: string;
    readonly at: bigint;
    readonly origin: Origin;
  }): OtlpRow {
    const { record, name, at, origin } = given;
    const service = origin.resource['service.name'];
    const project = origin.resource['project_id'] ?? origin.resource['timefusion.project_id'];
    const days = at / microsPerDay - (at % microsPerDay < 0n ? 1n : 0n);
    return new Map<string, Datum>([
      ['date', Number(days)],
      ['timestamp', at],
      ['project_id', typeof project === 'string' ? project : this.#project],
      ['summary', textArray([typeof service === 'string' ? service : '', name])],
      ['message_size_bytes', BigInt(Buffer.byteLength(JSON.stringify(record)))],
    ]);
  }

  #setAttributes(row: OtlpRow, attributes: Readonly<Record<string, Json>>, origin: Origin): void {
    const scope: Record<string, Json> = {};
    if (origin.scope?.name) scope['otel.scope.name'] = origin.scope.name;
    if (origin.scope?.version) scope['otel.scope.version'] = origin.scope.version;
    const rest = { ...this.#attributes.spread(attributes, row), ...scope };
    if (Object.keys(rest).length > 0) row.set('attributes', jsonText(rest));
    const others = this.#resource.spread(origin.resource, row);
    if (Object.keys(others).length > 0) row.set('resource', jsonText(others));
  }
}

function setText(row: OtlpRow, column: string, text: string | undefined): void {
  if (text !== undefined && text !== '') row.set(column, text.replaceAll('\0', ''));
}

function setContext(
  row: OtlpRow,
  context: Pick<OtlpSpan, 'traceId' | 'spanId' | 'traceState' | 'flags'>,
): void {
  setText(row, 'context___trace_id', context.traceId?.toLowerCase());
  setText(row, 'context___span_id', context.spanId?.toLowerCase());
  setText(row, 'context___trace_state', context.traceState);
  if (context.flags === undefined) return;
  row.set('context___trace_flags', (context.flags & 0xff).toString(16).padStart(2, '0'));
}

/** A name of an enumeration that is given by number, or by name with its prefix. */
function nameOf(names: readonly string[], code: number | string, prefix: string): string {
  const text = String(code);
  if (/^\d+$/.test(text)) return names[Number(text)] ?? text;
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function severityNumber(value: number | string | undefined): number {
  if (value === undefined) return 0;
  if (/^\d+$/.test(String(value))) return Number(value);
  const [, name = '', step = '1'] = /^SEVERITY_NUMBER_([A-Z]+)(\d?)$/.exec(String(value)) ?? [];
  const index = severities.indexOf(name);
  return index < 0 ? 0 : index * 4 + Number(step === '' ? 1 : step);
}

function plainEvent({ timeUnixNano, name, attributes }: OtlpEvent): Json {
  return {
    name: name ?? '',
    time_unix_nano: String(timeUnixNano ?? 0),
    attributes: plainAttributes(attributes),
  };
}

function plainLink(link: NonNullable<OtlpSpan['links']>[number]): Json {
  const { traceId = '', spanId = '', traceState, attributes } = link;
  return {
    trace_id: traceId,
    span_id: spanId,
    ...(traceState === undefined || traceState === '' ? {} : { trace_state: traceState }),
    attributes: plainAttributes(attributes),
  };
}

/** JSON of zero bytes, which no PostgreSQL text holds, is written without them. */
function jsonText(value: Json): Datum {
  return parseText(jsonb, JSON.stringify(value).replaceAll(String.raw`\u0000`, ''));
}

function textArray(values: readonly string[]): Datum {
  const dimensions = [{ length: values.length, lowerBound: 1 }];
  return { element: 'text', dimensions, values };
}
