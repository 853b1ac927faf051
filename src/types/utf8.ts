/** UTF-8 text from untrusted bytes: what is not UTF-8 is 22021, never U+FFFD. */
import { isUtf8 } from 'node:buffer';
import { SqlError, type SqlErrorFields } from '../errors/sql-error.ts';

/** PostgreSQL shows at most this many bytes of a bad sequence. */
const shownBytesMax = 8;

/** Errors: 22021 with the first bad sequence in hexadecimal. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notText(bytes);
  return bytes.toString('utf8');
}

/** UTF-8 without zero bytes, which no PostgreSQL text holds. */
export function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** 22021 naming the first sequence of `bytes` that is not text. */
export function notText(bytes: Buffer, fields: SqlErrorFields = {}): SqlError {
  const start = textEnd(bytes);
  const announced = announcedByteSize(bytes[start] ?? 0);
  const shown = [...bytes.subarray(start, start + Math.min(announced, shownBytesMax))].map(
    (byte) => `0x${byte.toString(16).padStart(2, '0')}`,
  );
  return new SqlError(
    'character_not_in_repertoire',
    `invalid byte sequence for encoding "UTF8": ${shown.join(' ')}`,
    fields,
  );
}

/** Length of the sequence that a lead byte announces, as PostgreSQL's pg_utf_mblen reads it. */
function announcedByteSize(lead: number): number {
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  if ((lead & 0xf8) === 0xf0) return 4;
  return 1;
}

/** Where text ends, sequence by sequence: only run on bytes already known to be bad. */
function textEnd(bytes: Buffer): number {
  let offset = 0;
  while (offset < bytes.length && bytes[offset] !== 0) {
    const byteSize = announcedByteSize(bytes[offset] ?? 0);
    if (!isUtf8(bytes.subarray(offset, offset + byteSize))) return offset;
    offset += byteSize;
  }
  return offset;
}
