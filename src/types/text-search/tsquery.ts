/**
 * Text search queries: lexemes under ! & | and <->, which binds the words of a phrase.
 *
 *     '( 'fat' | 'rat':AB ) & !'cat':* & 'a' <2> 'b''
 *
 * tsquery.c; the order of strength is ! over <-> over & over |.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { codecOf } from '../codec.ts';
import { encodeText } from '../text-bytes.ts';
import { LexemeReader } from './lexeme-reader.ts';
import { quoteLexeme, readCString, weightLetters } from './tsvector.ts';

export type TsQuery =
  | {
      readonly kind: 'lexeme';
      readonly text: string;
      /** A bit per weight, D to A; 0: any. */
      readonly weights: number;
      readonly isPrefix: boolean;
    }
  | { readonly kind: 'not'; readonly operand: TsQuery }
  | Pair;

export interface Pair {
  readonly kind: 'and' | 'or' | 'phrase';
  readonly left: TsQuery;
  readonly right: TsQuery;
  /** Of a phrase: from the left word to the right one. */
  readonly distance: number;
}

const distanceMax = 16_384;
const strength = { or: 1, and: 2, phrase: 3, not: 4, lexeme: 5 } as const;

/** undefined: the empty query. Errors: 42601, 22023. */
export function parseQuery(text: string): TsQuery | undefined {
  return new QueryReader(text).read();
}

type Operator = Pick<Pair, 'kind' | 'distance'>;

class QueryReader extends LexemeReader {
  constructor(text: string) {
    super(text, 'tsquery');
  }

  read(): TsQuery | undefined {
    this.skipSpace();
    if (this.here === '') return undefined;
    const query = this.#pair(1);
    if (this.here !== '') throw this.syntaxError();
    return query;
  }

  #pair(strengthMin: number): TsQuery {
    let left = this.#operand();
    for (;;) {
      const start = this.at;
      const operator = this.#operator();
      if (operator === undefined) return left;
      if (strength[operator.kind] < strengthMin) {
        this.at = start;
        return left;
      }
      left = { ...operator, left, right: this.#pair(strength[operator.kind] + 1) };
    }
  }

  #operator(): Operator | undefined {
    this.skipSpace();
    if (this.#take('&')) return { kind: 'and', distance: 0 };
    if (this.#take('|')) return { kind: 'or', distance: 0 };
    const phrase = /<(-|\d+)>/y;
    phrase.lastIndex = this.at;
    const match = phrase.exec(this.text);
    if (match === null) return undefined;
    this.at = phrase.lastIndex;
    const distance = match[1] === '-' ? 1 : Number(match[1]);
    if (distance <= distanceMax) return { kind: 'phrase', distance };
    const message = `distance in phrase operator must be an integer value between zero and ${distanceMax} inclusive`;
    throw new SqlError('invalid_parameter_value', message);
  }

  #operand(): TsQuery {
    this.skipSpace();
    if (this.#take('!')) return { kind: 'not', operand: this.#operand() };
    if (this.#take('(')) {
      const query = this.#pair(1);
      this.skipSpace();
      if (!this.#take(')')) throw this.syntaxError();
      return query;
    }
    if (this.here === '') {
      throw new SqlError('syntax_error', `no operand in tsquery: "${this.text}"`);
    }
    if (/[&|):<]/.test(this.here)) throw this.syntaxError();
    const text = this.here === "'" ? this.quoted() : this.#bare();
    return { kind: 'lexeme', text, ...this.#marks() };
  }

  #bare(): string {
    let word = '';
    while (this.here !== '' && !/[ \t\n\v\f\r!&|()<:]/.test(this.here)) word += this.character();
    return word;
  }

  #marks(): { readonly weights: number; readonly isPrefix: boolean } {
    let weights = 0;
    let isPrefix = false;
    if (!this.#take(':')) return { weights, isPrefix };
    for (;;) {
      const weight = this.here === '' ? -1 : weightLetters.indexOf(this.here.toUpperCase());
      if (weight >= 0) weights |= 1 << weight;
      else if (this.here === '*') isPrefix = true;
      else return { weights, isPrefix };
      this.at += 1;
    }
  }

  #take(character: string): boolean {
    if (this.here !== character) return false;
    this.at += 1;
    return true;
  }
}

export function formatQuery(query: TsQuery | undefined): string {
  return query === undefined ? '' : formatNode(query, 0, false);
}

function formatNode(query: TsQuery, outer: number, isRightOfPhrase: boolean): string {
  if (query.kind === 'lexeme') {
    const letters = [...'ABCD'].filter((letter) => {
      return (query.weights & (1 << weightLetters.indexOf(letter))) !== 0;
    });
    const marks = (query.isPrefix ? '*' : '') + letters.join('');
    return quoteLexeme(query.text) + (marks === '' ? '' : `:${marks}`);
  }
  if (query.kind === 'not') {
    const inner = formatNode(query.operand, strength.not, false);
    return `!${inner}`;
  }
  const own = strength[query.kind];
  const left = formatNode(query.left, own, false);
  const right = formatNode(query.right, own, query.kind === 'phrase');
  const sign = query.kind === 'phrase' ? phraseSign(query.distance) : signs[query.kind];
  const text = `${left} ${sign} ${right}`;
  return own < outer || isRightOfPhrase ? `( ${text} )` : text;
}

const signs = { and: '&', or: '|' } as const;

function phraseSign(distance: number): string {
  return distance === 1 ? '<->' : `<${distance}>`;
}

/** Number of lexemes and operators. */
export function nodeCount(query: TsQuery | undefined): number {
  if (query === undefined) return 0;
  if (query.kind === 'lexeme') return 1;
  if (query.kind === 'not') return 1 + nodeCount(query.operand);
  return 1 + nodeCount(query.left) + nodeCount(query.right);
}

const codes = { not: 1, and: 2, or: 3, phrase: 4 } as const;

/**
 * Kept as its text. Binary, operators before their operands, the right one first: int32 nodes; a
 * lexeme is 1, its weights, 1 for a prefix, cstring; an operator is 2, its code, int16 distance of
 * a phrase.
 */
export const tsqueryCodec = codecOf<string>({
  parse: (text) => formatQuery(parseQuery(text)),
  format: (value) => value,
  encode: (value) => {
    const query = parseQuery(value);
    const writer = new ByteWriter().int32(nodeCount(query));
    if (query !== undefined) writeNode(writer, query);
    return writer.finish();
  },
  decode: (bytes) => {
    const reader = new ByteReader(bytes);
    const query = reader.int32() === 0 ? undefined : readNode(reader);
    reader.end();
    return formatQuery(query);
  },
});

function writeNode(writer: ByteWriter, query: TsQuery): void {
  if (query.kind === 'lexeme') {
    writer.uint8(1).uint8(query.weights).uint8(Number(query.isPrefix));
    writer.bytes(encodeText(query.text)).uint8(0);
    return;
  }
  writer.uint8(2).uint8(codes[query.kind]);
  if (query.kind === 'phrase') writer.int16(query.distance);
  if (query.kind === 'not') {
    writeNode(writer, query.operand);
    return;
  }
  writeNode(writer, query.right);
  writeNode(writer, query.left);
}

/** Errors: 22P03. */
function readNode(reader: ByteReader): TsQuery {
  const type = reader.uint8();
  if (type === 1) {
    const [weights, prefix] = [reader.uint8(), reader.uint8()];
    return { kind: 'lexeme', text: readCString(reader), weights, isPrefix: prefix !== 0 };
  }
  const code = reader.uint8();
  if (type === 2 && code === codes.not) return { kind: 'not', operand: readNode(reader) };
  const kind = (['and', 'or', 'phrase'] as const).find((each) => codes[each] === code);
  if (type !== 2 || kind === undefined) {
    const message = `unrecognized tsquery node type`;
    throw new SqlError('invalid_binary_representation', message);
  }
  const distance = kind === 'phrase' ? reader.int16() : 0;
  const right = readNode(reader);
  return { kind, distance, left: readNode(reader), right };
}
