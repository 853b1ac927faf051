/** What an importer reads: columns, and their rows in batches. */
import type { Batch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { makeBatch } from '../../columns/batch.ts';
import type { Arena } from '../../memory/arena.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';

export interface FileColumn {
  readonly name: string;
  readonly type: SqlType;
}

export interface FileSource {
  readonly columns: readonly FileColumn[];
  /** Rows in all, where the file says. */
  readonly rowCount: number | undefined;
  /** Batches in `arena`, each valid until the next one is asked for. */
  batches(arena: Arena): AsyncIterable<Batch>;
}

/** Rows per batch that are made out of single values. */
export const importBatchRows = 8192;

/** One batch out of values, `value(column, row)`. */
export function batchOf(
  columns: readonly FileColumn[],
  rowCount: number,
  value: (column: number, row: number) => Datum | null,
  arena: Arena,
): Batch {
  const made = columns.map(({ type }, column) => {
    const builder = new ColumnBuilder(type, arena, rowCount);
    for (let row = 0; row < rowCount; row++) builder.append(value(column, row));
    return builder.finish();
  });
  return makeBatch(made, rowCount);
}
