/** Tokens of SQL/JSON paths (jsonpath_scan.l). */
import { SqlError } from '../../errors/sql-error.ts';

export interface PathToken {
  readonly kind: 'symbol' | 'name' | 'string' | 'variable' | 'number' | 'end';
  /** The symbol, the name without escapes, the string's value, the number as written. */
  readonly text: string;
  /** Names written bare may be keywords. */
  readonly isBare: boolean;
}

const symbols = /\*\*|&&|\|\||==|!=|<>|<=|>=|[?%$.[\]{}()|&!=<>@#,*:+/-]/y;
const number = /(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y;
const bareCharacter = /[^?%$.[\]{}()|&!=<>@#,*:+\-/\\" \t\n\r\f]/u;

export function pathSyntaxError(text?: string): SqlError {
  const place =
    text === undefined || text === ''
      ? 'at end of jsonpath input'
      : `at or near "${text}" of jsonpath input`;
  return new SqlError('syntax_error', `syntax error ${place}`);
}

export function cutPath(source: string): readonly PathToken[] {
  return new PathScanner(source).tokens();
}

class PathScanner {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  tokens(): readonly PathToken[] {
    const tokens: PathToken[] = [];
    for (;;) {
      this.#skipBlank();
      if (this.#at >= this.#source.length) break;
      tokens.push(this.#token());
    }
    tokens.push({ kind: 'end', text: '', isBare: false });
    return tokens;
  }

  #skipBlank(): void {
    const blank = /(?:[ \t\n\r\f]+|\/\*[^]*?\*\/)*/y;
    blank.lastIndex = this.#at;
    blank.exec(this.#source);
    this.#at = blank.lastIndex;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found === undefined || found === '') return undefined;
    this.#at += found.length;
    return found;
  }

  #token(): PathToken {
    const first = this.#source[this.#at] ?? '';
    if (first === '"') return { kind: 'string', text: this.#quoted(), isBare: false };
    if (first === '$') return this.#dollar();
    const isNumber =
      /\d/.test(first) || (first === '.' && /\d/.test(this.#source[this.#at + 1] ?? ''));
    if (isNumber) return this.#number();
    const symbol = this.#match(symbols);
    if (symbol !== undefined) return { kind: 'symbol', text: symbol, isBare: false };
    return this.#name('name');
  }

  #dollar(): PathToken {
    this.#at += 1;
    const next = this.#source[this.#at] ?? '';
    if (next === '"') return { kind: 'variable', text: this.#quoted(), isBare: false };
    if (next !== '' && (bareCharacter.test(next) || next === '\\')) return this.#name('variable');
    return { kind: 'symbol', text: '$', isBare: false };
  }

  #number(): PathToken {
    const text = this.#match(number) ?? '';
    const next = this.#source[this.#at] ?? '';
    if (/[\p{L}\d_]/u.test(next)) {
      const message = `trailing junk after numeric literal at or near "${text}${next}" of jsonpath input`;
      throw new SqlError('syntax_error', message);
    }
    return { kind: 'number', text, isBare: false };
  }

  #name(kind: 'name' | 'variable'): PathToken {
    const start = this.#at;
    let text = '';
    while (this.#at < this.#source.length) {
      const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
      if (character === '\\') text += this.#escape();
      else if (bareCharacter.test(character)) {
        text += character;
        this.#at += character.length;
      } else break;
    }
    const isBare = !this.#source.slice(start, this.#at).includes('\\');
    return { kind, text, isBare };
  }

  #quoted(): string {
    const start = this.#at;
    this.#at += 1;
    let text = '';
    for (;;) {
      const character = this.#source[this.#at];
      if (character === undefined) {
        const message = `unterminated quoted string at end of jsonpath input`;
        this.#at = start;
        throw new SqlError('syntax_error', message);
      }
      if (character === '"') {
        this.#at += 1;
        return text;
      }
      if (character === '\\') text += this.#escape();
      else {
        text += character;
        this.#at += 1;
      }
    }
  }

  /** A backslash and what it means. */
  #escape(): string {
    const escapes = /\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|([^]))/y;
    escapes.lastIndex = this.#at;
    const match = escapes.exec(this.#source);
    if (match === null)
      throw new SqlError('syntax_error', 'unexpected end after backslash at end of jsonpath input');
    this.#at = escapes.lastIndex;
    const [, hex, braced, unicode, letter = ''] = match;
    const code = hex ?? braced ?? unicode;
    if (code === undefined) {
      if (letter === 'u')
        throw new SqlError(
          'syntax_error',
          `invalid Unicode escape sequence at or near "${match[0]}" of jsonpath input`,
        );
      if (letter === 'x')
        throw new SqlError(
          'syntax_error',
          `invalid hexadecimal character sequence at or near "${match[0]}" of jsonpath input`,
        );
      return letters[letter] ?? letter;
    }
    const point = parseInt(code, 16);
    if (point === 0) {
      throw new SqlError('untranslatable_character', 'unsupported Unicode escape sequence', {
        detail: '\\u0000 cannot be converted to text.',
      });
    }
    if (point > 0x10ffff) throw pathSyntaxError(match[0]);
    return unicode === undefined ? String.fromCodePoint(point) : String.fromCharCode(point);
  }
}

const letters: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
