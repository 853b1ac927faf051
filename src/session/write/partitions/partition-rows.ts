/** Whether rows that are written to a partition itself are rows of its bounds. */
import { PartitionRouter } from '../../../catalog/partitions.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import { columnReader } from '../../../columns/read.ts';
import type { Batch } from '../../../columns/batch.ts';
import type { SqlSession } from '../../sql-session.ts';
import { ancestorsOf } from './partition-tree.ts';

interface Level {
  readonly router: PartitionRouter;
  readonly child: number;
}

export class PartitionRows {
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** undefined: the table is no partition. */
  static of(session: SqlSession, table: TableDefinition): PartitionRows | undefined {
    const { store } = session.environment;
    const transaction = session.transaction.storeTransaction;
    const chain = [table, ...ancestorsOf(session, table)];
    const levels = chain.slice(1).map((parent, at): Level => {
      const whole = must(store.tableByOid(parent.oid, transaction), 'the partitioned table');
      return { router: PartitionRouter.of(whole), child: chain[at]?.oid ?? 0 };
    });
    return levels.length === 0 ? undefined : new PartitionRows(levels);
  }

  /** The first row that belongs elsewhere; -1: none does. */
  firstStray(rows: Batch): number {
    const readers = this.#levels.map(({ router: { key } }) => {
      const columns = key.map(({ position }) => [position, columnReader(rows.column(position))]);
      return new Map(columns as [number, ReturnType<typeof columnReader>][]);
    });
    for (let row = 0; row < rows.rowCount; row++) {
      for (const [at, { router, child }] of this.#levels.entries()) {
        const found = router.route((position) => readers[at]?.get(position)?.(row) ?? null);
        if (found?.oid !== child) return row;
      }
    }
    return -1;
  }
}
