/** COPY data in an encoding other than UTF-8: the client's, or the one that the statement names. */
import { SqlError } from '../../errors/sql-error.ts';
import { charsetNamed, isConvertible, type Charset } from '../../types/encodings/charset.ts';
import type { SqlSession } from '../sql-session.ts';
import { ByteWriter } from './byte-writer.ts';
import type { CopyFormat } from './copy-format.ts';

/**
 * What texts of the data are converted by; undefined: they are UTF-8. Values of the binary format
 * are the client's own, whatever the statement says. Errors: 42883.
 */
export function copyCharset(
  { charset }: SqlSession,
  { format, encoding }: CopyFormat,
  direction: 'in' | 'out',
): Charset | undefined {
  if (encoding === undefined) return charset;
  if (!isConvertible(encoding)) {
    const [from, to] = direction === 'in' ? [encoding, 'UTF8'] : ['UTF8', encoding];
    const message = `default conversion function for encoding "${from}" to "${to}" does not exist`;
    throw new SqlError('undefined_function', message);
  }
  return format === 'binary' ? charset : charsetNamed(encoding);
}

const headBytes = 5;
const copyDataCode = 0x64;

/**
 * CopyData messages with their payloads encoded: all, or those before the first that cannot be.
 *
 *     'd', int32 length, the row in the COPY format
 */
export function encodeCopyData(
  messages: Uint8Array,
  charset: Charset,
): { readonly encoded: Uint8Array; readonly error: SqlError | undefined } {
  const bytes = Buffer.from(messages.buffer, messages.byteOffset, messages.byteLength);
  const writer = new ByteWriter(bytes.length + headBytes);
  for (let from = 0; from < bytes.length;) {
    const end = from + 1 + bytes.readInt32BE(from + 1);
    const { converted, error } = charset.fromUtf8Partly(bytes.subarray(from + headBytes, end));
    if (error !== undefined) return { encoded: writer.take(), error };
    writer.byte(copyDataCode);
    writer.int32(4 + converted.length);
    writer.bytes(converted);
    from = end;
  }
  return { encoded: writer.take(), error: undefined };
}

/** Bytes that come in pieces, cut anywhere. */
export class CopyDecoder {
  readonly #charset: Charset;
  #rest: Buffer = Buffer.alloc(0);

  constructor(charset: Charset) {
    this.#charset = charset;
  }

  /** UTF-8 up to what is no character, and what is wrong there. */
  push(bytes: Uint8Array): { readonly text: Buffer; readonly error: SqlError | undefined } {
    const joined = Buffer.concat([this.#rest, bytes]);
    const { converted, read, error } = this.#charset.toUtf8Partly(joined);
    this.#rest = joined.subarray(read);
    return { text: converted, error };
  }

  /** What is wrong with bytes that are left at the end. */
  finish(): SqlError | undefined {
    return this.#rest.length === 0 ? undefined : this.#charset.invalid(this.#rest, 0);
  }
}
