/**
 * How many bytes a character has, by family of encodings (PostgreSQL's wchar.c).
 *
 * `announced` is what the first bytes promise: as many are shown of a bad character. `valid` says
 * whether the bytes that are there can be a character at all.
 */
export interface ByteScheme {
  readonly announced: (bytes: Uint8Array, at: number) => number;
  /** Is asked for whole characters whose first byte is not ASCII. */
  readonly valid: (bytes: Uint8Array, at: number) => boolean;
  /** Codes that may have a character, two bytes each; longer ones are of the encoding's own. */
  readonly leads: readonly [first: number, last: number];
  readonly trails: readonly [first: number, last: number];
}

function within(byte: number | undefined, first: number, last: number): boolean {
  return byte !== undefined && byte >= first && byte <= last;
}

/** One byte each. */
export const singleByte: ByteScheme = {
  announced: () => 1,
  valid: () => true,
  leads: [0, -1],
  trails: [0, -1],
};

/** Both bytes from A1 on. */
export const extendedUnix: ByteScheme = {
  announced: () => 2,
  valid: (bytes, at) => within(bytes[at], 0xa1, 0xfe) && within(bytes[at + 1], 0xa1, 0xfe),
  leads: [0xa1, 0xfe],
  trails: [0xa1, 0xfe],
};

const kana = 0x8e;
const supplement = 0x8f;

/** 8E and a half-width katakana; 8F and two bytes; two bytes. */
export const extendedUnixJapanese: ByteScheme = {
  announced: (bytes, at) => (bytes[at] === supplement ? 3 : 2),
  valid: (bytes, at) => {
    if (bytes[at] === kana) return within(bytes[at + 1], 0xa1, 0xdf);
    if (bytes[at] !== supplement) return extendedUnix.valid(bytes, at);
    return extendedUnix.valid(bytes, at + 1);
  },
  leads: [0x8e, 0xfe],
  trails: [0xa1, 0xfe],
};

/** A1 to DF are half-width katakana, of one byte. */
export const shiftJis: ByteScheme = {
  announced: (bytes, at) => (within(bytes[at], 0xa1, 0xdf) ? 1 : 2),
  valid: (bytes, at) => {
    const lead = bytes[at];
    if (within(lead, 0xa1, 0xdf)) return true;
    if (!within(lead, 0x81, 0x9f) && !within(lead, 0xe0, 0xfc)) return false;
    return within(bytes[at + 1], 0x40, 0x7e) || within(bytes[at + 1], 0x80, 0xfc);
  },
  leads: [0x81, 0xfc],
  trails: [0x40, 0xfc],
};

/** Any second byte but zero. */
export const doubleByte: ByteScheme = {
  announced: () => 2,
  valid: (bytes, at) => bytes[at + 1] !== 0,
  leads: [0x81, 0xfe],
  trails: [0x40, 0xfe],
};

/** A digit in second place makes it four bytes. */
export const upToFourBytes: ByteScheme = {
  announced: (bytes, at) => (within(bytes[at + 1], 0x30, 0x39) ? 4 : 2),
  valid: (bytes, at) => {
    if (!within(bytes[at], 0x81, 0xfe)) return false;
    const second = bytes[at + 1];
    if (within(second, 0x30, 0x39)) {
      return within(bytes[at + 2], 0x81, 0xfe) && within(bytes[at + 3], 0x30, 0x39);
    }
    return within(second, 0x40, 0x7e) || within(second, 0x80, 0xfe);
  },
  leads: [0x81, 0xfe],
  trails: [0x40, 0xfe],
};
