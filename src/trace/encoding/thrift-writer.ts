/**
 * Writes Thrift's binary protocol into a buffer that grows.
 *
 *     field = type:1 id:2 value      struct = field* 00      list = type:1 count:4 value*
 *     string = length:4 bytes        all numbers big-endian
 *
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */
export const thriftTypes = {
  bool: 2,
  double: 4,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  list: 15,
} as const;

const initialBytes = 16 * 1024;
/** Longer texts are written faster by the engine. */
const shortTextMax = 64;

export class ThriftWriter {
  #bytes = Buffer.allocUnsafe(initialBytes);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What was written; valid until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  clear(): void {
    this.#size = 0;
  }

  /** Where to write so many bytes; the buffer may be another one afterwards. */
  #room(count: number): number {
    const at = this.#size;
    this.#size += count;
    if (this.#size > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#size, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    return at;
  }

  #field(type: number, id: number): void {
    const at = this.#room(3);
    const bytes = this.#bytes;
    bytes[at] = type;
    bytes[at + 1] = id >>> 8;
    bytes[at + 2] = id;
  }

  #u32(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  stop(): void {
    const at = this.#room(1);
    this.#bytes[at] = 0;
  }

  struct(id: number): void {
    this.#field(thriftTypes.struct, id);
  }

  /** The head of a list of structs; their fields and stops follow. */
  list(id: number, count: number): void {
    this.#field(thriftTypes.list, id);
    const at = this.#room(5);
    this.#bytes[at] = thriftTypes.struct;
    this.#u32(at + 1, count);
  }

  bool(id: number, value: boolean): void {
    this.#field(thriftTypes.bool, id);
    const at = this.#room(1);
    this.#bytes[at] = value ? 1 : 0;
  }

  double(id: number, value: number): void {
    this.#field(thriftTypes.double, id);
    const at = this.#room(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  i32(id: number, value: number): void {
    this.#field(thriftTypes.i32, id);
    this.#u32(this.#room(4), value);
  }

  /** Of a whole number that a double holds exactly. */
  i64(id: number, value: number): void {
    this.#field(thriftTypes.i64, id);
    const at = this.#room(8);
    this.#u32(at, Math.floor(value / 2 ** 32));
    this.#u32(at + 4, value);
  }

  /** Eight bytes as they are. */
  raw64(id: number, bytes: Uint8Array): void {
    this.#field(thriftTypes.i64, id);
    const at = this.#room(8);
    for (let index = 0; index < 8; index++) this.#bytes[at + index] = bytes[index] ?? 0;
  }

  /** Eight bytes of others, as they are. */
  raw64At(id: number, bytes: Uint8Array, from: number): void {
    this.#field(thriftTypes.i64, id);
    const at = this.#room(8);
    const own = this.#bytes;
    for (let index = 0; index < 8; index++) own[at + index] = bytes[from + index] as number;
  }

  /** A text that is UTF-8 already. */
  stringAt(id: number, bytes: Uint8Array, from: number, to: number): void {
    this.#field(thriftTypes.string, id);
    const length = to - from;
    const at = this.#room(4 + length);
    const own = this.#bytes;
    this.#u32(at, length);
    if (length > shortTextMax) own.set(bytes.subarray(from, to), at + 4);
    else
      for (let index = 0; index < length; index++)
        own[at + 4 + index] = bytes[from + index] as number;
  }

  /** Structs that another writer holds. */
  append(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  string(id: number, text: string): void {
    this.#field(thriftTypes.string, id);
    // Three bytes are the most that one UTF-16 unit takes.
    const at = this.#room(4 + text.length * 3);
    const length = this.#ascii(text, at + 4) ?? this.#bytes.write(text, at + 4, 'utf8');
    this.#u32(at, length);
    this.#size = at + 4 + length;
  }

  /** Writes a short text of ASCII, as names and numbers are; undefined: it is another. */
  #ascii(text: string, at: number): number | undefined {
    const { length } = text;
    if (length > shortTextMax) return undefined;
    const bytes = this.#bytes;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return undefined;
      bytes[at + index] = code;
    }
    return length;
  }

  /** The head of a message: version, kind, name, number. */
  message(kind: number, name: string): void {
    const at = this.#room(12 + name.length);
    this.#bytes.writeUInt32BE((0x8001_0000 | kind) >>> 0, at);
    this.#bytes.writeUInt32BE(name.length, at + 4);
    this.#bytes.write(name, at + 8, 'latin1');
    this.#bytes.writeUInt32BE(0, at + 8 + name.length);
  }
}
