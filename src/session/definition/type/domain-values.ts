/** What ALTER DOMAIN asks anew of the values that tables have of the domain. */
import { SqlError } from '../../../errors/sql-error.ts';
import type { DomainRecord } from '../../../catalog/type-records.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { withColumn } from '../stored-expression.ts';
import { expressionText } from '../../../sql/print/print.ts';
import { expressionOf } from '../../../plan/binder/write/assignments.ts';
import { queryDatums } from '../../statement/internal-query.ts';
import { lockRelation } from '../../transaction/locks.ts';
import type { SqlSession } from '../../sql-session.ts';
import { refuseWithin } from './row-type-uses.ts';
import { columnsOver, domainsOver } from './user-types.ts';

interface Column {
  readonly table: TableDefinition;
  readonly name: string;
}

/** Errors: 23502, 23514 for values that what is new, or valid now, refuses. */
export async function checkDomainValues(
  session: SqlSession,
  before: DomainRecord,
  after: DomainRecord,
): Promise<void> {
  const isKnown = new Set(before.checks.flatMap((each) => (each.isUnchecked ? [] : [each.oid])));
  const checks = after.checks.filter(({ oid, isUnchecked }) => {
    return isUnchecked !== true && !isKnown.has(oid);
  });
  const isNewlyNotNull = after.notNull && !before.notNull;
  if (checks.length === 0 && !isNewlyNotNull) return;
  refuseWithin(session, after);
  for (const column of columnsBelow(session, after.oid)) {
    await lockRelation(session, column.table.oid, 'share');
    if (isNewlyNotNull) await checkNoNulls(session, column);
    for (const { sql } of checks) await checkCondition(session, column, sql);
  }
}

/** Columns of the domain, and of domains over it. */
function columnsBelow(session: SqlSession, oid: number): readonly Column[] {
  const own = columnsOver(session, oid).flatMap(({ table, columns }) =>
    columns.map((name): Column => ({ table, name })),
  );
  const others = domainsOver(session, oid).flatMap((each) => columnsBelow(session, each.oid));
  return [...own, ...others];
}

async function hasRow(session: SqlSession, { table }: Column, where: string): Promise<boolean> {
  const from = `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
  const sql = `SELECT 1 FROM ${from} WHERE ${where} LIMIT 1`;
  return (await queryDatums(session, { sql, parameters: [], types: [] })).length > 0;
}

async function checkNoNulls(session: SqlSession, column: Column): Promise<void> {
  if (!(await hasRow(session, column, `${quoteIdentifier(column.name)} IS NULL`))) return;
  const { table, name } = column;
  const message = `column "${name}" of table "${table.name}" contains null values`;
  const place = { schema: table.schema, table: table.name, column: name };
  throw new SqlError('not_null_violation', message, place);
}

async function checkCondition(session: SqlSession, column: Column, sql: string): Promise<void> {
  const { table, name } = column;
  const node = withColumn(expressionOf(sql), 'value', name);
  const condition =
    expressionText(node, { pretty: false, relationName: (_schema, own) => own }) ?? sql;
  if (!(await hasRow(session, column, `NOT (${condition})`))) return;
  const values = 'contains values that violate the new constraint';
  const message = `column "${name}" of table "${table.name}" ${values}`;
  const place = { schema: table.schema, table: table.name, column: name };
  throw new SqlError('check_violation', message, place);
}
