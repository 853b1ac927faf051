/** A growing run of bytes. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(byteSize: number) {
    this.#bytes = Buffer.allocUnsafe(byteSize);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  bytes(values: Uint8Array): void {
    if (this.#length + values.length > this.#bytes.length) this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  int32(value: number): void {
    if (this.#length + 4 > this.#bytes.length) this.#grow(4);
    this.#bytes.writeInt32BE(value, this.#length);
    this.#length += 4;
  }

  setInt32(offset: number, value: number): void {
    this.#bytes.writeInt32BE(value, offset);
  }

  /** What was written; the writer is spent. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(byteSize: number): void {
    const grown = Buffer.allocUnsafe(2 * (this.#bytes.length + byteSize));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
