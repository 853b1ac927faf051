/**
 * Conversion between UTF-8 and one other encoding, as PostgreSQL's conversion functions do it.
 *
 * Bytes that are no character of the source are 22021, characters without a place in the target
 * 22P05. A zero byte is in no text.
 */
import { isAscii } from 'node:buffer';
import { SqlError } from '../../errors/sql-error.ts';
import { CodeTable, fourBytes, fourBytesPlace } from './code-table.ts';
import type { EncodingName } from './encoding-names.ts';
import { encodingRecords, type EncodingRecord } from './encoding-records.ts';

/** PostgreSQL shows at most this many bytes of a character. */
const shownBytesMax = 8;
const plane = 0x10000;
/** Where GB18030 counts the characters behind the first plane from. */
const firstFourBytesBehind = 189_000;

/** What was converted before the bytes end or cannot be converted. */
export interface Conversion {
  readonly converted: Buffer;
  /** Bytes of the source that were converted. */
  readonly read: number;
  /** Why it stopped; undefined: at the end, or within a character. */
  readonly error: SqlError | undefined;
}

export class Charset {
  readonly name: EncodingName;
  readonly #record: EncodingRecord;
  #codes: CodeTable | undefined;

  constructor(name: EncodingName, record: EncodingRecord) {
    this.name = name;
    this.#record = record;
  }

  get #table(): CodeTable {
    return (this.#codes ??= new CodeTable(this.#record));
  }

  /** Errors: 22021, 22P05. */
  toUtf8(bytes: Buffer): Buffer {
    const { converted, read, error } = this.toUtf8Partly(bytes);
    if (error !== undefined) throw error;
    if (read < bytes.length) throw this.invalid(bytes, read);
    return converted;
  }

  /** Converts up to what is no character, or not a whole one. */
  toUtf8Partly(bytes: Buffer): Conversion {
    if (isPlain(bytes)) return { converted: bytes, read: bytes.length, error: undefined };
    const out = Buffer.allocUnsafe(bytes.length * 3);
    const { scheme } = this.#record;
    let at = 0;
    let end = 0;
    let error: SqlError | undefined;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      if (byte > 0 && byte < 0x80) {
        out[end++] = byte;
        at += 1;
        continue;
      }
      const size = byte === 0 ? 1 : scheme.announced(bytes, at);
      if (at + size > bytes.length) break;
      const character = byte !== 0 && scheme.valid(bytes, at) ? this.#read(bytes, at, size) : -1;
      if (character <= 0) {
        error =
          character < 0 ? this.invalid(bytes, at) : untranslatable(bytes, at, [size, this.name]);
        break;
      }
      end += writeUtf8(character, out, end);
      at += size;
    }
    return { converted: out.subarray(0, end), read: at, error };
  }

  /** `bytes` is UTF-8. Errors: 22P05. */
  fromUtf8(bytes: Buffer): Buffer {
    const { converted, error } = this.fromUtf8Partly(bytes);
    if (error !== undefined) throw error;
    return converted;
  }

  /** Converts up to a character that the encoding lacks. */
  fromUtf8Partly(bytes: Buffer): Conversion {
    if (isAscii(bytes)) return { converted: bytes, read: bytes.length, error: undefined };
    const out = Buffer.allocUnsafe(bytes.length * 2);
    let at = 0;
    let end = 0;
    let error: SqlError | undefined;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
      const code = size === 1 ? byte : this.#codeOf(readUtf8(bytes, at, size));
      if (code === 0 && size > 1) {
        error = untranslatable(bytes, at, [size, 'UTF8', this.name]);
        break;
      }
      end = writeCode(code, out, end);
      at += size;
    }
    return { converted: out.subarray(0, end), read: at, error };
  }

  #codeOf(character: number): number {
    if (character < plane || this.#record.computed !== 'fourBytes') {
      return this.#table.code(character);
    }
    return fourBytes(firstFourBytesBehind + character - plane);
  }

  /** 0: there is none. */
  #read(bytes: Buffer, at: number, size: number): number {
    if (size < 4) return this.#table.character(bytes.readUIntBE(at, size));
    const place = fourBytesPlace(bytes, at);
    if (place < firstFourBytesBehind) return this.#table.characterAt(place);
    const character = place - firstFourBytesBehind + plane;
    return character <= 0x10_ffff ? character : 0;
  }

  /** 22021 naming the bytes at a place. */
  invalid(bytes: Buffer, at: number): SqlError {
    const size = (bytes[at] ?? 0) < 0x80 ? 1 : this.#record.scheme.announced(bytes, at);
    const message = `invalid byte sequence for encoding "${this.name}": ${shown(bytes, at, size)}`;
    return new SqlError('character_not_in_repertoire', message);
  }
}

function untranslatable(
  bytes: Buffer,
  at: number,
  [size, from, to = 'UTF8']: readonly [number, string, string?],
): SqlError {
  const message = `character with byte sequence ${shown(bytes, at, size)} in encoding "${from}" has no equivalent in encoding "${to}"`;
  return new SqlError('untranslatable_character', message);
}

function shown(bytes: Buffer, at: number, size: number): string {
  const listed = [...bytes.subarray(at, at + Math.min(size, shownBytesMax))];
  return listed.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
}

function isPlain(bytes: Buffer): boolean {
  return isAscii(bytes) && !bytes.includes(0);
}

function readUtf8(bytes: Buffer, at: number, size: number): number {
  let character = (bytes[at] as number) & (0x7f >> size);
  for (let index = 1; index < size; index++) {
    character = (character << 6) | ((bytes[at + index] as number) & 0x3f);
  }
  return character;
}

/** Returns how many bytes were written. */
function writeUtf8(character: number, out: Buffer, at: number): number {
  const size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < plane ? 3 : 4;
  if (size === 1) {
    out[at] = character;
    return 1;
  }
  let rest = character;
  for (let index = size - 1; index > 0; index--) {
    out[at + index] = 0x80 | (rest & 0x3f);
    rest >>= 6;
  }
  out[at] = ((0xff00 >> size) & 0xff) | rest;
  return size;
}

/** Writes a code's bytes, the highest first. Returns where they end. */
function writeCode(code: number, out: Buffer, at: number): number {
  const size = code < 0x100 ? 1 : code < 0x10000 ? 2 : code < 0x1000000 ? 3 : 4;
  return out.writeUIntBE(code, at, size);
}

const charsets = new Map<EncodingName, Charset>(
  Object.entries(encodingRecords).map(([name, record]) => {
    const encoding = name as EncodingName;
    return [encoding, new Charset(encoding, record)];
  }),
);

/** undefined: UTF8 and SQL_ASCII, which are not converted, and those that cannot be. */
export function charsetNamed(name: string): Charset | undefined {
  return charsets.get(name as EncodingName);
}

/** Whether texts can be in this encoding outside. */
export function isConvertible(name: EncodingName): boolean {
  return name === 'UTF8' || name === 'SQL_ASCII' || charsets.has(name);
}
