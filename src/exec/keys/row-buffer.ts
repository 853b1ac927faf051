/**
 * Rows kept beyond the life of their batches: a growing dense copy of each column.
 *
 *     append(batch) … append(batch) ──▶ columns() or gather(row numbers)
 *
 * Encodings are kept where possible: hex stays hex, dictionaries are merged into one.
 * Buffers double when full; the arena that is given holds them.
 */
import { must } from '../../errors/assert.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { columnBuffer, type ColumnBuffer } from './column-buffer.ts';
import { gatherColumn, type RowList } from './gather-column.ts';

export class RowBuffer {
  readonly #buffers: readonly ColumnBuffer[];
  readonly #scratch: Arena;
  #rowCount = 0;
  #columns: readonly Column[] | undefined;

  /** `arena` holds the rows; `scratch`, which the caller may reset between appends, does not. */
  constructor(types: readonly SqlType[], arena: Arena, scratch: Arena) {
    this.#buffers = types.map((type) => columnBuffer(type, arena));
    this.#scratch = scratch;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Appends the batch's selected rows; the batch must have a column per type. */
  append(batch: Batch): void {
    const columns = this.#buffers.map((_, index) => batch.column(index));
    this.appendColumns(columns, batch);
  }

  /** Appends the rows of `rows` of columns that share it. */
  appendColumns(columns: readonly Column[], rows: RowSet): void {
    for (const [index, buffer] of this.#buffers.entries()) {
      buffer.append(must(columns[index], `column ${index}`), rows, this.#scratch);
    }
    this.#rowCount += rows.rowCount;
    this.#columns = undefined;
  }

  /** All rows, dense; valid until the next append. */
  columns(): readonly Column[] {
    this.#columns ??= this.#buffers.map((buffer) => buffer.column());
    return this.#columns;
  }

  /** All rows as one batch, which may be larger than `batchRowsMax`. */
  batch(): Batch {
    return makeBatch(this.columns(), this.#rowCount);
  }

  /**
   * The rows that `list` names, in `arena`. Row number 0xFFFFFFFF gives NULL in every column; say
   * so with `hasNullRows`.
   */
  gather(list: RowList, arena: Arena): Column[] {
    return this.columns().map((column) => gatherColumn(column, list, arena));
  }
}
