/**
 * Codes and characters of one encoding, both ways; made when it is first asked for.
 *
 *     code (1 or 2 bytes, or the last 2 of 3) ──▶ character      character ──▶ code, up to 4 bytes
 *
 * Zero stands for none: ASCII is not in the tables.
 */
import type { EncodingRecord } from './encoding-records.ts';

const plane = 0x10000;
const supplement = 0x8f;

export class CodeTable {
  /** The second plane is of codes of three bytes, which begin with 8F. */
  readonly #characters: Uint16Array;
  readonly #codes = new Uint32Array(plane);
  /** Characters whose code has four bytes. */
  readonly #byPlace: number[] = [];

  constructor(record: EncodingRecord) {
    const { corrections, written, writes, computed, scheme } = record;
    const hasSupplement = scheme.leads[0] <= supplement && record.decoder === 'euc-jp';
    this.#characters = new Uint16Array(hasSupplement ? 2 * plane : plane);
    this.#decodeSingles(record);
    this.#decodePairs(record, 0);
    if (hasSupplement) this.#decodePairs(record, supplement);
    for (const [code, character] of runs(corrections)) this.#characters[slot(code)] = character;
    if (computed === 'hangul') this.#addHangul();
    this.#invert(writes === 'last');
    for (const [character, code] of runs(written)) this.#codes[character] = code;
    if (computed === 'fourBytes') this.#addFourBytes();
  }

  /** 0: none. */
  character(code: number): number {
    return this.#characters[slot(code)] as number;
  }

  /** By the place of a code of four bytes; 0: none. */
  characterAt(place: number): number {
    return this.#byPlace[place] ?? 0;
  }

  /** 0: none. */
  code(character: number): number {
    return character < plane ? (this.#codes[character] as number) : 0;
  }

  #decodeSingles(record: EncodingRecord): void {
    const { decoder, controls, scheme } = record;
    for (let byte = 0x80; byte < 0x100; byte++) {
      if (scheme.announced(new Uint8Array([byte, 0]), 0) !== 1) continue;
      const isControl = byte < 0xa0 && controls === 'kept';
      const code = isControl || decoder === 'latin1' ? byte : decodeAll(record, [[byte]])[0];
      this.#characters[byte] = code !== undefined && (isControl || code >= 0xa0) ? code : 0;
    }
  }

  /** All pairs at once, a line each: a decoder is slow to call. */
  #decodePairs(record: EncodingRecord, prefix: number): void {
    const { scheme } = record;
    const [firstLead, lastLead] = prefix === 0 ? scheme.leads : scheme.trails;
    const codes: number[][] = [];
    for (let lead = firstLead; lead <= lastLead; lead++) {
      for (let trail = scheme.trails[0]; trail <= scheme.trails[1]; trail++) {
        const code = prefix === 0 ? [lead, trail] : [prefix, lead, trail];
        if (scheme.valid(new Uint8Array(code), 0)) codes.push(code);
      }
    }
    decodeAll(record, codes).forEach((character, index) => {
      const code = (codes[index] ?? []).reduce((value, byte) => (value << 8) | byte, 0);
      this.#characters[slot(code)] = character;
    });
  }

  /** The syllables that KS X 1001 lacks, in their order, where it has no codes. */
  #addHangul(): void {
    const known = new Set(this.#characters);
    let syllable = 0xac00;
    for (let code = 0x8141; code <= 0xc652; code++) {
      const [lead, trail] = [code >> 8, code & 0xff];
      const isTrail =
        (trail >= 0x41 && trail <= 0x5a) || (trail >= 0x61 && trail <= 0x7a) || trail >= 0x81;
      if (!isTrail || trail === 0xff || (lead >= 0xa1 && trail >= 0xa1)) continue;
      while (known.has(syllable)) syllable++;
      this.#characters[code] = syllable++;
    }
  }

  #invert(lastWins: boolean): void {
    this.#characters.forEach((character, at) => {
      if (character === 0) return;
      const code = at < plane ? at : (supplement << 16) | (at - plane);
      if (lastWins || this.#codes[character] === 0) this.#codes[character] = code;
    });
  }

  /** What has no code of two bytes has one of four, by its place among those. */
  #addFourBytes(): void {
    for (let character = 0x80; character < plane; character++) {
      if (character >= 0xd800 && character < 0xe000) continue;
      if (this.#codes[character] !== 0) continue;
      this.#codes[character] = fourBytes(this.#byPlace.length);
      this.#byPlace.push(character);
    }
  }
}

/** Bytes of GB18030's codes of four bytes, counted from 81 30 81 30 on. */
export function fourBytes(place: number): number {
  const bytes = [
    0x81 + Math.floor(place / 12_600),
    0x30 + (Math.floor(place / 1260) % 10),
    0x81 + (Math.floor(place / 10) % 126),
    0x30 + (place % 10),
  ];
  return bytes.reduce((code, byte) => code * 256 + byte, 0);
}

export function fourBytesPlace(bytes: Uint8Array, at: number): number {
  const digit = (index: number, zero: number): number => (bytes[at + index] ?? 0) - zero;
  const high = digit(0, 0x81) * 10 + digit(1, 0x30);
  return (high * 126 + digit(2, 0x81)) * 10 + digit(3, 0x30);
}

/** A place in the tables for a code of up to three bytes. */
function slot(code: number): number {
  return code < plane ? code : plane + (code & 0xffff);
}

const newline = 0x0a;
const noCharacter = 0xfffd;

/** The character of each code; 0: none, or more than one. */
function decodeAll(
  { decoder, privateUse }: EncodingRecord,
  codes: readonly (readonly number[])[],
): readonly number[] {
  const bytes = new Uint8Array(codes.flatMap((code) => [...code, newline]));
  const lines = new TextDecoder(decoder).decode(bytes).split('\n');
  return codes.map((_, index) => {
    const line = lines[index] ?? '';
    const character = line.charCodeAt(0);
    const isPrivate = character >= 0xe000 && character < 0xf900;
    const isOne = line.length === 1 && character !== noCharacter;
    return isOne && (!isPrivate || privateUse === 'kept') ? character : 0;
  });
}

/** `code*count=value`, see corrections.ts; without a value it is zero. */
function* runs(text: string | undefined): Generator<readonly [number, number]> {
  for (const [, code = '', count = '1', value = ''] of (text ?? '').matchAll(
    /([0-9a-f]+)(?:\*(\d+))?(?:=([0-9a-f]+))?/g,
  )) {
    for (let step = 0; step < Number(count); step++) {
      const first = value === '' ? 0 : Number.parseInt(value, 16) + step;
      yield [Number.parseInt(code, 16) + step, first];
    }
  }
}
