/** The rows of a segment that is still in memory: one growing column per column of the table. */
import type { Column } from '../columns/column.ts';
import { sliceColumn } from '../columns/column.ts';
import { kernels } from '../kernels/kernels.ts';
import type { SqlType } from '../types/sql-type.ts';
import { appendRowsMax, MemoryColumn, nullColumn } from './memory-column.ts';
import type { AppendContext } from './memory-column.ts';

/** Rows to append: columns by position (undefined: NULL), and which rows of them. */
export interface RowSource {
  readonly column: (index: number) => Column | undefined;
  /** u32 row numbers, or 0: rows count from 0. */
  readonly selection: number;
}

export class MemoryBody {
  readonly kind = 'memory';
  readonly #columns: MemoryColumn[];
  readonly #context: AppendContext;
  readonly #retire: (free: () => void) => void;
  #rows = 0;

  constructor(
    types: readonly SqlType[],
    context: AppendContext,
    retire: (free: () => void) => void,
  ) {
    this.#context = context;
    this.#retire = retire;
    this.#columns = types.map((type) => new MemoryColumn(type, context, retire));
  }

  get rows(): number {
    return this.#rows;
  }

  get columnCount(): number {
    return this.#columns.length;
  }

  get byteSize(): number {
    let sum = 0;
    for (const column of this.#columns) sum += column.byteSize;
    return sum;
  }

  column(index: number, rowCount: number): Column | undefined {
    return this.#columns[index]?.column(rowCount);
  }

  nullCount(index: number): number | undefined {
    return this.#columns[index]?.nullCount;
  }

  /** Appends rows [from, from + count) of the source, all or none. Errors: 53200. */
  append(source: RowSource, from: number, count: number): void {
    const before = this.#rows;
    let isWhole = false;
    try {
      for (let done = 0; done < count; done += appendRowsMax) {
        this.#appendPiece(source, from + done, Math.min(appendRowsMax, count - done));
      }
      isWhole = true;
    } finally {
      if (!isWhole) this.truncate(before);
    }
  }

  #appendPiece(source: RowSource, from: number, count: number): void {
    const { rowNumbers } = this.#context;
    const isAligned = from % 64 === 0;
    let rows = source.selection === 0 ? 0 : source.selection + from * 4;
    if (source.selection === 0 && !isAligned) {
      kernels().fillSequence(rowNumbers, from, count);
      rows = rowNumbers;
    }
    for (const [index, column] of this.#columns.entries()) {
      const whole = source.column(index) ?? nullColumn(column.type, count, this.#context.nullRow);
      const isSliced = source.selection === 0 && isAligned && from > 0;
      column.append(isSliced ? sliceColumn(whole, from, count) : whole, { rows, count });
    }
    this.#rows += count;
  }

  truncate(rows: number): void {
    for (const column of this.#columns) column.truncate(rows);
    this.#rows = rows;
  }

  /** ALTER TABLE ADD COLUMN: rows so far hold the one row of `missing`. */
  addColumn(type: SqlType, missing: Column): void {
    const column = new MemoryColumn(type, this.#context, this.#retire);
    for (let done = 0; done < this.#rows; done += appendRowsMax) {
      column.append(missing, { rows: 0, count: Math.min(appendRowsMax, this.#rows - done) });
    }
    this.#columns.push(column);
  }

  /** Gives the memory back; no snapshot may name it any more. */
  free(): void {
    for (const column of this.#columns) column.free();
  }
}
