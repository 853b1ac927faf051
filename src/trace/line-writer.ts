/**
 * Span lines on standard output: winston formats them, one JSON object or one text line each.
 *
 * Writing to a pipe that nobody reads would block a Node process; so lines wait in a buffer and
 * go out by asynchronous writes, one at a time. Beyond 8 MiB of waiting lines new ones are
 * dropped and counted.
 */
import { write } from 'node:fs';
import { Writable } from 'node:stream';
import { createLogger, format, transports, type Logger } from 'winston';
import type { SpanData } from './span-data.ts';
import { linesTarget } from './span-targets.ts';
import { statementAttributes } from './statement-attributes.ts';
import type { EventLine } from './worker-messages.ts';

const bufferedMax = 8 * 1024 * 1024;
const templateMax = 512;
const retryMs = 20;
const levels = { error: 0, warn: 1, info: 2, debug: 3, trace: 4 };

type Json = Readonly<Record<string, unknown>>;

export class LineWriter {
  readonly #logger: Logger;
  readonly #buffer: OutputBuffer;

  constructor(lineFormat: 'json' | 'text', settled: (written: number, dropped: number) => void) {
    this.#buffer = new OutputBuffer(1, settled);
    const buffer = this.#buffer;
    const stream = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        buffer.push(text);
        done();
      },
    });
    const form = lineFormat === 'json' ? jsonLine : textLine;
    this.#logger = createLogger({
      levels,
      level: 'trace',
      format: format.printf(({ line }) => form(line as Json)),
      transports: [new transports.Stream({ stream, eol: '\n' })],
    });
  }

  span(span: SpanData): void {
    this.#logger.log({ level: span.level, message: '', line: spanLine(span) });
  }

  event(line: EventLine): void {
    this.#logger.log({ level: 'warn', message: '', line: eventLine(line) });
  }

  /** Resolves when what was written before is out. */
  flush(): Promise<void> {
    return this.#buffer.drained();
  }
}

function instant(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}

function spanLine(span: SpanData): Json {
  const { line } = span;
  const { rows_produced: rows, operator, ...rest } = line.fields;
  return {
    timestamp: instant(span.endUs),
    level: span.level.toUpperCase(),
    target: linesTarget,
    module: span.target,
    span: {
      name: line.name,
      phase: line.phase,
      ...(operator === undefined ? {} : { operator }),
      ...(rows === undefined ? {} : { rows_produced: rows }),
      elapsed_ms: (span.endUs - span.startUs) / 1000,
      ...rest,
      ...(span.error === undefined ? {} : { error_type: span.error }),
    },
    trace_id: span.traceId,
    span_id: span.spanId,
    query_id: span.queryId,
  };
}

function eventLine(event: EventLine): Json {
  const { 'db.query.text': template, 'query.fingerprint': fingerprint } = statementAttributes(
    event.sql,
  );
  return {
    timestamp: instant(event.timeUs),
    level: event.level,
    target: event.target,
    message: event.message,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(template === undefined ? {} : { template: String(template).slice(0, templateMax) }),
    ...event.fields,
  };
}

/** JSON escapes control characters itself, but for the few that terminals act on. */
function jsonLine(line: Json): string {
  return JSON.stringify(line).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, unicodeEscape);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `2026-11-22T10:09:29.123Z  INFO datafusion_tracing: execute_plan phase="physical_plan" …`. */
function textLine(line: Json): string {
  const { timestamp, level, target, message, span, ...rest } = line;
  const { name, ...fields } = (span ?? { name: message }) as Json;
  const pairs = Object.entries({ ...fields, ...rest })
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${jsonLine(value as Json)}`);
  return `${timestamp} ${String(level).padStart(5)} ${target}: ${name} ${pairs.join(' ')}`;
}

/** Lines on their way to a file descriptor. */
class OutputBuffer {
  readonly #descriptor: number;
  readonly #settled: (written: number, dropped: number) => void;
  #waiting: string[] = [];
  #waitingChars = 0;
  #writing = false;
  #drained: (() => void)[] = [];

  constructor(descriptor: number, settled: (written: number, dropped: number) => void) {
    this.#descriptor = descriptor;
    this.#settled = settled;
  }

  push(text: string): void {
    if (this.#waitingChars + text.length > bufferedMax) {
      this.#settled(0, 1);
      return;
    }
    this.#waiting.push(text);
    this.#waitingChars += text.length;
    if (!this.#writing) {
      this.#writing = true;
      setImmediate(() => this.#writeNext());
    }
  }

  #writeNext(): void {
    if (this.#waiting.length === 0) {
      this.#writing = false;
      for (const done of this.#drained.splice(0)) done();
      return;
    }
    const lines = this.#waiting;
    const chars = this.#waitingChars;
    this.#waiting = [];
    this.#write(Buffer.from(lines.join('')), 0, (isWritten) => {
      this.#waitingChars -= chars;
      this.#settled(isWritten ? lines.length : 0, isWritten ? 0 : lines.length);
      this.#writeNext();
    });
  }

  #write(bytes: Buffer, from: number, done: (isWritten: boolean) => void): void {
    write(this.#descriptor, bytes, from, bytes.length - from, null, (error, count) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(bytes, from, done), retryMs);
      } else if (error !== null) done(false);
      else if (from + count < bytes.length) this.#write(bytes, from + count, done);
      else done(true);
    });
  }

  drained(): Promise<void> {
    if (!this.#writing) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }
}
