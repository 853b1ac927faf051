/** DataRow messages that are kept, so that they can be sent later, again, or backwards. */
import { SqlError } from '../../errors/sql-error.ts';
import type { ResultWriter } from '../session.ts';

/** Bytes handed to the client at once. */
const pieceBytes = 1 << 18;

export class StoredRows {
  readonly #rows: Uint8Array[] = [];
  readonly #bytesMax: number;
  #byteSize = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#rows.length;
  }

  remove(row: number): void {
    const [removed] = this.#rows.splice(row, 1);
    this.#byteSize -= removed?.length ?? 0;
  }

  clear(): void {
    this.#rows.length = 0;
    this.#byteSize = 0;
  }

  /** Whole messages: 'D', int32 length, … Errors: 53200 past the limit. */
  append(bytes: Uint8Array): void {
    this.#byteSize += bytes.length;
    if (this.#byteSize > this.#bytesMax) {
      throw new SqlError('out_of_memory', `a cursor keeps at most ${this.#bytesMax} bytes of rows`);
    }
    const copy = Buffer.from(bytes);
    for (let at = 0; at < copy.length;) {
      const end = at + 1 + copy.readInt32BE(at + 1);
      this.#rows.push(copy.subarray(at, end));
      at = end;
    }
  }

  /** The fields of all rows: `D`, int32 length, int16 count; of each int32 size and bytes. */
  cells(): readonly (readonly (Uint8Array | null)[])[] {
    return this.#rows.map((message) => {
      const row = Buffer.from(message.buffer, message.byteOffset, message.length);
      const fields: (Uint8Array | null)[] = [];
      for (let at = 7; at < row.length;) {
        const size = row.readInt32BE(at);
        at += 4;
        fields.push(size < 0 ? null : row.subarray(at, at + size));
        at += Math.max(0, size);
      }
      return fields;
    });
  }

  /** Sends rows [from, to). */
  async send(from: number, to: number, out: Pick<ResultWriter, 'rows'>): Promise<void> {
    await this.#sendAll(this.#rows.slice(from, to), out);
  }

  /** Sends rows [from, to), the last one first. */
  async sendBackwards(from: number, to: number, out: Pick<ResultWriter, 'rows'>): Promise<void> {
    await this.#sendAll(this.#rows.slice(from, to).toReversed(), out);
  }

  async #sendAll(rows: readonly Uint8Array[], out: Pick<ResultWriter, 'rows'>): Promise<void> {
    let piece: Uint8Array[] = [];
    let byteSize = 0;
    for (const row of rows) {
      piece.push(row);
      byteSize += row.length;
      if (byteSize < pieceBytes) continue;
      await out.rows(Buffer.concat(piece));
      piece = [];
      byteSize = 0;
    }
    if (piece.length > 0) await out.rows(Buffer.concat(piece));
  }
}
