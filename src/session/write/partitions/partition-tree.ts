/**
 * The partitions below a table, and which of them takes a row.
 *
 *     row ─▶ router of t ─▶ t_2, partitioned, too ─▶ router of t_2 ─▶ leaf t_2a
 */
import { PartitionRouter, type RowValue } from '../../../catalog/partitions.ts';
import { segmentRows, type Table, type TableDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { formatText } from '../../../types/type-text.ts';
import { sessionFormats } from '../../facts/evaluation-facts.ts';
import type { SqlSession } from '../../sql-session.ts';

/** Values of a failing row's key that are longer are cut off. */
const valueTextMax = 64;

/** By tables of the store, which are other ones when a definition has changed. */
const known = new WeakMap<Table, PartitionTree>();

export class PartitionTree {
  readonly root: TableDefinition;
  /** In the order of row ids. */
  readonly leaves: readonly TableDefinition[];
  /** OIDs of the table and of those below it that are partitioned, too. */
  readonly parents: readonly number[];
  /** Positions of columns of any key in the tree. */
  readonly keyColumns: ReadonlySet<number>;
  readonly #routers = new Map<number, PartitionRouter>();
  readonly #numbers = new Map<number, number>();

  private constructor(table: Table) {
    this.root = table.definition;
    this.leaves = (table.leaves ?? []).map(({ definition }) => definition);
    for (const [number, { oid }] of this.leaves.entries()) this.#numbers.set(oid, number);
    const positions = new Set<number>();
    const visit = (each: Table): void => {
      const { definition, partitions } = each;
      if (partitions === undefined) return;
      const router = PartitionRouter.of(each);
      this.#routers.set(definition.oid, router);
      for (const { position } of router.key) positions.add(position);
      for (const partition of partitions) visit(partition);
    };
    visit(table);
    this.parents = [...this.#routers.keys()];
    this.keyColumns = positions;
  }

  /** undefined: the table is not partitioned. */
  static of(session: SqlSession, oid: number): PartitionTree | undefined {
    const table = tableOf(session, oid);
    if (table?.partitions === undefined) return undefined;
    const tree = known.get(table) ?? new PartitionTree(table);
    known.set(table, tree);
    return tree;
  }

  /** Number of the leaf that takes the row; 23514 where none does. */
  route(session: SqlSession, valueAt: RowValue): number | SqlError {
    let table = this.root;
    for (;;) {
      const router = this.#routers.get(table.oid);
      if (router === undefined) return must(this.#numbers.get(table.oid), 'a leaf');
      const next = router.route(valueAt);
      if (next === undefined) return noPartition(session, router, valueAt);
      table = next;
    }
  }
}

function tableOf(session: SqlSession, oid: number): Table | undefined {
  const { store } = session.environment;
  return store.tableByOid(oid, session.transaction.storeTransaction);
}

function noPartition(
  session: SqlSession,
  { parent, key }: PartitionRouter,
  valueAt: RowValue,
): SqlError {
  const formats = sessionFormats(session);
  const texts = key.map(({ position, type }) => {
    const value = valueAt(position);
    const text = value === null ? 'null' : formatText(type, value, formats);
    return text.length > valueTextMax ? `${text.slice(0, valueTextMax)}...` : text;
  });
  const message = `no partition of relation "${parent.name}" found for row`;
  const names = key.map(({ name }) => name).join(', ');
  return new SqlError('check_violation', message, {
    detail: `Partition key of the failing row contains (${names}) = (${texts.join(', ')}).`,
    schema: parent.schema,
    table: parent.name,
  });
}

/** Where a row of a table is stored: a partitioned table's in one of the leaves. */
export function storedPlace(
  session: SqlSession,
  { oid, partitionBy }: TableDefinition,
  rowId: bigint,
): { readonly oid: number; readonly rowId: bigint } {
  if (partitionBy === undefined) return { oid, rowId };
  const leaf = must(tableOf(session, oid)?.leaves?.[leafNumber(rowId)], 'a leaf');
  return { oid: leaf.definition.oid, rowId: leafRowId(rowId) };
}

/** A row id's parts (storage/partitioned-table.ts). */
export function leafNumber(rowId: bigint): number {
  return Math.floor(Number(rowId & 0xffff_ffffn) / segmentRows);
}

export function leafRowId(rowId: bigint): bigint {
  return (rowId & ~0xffff_ffffn) | (rowId & BigInt(segmentRows - 1));
}

/** The table and all partitions below it, partitioned ones, too. */
export function withPartitions(session: SqlSession, oid: number): readonly TableDefinition[] {
  const visit = ({ definition, partitions = [] }: Table): readonly TableDefinition[] => {
    return [definition, ...partitions.flatMap(visit)];
  };
  const table = tableOf(session, oid);
  return table === undefined ? [] : visit(table);
}

/** The tables that it is a partition of, the nearest first. */
export function ancestorsOf(
  session: SqlSession,
  { partitionOf }: TableDefinition,
): readonly TableDefinition[] {
  const found: TableDefinition[] = [];
  for (let next = partitionOf; next !== undefined;) {
    const parent = tableOf(session, next.parent)?.definition;
    if (parent === undefined) break;
    found.push(parent);
    next = parent.partitionOf;
  }
  return found;
}

/** OID of the table at the top of the tree; a table's own where it is in none. */
export function rootOf(session: SqlSession, oid: number): number {
  const definition = tableOf(session, oid)?.definition;
  if (definition?.partitionOf === undefined) return oid;
  return ancestorsOf(session, definition).at(-1)?.oid ?? oid;
}
