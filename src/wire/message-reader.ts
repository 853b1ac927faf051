/**
 * Reads the fields of one message body; every read is checked against its end.
 *
 * pg-protocol's BufferReader does the reading; it knows no end of its own, so the body is an
 * exact slice and each step is bounded here. Error texts are those of PostgreSQL's pqformat.c.
 */
import { BufferReader } from 'pg-protocol/dist/buffer-reader.js';
import { SqlError } from '../errors/sql-error.ts';
import type { Charset } from '../types/encodings/charset.ts';
import { decodeUtf8 } from '../types/utf8.ts';

export class MessageReader {
  readonly #reader = new BufferReader();
  readonly #body: Buffer;
  readonly #charset: Charset | undefined;
  #offset = 0;

  /** Without a charset, strings are UTF-8. */
  constructor(body: Buffer, charset?: Charset) {
    this.#body = body;
    this.#charset = charset;
    this.#reader.setBuffer(0, body);
  }

  get remaining(): number {
    return this.#body.length - this.#offset;
  }

  byte(): number {
    this.#advance(1);
    return this.#reader.byte();
  }

  uint16(): number {
    this.#advance(2);
    return this.#reader.int16() & 0xffff;
  }

  int32(): number {
    this.#advance(4);
    return this.#reader.int32();
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  bytes(byteSize: number): Buffer {
    this.#advance(byteSize);
    return this.#reader.bytes(byteSize);
  }

  rest(): Buffer {
    return this.bytes(this.remaining);
  }

  /** A zero-terminated string. Errors: 08P01 without terminator, 22021, 22P05. */
  cstring(): string {
    const end = this.#body.indexOf(0, this.#offset);
    if (end < 0) throw violation('invalid string in message');
    const bytes = this.bytes(end - this.#offset);
    const text = decodeUtf8(this.#charset?.toUtf8(bytes) ?? bytes);
    this.byte();
    return text;
  }

  /** Errors: 08P01 when bytes are left. */
  end(): void {
    if (this.remaining !== 0) throw violation('invalid message format');
  }

  #advance(byteSize: number): void {
    if (byteSize < 0 || byteSize > this.remaining) {
      throw violation('insufficient data left in message');
    }
    this.#offset += byteSize;
  }
}

function violation(message: string): SqlError {
  return new SqlError('protocol_violation', message);
}
