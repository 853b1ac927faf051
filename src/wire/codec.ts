/**
 * Framing: bytes in, whole frames out, wherever the network cut them.
 *
 *     startup   int32 length (itself included), body
 *     message   byte code, int32 length (itself included), body
 *
 * Invariants
 *   - A frame longer than its kind allows is refused when its length is read: nothing is
 *     allocated for bytes that were only announced.
 *   - Bytes handed out are never written again: a frame's body may be kept.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { Charset } from '../types/encodings/charset.ts';
import { frontendMessages, type FrontendMessage, type MessageRecord } from './frontend-messages.ts';
import { MessageReader } from './message-reader.ts';

export interface Frame {
  readonly code: number;
  /** undefined: no such message; its length was not read. */
  readonly record: MessageRecord | undefined;
  readonly body: Buffer;
  readonly firstByteNs: number;
  readonly lastByteNs: number;
}

/** The stream cannot be understood any further: reported as FATAL. */
export class FramingError extends SqlError {}

const shortBytesMax = 10_000;
const startupBytesMax = 10_004;
/** PG_MAX_SASL_MESSAGE_LENGTH */
const saslBytesMax = 1_024;
const arrivalsMax = 64;
const empty = Buffer.alloc(0);

const recordsByCode: readonly (MessageRecord | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => frontendMessages.find((record) => record.code.charCodeAt(0) === code),
);

export class FrameDecoder {
  readonly #bytesMax: number;
  #bytes: Buffer = empty;
  #start = 0;
  #end = 0;
  /** True: the space behind #end is ours to append to. */
  #owned = false;
  /** Bytes ever consumed; places arrivals. */
  #position = 0;
  /** Byte positions up to which the stream had come by a time; the oldest first. */
  #arrivals: { end: number; ns: number }[] = [];
  #wanted = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get buffered(): number {
    return this.#end - this.#start;
  }

  /** Bytes that the frame under way needs in all, as far as they are known. */
  get wanted(): number {
    return this.#wanted;
  }

  get firstByte(): number | undefined {
    return this.buffered === 0 ? undefined : this.#bytes[this.#start];
  }

  /** Everything not yet taken, for whoever reads the stream from here on. */
  takeAll(): Buffer {
    const bytes = this.#bytes.subarray(this.#start, this.#end);
    this.#consume(bytes.length);
    return bytes;
  }

  push(chunk: Buffer, arrivedNs: number): void {
    if (chunk.length === 0) return;
    this.#append(chunk);
    const end = this.#position + this.buffered;
    const last = this.#arrivals.at(-1);
    if (last !== undefined && (last.ns === arrivedNs || this.#arrivals.length >= arrivalsMax)) {
      last.end = end;
      last.ns = arrivedNs;
    } else this.#arrivals.push({ end, ns: arrivedNs });
  }

  /** The body of a startup packet. */
  takeStartup(): Buffer | 'malformed' | undefined {
    if (this.buffered < 4) return this.#wait(4);
    const length = this.#bytes.readUInt32BE(this.#start);
    if (length < 8 || length > startupBytesMax) return 'malformed';
    if (this.buffered < length) return this.#wait(length);
    const body = this.#bytes.subarray(this.#start + 4, this.#start + length);
    this.#consume(length);
    return body;
  }

  /** The body of a password message. Errors: 08P01 for any other message. */
  takePassword(): Buffer | undefined {
    if (this.buffered < 1) return this.#wait(1);
    const code = this.#bytes[this.#start];
    if (code !== 0x70) {
      throw new FramingError(
        'protocol_violation',
        `expected SASL response, got message type ${code}`,
      );
    }
    const length = this.#length(saslBytesMax);
    if (length === undefined) return undefined;
    const body = this.#bytes.subarray(this.#start + 5, this.#start + 1 + length);
    this.#consume(1 + length);
    return body;
  }

  /** The next whole message, or undefined when bytes are missing. Errors: 08P01, 54000. */
  take(): Frame | undefined {
    if (this.buffered < 1) return this.#wait(1);
    const code = this.#bytes[this.#start] ?? 0;
    const record = recordsByCode[code];
    const firstByteNs = this.#arrivals[0]?.ns ?? 0;
    if (record === undefined) {
      return { code, record, body: empty, firstByteNs, lastByteNs: firstByteNs };
    }
    const length = this.#length(record.length === 'short' ? shortBytesMax : this.#bytesMax);
    if (length === undefined) return undefined;
    const body = this.#bytes.subarray(this.#start + 5, this.#start + 1 + length);
    return { code, record, body, firstByteNs, lastByteNs: this.#consume(1 + length) };
  }

  /** The length word of a message whose bytes are all there. */
  #length(bytesMax: number): number | undefined {
    if (this.buffered < 5) return this.#wait(5);
    const length = this.#bytes.readInt32BE(this.#start + 1);
    if (length < 4) throw new FramingError('protocol_violation', 'invalid message length');
    if (length - 4 > bytesMax) throw tooLong(length - 4, bytesMax);
    return this.buffered < 1 + length ? this.#wait(1 + length) : length;
  }

  #wait(byteSize: number): undefined {
    this.#wanted = byteSize;
    return undefined;
  }

  /** Returns when the last consumed byte came. */
  #consume(byteSize: number): number {
    this.#start += byteSize;
    this.#position += byteSize;
    this.#wanted = 0;
    let arrival = this.#arrivals[0];
    while (arrival !== undefined && arrival.end < this.#position) {
      this.#arrivals.shift();
      arrival = this.#arrivals[0];
    }
    const ns = arrival?.ns ?? 0;
    if (arrival?.end === this.#position) this.#arrivals.shift();
    if (this.#start === this.#end) {
      this.#bytes = empty;
      this.#start = 0;
      this.#end = 0;
      this.#owned = false;
    }
    return ns;
  }

  #append(chunk: Buffer): void {
    if (this.buffered === 0) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    if (!this.#owned || this.#bytes.length - this.#end < chunk.length) {
      const grown = Buffer.allocUnsafeSlow(2 * (this.buffered + chunk.length));
      this.#bytes.copy(grown, 0, this.#start, this.#end);
      this.#end = this.buffered;
      this.#start = 0;
      this.#bytes = grown;
      this.#owned = true;
    }
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }
}

/** Strings come in the client's encoding; without a charset as UTF-8. Errors: 08P01, 22021, 22P05. */
export function decodeMessage(
  record: MessageRecord,
  body: Buffer,
  charset?: Charset,
): FrontendMessage {
  const reader = new MessageReader(body, charset);
  const message = record.decode(reader);
  reader.end();
  return message;
}

function tooLong(byteSize: number, bytesMax: number): FramingError {
  if (bytesMax <= shortBytesMax) {
    return new FramingError('protocol_violation', 'invalid message length');
  }
  return new FramingError(
    'program_limit_exceeded',
    `message of ${byteSize} bytes exceeds the limit of ${bytesMax} bytes`,
  );
}
