/** Partitions of a table as the session's transaction sees them, and whether rows are theirs. */
import { conditionText, levelTests } from '../../../catalog/partition-text.ts';
import { PartitionRouter } from '../../../catalog/partitions.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { sessionFormats } from '../../facts/evaluation-facts.ts';
import type { SqlSession } from '../../sql-session.ts';
import { queryDatums } from '../../statement/internal-query.ts';
import { quotedTable } from '../../write/unique-keys.ts';

export function partitionsOf(
  session: SqlSession,
  { oid }: Pick<TableDefinition, 'oid'>,
): readonly TableDefinition[] {
  const { store } = session.environment;
  const table = store.tableByOid(oid, session.transaction.storeTransaction);
  return (table?.partitions ?? []).map(({ definition }) => definition);
}

/** A parent with the partitions that it has, or is about to have. */
export interface Level {
  readonly parent: TableDefinition;
  readonly children: readonly TableDefinition[];
}

/** Whether all rows of `table` are such that the level puts them into its child. */
export async function hasOnlyRowsOf(
  session: SqlSession,
  table: TableDefinition,
  { parent, children }: Level,
  child: TableDefinition,
): Promise<boolean> {
  if (child.partitionOf?.bound.kind === 'hash') {
    return hasOnlyHashes(session, table, { parent, children }, child);
  }
  const condition = conditionText(levelTests(parent, child, children, sessionFormats(session)));
  if (condition === undefined) return true;
  const rows = await queryDatums(session, {
    sql: `SELECT 1 FROM ${quotedTable(table)} WHERE (${condition}) IS NOT TRUE LIMIT 1`,
    parameters: [],
    types: [],
  });
  return rows.length === 0;
}

async function hasOnlyHashes(
  session: SqlSession,
  table: TableDefinition,
  { parent, children }: Level,
  child: TableDefinition,
): Promise<boolean> {
  const router = new PartitionRouter(parent, children);
  const names = router.key.map(({ name }) => quoteIdentifier(name)).join(', ');
  const rows = await queryDatums(session, {
    sql: `SELECT DISTINCT ${names} FROM ${quotedTable(table)}`,
    parameters: [],
    types: [],
  });
  return rows.every((row) => {
    const at = (position: number): number =>
      router.key.findIndex((column) => column.position === position);
    return router.route((position) => row[at(position)] ?? null)?.oid === child.oid;
  });
}

/** Rows of the default partition may be such that the new one takes. Errors: 23514. */
export async function checkDefaultRows(
  session: SqlSession,
  { parent, children }: Level,
  added: TableDefinition,
): Promise<void> {
  const other = children.find(({ partitionOf }) => partitionOf?.bound.kind === 'default');
  if (other === undefined) return;
  const level = { parent, children: [...children, added] };
  if (await hasOnlyRowsOf(session, other, level, other)) return;
  const would = 'would be violated by some row';
  const message = `updated partition constraint for default partition "${other.name}" ${would}`;
  throw new SqlError('check_violation', message, { schema: other.schema, table: other.name });
}
