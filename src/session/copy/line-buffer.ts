/** Rows of COPY TO while they are written: the bytes they come from, and those they become. */
export class LineBuffer {
  source: Buffer = Buffer.alloc(0);
  out: Buffer = Buffer.alloc(0);
  /** Where the next byte goes. */
  at = 0;

  begin(source: Uint8Array, byteSize: number): void {
    this.source = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    this.out = Buffer.allocUnsafe(byteSize);
    this.at = 0;
  }

  reserve(byteSize: number): void {
    if (this.at + byteSize <= this.out.length) return;
    const grown = Buffer.allocUnsafe(2 * (this.out.length + byteSize));
    this.out.copy(grown, 0, 0, this.at);
    this.out = grown;
  }

  bytes(values: Uint8Array): void {
    this.out.set(values, this.at);
    this.at += values.length;
  }

  /** What was written. */
  take(): Uint8Array {
    return this.out.subarray(0, this.at);
  }
}

/** Writes bytes [from, to) of the source as one field; room for each byte twice is reserved. */
export type WriteField = (line: LineBuffer, from: number, to: number, column: number) => void;
