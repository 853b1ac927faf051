/** One field of COPY TO text: control characters, backslash and delimiter behind a backslash. */
import type { ByteWriter } from './byte-writer.ts';

export interface TextBytes {
  readonly delimiter: number;
  readonly nullText: Uint8Array;
}

const backslash = 0x5c;

/** Letters for \b \t \n \v \f \r, which are the bytes 8 to 13. */
const firstControl = 0x08;
const controlLetters = Buffer.from('btnvfr');

/** `value` undefined: NULL. */
export function writeTextField(
  writer: ByteWriter,
  value: Uint8Array | undefined,
  { delimiter, nullText }: TextBytes,
): void {
  if (value === undefined) {
    writer.bytes(nullText);
    return;
  }
  let start = 0;
  for (let offset = 0; offset < value.length; offset += 1) {
    const byte = value[offset] ?? 0;
    const letter = controlLetters[byte - firstControl];
    if (letter === undefined && byte !== backslash && byte !== delimiter) continue;
    writer.bytes(value.subarray(start, offset));
    writer.byte(backslash);
    writer.byte(letter ?? byte);
    start = offset + 1;
  }
  writer.bytes(value.subarray(start));
}
