/** Text of ranges and multiranges: `[1,5)`, `empty`, `{[1,3),[5,7)}`. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, MultirangeValue, RangeValue } from '../datum.ts';
import type { MultirangeTypeName, RangeTypeName } from '../sql-type.ts';
import { rangeOf } from './range-types.ts';
import { makeMultirange } from './multirange-value.ts';
import { emptyRange, makeRange } from './range-value.ts';

type ParseBound = (text: string) => Datum;
type FormatBound = (value: Datum) => string;

const space = /[ \t\n\v\f\r]/;
const emptyWord = /^[ \t\n\v\f\r]*empty[ \t\n\v\f\r]*/i;

/** range_in. Errors: 22P02, and those of the bounds. */
export function parseRange(type: RangeTypeName, text: string, parse: ParseBound): RangeValue {
  const word = emptyWord.exec(text);
  if (word !== null) {
    if (word[0].length === text.length) return emptyRange(type);
    throw malformed('range', text, 'Junk after "empty" key word.');
  }
  return new RangeReader(type, text, parse).read();
}

class RangeReader {
  readonly #type: RangeTypeName;
  readonly #text: string;
  readonly #parse: ParseBound;
  #at = 0;

  constructor(type: RangeTypeName, text: string, parse: ParseBound) {
    this.#type = type;
    this.#text = text;
    this.#parse = parse;
  }

  read(): RangeValue {
    this.#skipSpace();
    const open = this.#take('[(');
    if (open === undefined) throw this.#malformed('Missing left parenthesis or bracket.');
    const lower = this.#bound();
    if (this.#take(',') === undefined) throw this.#malformed('Missing comma after lower bound.');
    const upper = this.#bound();
    const close = this.#take('])');
    if (close === undefined) throw this.#malformed('Too many commas.');
    this.#skipSpace();
    if (this.#at < this.#text.length) {
      throw this.#malformed('Junk after right parenthesis or bracket.');
    }
    const [from, to] = [lower, upper].map((each) => (each === null ? null : this.#parse(each)));
    return makeRange(
      this.#type,
      { value: from ?? null, isInclusive: open === '[', isLower: true },
      { value: to ?? null, isInclusive: close === ']', isLower: false },
    );
  }

  /** null: nothing is there. */
  #bound(): string | null {
    if (',)]'.includes(this.#text.charAt(this.#at) || ' ')) return null;
    let found = '';
    let isQuoted = false;
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (!isQuoted && character !== '' && ',)]'.includes(character)) return found;
      this.#at += 1;
      if (character === '') throw this.#malformed('Unexpected end of input.');
      if (character === '\\') {
        if (this.#at >= this.#text.length) throw this.#malformed('Unexpected end of input.');
        found += this.#text.charAt(this.#at++);
      } else if (character !== '"') found += character;
      else if (!isQuoted) isQuoted = true;
      else if (this.#take('"') === undefined) isQuoted = false;
      else found += '"';
    }
  }

  #take(characters: string): string | undefined {
    const character = this.#text.charAt(this.#at);
    if (character === '' || !characters.includes(character)) return undefined;
    this.#at += 1;
    return character;
  }

  #skipSpace(): void {
    while (space.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #malformed(detail: string): SqlError {
    return malformed('range', this.#text, detail);
  }
}

function malformed(kind: 'range' | 'multirange', text: string, detail: string): SqlError {
  const message = `malformed ${kind} literal: "${text}"`;
  return new SqlError('invalid_text_representation', message, { detail });
}

/** range_out. */
export function formatRange(range: RangeValue, format: FormatBound): string {
  if (range.isEmpty) return 'empty';
  const { lower, upper, lowerInclusive, upperInclusive } = range;
  const [from, to] = [lower, upper].map((value) => (value === null ? '' : quoted(format(value))));
  return `${lowerInclusive ? '[' : '('}${from},${to}${upperInclusive ? ']' : ')'}`;
}

function quoted(text: string): string {
  if (text !== '' && !/["\\()[\], \t\n\v\f\r]/.test(text)) return text;
  return `"${text.replaceAll(/["\\]/g, '$&$&')}"`;
}

/** multirange_in. Errors: 22P02, and those of the ranges. */
export function parseMultirange(
  type: MultirangeTypeName,
  text: string,
  parse: ParseBound,
): MultirangeValue {
  const texts = splitRanges(text);
  const range = rangeOf(type);
  return makeMultirange(
    type,
    texts.map((each) => parseRange(range, each, parse)),
  );
}

function splitRanges(text: string): readonly string[] {
  const scan = new MultirangeScan(text);
  scan.skipSpace();
  if (!scan.take('{')) throw malformed('multirange', text, 'Missing left brace.');
  const ranges: string[] = [];
  scan.skipSpace();
  if (!scan.take('}')) {
    do {
      scan.skipSpace();
      ranges.push(scan.range());
      scan.skipSpace();
    } while (scan.take(','));
    if (!scan.take('}')) throw scan.expected('Expected comma or end of multirange.');
  }
  scan.skipSpace();
  if (!scan.isAtEnd) throw malformed('multirange', text, 'Junk after closing right brace.');
  return ranges;
}

class MultirangeScan {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  skipSpace(): void {
    while (space.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  take(character: string): boolean {
    if (this.#text.charAt(this.#at) !== character) return false;
    this.#at += 1;
    return true;
  }

  expected(detail: string): SqlError {
    return malformed('multirange', this.#text, this.isAtEnd ? 'Unexpected end of input.' : detail);
  }

  /** The text of one range, up to the bracket that is not quoted. */
  range(): string {
    const empty = /empty/iy;
    empty.lastIndex = this.#at;
    if (empty.test(this.#text)) {
      this.#at += 5;
      return 'empty';
    }
    const whole = /[[(](?:\\[^]|"(?:\\[^]|[^"\\])*"|[^"\\\])])*[\])]/y;
    whole.lastIndex = this.#at;
    const found = whole.exec(this.#text)?.[0];
    if (found === undefined) {
      const begins = '[('.includes(this.#text.charAt(this.#at) || ' ');
      if (begins) this.#at = this.#text.length;
      throw this.expected('Expected range start.');
    }
    this.#at += found.length;
    return found;
  }
}

/** multirange_out. */
export function formatMultirange({ ranges }: MultirangeValue, format: FormatBound): string {
  return `{${ranges.map((range) => formatRange(range, format)).join(',')}}`;
}
