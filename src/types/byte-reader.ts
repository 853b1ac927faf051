/** Reads PostgreSQL's big-endian binary formats; too few bytes are 08P01, as in PostgreSQL. */
import { SqlError } from '../errors/sql-error.ts';

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  float32(): number {
    return this.#view.getFloat32(this.#take(4));
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  bytes(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** Every byte must have been read: 22P03 otherwise. */
  end(): void {
    if (this.remaining > 0) {
      throw new SqlError('invalid_binary_representation', 'incorrect binary data format');
    }
  }

  #take(count: number): number {
    if (count < 0 || count > this.remaining) {
      throw new SqlError('protocol_violation', 'insufficient data left in message');
    }
    const start = this.#position;
    this.#position += count;
    return start;
  }
}
