/**
 * JSON text to values and back: numbers keep their text, so nothing is lost on the way.
 *
 * Errors carry PostgreSQL's words: 22P02 `invalid input syntax for type json`, the detail that
 * names the token, and the place in the text.
 */
import { SqlError } from '../errors/sql-error.ts';
import { formatNumeric, parseNumeric } from './numeric.ts';
import { encodeText } from './text-bytes.ts';

export type JsonValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** The number as jsonb shows it, or as written in json. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonValue])[] };

const depthMax = 6000;

/**
 * Parses JSON. `jsonb`: numbers are normalised, keys sorted and the last of equal keys kept,
 * and \u0000 is refused (22P05).
 */
export function parseJson(text: string, type: 'json' | 'jsonb'): JsonValue {
  const parser = new JsonParser(text, type === 'jsonb');
  return parser.parse();
}

interface Token {
  readonly kind: 'string' | 'number' | 'word' | 'punctuation' | 'end';
  readonly text: string;
  readonly value: string;
}

/** Punctuation, or a number or word: whatever letters and digits run on belong to it. */
const tokenPattern = new RegExp(
  '[ \\t\\n\\r]*(?:([{}[\\],:])|' +
    '(-?[0-9](?:[0-9A-Za-z_.\\u0080-\\uffff]|(?<=[eE])[+-])*' +
    '|-?[A-Za-z_\\u0080-\\uffff][0-9A-Za-z_\\u0080-\\uffff]*))',
  'y',
);
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

class JsonParser {
  readonly #text: string;
  readonly #isJsonb: boolean;
  #position = 0;
  #token: Token = { kind: 'end', text: '', value: '' };
  #depth = 0;

  constructor(text: string, isJsonb: boolean) {
    this.#text = text;
    this.#isJsonb = isJsonb;
  }

  parse(): JsonValue {
    this.#next();
    const value = this.#value();
    if (this.#token.kind !== 'end') throw this.#expected('Expected end of input, but found "%".');
    return value;
  }

  #error(detail: string): SqlError {
    const line = this.#text.slice(0, this.#position).split('\n').length;
    const lineStart = this.#text.lastIndexOf('\n', Math.max(this.#position - 1, 0)) + 1;
    let start = Math.max(lineStart, this.#position - 49);
    if (start - lineStart <= 3) start = lineStart;
    const dots = start > lineStart ? '...' : '';
    const rest = /^[^\n\r]/.test(this.#text.slice(this.#position)) ? '...' : '';
    const shown = `${dots}${this.#text.slice(start, this.#position)}${rest}`;
    const state = detail.startsWith('\\u0000')
      ? ('untranslatable_character' as const)
      : ('invalid_text_representation' as const);
    const message = detail.startsWith('\\u0000')
      ? 'unsupported Unicode escape sequence'
      : 'invalid input syntax for type json';
    return new SqlError(state, message, { detail, where: `JSON data, line ${line}: ${shown}` });
  }

  #expected(detail: string): SqlError {
    if (this.#token.kind === 'end') return this.#error('The input string ended unexpectedly.');
    return this.#error(detail.replace('%', () => this.#token.text));
  }

  #next(): void {
    tokenPattern.lastIndex = this.#position;
    const match = tokenPattern.exec(this.#text);
    if (match === null) return this.#rareToken();
    this.#position = tokenPattern.lastIndex;
    const punctuation = match[1];
    if (punctuation !== undefined) {
      this.#token = { kind: 'punctuation', text: punctuation, value: punctuation };
      return;
    }
    const text = match[2] ?? '';
    if (numberPattern.test(text)) this.#token = { kind: 'number', text, value: text };
    else if (text === 'true' || text === 'false' || text === 'null') {
      this.#token = { kind: 'word', text, value: text };
    } else throw this.#error(`Token "${text}" is invalid.`);
  }

  #rareToken(): void {
    while (/[ \t\n\r]/.test(this.#text[this.#position] ?? '')) this.#position += 1;
    const first = this.#text.codePointAt(this.#position);
    if (first === undefined) {
      this.#token = { kind: 'end', text: '', value: '' };
    } else if (first === 0x22) this.#string();
    else {
      const text = String.fromCodePoint(first);
      this.#position += text.length;
      throw this.#error(`Token "${text}" is invalid.`);
    }
  }

  #string(): void {
    const start = this.#position;
    let value = '';
    let plainFrom = start + 1;
    for (let i = start + 1; ; i += 1) {
      const code = this.#text.charCodeAt(i);
      if (code === 0x22) {
        value += this.#text.slice(plainFrom, i);
        this.#position = i + 1;
        this.#token = { kind: 'string', text: this.#text.slice(start, i + 1), value };
        return;
      }
      if (Number.isNaN(code)) {
        this.#position = i;
        throw this.#error(`Token "${this.#text.slice(start)}" is invalid.`);
      }
      if (code < 0x20) {
        this.#position = i;
        const hex = code.toString(16).padStart(2, '0');
        throw this.#error(`Character with value 0x${hex} must be escaped.`);
      }
      if (code !== 0x5c) continue;
      value += this.#text.slice(plainFrom, i);
      const [piece, length] = this.#escape(i, start);
      value += piece;
      i += length - 1;
      plainFrom = i + 1;
    }
  }

  /** The character that an escape at `at` means, and how many characters it takes. */
  #escape(at: number, tokenStart: number): readonly [string, number] {
    const letter = this.#text[at + 1] ?? '';
    const simple = simpleEscapes[letter];
    if (simple !== undefined) return [simple, 2];
    if (letter === '') {
      this.#position = this.#text.length;
      throw this.#error(`Token "${this.#text.slice(tokenStart)}" is invalid.`);
    }
    if (letter !== 'u') {
      this.#position = Math.min(at + 2, this.#text.length);
      throw this.#error(`Escape sequence "\\${letter}" is invalid.`);
    }
    const code = this.#hexAt(at);
    if (code === 0 && this.#isJsonb) {
      this.#position = at + 6;
      throw this.#error('\\u0000 cannot be converted to text.');
    }
    if (code >= 0xd800 && code < 0xdc00) return this.#surrogates(at, code);
    if (this.#isJsonb && code >= 0xdc00 && code < 0xe000) {
      this.#position = at + 6;
      throw this.#error('Unicode low surrogate must follow a high surrogate.');
    }
    return [String.fromCharCode(code), 6];
  }

  #hexAt(at: number): number {
    const digits = this.#text.slice(at + 2, at + 6);
    if (/^[0-9a-fA-F]{4}$/.test(digits)) return parseInt(digits, 16);
    const valid = /^[0-9a-fA-F]*/.exec(digits)?.[0].length ?? 0;
    this.#position = Math.min(at + 3 + valid, this.#text.length);
    throw this.#error('"\\u" must be followed by four hexadecimal digits.');
  }

  #surrogates(at: number, high: number): readonly [string, number] {
    const follows = this.#text.slice(at + 6, at + 8) === '\\u';
    const low = follows ? this.#hexAt(at + 6) : 0;
    if (low >= 0xdc00 && low < 0xe000) return [String.fromCharCode(high, low), 12];
    if (!this.#isJsonb) return [String.fromCharCode(high), 6];
    this.#position = Math.min(at + (follows ? 12 : 7), this.#text.length);
    const isHigh = low >= 0xd800 && low < 0xdc00;
    throw this.#error(
      isHigh
        ? 'Unicode high surrogate must not follow a high surrogate.'
        : 'Unicode low surrogate must follow a high surrogate.',
    );
  }

  #value(): JsonValue {
    const { kind, value } = this.#token;
    if (kind === 'string') {
      this.#next();
      return { kind: 'string', value };
    }
    if (kind === 'number') {
      const text = this.#isJsonb ? formatNumeric(parseNumeric(value)) : value;
      this.#next();
      return { kind: 'number', text };
    }
    if (kind === 'word') {
      this.#next();
      return value === 'null' ? { kind: 'null' } : { kind: 'boolean', value: value === 'true' };
    }
    if (value !== '{' && value !== '[') {
      throw this.#expected('Expected JSON value, but found "%".');
    }
    this.#depth += 1;
    if (this.#depth > depthMax) {
      throw new SqlError('statement_too_complex', 'stack depth limit exceeded');
    }
    const result = value === '{' ? this.#object() : this.#array();
    this.#depth -= 1;
    return result;
  }

  #array(): JsonValue {
    const items: JsonValue[] = [];
    this.#next();
    if (this.#isPunctuation(']')) {
      this.#next();
      return { kind: 'array', items };
    }
    for (;;) {
      items.push(this.#value());
      if (this.#isPunctuation(']')) break;
      if (!this.#isPunctuation(',')) throw this.#expected('Expected "," or "]", but found "%".');
      this.#next();
    }
    this.#next();
    return { kind: 'array', items };
  }

  #object(): JsonValue {
    const entries: (readonly [string, JsonValue])[] = [];
    this.#next();
    if (this.#isPunctuation('}')) {
      this.#next();
      return { kind: 'object', entries };
    }
    for (;;) {
      if (this.#token.kind !== 'string') {
        throw this.#expected(
          entries.length === 0
            ? 'Expected string or "}", but found "%".'
            : 'Expected string, but found "%".',
        );
      }
      const key = this.#token.value;
      this.#next();
      if (!this.#isPunctuation(':')) throw this.#expected('Expected ":", but found "%".');
      this.#next();
      entries.push([key, this.#value()]);
      if (this.#isPunctuation('}')) break;
      if (!this.#isPunctuation(',')) throw this.#expected('Expected "," or "}", but found "%".');
      this.#next();
    }
    this.#next();
    return { kind: 'object', entries: this.#isJsonb ? sortEntries(entries) : entries };
  }

  #isPunctuation(text: string): boolean {
    return this.#token.kind === 'punctuation' && this.#token.text === text;
  }
}

const simpleEscapes: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** jsonb's key order: shorter first (in bytes), then by bytes; the last of equal keys stays. */
export function compareJsonKeys(left: string, right: string): number {
  const byteSize = Buffer.byteLength(left);
  const others = byteSize - Buffer.byteLength(right);
  if (others !== 0) return others;
  const isAscii = byteSize === left.length && byteSize === right.length;
  if (!isAscii) return Buffer.compare(encodeText(left), encodeText(right));
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function sortEntries<T>(
  entries: readonly (readonly [string, T])[],
): readonly (readonly [string, T])[] {
  const last = new Map(entries);
  return [...last].sort(([left], [right]) => compareJsonKeys(left, right));
}

/** jsonb_out: `{"a": 1, "b": [1, 2]}`. */
export function formatJson(value: JsonValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return value.text;
    case 'string':
      return quoteJson(value.value);
    case 'array':
      return `[${value.items.map(formatJson).join(', ')}]`;
    case 'object': {
      const entries = value.entries.map(([key, item]) => `${quoteJson(key)}: ${formatJson(item)}`);
      return `{${entries.join(', ')}}`;
    }
  }
}

/** A JSON string literal, escaped as PostgreSQL escapes: other characters stay as they are. */
export function quoteJson(text: string): string {
  return JSON.stringify(text);
}

/** Plain data as jsonb, which has no character 0; what JSON cannot say is left out, or null. */
export function jsonbOf(value: unknown): string {
  if (typeof value === 'string') return quoteJson(value.replaceAll('\0', ''));
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? formatNumeric(parseNumeric(String(value))) : 'null';
  }
  if (Array.isArray(value)) return `[${value.map(jsonbOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return 'null';
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  const entries = sortEntries(given).map(([key, item]) => `${jsonbOf(key)}: ${jsonbOf(item)}`);
  return `{${entries.join(', ')}}`;
}

export function normalizeJsonb(text: string): string {
  return formatJson(parseJson(text, 'jsonb'));
}
