/**
 * Reads Protocol Buffers that this server wrote, field by field, without copying.
 *
 *     while (reader.next()) switch (reader.field) { case 5: … reader.text() … default: reader.skip() }
 *
 * A field's value is taken by exactly one call.
 */
const two32 = 2 ** 32;

export class ProtobufReader {
  readonly bytes: Buffer;
  /** Where the next byte is read. */
  at: number;
  #end: number;
  /** Number of the field that `next` found. */
  field = 0;
  #type = 0;

  constructor(bytes: Buffer, from = 0, to = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.#end = to;
  }

  /** Reads another part of the same bytes. */
  within(from: number, to: number): this {
    this.at = from;
    this.#end = to;
    return this;
  }

  next(): boolean {
    if (this.at >= this.#end) return false;
    const tag = this.varint();
    this.field = tag >>> 3;
    this.#type = tag & 7;
    return true;
  }

  /** Of 32 bits: a length, a tag, a small number. */
  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** A signed number of 64 bits, as near as a double comes to it. */
  integer(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return (high | 0) * two32 + (low >>> 0);
    }
  }

  double(): number {
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  /** A time in nanoseconds, as whole microseconds. */
  micros(): number {
    const value = this.bytes.readBigUInt64LE(this.at);
    this.at += 8;
    return Number(value / 1000n);
  }

  /** The end of the text, bytes or message that begins here. */
  limit(): number {
    const length = this.varint();
    return this.at + length;
  }

  text(): string {
    const end = this.limit();
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }

  hex(): string {
    const end = this.limit();
    const digits = this.bytes.toString('hex', this.at, end);
    this.at = end;
    return digits;
  }

  skip(): void {
    if (this.#type === 0) while ((this.bytes[this.at++] as number) >= 0x80);
    else if (this.#type === 1) this.at += 8;
    else if (this.#type === 2) this.at = this.limit();
    else this.at += 4;
  }
}
