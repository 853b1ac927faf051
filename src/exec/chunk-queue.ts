/**
 * Chunks that came and were not read yet, and how many rows may still come.
 *
 * A reader that wants at most n rows gets a chunk cut at a row boundary.
 */
import type { Chunk } from './execution.ts';

export class ChunkQueue {
  readonly #chunks: Chunk[] = [];
  /** Rows asked for and not handed to the reader yet. */
  #owedRows = 0;

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  push(chunk: Chunk): void {
    this.#chunks.push(chunk);
  }

  /** Whether rows in this memory wait to be read. */
  holds(memory: ArrayBuffer): boolean {
    return this.#chunks.some((chunk) => chunk.kind === 'rows' && chunk.bytes.buffer === memory);
  }

  clear(): void {
    this.#chunks.length = 0;
  }

  /** The reader wants `rowsMax` rows (0 = all): how many more the driver must be allowed. */
  want(rowsMax: number): number {
    const wanted = rowsMax === 0 ? Infinity : rowsMax;
    if (this.#owedRows >= wanted) return 0;
    const more = wanted === Infinity ? Infinity : wanted - this.#owedRows;
    this.#owedRows = wanted;
    return more;
  }

  /** The first chunk, or at most `rowsMax` rows of it. */
  take(rowsMax: number): Chunk | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    let taken = chunk;
    if (rowsMax !== 0 && chunk.rowCount > rowsMax && chunk.kind === 'rows') {
      const at = endOfRows(chunk.bytes, rowsMax);
      const restRows = chunk.rowCount - rowsMax;
      this.#chunks.unshift({ ...chunk, bytes: chunk.bytes.subarray(at), rowCount: restRows });
      taken = { ...chunk, bytes: chunk.bytes.subarray(0, at), rowCount: rowsMax };
    }
    this.#owedRows -= taken.rowCount;
    return taken;
  }
}

/** Where the first `rowCount` messages end: each is a tag, then an int32 length. */
function endOfRows(bytes: Uint8Array, rowCount: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let row = 0; row < rowCount; row++) at += 1 + view.getInt32(at + 1);
  return at;
}
