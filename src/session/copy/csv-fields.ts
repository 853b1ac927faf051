/**
 * One CSV record into fields.
 *
 * Quotes may open and close anywhere inside a field; between them the escape character takes a
 * quote or itself as data. An unquoted field that equals the null text is NULL.
 */
import type { CopyFormat } from './copy-format.ts';

/** undefined: a quoted field does not end. `line` is valid UTF-8. */
export function splitCsvLine(line: Buffer, format: CopyFormat): (string | null)[] | undefined {
  const text = line.toString('utf8');
  const { delimiter, quote } = format;
  if (!text.includes(quote)) {
    return text.split(delimiter).map((field, column) => nullOr(field, column, false, format));
  }
  const fields: (string | null)[] = [];
  let offset = 0;
  for (;;) {
    const field = readField(text, offset, format);
    if (field === undefined) return undefined;
    fields.push(nullOr(field.value, fields.length, field.quoted, format));
    if (field.end >= text.length) return fields;
    offset = field.end + 1;
  }
}

interface Field {
  readonly value: string;
  readonly quoted: boolean;
  readonly end: number;
}

function readField(text: string, start: number, format: CopyFormat): Field | undefined {
  const { delimiter, quote } = format;
  let value = '';
  let quoted = false;
  let offset = start;
  while (offset < text.length && text[offset] !== delimiter) {
    if (text[offset] !== quote) {
      const end = nextOf(text, offset, delimiter, quote);
      value += text.slice(offset, end);
      offset = end;
      continue;
    }
    const section = readQuoted(text, offset + 1, format);
    if (section === undefined) return undefined;
    quoted = true;
    value += section.value;
    offset = section.end;
  }
  return { value, quoted, end: offset };
}

/** From behind the opening quote to behind the closing one. */
function readQuoted(
  text: string,
  start: number,
  { quote, escape }: CopyFormat,
): { readonly value: string; readonly end: number } | undefined {
  let value = '';
  let offset = start;
  while (offset < text.length) {
    const end = nextOf(text, offset, quote, escape);
    value += text.slice(offset, end);
    if (end === text.length) return undefined;
    const next = text[end + 1];
    if (text[end] === escape && (next === quote || next === escape)) {
      value += next;
      offset = end + 2;
    } else if (text[end] === quote) return { value, end: end + 1 };
    else {
      value += escape;
      offset = end + 1;
    }
  }
  return undefined;
}

function nextOf(text: string, offset: number, one: string, other: string): number {
  let end = offset;
  while (end < text.length && text[end] !== one && text[end] !== other) end += 1;
  return end;
}

function nullOr(
  value: string,
  column: number,
  quoted: boolean,
  { nullText, forceNotNull, forceNull }: CopyFormat,
): string | null {
  if (value !== nullText) return value;
  const isNull = quoted ? forceNull.has(column) : !forceNotNull.has(column);
  return isNull ? null : value;
}
