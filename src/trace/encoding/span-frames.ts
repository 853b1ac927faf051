/**
 * Encoded spans one after the other, each with what its message does not say. They are made once, on
 * the session's thread; the export thread, exporters and `trace.spans` work on these bytes.
 *
 *     frame = spanBytes:4 attributesEnd:4 sqlBytes:4 level:1 targetBytes:1 target span sql
 *
 * `attributesEnd` is where, within the span, its last attribute ends: the export thread puts template
 * and fingerprint of the statement there, whose raw text is `sql`. Numbers are little-endian.
 */
import type { Level } from '../choice/filter.ts';
import type { SpanData } from '../spans/span-data.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { encodeSpan } from './span-encoder.ts';
import { encodedStatement, scannedMax } from './statement-attributes.ts';

const levels: readonly Level[] = ['error', 'warn', 'info', 'debug', 'trace'];
const headBytes = 14;

const out = new ProtobufWriter();

/** Valid until the next call. */
export function encodeFrames(spans: readonly Omit<SpanData, 'line' | 'queryId'>[]): Buffer {
  out.clear();
  for (const span of spans) writeFrame(span);
  return out.bytes;
}

function writeFrame(span: Omit<SpanData, 'line' | 'queryId'>): void {
  const head = out.size;
  for (let word = 0; word < 3; word++) out.u32(0);
  out.byte(levels.indexOf(span.level));
  out.byte(span.target.length);
  out.chars(span.target);
  const start = out.size;
  const attributesEnd = encodeSpan(out, span);
  const end = out.size;
  if (span.sql !== undefined) out.chars(span.sql.slice(0, scannedMax));
  out.u32At(head, end - start);
  out.u32At(head + 4, attributesEnd - start);
  out.u32At(head + 8, out.size - end);
}

/** A view of one frame. */
export class SpanFrame {
  readonly #bytes: Buffer;
  readonly #at: number;
  readonly #spanStart: number;
  readonly #spanEnd: number;
  /** Where the next frame begins. */
  readonly end: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#spanStart = at + headBytes + (bytes[at + 13] ?? 0);
    this.#spanEnd = this.#spanStart + bytes.readUInt32LE(at);
    this.end = this.#spanEnd + bytes.readUInt32LE(at + 8);
  }

  /** A Span of OTLP. */
  get span(): Buffer {
    return this.#bytes.subarray(this.#spanStart, this.#spanEnd);
  }

  get attributesEnd(): number {
    return this.#bytes.readUInt32LE(this.#at + 4);
  }

  /** Empty: it is no statement's root. */
  get sql(): string {
    if (this.end === this.#spanEnd) return '';
    return this.#bytes.toString('utf8', this.#spanEnd, this.end);
  }

  get level(): Level {
    return levels[this.#bytes[this.#at + 12] ?? 2] ?? 'info';
  }

  get target(): string {
    return this.#bytes.toString('latin1', this.#at + headBytes, this.#spanStart);
  }
}

export function* readFrames(bytes: Buffer): Generator<SpanFrame> {
  for (let at = 0; at < bytes.length;) {
    const frame = new SpanFrame(bytes, at);
    yield frame;
    at = frame.end;
  }
}

/** The whole message of a frame: what may be said of the statement is put behind its attributes. */
export function wholeSpan({ span, attributesEnd, sql }: SpanFrame): Buffer {
  if (sql === '') return span;
  const [before, after] = [span.subarray(0, attributesEnd), span.subarray(attributesEnd)];
  return Buffer.concat([before, encodedStatement(sql), after]);
}
