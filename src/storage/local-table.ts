/** A stored table as one transaction sees it: catalog.Table. */
import type {
  SnapshotMoment,
  StoreTransaction,
  Table,
  TableDefinition,
  TableSnapshot,
  TableStatistics,
} from '../catalog/table.ts';
import { latestViews, PinnedMoment } from './pinned-tables.ts';
import type { StoreState } from './store-state.ts';
import type { StoredTable } from './stored-table.ts';
import { tableStatistics } from './table-statistics.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { LocalTransaction } from './transaction.ts';

export class LocalTable implements Table {
  readonly definition: TableDefinition;
  readonly #state: StoreState;
  readonly #table: StoredTable;

  constructor(state: StoreState, table: StoredTable, definition: TableDefinition) {
    this.#state = state;
    this.#table = table;
    this.definition = definition;
  }

  get rowCount(): number {
    return this.#table.rowCount;
  }

  snapshot(
    columns: readonly number[],
    transaction: StoreTransaction | undefined,
    moment: SnapshotMoment = 'transaction',
  ): TableSnapshot {
    if (transaction instanceof LocalTransaction) {
      return transaction.snapshot(this.#table, columns, moment);
    }
    const table = this.#table;
    const views = moment instanceof PinnedMoment ? moment.viewsOf(table) : latestViews(table);
    const { definition } = this;
    return takeSnapshot(this.#state, { table, columns, definition, views, changes: undefined });
  }

  release(snapshot: TableSnapshot): void {
    this.#state.snapshots.release(snapshot);
  }

  statistics(): TableStatistics {
    return tableStatistics(this.#table);
  }
}
