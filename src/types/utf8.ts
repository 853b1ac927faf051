/** UTF-8 text from untrusted bytes: what is not UTF-8 is 22021, never U+FFFD. */
import { isUtf8 } from 'node:buffer';
import { SqlError } from '../errors/sql-error.ts';

/** PostgreSQL shows at most this many bytes of a bad sequence. */
const shownBytesMax = 8;

/** Errors: 22021 with the first bad sequence in hexadecimal. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw invalidUtf8(bytes.subarray(firstInvalid(bytes)));
  return bytes.toString('utf8');
}

/** 22021 for bytes which begin with a sequence that is not UTF-8 (or with a zero byte). */
export function invalidUtf8(bytes: Uint8Array): SqlError {
  const byteSize = Math.min(announcedByteSize(bytes[0] ?? 0), bytes.length, shownBytesMax);
  const shown = [...bytes.subarray(0, byteSize)].map(
    (byte) => `0x${byte.toString(16).padStart(2, '0')}`,
  );
  return new SqlError(
    'character_not_in_repertoire',
    `invalid byte sequence for encoding "UTF8": ${shown.join(' ')}`,
  );
}

/** Length of the sequence that a lead byte announces, as PostgreSQL's pg_utf_mblen reads it. */
function announcedByteSize(lead: number): number {
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  if ((lead & 0xf8) === 0xf0) return 4;
  return 1;
}

/** Where valid text ends, sequence by sequence: only run on text already known to be bad. */
function firstInvalid(bytes: Buffer): number {
  let offset = 0;
  while (offset < bytes.length) {
    const byteSize = announcedByteSize(bytes[offset] ?? 0);
    if (!isUtf8(bytes.subarray(offset, offset + byteSize))) return offset;
    offset += byteSize;
  }
  return offset;
}
