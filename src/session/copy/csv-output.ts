/**
 * One field of COPY TO csv: quoted when it would otherwise read as something else.
 */
import type { ByteWriter } from './byte-writer.ts';

export interface CsvBytes {
  readonly delimiter: number;
  readonly quote: number;
  readonly escape: number;
  readonly nullText: Uint8Array;
  /** The only column: a field `\.` would end the data. */
  readonly alone: boolean;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const endMarker = Buffer.from('\\.');

/** `value` undefined: NULL, never quoted. */
export function writeCsvField(
  writer: ByteWriter,
  value: Uint8Array | undefined,
  bytes: CsvBytes,
  forceQuote: boolean,
): void {
  if (value === undefined) {
    writer.bytes(bytes.nullText);
    return;
  }
  if (!forceQuote && !needsQuotes(value, bytes)) {
    writer.bytes(value);
    return;
  }
  writer.byte(bytes.quote);
  for (const byte of value) {
    if (byte === bytes.quote || byte === bytes.escape) writer.byte(bytes.escape);
    writer.byte(byte);
  }
  writer.byte(bytes.quote);
}

function needsQuotes(value: Uint8Array, bytes: CsvBytes): boolean {
  if (bytes.nullText.length === value.length && Buffer.compare(bytes.nullText, value) === 0) {
    return true;
  }
  if (bytes.alone && Buffer.compare(endMarker, value) === 0) return true;
  return value.some(
    (byte) =>
      byte === bytes.delimiter ||
      byte === bytes.quote ||
      byte === newline ||
      byte === carriageReturn,
  );
}
