/**
 * TIMEFUSION_SELF_TRACE=on: the server's own spans become rows of otel_logs_and_spans, under a
 * project of their own, so that they are asked for as any telemetry is.
 *
 *     tracer ──spans──▶ queue (4,096; newest dropped, counted) ──each second──▶ COPY, untraced
 *
 * The session that stores them has the null tracer: storing spans makes no spans.
 */
import { SessionContext } from './session/library/session-context.ts';
import { SqlSession } from './session/sql-session.ts';
import type { SessionEnvironment } from './session/environment.ts';
import { nullTracer } from './trace/null-tracer.ts';
import type { SpanCounts, SpanListener } from './trace/query-trace.ts';
import { instantText, type SpanData } from './trace/spans/span-data.ts';
import { statementAttributes } from './trace/encoding/statement-attributes.ts';

export const selfProject = 'timefusion';
const queueMax = 4096;
const batchMax = 500;
const chunkRows = 32;
const intervalMs = 1000;

const columns = [
  'project_id',
  'date',
  'timestamp',
  'id',
  'parent_id',
  'name',
  'kind',
  'status_code',
  'level',
  'duration',
  'start_time',
  'end_time',
  'context___trace_id',
  'context___span_id',
  'attributes',
  'events',
  'resource___service___name',
  'summary',
];

const statement = `COPY otel_logs_and_spans (${columns.join(', ')}) FROM STDIN`;

export class SelfTrace implements SpanListener {
  readonly #session: SqlSession;
  readonly #context: SessionContext;
  readonly #warn: (message: string) => void;
  #queue: SpanData[] = [];
  #produced = 0;
  #stored = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #hasWarned = false;

  constructor(environment: SessionEnvironment, warn: (message: string) => void) {
    const { superuser, database } = environment;
    const settings = [['application_name', 'timefusion self trace']] as const;
    const start = { user: superuser, database, settings, clientAddress: '', tls: false };
    this.#session = new SqlSession({ ...environment, tracer: nullTracer }, start);
    this.#context = new SessionContext(this.#session);
    this.#warn = warn;
  }

  offer(spans: readonly SpanData[]): void {
    this.#produced += spans.length;
    const room = Math.max(0, queueMax - this.#queue.length);
    this.#dropped += Math.max(0, spans.length - room);
    this.#queue.push(...spans.slice(0, room));
    this.#timer ??= setTimeout(() => void this.flush(), intervalMs).unref();
  }

  get counts(): SpanCounts {
    const queued = this.#produced - this.#stored - this.#dropped;
    return { produced: this.#produced, exported: this.#stored, queued, dropped: this.#dropped };
  }

  /** Stores what waits, in batches; one at a time. */
  flush(): Promise<void> {
    this.#flushing ??= this.#store().finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  async #store(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, batchMax);
      this.#queue = this.#queue.slice(batchMax);
      const stored = await this.#copy(batch);
      this.#stored += stored;
      this.#dropped += batch.length - stored;
    }
  }

  /** The table may be gone or full of locks: spans are lost then, and counted. */
  async #copy(batch: readonly SpanData[]): Promise<number> {
    return this.#context.copyFrom(statement, chunksOf(batch)).catch((error: unknown) => {
      if (!this.#hasWarned) this.#warn(`self trace: ${(error as Error).message}`);
      this.#hasWarned = true;
      return 0;
    });
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#session.close('shutdown');
  }
}

async function* chunksOf(spans: readonly SpanData[]): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < spans.length; at += chunkRows) {
    const lines = spans.slice(at, at + chunkRows).map((span) => `${rowOf(span).join('\t')}\n`);
    yield Buffer.from(lines.join(''));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function rowOf(span: SpanData): readonly string[] {
  const start = instantText(span.startUs);
  const attributes = {
    ...span.fixed?.values,
    ...span.attributes,
    ...statementAttributes(span.sql),
  };
  const values = [
    selfProject,
    start.slice(0, 10),
    start,
    span.spanId,
    span.parentSpanId === '' ? undefined : span.parentSpanId,
    span.name,
    span.isServer ? 'server' : 'internal',
    span.error === undefined ? 'UNSET' : 'ERROR',
    span.level.toUpperCase(),
    String((span.endUs - span.startUs) * 1000),
    start,
    instantText(span.endUs),
    span.traceId,
    span.spanId,
    JSON.stringify(attributes).replaceAll('\\u0000', ''),
    JSON.stringify(span.events).replaceAll('\\u0000', ''),
    'timefusion',
    '{}',
  ];
  return values.map((value) => (value === undefined ? '\\N' : escaped(value)));
}

/** COPY's text format. */
function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
