/**
 * Text search vectors: lexemes in the order of their bytes, each with its places in a document.
 *
 *     'cat':3A,7 'fat':2
 *
 * A place is 1 to 16383 with a weight, A to D; D is not shown. tsvector.c, tsvector_parser.c.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { codecOf } from '../codec.ts';
import { decodeText, encodeText } from '../text-bytes.ts';
import { LexemeReader } from './lexeme-reader.ts';

export interface Place {
  readonly position: number;
  /** 0 to 3: D, C, B, A. */
  readonly weight: number;
}

export interface Lexeme {
  readonly text: string;
  readonly places: readonly Place[];
}

export type TsVector = readonly Lexeme[];

const positionMax = 16_383;
const placesMax = 255;
const lexemeBytesMax = 2047;
export const weightLetters = 'DCBA';

export function compareLexemes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** In order, equal lexemes joined with all their places. */
export function makeVector(lexemes: readonly Lexeme[]): TsVector {
  const joined = new Map<string, Place[]>();
  for (const { text, places } of lexemes) {
    const known = joined.get(text);
    if (known === undefined) joined.set(text, [...places]);
    else known.push(...places);
  }
  return [...joined]
    .map(([text, places]) => ({ text, places: uniquePlaces(places) }))
    .toSorted((a, b) => compareLexemes(a.text, b.text));
}

/** Of two weights at one position the higher stays. */
function uniquePlaces(places: readonly Place[]): readonly Place[] {
  const weights = new Map<number, number>();
  for (const { position, weight } of places) {
    weights.set(position, Math.max(weight, weights.get(position) ?? 0));
  }
  return [...weights]
    .map(([position, weight]) => ({ position, weight }))
    .toSorted((a, b) => a.position - b.position)
    .slice(0, placesMax);
}

class VectorReader extends LexemeReader {
  constructor(text: string) {
    super(text, 'tsvector');
  }

  /** Errors: 42601, 54000. */
  read(): TsVector {
    const lexemes: Lexeme[] = [];
    for (;;) {
      this.skipSpace();
      if (this.here === '') return makeVector(lexemes);
      const text = this.here === "'" ? this.quoted() : this.#bare();
      if (Buffer.byteLength(text) > lexemeBytesMax) {
        const message = `word is too long (${Buffer.byteLength(text)} bytes, max ${lexemeBytesMax} bytes)`;
        throw new SqlError('program_limit_exceeded', message);
      }
      lexemes.push({ text, places: this.here === ':' ? this.#places() : [] });
    }
  }

  #bare(): string {
    let word = '';
    while (this.here !== '' && !this.isAtSpace && (this.here !== ':' || word === '')) {
      word += this.character();
    }
    return word;
  }

  #places(): readonly Place[] {
    const pattern = /[:,](\d+)([aAbBcCdD*]?)\d*/y;
    const places: Place[] = [];
    for (;;) {
      pattern.lastIndex = this.at;
      const match = pattern.exec(this.text);
      if (match === null) throw this.syntaxError();
      const position = Math.min(Number(match[1]), positionMax);
      if (position === 0) {
        const message = `wrong position info in tsvector: "${this.text}"`;
        throw new SqlError('syntax_error', message);
      }
      const letter = (match[2] || 'D').replace('*', 'A').toUpperCase();
      places.push({ position, weight: weightLetters.indexOf(letter) });
      this.at = pattern.lastIndex;
      if (this.here === '' || this.isAtSpace) return places;
      if (this.here !== ',') throw this.syntaxError();
    }
  }
}

export function parseVector(text: string): TsVector {
  return new VectorReader(text).read();
}

export function quoteLexeme(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '$&$&')}'`;
}

export function formatVector(vector: TsVector): string {
  return vector
    .map(({ text, places }) => {
      const shown = places.map(({ position, weight }) => {
        return `${position}${weight === 0 ? '' : weightLetters.charAt(weight)}`;
      });
      return quoteLexeme(text) + (shown.length === 0 ? '' : `:${shown.join()}`);
    })
    .join(' ');
}

/** Kept as its text. Binary: int32 lexemes; per lexeme cstring, int16 places, int16 each. */
export const tsvectorCodec = codecOf<string>({
  parse: (text) => formatVector(parseVector(text)),
  format: (value) => value,
  encode: (value) => {
    const vector = parseVector(value);
    const writer = new ByteWriter().int32(vector.length);
    for (const { text, places } of vector) {
      writer.bytes(encodeText(text)).uint8(0).int16(places.length);
      for (const { position, weight } of places) writer.int16((weight << 14) | position);
    }
    return writer.finish();
  },
  decode: (bytes) => {
    const reader = new ByteReader(bytes);
    const count = reader.int32();
    const lexemes: Lexeme[] = [];
    while (lexemes.length < count) {
      const text = readCString(reader);
      const places = Array.from({ length: reader.int16() & 0xffff }, () => {
        const word = reader.int16() & 0xffff;
        return { position: word & positionMax, weight: word >> 14 };
      });
      lexemes.push({ text, places });
    }
    reader.end();
    return formatVector(makeVector(lexemes));
  },
});

export function readCString(reader: ByteReader): string {
  const bytes: number[] = [];
  for (let byte = reader.uint8(); byte !== 0; byte = reader.uint8()) bytes.push(byte);
  return decodeText(new Uint8Array(bytes));
}

/** By the bytes that PostgreSQL stores, then lexeme by lexeme. */
export function compareVectors(left: string, right: string): number {
  const [a, b] = [parseVector(left), parseVector(right)];
  const bySize = storedBytes(a) - storedBytes(b) || a.length - b.length;
  if (bySize !== 0) return bySize;
  for (const [index, lexeme] of a.entries()) {
    const order = compareEntries(lexeme, b[index] ?? lexeme);
    if (order !== 0) return order;
  }
  return 0;
}

function compareEntries(a: Lexeme, b: Lexeme): number {
  const hasPlaces = Number(b.places.length > 0) - Number(a.places.length > 0);
  const order = hasPlaces || compareLexemes(a.text, b.text) || a.places.length - b.places.length;
  if (order !== 0) return order;
  for (const [index, place] of a.places.entries()) {
    const other = b.places[index] ?? place;
    const byPlace = place.position - other.position || place.weight - other.weight;
    if (byPlace !== 0) return byPlace;
  }
  return 0;
}

function storedBytes(vector: TsVector): number {
  let bytes = 0;
  for (const { text, places } of vector) {
    bytes += Buffer.byteLength(text);
    if (places.length > 0) bytes += (bytes & 1) + 2 + 2 * places.length;
  }
  return bytes + 4 * vector.length;
}
