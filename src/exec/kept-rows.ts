/** Rows that live until the query ends, shared by its nodes: CTEs and work tables. */
import { batchRowsMax, makeBatch, type Batch } from '../columns/batch.ts';
import { sliceColumn } from '../columns/column.ts';
import { Arena, type Budget } from '../memory/arena.ts';
import type { SqlType } from '../types/sql-type.ts';
import { RowBuffer } from './keys/row-buffer.ts';

export class KeptRows {
  readonly #arena: Arena;
  readonly #scratch: Arena;
  readonly #buffer: RowBuffer;

  constructor(types: readonly SqlType[], budget: Budget) {
    this.#arena = new Arena(budget);
    this.#scratch = new Arena(budget);
    this.#buffer = new RowBuffer(types, this.#arena, this.#scratch);
  }

  get rowCount(): number {
    return this.#buffer.rowCount;
  }

  append(batch: Batch): void {
    this.#scratch.reset();
    this.#buffer.append(batch);
  }

  /** All rows, in the order in which they came; valid until the next append. */
  *batches(): Generator<Batch> {
    const columns = this.#buffer.columns();
    for (let from = 0; from < this.rowCount; from += batchRowsMax) {
      const count = Math.min(batchRowsMax, this.rowCount - from);
      yield makeBatch(
        columns.map((column) => sliceColumn(column, from, count)),
        count,
      );
    }
  }

  free(): void {
    this.#arena.free();
    this.#scratch.free();
  }
}
