/** One field of COPY TO text: control characters, backslash and delimiter behind a backslash. */
import type { WriteField } from './line-buffer.ts';

const backslash = 0x5c;

/** Letters for \b \t \n \v \f \r, which are the bytes 8 to 13. */
const firstControl = 0x08;
const controlLetters = Buffer.from('btnvfr');

export function textFields(delimiter: string): WriteField {
  const escapes = new Uint8Array(256);
  escapes.set(controlLetters, firstControl);
  for (const byte of [backslash, delimiter.charCodeAt(0)]) {
    if (escapes[byte] === 0) escapes[byte] = byte;
  }
  return (line, from, to) => {
    const { source, out } = line;
    let { at } = line;
    for (let offset = from; offset < to; offset += 1) {
      const byte = source[offset] as number;
      const escape = escapes[byte] as number;
      if (escape === 0) out[at++] = byte;
      else {
        out[at++] = backslash;
        out[at++] = escape;
      }
    }
    line.at = at;
  };
}
