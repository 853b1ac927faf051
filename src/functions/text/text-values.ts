/** Text by characters (code points), as PostgreSQL counts them in UTF-8. */
import { SqlError } from '../../errors/sql-error.ts';

/** A text of ASCII only needs no splitting into code points. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

export function characterCount(text: string): number {
  if (isAscii(text)) return text.length;
  let count = 0;
  for (const _character of text) count++;
  return count;
}

/** Characters [from, to), zero-based. */
export function sliceCharacters(text: string, from: number, to: number): string {
  if (to <= from) return '';
  if (isAscii(text)) return text.slice(Math.max(0, from), Math.max(0, to));
  return [...text].slice(Math.max(0, from), Math.max(0, to)).join('');
}

/** substring(text, start, length), 1-based; parts before the start count against the length. */
export function substring(text: string, start: number, length?: number): string {
  if (length === undefined) return sliceCharacters(text, start - 1, Infinity);
  if (length < 0) throw new SqlError('substring_error', 'negative substring length not allowed');
  return sliceCharacters(text, start - 1, start - 1 + length);
}

export function left(text: string, count: number): string {
  return sliceCharacters(text, 0, count >= 0 ? count : characterCount(text) + count);
}

export function right(text: string, count: number): string {
  const length = characterCount(text);
  const from = count >= 0 ? length - count : -count;
  return sliceCharacters(text, Math.max(0, from), length);
}

/** 1-based place in characters; 0 when absent. */
export function positionOf(needle: string, text: string): number {
  const at = text.indexOf(needle);
  return at < 0 ? 0 : characterCount(text.slice(0, at)) + 1;
}

/** Longest text that JavaScript holds, a little below what PostgreSQL would. */
const lengthMax = 2 ** 29 - 25;

export function pad(text: string, length: number, fill: string, side: 'left' | 'right'): string {
  const characters = [...text];
  if (length <= characters.length) return characters.slice(0, Math.max(0, length)).join('');
  const filling = [...fill];
  if (filling.length === 0) return text;
  const missing = length - characters.length;
  if (length > lengthMax) {
    throw new SqlError('program_limit_exceeded', 'requested length too large');
  }
  const added = Array.from({ length: missing }, (_, index) => filling[index % filling.length]).join(
    '',
  );
  return side === 'left' ? added + text : text + added;
}

export function trimCharacters(
  text: string,
  characters: string,
  side: 'both' | 'left' | 'right',
): string {
  const set = new Set(characters);
  const list = [...text];
  let from = 0;
  let to = list.length;
  if (side !== 'right') while (from < to && set.has(list[from] as string)) from++;
  if (side !== 'left') while (to > from && set.has(list[to - 1] as string)) to--;
  return list.slice(from, to).join('');
}

/** Character by character: what becomes longer stays as it is, as towupper() has it. */
function mapCase(text: string, change: (part: string) => string): string {
  if (isAscii(text)) return change(text);
  return Array.from(text, (character) => {
    const changed = change(character);
    return characterCount(changed) === 1 ? changed : character;
  }).join('');
}

export function upperCase(text: string): string {
  return mapCase(text, (part) => part.toUpperCase());
}

export function lowerCase(text: string): string {
  return mapCase(text, (part) => (part === 'İ' ? 'i' : part.toLowerCase()));
}

/** First letter of each word upper, the rest lower; words are runs of letters and digits. */
export function initcap(text: string): string {
  return lowerCase(text).replaceAll(/[\p{L}\p{N}]+/gu, (word) => {
    const [first = ''] = word;
    return upperCase(first) + word.slice(first.length);
  });
}

/** `\0061`, `\u0061`, `\+000061` and `\U00000061` are characters, `\\\\` a backslash. */
export function unescapeUnicode(text: string): string {
  const escapes =
    /\\(?:\\|([0-9a-fA-F]{4})|u([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|U([0-9a-fA-F]{8})|)/g;
  const plain = text.replaceAll(escapes, (whole, ...digits: (string | undefined)[]) => {
    const hex = digits.slice(0, 4).find((part) => part !== undefined);
    if (hex !== undefined && parseInt(hex, 16) <= 0x10ffff) return codePoint(parseInt(hex, 16));
    if (whole === '\\\\') return '\\';
    if (hex !== undefined) {
      const code = hex.toUpperCase().replace(/^0+/, '');
      throw new SqlError('invalid_parameter_value', `invalid Unicode code point: ${code}`);
    }
    throw new SqlError('syntax_error', 'invalid Unicode escape', {
      hint: 'Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.',
    });
  });
  if (!/\p{Cs}/u.test(plain)) return plain;
  throw new SqlError('syntax_error', 'invalid Unicode surrogate pair');
}

function codePoint(code: number): string {
  return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
}

export function splitPart(text: string, separator: string, field: number): string {
  if (field === 0) {
    throw new SqlError('invalid_parameter_value', 'field position must not be zero');
  }
  const parts = separator === '' ? [text] : text.split(separator);
  return parts.at(field > 0 ? field - 1 : field) ?? '';
}

export function repeat(text: string, count: number): string {
  if (count <= 0 || text === '') return '';
  if (text.length * count > lengthMax) {
    throw new SqlError('program_limit_exceeded', 'requested length too large');
  }
  return text.repeat(count);
}

export function translate(text: string, from: string, to: string): string {
  const sources = [...from];
  const targets = [...to];
  const map = new Map<string, string>();
  sources.forEach((character, index) => {
    if (!map.has(character)) map.set(character, targets[index] ?? '');
  });
  return Array.from(text, (character) => map.get(character) ?? character).join('');
}

export function overlay(text: string, replacement: string, start: number, count?: number): string {
  if (start <= 0) throw new SqlError('substring_error', 'negative substring length not allowed');
  const length = count ?? characterCount(replacement);
  return (
    sliceCharacters(text, 0, start - 1) +
    replacement +
    sliceCharacters(text, start - 1 + length, Infinity)
  );
}

export function chr(code: number): string {
  if (code === 0) throw new SqlError('program_limit_exceeded', 'null character not permitted');
  if (code < 0) throw new SqlError('invalid_parameter_value', 'character number must be positive');
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || isSurrogate) {
    const fault = isSurrogate ? 'not valid' : 'too large';
    const message = `requested character ${fault} for encoding: ${code}`;
    throw new SqlError('program_limit_exceeded', message);
  }
  return String.fromCodePoint(code);
}

/** A character for each byte. */
export function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

export function latin1Bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
