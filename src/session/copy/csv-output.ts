/**
 * One field of COPY TO csv: quoted when it would otherwise read as something else.
 */
import type { CopyFormat } from './copy-format.ts';
import type { WriteField } from './line-buffer.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;
const endMarker = Buffer.from('\\.');

/** `columnCount`: a field `\.` alone in its line would end the data. */
export function csvFields(format: CopyFormat, columnCount: number): WriteField {
  const quote = format.quote.charCodeAt(0);
  const escape = format.escape.charCodeAt(0);
  const nullText = Buffer.from(format.nullText, 'utf8');
  const isSpecial = new Uint8Array(256);
  for (const byte of [format.delimiter.charCodeAt(0), quote, newline, carriageReturn]) {
    isSpecial[byte] = 1;
  }
  const needsQuotes = (source: Buffer, from: number, to: number): boolean => {
    if (equals(source, from, to, nullText)) return true;
    if (columnCount === 1 && equals(source, from, to, endMarker)) return true;
    for (let offset = from; offset < to; offset += 1) {
      if (isSpecial[source[offset] as number] === 1) return true;
    }
    return false;
  };
  return (line, from, to, column) => {
    const { source, out } = line;
    let { at } = line;
    const quoted = format.forceQuote.has(column) || needsQuotes(source, from, to);
    if (quoted) out[at++] = quote;
    for (let offset = from; offset < to; offset += 1) {
      const byte = source[offset] as number;
      if (quoted && (byte === quote || byte === escape)) out[at++] = escape;
      out[at++] = byte;
    }
    if (quoted) out[at++] = quote;
    line.at = at;
  };
}

function equals(source: Buffer, from: number, to: number, text: Buffer): boolean {
  return to - from === text.length && source.compare(text, 0, text.length, from, to) === 0;
}
