/** REINDEX: an index is a name in the catalog, nothing is made anew; what it names must exist. */
import { isKey } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { findRelation, missingRelation, nameOf, type RangeVar } from '../definition/relation.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { refuseInBlock } from '../transaction/in-block.ts';
import type { Utility, UtilityBody } from './utility.ts';

type Check = (context: StatementContext, body: UtilityBody) => void;

const checks: Readonly<Record<string, Check>> = {
  REINDEX_OBJECT_TABLE: checkTable,
  REINDEX_OBJECT_INDEX: checkIndex,
  REINDEX_OBJECT_SCHEMA: checkSchema,
  REINDEX_OBJECT_DATABASE: checkDatabase,
  REINDEX_OBJECT_SYSTEM: checkDatabase,
};

export const reindex: Utility = {
  kind: 'ReindexStmt',
  run(body, context) {
    const kind = String(body['kind']);
    const params = (body['params'] ?? []) as readonly {
      readonly DefElem?: { readonly defname?: string };
    }[];
    const isConcurrent = params.some(({ DefElem: option }) => option?.defname === 'concurrently');
    if (isConcurrent) refuseInBlock(context.session, 'REINDEX CONCURRENTLY');
    checks[kind]?.(context, body);
    context.out.commandComplete('REINDEX');
    return 0;
  },
};

function relationOf(context: StatementContext, body: UtilityBody) {
  const name = nameOf(body['relation'] as RangeVar | undefined);
  const found = findRelation(context.session, name);
  if (found === undefined) throw missingRelation(context, name);
  return { found, name: name.name };
}

/** Errors: 42P01, 42809. */
function checkTable(context: StatementContext, body: UtilityBody): void {
  const { found, name } = relationOf(context, body);
  if (found.kind !== 'table' && found.kind !== 'materialized view') {
    throw new SqlError('wrong_object_type', `"${name}" is not a table or materialized view`);
  }
  const { constraints, indexes = [] } = found.table.definition;
  if (constraints.some(isKey) || indexes.length > 0) return;
  const message = `table "${name}" has no indexes to reindex`;
  context.out.notice(makeNotice('NOTICE', '00000', message));
}

/** Errors: 42P01, 42809. */
function checkIndex(context: StatementContext, body: UtilityBody): void {
  const { found, name } = relationOf(context, body);
  if (found.kind !== 'index') throw new SqlError('wrong_object_type', `"${name}" is not an index`);
}

/** Errors: 25001, 3F000. */
function checkSchema(context: StatementContext, body: UtilityBody): void {
  refuseInBlock(context.session, 'REINDEX SCHEMA');
  const { session } = context;
  const name = String(body['name']);
  const system = ['pg_catalog', 'information_schema'];
  const own = session.environment.store.schemas(session.transaction.storeTransaction);
  if (own.includes(name) || system.includes(name)) return;
  throw new SqlError('invalid_schema_name', `schema "${name}" does not exist`);
}

/** Errors: 25001, 0A000. */
function checkDatabase(context: StatementContext, { kind, name }: UtilityBody): void {
  const what = String(kind).replace('REINDEX_OBJECT_', '');
  refuseInBlock(context.session, `REINDEX ${what}`);
  if (name === undefined || name === context.session.start.database) return;
  const message = 'can only reindex the currently open database';
  throw new SqlError('feature_not_supported', message);
}
