/** Span lines on standard output: winston formats them, one JSON object or one text line each. */
import { Writable } from 'node:stream';
import { createLogger, format, transports, type Logger } from 'winston';
import type { OutputBuffer, Settled } from './output-buffer.ts';
import { linesTarget } from '../spans/span-targets.ts';
import { statementAttributes } from '../encoding/statement-attributes.ts';
import type { EventLine, SpanLine } from './worker-messages.ts';

const templateMax = 512;
const levels = { error: 0, warn: 1, info: 2, debug: 3, trace: 4 };

type Json = Readonly<Record<string, unknown>>;

export class LineWriter {
  readonly #logger: Logger;
  readonly #buffer: OutputBuffer;

  constructor(lineFormat: 'json' | 'text', buffer: OutputBuffer, settled: Settled) {
    this.#buffer = buffer;
    const stream = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        buffer.push(text, settled);
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

  span(span: SpanLine): void {
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

function spanLine(span: SpanLine): Json {
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
