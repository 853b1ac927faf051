/** Foreign keys with both of their tables: those of a table, and those that reference it. */
import type {
  ColumnDefinition,
  ConstraintDefinition,
  ForeignReference,
  TableDefinition,
} from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import type { SqlSession } from '../../sql-session.ts';

export interface ForeignKey {
  readonly name: string;
  readonly references: ForeignReference;
  /** The table that references, and its columns. */
  readonly table: TableDefinition;
  readonly columns: readonly ColumnDefinition[];
  readonly positions: readonly number[];
  /** The table that is referenced, and its columns. */
  readonly target: TableDefinition;
  readonly targetColumns: readonly ColumnDefinition[];
  readonly targetPositions: readonly number[];
}

/** Of one table, in the order of its constraints. */
export function foreignKeysOf(session: SqlSession, table: TableDefinition): readonly ForeignKey[] {
  return table.constraints.flatMap((constraint) => {
    const key = constraint.references && joined(session, table, constraint);
    return key === undefined ? [] : [key];
  });
}

/** What a session knows of the definitions that it sees; these count each change of any. */
interface KnownKeys {
  readonly definitionVersion: number;
  readonly byTarget: ReadonlyMap<number, readonly ForeignKey[]>;
}

const known = new WeakMap<SqlSession, KnownKeys>();

/** Those that reference the table, its own among them; older tables first. */
export function foreignKeysTo(session: SqlSession, oid: number): readonly ForeignKey[] {
  const { definitionVersion } = session.environment.store;
  let own = known.get(session);
  if (own?.definitionVersion !== definitionVersion) {
    own = { definitionVersion, byTarget: keysByTarget(session) };
    known.set(session, own);
  }
  return own.byTarget.get(oid) ?? [];
}

function keysByTarget(session: SqlSession): ReadonlyMap<number, readonly ForeignKey[]> {
  const { store } = session.environment;
  const keys = store
    .tables(session.transaction.storeTransaction)
    .flatMap(({ definition }) => foreignKeysOf(session, definition))
    .toSorted((left, right) => left.table.oid - right.table.oid);
  const byTarget = new Map<number, ForeignKey[]>();
  for (const key of keys) {
    const same = byTarget.get(key.target.oid);
    if (same === undefined) byTarget.set(key.target.oid, [key]);
    else same.push(key);
  }
  return byTarget;
}

/** The key as it is now; undefined: it is gone. */
export function foreignKeyNamed(
  session: SqlSession,
  tableOid: number,
  name: string,
): ForeignKey | undefined {
  const { store } = session.environment;
  const table = store.tableByOid(tableOid, session.transaction.storeTransaction)?.definition;
  return table && foreignKeysOf(session, table).find((key) => key.name === name);
}

function joined(
  session: SqlSession,
  table: TableDefinition,
  { name, columns: positions, references }: ConstraintDefinition,
): ForeignKey | undefined {
  const { store } = session.environment;
  const { storeTransaction } = session.transaction;
  const reference = must(references, 'a foreign key');
  const target =
    reference.table === table.oid
      ? table
      : store.tableByOid(reference.table, storeTransaction)?.definition;
  if (target === undefined) return undefined;
  const targetPositions = positionsOf(target, reference.columns);
  return {
    name,
    references: reference,
    table,
    columns: positions.map((position) => must(table.columns[position], 'column')),
    positions,
    target,
    targetColumns: targetPositions.map((position) => must(target.columns[position], 'column')),
    targetPositions,
  };
}

export function positionsOf(
  { columns }: TableDefinition,
  names: readonly string[],
): readonly number[] {
  return names.map((wanted) => columns.findIndex(({ name }) => name === wanted));
}
