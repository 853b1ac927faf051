/**
 * A partitioned table as one transaction sees it: the rows of its leaves, one after another.
 *
 *     snapshot of t = segments of t_1, of t_2a, … each with the number of its leaf
 *     row id        = segment × 2^32 + leaf × 2^17 + row
 *
 * Columns of all leaves are in the same order, so positions mean the same in each.
 */
import type {
  ColumnStatistics,
  Leaves,
  SegmentSnapshot,
  SnapshotMoment,
  StoreTransaction,
  Table,
  TableDefinition,
  TableSnapshot,
  TableStatistics,
} from '../catalog/table.ts';
import { inBoundOrder } from '../catalog/partitions.ts';

/** Tables of the transaction's database by OID of the table that they are partitions of. */
export type FindPartitions = (parent: number) => readonly Table[];

export class PartitionedTable implements Table {
  readonly definition: TableDefinition;
  readonly #find: FindPartitions;
  #partitions: readonly Table[] | undefined;
  #leaves: readonly Table[] | undefined;
  readonly #taken = new Map<TableSnapshot, readonly (() => void)[]>();

  constructor(definition: TableDefinition, find: FindPartitions) {
    this.definition = definition;
    this.#find = find;
  }

  get partitions(): readonly Table[] {
    this.#partitions ??= this.#ordered();
    return this.#partitions;
  }

  #ordered(): readonly Table[] {
    const found = this.#find(this.definition.oid);
    const byDefinition = new Map(found.map((table) => [table.definition, table]));
    return inBoundOrder(this.definition, [...byDefinition.keys()]).flatMap((definition) => {
      return byDefinition.get(definition) ?? [];
    });
  }

  get leaves(): readonly Table[] {
    this.#leaves ??= this.partitions.flatMap((table) => table.leaves ?? [table]);
    return this.#leaves;
  }

  get rowCount(): number {
    return this.leaves.reduce((sum, { rowCount = 0 }) => sum + rowCount, 0);
  }

  snapshot(
    columns: readonly number[],
    transaction: StoreTransaction | undefined,
    moment: SnapshotMoment = 'transaction',
    wanted?: Leaves,
  ): TableSnapshot {
    const releases: (() => void)[] = [];
    let rowCount = 0;
    const segments: SegmentSnapshot[] = [];
    for (const [number, table] of this.leaves.entries()) {
      const { oid } = table.definition;
      if (wanted?.has(oid) === false) continue;
      const part = table.snapshot(columns, transaction, moment);
      releases.push(() => table.release(part));
      rowCount += part.rowCount;
      const leaf = { oid, number };
      for (const segment of part.segments) segments.push({ ...segment, leaf });
    }
    const snapshot = { tableOid: this.definition.oid, segments, rowCount };
    this.#taken.set(snapshot, releases);
    return snapshot;
  }

  release(snapshot: TableSnapshot): void {
    for (const release of this.#taken.get(snapshot) ?? []) release();
    this.#taken.delete(snapshot);
  }

  statistics(): TableStatistics {
    const all = this.leaves.map((table) => table.statistics());
    const rowCount = all.reduce((sum, each) => sum + each.rowCount, 0);
    const byteSize = all.reduce((sum, each) => sum + (each.byteSize ?? 0), 0);
    const columns = this.definition.columns.map((_column, at) => columnStatistics(all, at));
    return { rowCount, byteSize, columns };
  }
}

/** Bounds are left out: zone maps say what a segment holds. */
function columnStatistics(
  all: readonly TableStatistics[],
  at: number,
): ColumnStatistics | undefined {
  let [rows, nulls, distinct] = [0, 0, 0];
  for (const { rowCount, columns } of all) {
    const found = columns[at];
    if (found === undefined) continue;
    rows += rowCount;
    nulls += rowCount * found.nullFraction;
    distinct = Math.max(distinct, found.distinct ?? 0);
  }
  if (rows === 0) return undefined;
  return { nullFraction: nulls / rows, ...(distinct > 0 ? { distinct } : {}) };
}
