/**
 * Writes Protocol Buffers into a buffer that grows.
 *
 *     field = tag value             tag = varint(number << 3 | wire type)
 *     text, bytes, message = varint(length) bytes       fixed32, fixed64 little-endian
 *
 * How long a message is is known at its end: a byte is left for its length, and what was written
 * moves when one byte is not enough.
 *
 * https://protobuf.dev/programming-guides/encoding/
 */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const initialBytes = 16 * 1024;
const keptBytesMax = 1024 * 1024;
/** Longer texts are written faster by the engine. */
const shortTextMax = 96;
const shortKeyMax = 0x7f - 8;
const two32 = 2 ** 32;

export class ProtobufWriter {
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What was written; valid until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  /** Begins anew; what one large message took is given back. */
  clear(): void {
    this.#size = 0;
    if (this.#bytes.length > keptBytesMax) this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  /** What was written, as the caller's own; begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const { buffer } = this.#bytes;
    const taken = new Uint8Array(buffer, 0, this.#size);
    this.#size = 0;
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
    return taken;
  }

  #reserve(count: number): void {
    const needed = this.#size + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#size);
    this.#bytes = grown;
  }

  #tag(field: number, type: number): void {
    this.#reserve(16);
    this.#short((field << 3) | type);
  }

  /** A varint of 32 bits at most, room for which is there. */
  #short(value: number): void {
    const bytes = this.#bytes;
    let left = value;
    while (left > 0x7f) {
      bytes[this.#size++] = (left & 0x7f) | 0x80;
      left >>>= 7;
    }
    bytes[this.#size++] = left;
  }

  /** A whole number from -2^63 to below 2^63; a negative one takes ten bytes. */
  integer(field: number, value: number): void {
    this.#tag(field, wire.varint);
    if (value >= 0 && value < 0x8000_0000) {
      this.#short(value);
      return;
    }
    let low = value >>> 0;
    let high = Math.floor(value / two32) >>> 0;
    const bytes = this.#bytes;
    while (high > 0 || low > 0x7f) {
      bytes[this.#size++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[this.#size++] = low;
  }

  double(field: number, value: number): void {
    this.#tag(field, wire.fixed64);
    this.#bytes.writeDoubleLE(value, this.#size);
    this.#size += 8;
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, wire.fixed32);
    this.u32(value);
  }

  /** Nanoseconds of a time in whole microseconds. */
  nanos(field: number, micros: number): void {
    this.#tag(field, wire.fixed64);
    const low = (micros >>> 0) * 1000;
    this.u32(low >>> 0);
    this.u32(Math.floor(micros / two32) * 1000 + Math.floor(low / two32));
  }

  /** A byte without a tag. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#size++] = value;
  }

  /** Four bytes without a tag. */
  u32(value: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    bytes[this.#size++] = value;
    bytes[this.#size++] = value >>> 8;
    bytes[this.#size++] = value >>> 16;
    bytes[this.#size++] = value >>> 24;
  }

  /** Four bytes without a tag, written before. */
  u32At(at: number, value: number): void {
    this.#bytes.writeUInt32LE(value, at);
  }

  /** Bytes, given as hexadecimal digits in lower case. */
  hex(field: number, digits: string): void {
    this.#tag(field, wire.bytes);
    const count = digits.length >> 1;
    this.#reserve(count + 1);
    const bytes = this.#bytes;
    bytes[this.#size++] = count;
    for (let at = 0; at < digits.length; at += 2) {
      bytes[this.#size++] =
        (nibble(digits.charCodeAt(at)) << 4) | nibble(digits.charCodeAt(at + 1));
    }
  }

  text(field: number, text: string): void {
    const start = this.begin(field);
    this.chars(text);
    this.end(start);
  }

  /** Text without tag and length. */
  chars(text: string): void {
    // Three bytes are the most that one UTF-16 unit takes.
    this.#reserve(text.length * 3);
    if (text.length > shortTextMax || !this.#ascii(text)) {
      this.#size += this.#bytes.write(text, this.#size, 'utf8');
    }
  }

  /** Writes a short text of ASCII, as names and numbers are; false: it is another. */
  #ascii(text: string): boolean {
    const bytes = this.#bytes;
    const at = this.#size;
    const { length } = text;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[at + index] = code;
    }
    this.#size = at + length;
    return true;
  }

  /** Bytes that are encoded already, tags and all. */
  raw(encoded: Uint8Array): void {
    const { length } = encoded;
    this.#reserve(length);
    if (length > shortTextMax) this.#bytes.set(encoded, this.#size);
    else copyShort(encoded, this.#bytes, this.#size);
    this.#size += length;
  }

  /**
   * KeyValue { 1 key 2 AnyValue { 1 text } }, the message that comes most: `key` with tag and length.
   * Short ones are written straight away, in a third of the time.
   */
  textPair(field: number, key: Uint8Array, text: string): void {
    const { length } = text;
    const size = key.length + length + 4;
    this.#reserve(size + length * 2 + 16);
    const bytes = this.#bytes;
    let at = this.#size;
    if (size <= 0x7f) {
      bytes[at++] = (field << 3) | wire.bytes;
      bytes[at++] = size;
      at = copyShort(key, bytes, at);
      bytes[at++] = (2 << 3) | wire.bytes;
      bytes[at++] = length + 2;
      bytes[at++] = (1 << 3) | wire.bytes;
      bytes[at++] = length;
      let codes = 0;
      for (let index = 0; index < length; index++) {
        const code = text.charCodeAt(index);
        codes |= code;
        bytes[at + index] = code;
      }
      if (codes <= 0x7f) {
        this.#size = at + length;
        return;
      }
    }
    const start = this.begin(field);
    this.raw(key);
    const value = this.begin(2);
    this.text(1, text);
    this.end(value);
    this.end(start);
  }

  /** KeyValue { 1 key 2 AnyValue { 3 integer } }. */
  integerPair(field: number, key: Uint8Array, value: number): void {
    if (value >= 0 && value < 0x8000_0000 && key.length < shortKeyMax) {
      const size = varintSize(value);
      this.#reserve(key.length + size + 6);
      const bytes = this.#bytes;
      bytes[this.#size] = (field << 3) | wire.bytes;
      bytes[this.#size + 1] = key.length + size + 3;
      const at = copyShort(key, bytes, this.#size + 2);
      bytes[at] = (2 << 3) | wire.bytes;
      bytes[at + 1] = size + 1;
      bytes[at + 2] = 3 << 3;
      this.#size = at + 3;
      this.#short(value);
      return;
    }
    const start = this.begin(field);
    this.raw(key);
    const valueStart = this.begin(2);
    this.integer(3, value);
    this.end(valueStart);
    this.end(start);
  }

  /** Begins a message; `end` wants what it returns. */
  begin(field: number): number {
    this.#tag(field, wire.bytes);
    this.#size += 1;
    return this.#size;
  }

  end(start: number): void {
    const length = this.#size - start;
    if (length <= 0x7f) {
      this.#bytes[start - 1] = length;
      return;
    }
    const more = varintSize(length) - 1;
    this.#reserve(more);
    this.#bytes.copyWithin(start + more, start, this.#size);
    this.#size = start - 1;
    this.#short(length);
    this.#size += length;
  }
}

/** Returns where the copy ends. */
function copyShort(from: Uint8Array, to: Uint8Array, at: number): number {
  const { length } = from;
  for (let index = 0; index < length; index++) to[at + index] = from[index] as number;
  return at + length;
}

/** Bytes of a number below 2^32. */
export function varintSize(value: number): number {
  let size = 1;
  for (let left = value; left > 0x7f; left >>>= 7) size += 1;
  return size;
}

function nibble(code: number): number {
  return (code & 15) + (code >> 6) * 9;
}
