/**
 * One line of COPY text into fields.
 *
 *     \N           NULL (or the null text asked for), compared before escapes are read
 *     \b \f \n \r \t \v    control characters
 *     \123 \x4f    a byte by its octal or hexadecimal number
 *     \c           any other character, itself
 */
import { isText, notText } from '../../types/utf8.ts';
import type { CopyFormat } from './copy-format.ts';

const backslash = 0x5c;

const controls: ReadonlyMap<number, number> = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x76, 0x0b],
]);

/**
 * `line` is text; `where` says where it stands. Errors: 22021 for escapes that make bytes which
 * are no text.
 */
export function splitTextLine(
  line: Buffer,
  format: CopyFormat,
  where: () => string,
): (string | null)[] {
  const { delimiter, nullText } = format;
  if (line.indexOf(backslash) < 0) {
    return line
      .toString('utf8')
      .split(delimiter)
      .map((field) => (field === nullText ? null : field));
  }
  return splitAtDelimiters(line, delimiter.charCodeAt(0)).map((field) =>
    field.toString('utf8') === nullText ? null : unescapeField(field, where),
  );
}

function splitAtDelimiters(line: Buffer, delimiter: number): Buffer[] {
  const fields: Buffer[] = [];
  let start = 0;
  for (let offset = 0; offset < line.length; offset += 1) {
    const byte = line[offset];
    if (byte === backslash) offset += 1;
    else if (byte === delimiter) {
      fields.push(line.subarray(start, offset));
      start = offset + 1;
    }
  }
  fields.push(line.subarray(start));
  return fields;
}

function unescapeField(field: Buffer, where: () => string): string {
  if (field.indexOf(backslash) < 0) return field.toString('utf8');
  const bytes = Buffer.allocUnsafe(field.length);
  let used = 0;
  const end = endsInLoneBackslash(field) ? field.length - 1 : field.length;
  for (let offset = 0; offset < end; used += 1) {
    const byte = field[offset] ?? 0;
    if (byte !== backslash) {
      bytes[used] = byte;
      offset += 1;
      continue;
    }
    const escape = readEscape(field, offset + 1);
    bytes[used] = escape.byte;
    offset = escape.next;
  }
  const value = bytes.subarray(0, used);
  if (!isText(value)) throw notText(value, { where: where() });
  return value.toString('utf8');
}

/** A backslash at the very end escapes nothing and is dropped. */
function endsInLoneBackslash(field: Buffer): boolean {
  let count = 0;
  while (field[field.length - 1 - count] === backslash) count += 1;
  return count % 2 === 1;
}

function readEscape(
  field: Buffer,
  offset: number,
): { readonly byte: number; readonly next: number } {
  const first = field[offset] ?? 0;
  const octal = digitsAt(field, offset, { radix: 8, countMax: 3 });
  if (octal !== '') return { byte: parseInt(octal, 8) & 0xff, next: offset + octal.length };
  if (first === 0x78) {
    const hexadecimal = digitsAt(field, offset + 1, { radix: 16, countMax: 2 });
    if (hexadecimal !== '') {
      return { byte: parseInt(hexadecimal, 16), next: offset + 1 + hexadecimal.length };
    }
  }
  return { byte: controls.get(first) ?? first, next: offset + 1 };
}

function digitsAt(
  field: Buffer,
  offset: number,
  { radix, countMax }: { readonly radix: number; readonly countMax: number },
): string {
  const text = field.toString('latin1', offset, offset + countMax);
  return (radix === 8 ? /^[0-7]+/ : /^[0-9a-fA-F]+/).exec(text)?.[0] ?? '';
}
