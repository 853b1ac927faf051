/**
 * Rows of MERGE by what becomes of them. A row of the table is updated or deleted once; those of
 * one statement are known by a bit each.
 */
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { segmentRows } from '../../catalog/table.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { MergeAction } from '../../plan/planner.ts';

const copiedBytesMax = 1 << 30;

/** Batches as the source makes them: row id, new row, values from before. Valid until the next. */
export interface RowsByAction {
  readonly insert: Batch;
  readonly update: Batch;
  readonly delete: Batch;
  /** Inserts and updates, in the order of the source. */
  readonly written: Batch;
  /** The row after these was changed by the statement already. */
  readonly isRepeated: boolean;
}

export class MergedRows {
  readonly #actions: readonly MergeAction[];
  readonly #arena = new Arena(new Budget(copiedBytesMax));
  /** Rows that the statement changed: bitmaps by segment. */
  readonly #changed = new Map<bigint, Uint8Array>();

  constructor(actions: readonly MergeAction[]) {
    this.#actions = actions;
  }

  next(batch: Batch): RowsByAction {
    this.#arena.reset();
    const actionAt = columnReader(batch.column(batch.columnCount - 1));
    const rowIdAt = columnReader(batch.column(0));
    const places = { insert: [], update: [], delete: [] } as Record<MergeAction, number[]>;
    const written: number[] = [];
    let isRepeated = false;
    for (let row = 0; row < batch.rowCount && !isRepeated; row++) {
      const action = must(this.#actions[Number(actionAt(row))], 'action');
      isRepeated = action !== 'insert' && !this.#noteChange(rowIdAt(row) as bigint);
      if (isRepeated) break;
      places[action].push(row);
      if (action !== 'delete') written.push(row);
    }
    return {
      insert: this.#copy(batch, places.insert),
      update: this.#copy(batch, places.update),
      delete: this.#copy(batch, places.delete),
      written: this.#copy(batch, written),
      isRepeated,
    };
  }

  /** False: the row was changed before. */
  #noteChange(rowId: bigint): boolean {
    const segment = rowId >> 32n;
    const row = Number(rowId & 0xffff_ffffn);
    let bitmap = this.#changed.get(segment);
    if (bitmap === undefined) {
      bitmap = new Uint8Array(segmentRows >>> 3);
      this.#changed.set(segment, bitmap);
    }
    const at = row >>> 3;
    const bits = bitmap[at] ?? 0;
    const bit = 1 << (row & 7);
    bitmap[at] = bits | bit;
    return (bits & bit) === 0;
  }

  #copy(batch: Batch, rows: readonly number[]): Batch {
    return rows.length === batch.rowCount ? batch : copyRows(batch, rows, this.#arena);
  }

  free(): void {
    this.#arena.free();
  }
}

/** The rows with these numbers, in memory of the arena. */
export function copyRows(batch: Batch, rows: readonly number[], arena: Arena): Batch {
  const columns = Array.from({ length: batch.columnCount }, (_, index) => {
    const column = batch.column(index);
    const read = columnReader(column);
    return buildColumn(
      column.type,
      rows.map((row) => read(row)),
      arena,
    );
  });
  return makeBatch(columns, rows.length);
}

/** 21000. */
export function changedTwice(): SqlError {
  const message = 'MERGE command cannot affect row a second time';
  const hint = 'Ensure that not more than one source row matches any one target row.';
  return new SqlError('cardinality_violation', message, { hint });
}
