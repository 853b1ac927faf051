/**
 * Arrays: PostgreSQL's `{…}` text and array_send's bytes.
 *
 *     int32 dimensions, int32 has nulls, int32 element OID,
 *     per dimension: int32 length, int32 lower bound;
 *     per element, row-major: int32 byte length (-1 = NULL) and the element's bytes
 */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Datum, SqlArray } from './datum.ts';
import type { TypeName } from './sql-type.ts';
import { findTypeByOid, typeRecord, isOtherType } from './type-table.ts';

const dimensionsMax = 6;
const elementsMax = 134_217_727;

export type Dimension = SqlArray['dimensions'][number];

export function emptyArray(element: TypeName): SqlArray {
  return { element, dimensions: [], values: [] };
}

/** A one-dimensional array; empty when there are no values. */
export function arrayOf(element: TypeName, values: readonly (Datum | null)[]): SqlArray {
  if (values.length === 0) return emptyArray(element);
  return { element, dimensions: [{ length: values.length, lowerBound: 1 }], values };
}

function malformed(text: string, detail: string): SqlError {
  return new SqlError('invalid_text_representation', `malformed array literal: "${text}"`, {
    detail,
  });
}

const unexpectedEnd = 'Unexpected end of input.';
const mismatched = 'Multidimensional arrays must have sub-arrays with matching dimensions.';

/** array_in. */
export function parseArrayText(
  text: string,
  element: TypeName,
  parseElement: (text: string) => Datum,
): SqlArray {
  const bounds = parseBounds(text);
  const parser = new ArrayTextParser(text, bounds.end, parseElement);
  const lengths = parser.parse();
  if (bounds.dimensions.length > 0) checkBounds(text, bounds.dimensions, lengths);
  if (parser.values.length === 0) return emptyArray(element);
  const dimensions = lengths.map((length, i) => ({
    length,
    lowerBound: bounds.dimensions[i]?.lowerBound ?? 1,
  }));
  return { element, dimensions, values: parser.values };
}

/** `[l:u][l:u]=` before the braces. */
function parseBounds(text: string): { dimensions: Dimension[]; end: number } {
  const dimensions: Dimension[] = [];
  const pattern = /\s*\[\s*([+-]?\d+)\s*(?::\s*([+-]?\d+)\s*)?\]/y;
  let end = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    end = pattern.lastIndex;
    const lower = match[2] === undefined ? 1 : Number(match[1]);
    const upper = Number(match[2] ?? match[1]);
    if (upper < lower) {
      throw new SqlError('array_subscript_error', 'upper bound cannot be less than lower bound');
    }
    if (dimensions.length >= dimensionsMax) throw tooManyDimensions(dimensions.length + 1);
    dimensions.push({ length: upper - lower + 1, lowerBound: lower });
  }
  if (dimensions.length === 0) {
    if (/^\s*\[/.test(text))
      throw malformed(text, '"[" must introduce explicitly-specified array dimensions.');
    if (!/^\s*\{/.test(text)) {
      throw malformed(text, 'Array value must start with "{" or dimension information.');
    }
    return { dimensions, end };
  }
  const assignment = /\s*=/y;
  assignment.lastIndex = end;
  if (!assignment.test(text)) throw malformed(text, 'Missing "=" after array dimensions.');
  if (!/^\s*\{/.test(text.slice(assignment.lastIndex))) {
    throw malformed(text, 'Array contents must start with "{".');
  }
  return { dimensions, end: assignment.lastIndex };
}

function checkBounds(text: string, bounds: readonly Dimension[], lengths: readonly number[]): void {
  const same = bounds.length === lengths.length && bounds.every((b, i) => b.length === lengths[i]);
  if (!same) throw malformed(text, 'Specified array dimensions do not match array contents.');
}

function tooManyDimensions(count: number): SqlError {
  return new SqlError(
    'program_limit_exceeded',
    `number of array dimensions (${count}) exceeds the maximum allowed (${dimensionsMax})`,
  );
}

class ArrayTextParser {
  readonly values: (Datum | null)[] = [];
  readonly #text: string;
  readonly #parseElement: (text: string) => Datum;
  readonly #lengths: number[] = [];
  #position: number;
  /** Depth at which elements stand; known after the first element. */
  #leafDepth = -1;

  constructor(text: string, start: number, parseElement: (text: string) => Datum) {
    this.#text = text;
    this.#position = start;
    this.#parseElement = parseElement;
  }

  parse(): number[] {
    this.#skipSpace();
    this.#parseLevel(0);
    this.#skipSpace();
    if (this.#position < this.#text.length) {
      throw malformed(this.#text, 'Junk after closing right brace.');
    }
    return this.values.length === 0 ? [] : this.#lengths;
  }

  #parseLevel(depth: number): void {
    if (depth >= dimensionsMax) throw tooManyDimensions(depth + 1);
    this.#position += 1;
    let count = 0;
    this.#skipSpace();
    if (this.#peek() === '}' && depth === 0) {
      this.#position += 1;
      return;
    }
    for (;;) {
      this.#skipSpace();
      this.#parseItem(depth, count);
      count += 1;
      this.#skipSpace();
      const next = this.#peek();
      this.#position += 1;
      if (next === '}') break;
      if (next !== ',') {
        throw malformed(this.#text, next === '' ? unexpectedEnd : this.#unexpected(next));
      }
    }
    if (this.#lengths[depth] === undefined) this.#lengths[depth] = count;
    else if (this.#lengths[depth] !== count) throw malformed(this.#text, mismatched);
  }

  #unexpected(character: string): string {
    return character === '{' || character === '"'
      ? `Unexpected "${character}" character.`
      : 'Unexpected array element.';
  }

  #parseItem(depth: number, count: number): void {
    const first = this.#peek();
    if (first === '') throw malformed(this.#text, unexpectedEnd);
    if (first === '{') {
      if (this.#leafDepth >= 0 && depth >= this.#leafDepth) {
        throw malformed(this.#text, 'Unexpected "{" character.');
      }
      this.#parseLevel(depth + 1);
      return;
    }
    if (first === ',' || (first === '}' && count > 0) || first === '}') {
      throw malformed(this.#text, `Unexpected "${first}" character.`);
    }
    if (this.#leafDepth < 0) this.#leafDepth = depth;
    else if (this.#leafDepth !== depth) {
      throw malformed(this.#text, 'Unexpected array element.');
    }
    this.values.push(first === '"' ? this.#quoted() : this.#bare());
    if (this.values.length > elementsMax) {
      throw new SqlError(
        'program_limit_exceeded',
        `array size exceeds the maximum allowed (${elementsMax})`,
      );
    }
  }

  #quoted(): Datum {
    let value = '';
    this.#position += 1;
    for (;;) {
      let character = this.#peek();
      if (character === '') throw malformed(this.#text, unexpectedEnd);
      this.#position += 1;
      if (character === '"') break;
      if (character === '\\') {
        character = this.#peek();
        if (character === '') throw malformed(this.#text, unexpectedEnd);
        this.#position += 1;
      }
      value += character;
    }
    this.#skipSpace();
    const next = this.#peek();
    if (next !== ',' && next !== '}' && next !== '') {
      throw malformed(this.#text, this.#unexpected(next));
    }
    return this.#parseElement(value);
  }

  #bare(): Datum | null {
    let value = '';
    let keptLength = 0;
    let isEscaped = false;
    for (;;) {
      let character = this.#peek();
      if (character === '') throw malformed(this.#text, unexpectedEnd);
      if (character === ',' || character === '}') break;
      if (character === '{') throw malformed(this.#text, 'Unexpected "{" character.');
      if (character === '"') throw malformed(this.#text, 'Unexpected array element.');
      this.#position += 1;
      const isSpace = /[ \t\n\v\f\r]/.test(character);
      if (character === '\\') {
        character = this.#peek();
        if (character === '') throw malformed(this.#text, unexpectedEnd);
        this.#position += 1;
        isEscaped = true;
      }
      value += character;
      if (!isSpace) keptLength = value.length;
    }
    value = value.slice(0, keptLength);
    if (!isEscaped && value.toLowerCase() === 'null') return null;
    return this.#parseElement(value);
  }

  #peek(): string {
    return this.#text[this.#position] ?? '';
  }

  #skipSpace(): void {
    while (/[ \t\n\v\f\r]/.test(this.#peek())) this.#position += 1;
  }
}

const needsQuotes = /["\\{}, \t\n\v\f\r]/;

function quoteElement(text: string): string {
  if (text !== '' && !needsQuotes.test(text) && text.toLowerCase() !== 'null') return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** array_out. */
export function formatArrayText(value: SqlArray, formatElement: (value: Datum) => string): string {
  if (value.dimensions.length === 0) return '{}';
  const hasBounds = value.dimensions.some((dimension) => dimension.lowerBound !== 1);
  const prefix = value.dimensions
    .map(({ length, lowerBound }) => `[${lowerBound}:${lowerBound + length - 1}]`)
    .join('');
  let index = 0;
  const formatLevel = (depth: number): string => {
    const items: string[] = [];
    const length = value.dimensions[depth]?.length ?? 0;
    for (let i = 0; i < length; i += 1) {
      if (depth + 1 < value.dimensions.length) items.push(formatLevel(depth + 1));
      else {
        const item = value.values[index] ?? null;
        index += 1;
        items.push(item === null ? 'NULL' : quoteElement(formatElement(item)));
      }
    }
    return `{${items.join(',')}}`;
  };
  return (hasBounds ? `${prefix}=` : '') + formatLevel(0);
}

/** array_send. */
export function encodeArray(
  value: SqlArray,
  encodeElement: (value: Datum) => Uint8Array,
): Uint8Array {
  const writer = new ByteWriter();
  writer.int32(value.dimensions.length);
  writer.int32(value.values.includes(null) ? 1 : 0);
  writer.int32(typeRecord(value.element).oid);
  for (const { length, lowerBound } of value.dimensions) writer.int32(length).int32(lowerBound);
  for (const item of value.values) writer.sizedBytes(item === null ? null : encodeElement(item));
  return writer.finish();
}

/** Elements that are read in place: their size and how. */
const inPlace: Partial<
  Record<TypeName, readonly [size: number, read: (from: ByteReader) => Datum]>
> = {
  int2: [2, (from) => from.int16()],
  int4: [4, (from) => from.int32()],
  int8: [8, (from) => from.int64()],
  oid: [4, (from) => from.uint32()],
};

/** array_recv; 42804 when the elements are of another type than `element`. */
export function decodeArray(
  bytes: Uint8Array,
  element: TypeName,
  decodeElement: (bytes: Uint8Array) => Datum,
): SqlArray {
  const reader = new ByteReader(bytes);
  const dimensionCount = reader.int32();
  if (dimensionCount < 0 || dimensionCount > dimensionsMax) {
    if (dimensionCount > 0) throw tooManyDimensions(dimensionCount);
    throw badArray(`invalid number of dimensions: ${dimensionCount}`);
  }
  const flags = reader.int32();
  if (flags !== 0 && flags !== 1) throw badArray('invalid array flags');
  const oid = reader.uint32();
  if (isOtherType(oid, typeRecord(element).oid)) throw wrongElement(oid, element);
  const dimensions: Dimension[] = [];
  for (let i = 0; i < dimensionCount; i += 1) {
    dimensions.push({ length: reader.int32(), lowerBound: reader.int32() });
  }
  const count = dimensions.reduce((product, { length }) => product * length, 1);
  if (dimensionCount === 0 || count === 0) return emptyArray(element);
  if (count < 0 || count * 4 > reader.remaining) {
    throw badArray('insufficient data left in message');
  }
  const values: (Datum | null)[] = [];
  const [inPlaceSize, readInPlace] = inPlace[element] ?? [];
  for (let i = 0; i < count; i += 1) {
    const size = reader.int32();
    if (size === -1) values.push(null);
    else if (readInPlace !== undefined && size === inPlaceSize) values.push(readInPlace(reader));
    else values.push(decodeElement(reader.bytes(size)));
  }
  reader.end();
  return { element, dimensions, values };
}

function badArray(message: string): SqlError {
  return new SqlError('invalid_binary_representation', message);
}

function wrongElement(oid: number, element: TypeName): SqlError {
  const found = findTypeByOid(oid)?.sqlName ?? '???';
  return new SqlError(
    'datatype_mismatch',
    `binary data has array element type ${oid} (${found}) instead of expected ` +
      `${typeRecord(element).oid} (${typeRecord(element).sqlName})`,
  );
}

/** int2vector and oidvector: numbers between spaces, array bytes with lower bound 0. */
export function parseVector(
  text: string,
  element: TypeName,
  parseElement: (text: string) => Datum,
): SqlArray {
  const values = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(parseElement);
  return vectorOf(element, values);
}

export function vectorOf(element: TypeName, values: readonly (Datum | null)[]): SqlArray {
  return { element, dimensions: [{ length: values.length, lowerBound: 0 }], values };
}
