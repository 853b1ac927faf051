/**
 * Materialized views: tables that keep the query that fills them. REFRESH asks it again, as the
 * owner, and puts its rows in the place of those that were there.
 */
import type { IndexDefinition } from '../../../catalog/index-definition.ts';
import type { MaterializedQuery, TableDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { parseSql } from '../../../sql/parse.ts';
import { withOwnSettings } from '../../settings/own-settings.ts';
import { checkAccessAs } from '../../roles/check-access.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import { insertRows } from '../../write/write-runner.ts';
import { withNames } from './create-view.ts';
import { checkKey } from '../new-rows.ts';
import { findRelation, missingRelation, nameOf, type RangeVar } from '../relation.ts';
import type { OptionNode } from '../sequence-options.ts';
import { viewText } from './view-text.ts';

interface Named {
  readonly name: string;
}

/** The query of CREATE MATERIALIZED VIEW. Errors: 0A000 over temporary relations. */
export function materializedQuery(
  context: StatementContext,
  [fields, columns]: readonly [fields: readonly Named[], columns: readonly Named[]],
  { options = [], isPopulated }: MaterializedOptions,
): MaterializedQuery {
  const names = columns.map(({ name }) => name);
  const { sql, uses, deparsed } = viewText(context, names);
  refuseTemporary(context.session, uses);
  const shown =
    deparsed === undefined
      ? { sql: withNames(sql, fields, columns) }
      : { sql, definition: deparsed.text, usedColumns: deparsed.usedColumns };
  return { ...shown, uses, isPopulated, ...(options.length === 0 ? {} : { options }) };
}

interface MaterializedOptions {
  readonly options?: readonly string[];
  readonly isPopulated: boolean;
}

/** WITH (fillfactor = 70) as pg_class shows it. */
export function storageOptions(nodes: readonly OptionNode[]): readonly string[] {
  return nodes.map(({ DefElem: { defname, arg } = {} }) => {
    const {
      String: text,
      Integer: integer,
      Float: float,
    } = (arg ?? {}) as {
      readonly String?: { readonly sval?: string };
      readonly Integer?: { readonly ival?: number };
      readonly Float?: { readonly fval?: string };
    };
    const value = text?.sval ?? float?.fval ?? integer?.ival ?? (arg === undefined ? true : 0);
    return `${defname ?? ''}=${String(value)}`;
  });
}

function refuseTemporary(session: SqlSession, uses: readonly number[]): void {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const views = store.views(transaction);
  const isTemporary = uses.some((oid) => {
    const schema =
      store.tableByOid(oid, transaction)?.definition.schema ??
      views.find((view) => view.oid === oid)?.schema;
    return schema === session.temporarySchema;
  });
  if (!isTemporary) return;
  const message = 'materialized views must not use temporary tables or views';
  throw new SqlError('feature_not_supported', message);
}

export const refreshMaterializedView: Utility = {
  kind: 'RefreshMatViewStmt',
  writes: () => 'REFRESH MATERIALIZED VIEW',
  locks: (body) => {
    const name = nameOf(body['relation'] as RangeVar | undefined);
    return [{ name, mode: body['concurrent'] === true ? 'exclusive' : 'access exclusive' }];
  },
  async run(body, context) {
    const table = refreshed(context, body);
    const isConcurrent = body['concurrent'] === true;
    if (isConcurrent) checkConcurrent(table, body);
    await refresh(context, table, { isConcurrent, hasData: body['skipData'] !== true });
    context.out.commandComplete('REFRESH MATERIALIZED VIEW');
    return 0;
  },
};

/** Errors: 42P01; 42809, 0A000 for what is none. */
function refreshed(context: StatementContext, body: UtilityBody): Refreshed {
  const name = nameOf(body['relation'] as RangeVar | undefined);
  const found = findRelation(context.session, name);
  if (found === undefined) throw missingRelation(context, name);
  if (found.kind !== 'table' && found.kind !== 'materialized view') {
    const message = `"${name.name}" is not a table or materialized view`;
    throw new SqlError('wrong_object_type', message);
  }
  const { definition } = found.table;
  const { materialized } = definition;
  if (materialized !== undefined) return { ...definition, materialized };
  const message = `"${name.name}" is not a materialized view`;
  throw new SqlError('feature_not_supported', message);
}

type Refreshed = TableDefinition & { readonly materialized: MaterializedQuery };

/** Errors: 42601, 0A000, 55000. */
function checkConcurrent(table: Refreshed, body: UtilityBody): void {
  if (body['skipData'] === true) {
    const message = 'CONCURRENTLY and WITH NO DATA options cannot be used together';
    throw new SqlError('syntax_error', message);
  }
  if (!table.materialized.isPopulated) {
    const message = 'CONCURRENTLY cannot be used when the materialized view is not populated';
    throw new SqlError('feature_not_supported', message);
  }
  if (uniqueIndexes(table).some(isOfAllRows)) return;
  const shown = `"${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}"`;
  const message = `cannot refresh materialized view ${shown} concurrently`;
  const columns = 'on one or more columns of the materialized view';
  throw new SqlError('object_not_in_prerequisite_state', message, {
    hint: `Create a unique index with no WHERE clause ${columns}.`,
  });
}

function uniqueIndexes({ indexes = [] }: TableDefinition): readonly IndexDefinition[] {
  return indexes.filter(({ isUnique }) => isUnique);
}

function isOfAllRows({ where, expressions = [] }: IndexDefinition): boolean {
  return where === undefined && expressions.length === 0;
}

interface Refreshing {
  readonly isConcurrent: boolean;
  readonly hasData: boolean;
}

/** Errors: 42501 for what the owner may not read, 23505, those of the query. */
async function refresh(
  context: StatementContext,
  table: Refreshed,
  { isConcurrent, hasData }: Refreshing,
): Promise<void> {
  const { session, trace } = context;
  const { materialized } = table;
  const transaction = session.transaction.forWriting();
  transaction.write(table.oid).truncate();
  const after = { ...table, materialized: { ...materialized, isPopulated: hasData } };
  if (materialized.isPopulated !== hasData) transaction.alterTable(after);
  if (!hasData) return;
  const statement = must(parseSql(materialized.sql)[0], 'the query of the view');
  checkAccessAs(session, statement, session.roles.rights.ownerOid(table.owner));
  await withOwnSettings(session, { user: table.owner, settings: {} }, async () => {
    const as = { isInternal: true, reader: table.owner };
    const { planned } = session.planNode(statement, [], as);
    if (planned.kind !== 'query') throw unsupported('a materialized view over a writing statement');
    if (planned.constantError !== undefined) throw planned.constantError;
    await insertRows(session, { plan: planned.plan, table: after, parameters: [], trace });
  });
  for (const index of uniqueIndexes(table)) {
    await checkKey({ context }, after, index, isConcurrent);
  }
}
