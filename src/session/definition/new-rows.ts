/** ALTER TABLE's work on rows: written anew in another shape, and checked against new rules. */
import { SqlError } from '../../errors/sql-error.ts';
import { makeBatch } from '../../columns/batch.ts';
import type { ColumnDefinition, TableDefinition } from '../../catalog/table.ts';
import { must } from '../../errors/assert.ts';
import { evaluateConstant } from '../../expr/compile.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { bindExpression } from '../../plan/binder/bind-statement.ts';
import { domainRules } from '../../plan/binder/domains.ts';
import type { DomainRules } from '../../plan/planner.ts';
import { planNewRows } from '../../plan/plan-statement.ts';
import { isVolatile, registryFacts } from '../../plan/rules/function-facts.ts';
import { queryDatums } from '../statement/internal-query.ts';
import { lockRelation } from '../transaction/locks.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { startQuery } from '../statement/query-runner.ts';
import { keyName, type KeyDefinition } from '../write/key-definition.ts';
import { GeneratedColumns } from '../write/generated-columns.ts';
import { findDuplicate } from '../write/unique-keys.ts';
import { foreignKeyNamed, type ForeignKey } from '../write/references/foreign-key.ts';
import { mixedNulls } from '../write/references/reference-errors.ts';
import type { SqlSession } from '../sql-session.ts';
import { alterRowType } from './type/row-type-uses.ts';
import { TableDraft, type DraftColumn } from './table-draft.ts';

/**
 * Replaces the rows, which a partitioned table has none of, and the definition. Errors: those of
 * the new values.
 */
export async function newRows(draft: TableDraft, altered: TableDefinition): Promise<void> {
  const { session, statement } = draft.context;
  const before = must(draft.before, 'the table');
  const transaction = session.transaction.forWriting();
  const options = session.plannerOptions(statement);
  if (altered.partitionBy !== undefined) {
    const { oid, layout = 0 } = before.definition;
    transaction.write(oid).truncate();
    const columns = altered.columns.map(withoutMissing);
    transaction.alterTable({ ...altered, columns, layout: layout + 1 });
    return;
  }
  const plan = planNewRows(
    before,
    draft.columns.map((column) => {
      const { position, using, fields } = column;
      return { definition: forOldRows(column), position, using, fields };
    }),
    options,
  );
  const running = startQuery(session, plan, {
    parameters: [],
    output: { kind: 'columns' },
    instrument: false,
    moment: 'latest',
  });
  session.interrupts.current = running;
  try {
    const { oid, layout = 0 } = before.definition;
    transaction.write(oid).truncate();
    const columns = altered.columns.map(withoutMissing);
    transaction.alterTable({ ...altered, columns, layout: layout + 1 });
    const write = transaction.write(oid);
    const generated = GeneratedColumns.of(session, altered);
    for (;;) {
      const chunk = await running.run.next(0);
      if (chunk === undefined) break;
      if (chunk.kind !== 'columns') continue;
      await write.ready();
      const rows = makeBatch(chunk.columns, chunk.rowCount);
      write.insert(generated?.fill(rows, 0) ?? rows);
    }
    generated?.free();
  } finally {
    await running.close('limit', undefined);
    session.interrupts.current = undefined;
  }
}

/** Later commands of the statement change what a new column is for new rows only. */
function forOldRows({ definition, added }: DraftColumn): ColumnDefinition {
  if (added === undefined || definition.generated !== undefined) return definition;
  const { defaultSql: _later, ...rest } = definition;
  return added.defaultSql === undefined ? rest : { ...rest, defaultSql: added.defaultSql };
}

/** A column that goes with what it depends on. */
export async function dropColumnOf(
  context: StatementContext,
  { oid }: TableDefinition,
  name: string,
): Promise<void> {
  const { session } = context;
  const transaction = session.transaction.forWriting();
  await lockRelation(session, oid, 'access exclusive');
  const table = session.environment.store.tableByOid(oid, transaction);
  if (table === undefined) return;
  const draft = new TableDraft(context, table.definition, table);
  const column = draft.find(name);
  if (column === undefined) return;
  draft.dropColumn(column);
  for (const sequence of draft.orphans) transaction.dropSequence(sequence);
  const altered = { ...table.definition, ...draft.finish() };
  await alterRowType(draft, table.definition, altered);
  await newRows(draft, altered);
}

/** Rows written anew have all columns. */
function withoutMissing(column: ColumnDefinition): ColumnDefinition {
  const { missing: _gone, ...rest } = column;
  return rest;
}

/**
 * What new columns hold in the rows that are there: the value of their default, kept beside the
 * column, or one for each row, which must then be written. Errors: those of the expression.
 */
export function fillOldRows(draft: TableDraft): void {
  const { session, statement } = draft.context;
  for (const column of draft.columns) {
    const { defaultSql, type, generated } = forOldRows(column);
    if (column.position !== undefined) continue;
    if (
      type.domain !== undefined &&
      hasRules(domainRules(session.plannerOptions(statement), type))
    ) {
      draft.hasOwnValues = true;
    }
    if (defaultSql === undefined) continue;
    if (generated !== undefined) {
      draft.hasOwnValues = true;
      continue;
    }
    const expr = bindExpression(expressionOf(defaultSql), session.plannerOptions(statement), type);
    if (isVolatile(registryFacts, expr)) draft.hasOwnValues = true;
    else {
      const missing = evaluateConstant(expr, session.constantContext(), []);
      if (missing !== null) column.definition = { ...column.definition, missing };
    }
  }
}

/** Rows that are there must be asked, or have values of their own. */
function hasRules({ notNull, checks, defaultSql }: DomainRules): boolean {
  return notNull || checks.length > 0 || defaultSql !== undefined;
}

/** Errors: 23502, 23514, 23505 when a row breaks what is new. */
export async function checkNewRules(draft: TableDraft): Promise<void> {
  const { session } = draft.context;
  const before = must(draft.before, 'the table').definition;
  const { store } = session.environment;
  const table = must(store.tableByOid(before.oid, session.transaction.forWriting()), 'the table');
  const { definition } = table;
  for (const { definition: column, position } of draft.columns) {
    const wasNotNull = position !== undefined && before.columns[position]?.notNull === true;
    if (column.notNull && !wasNotNull) await checkNoNulls(draft, definition, column);
  }
  const isRewritten = draft.columns.some(({ isRetyped }) => isRetyped);
  for (const { definition: constraint, columns, isNew } of draft.constraints) {
    const isTouched = isNew || (isRewritten && columns.some(({ isRetyped }) => isRetyped));
    if (!isTouched) continue;
    const positions = columns.map((column) => draft.columns.indexOf(column));
    const { name, checkSql, references } = constraint;
    if (references !== undefined) {
      if (references.isUnchecked !== true) await checkReferences(session, definition, name);
      continue;
    }
    if (constraint.isUnchecked === true) continue;
    if (checkSql !== undefined) await checkCondition(draft, definition, { name, checkSql });
    else await checkKey(draft, definition, { ...constraint, columns: positions });
  }
}

/** Errors: 23503. */
async function checkReferences(
  session: SqlSession,
  { oid }: TableDefinition,
  name: string,
): Promise<void> {
  const key = foreignKeyNamed(session, oid, name);
  if (key === undefined) return;
  if (key.references.isFull) await checkMixed(session, key);
  await session.references.checkRows(key, undefined);
}

/** MATCH FULL. Errors: 23503. */
async function checkMixed(session: SqlSession, key: ForeignKey): Promise<void> {
  const nulls = key.columns.map(({ name }) => `${quoteIdentifier(name)} IS NULL`);
  const isMixed = `(${nulls.join(' OR ')}) AND NOT (${nulls.join(' AND ')})`;
  const sql = `SELECT 1 ${fromClause(key.table)} WHERE ${isMixed} LIMIT 1`;
  const rows = await queryDatums(session, { sql, parameters: [], types: [] });
  if (rows.length > 0) throw mixedNulls(key);
}

function fromClause({ schema, name }: TableDefinition): string {
  return `FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

async function checkNoNulls(
  { context }: TableDraft,
  table: TableDefinition,
  { name }: ColumnDefinition,
): Promise<void> {
  const sql = `SELECT 1 ${fromClause(table)} WHERE ${quoteIdentifier(name)} IS NULL LIMIT 1`;
  const rows = await queryDatums(context.session, { sql, parameters: [], types: [] });
  if (rows.length === 0) return;
  const message = `column "${name}" of relation "${table.name}" contains null values`;
  const place = { schema: table.schema, table: table.name, column: name };
  throw new SqlError('not_null_violation', message, place);
}

async function checkCondition(
  { context }: TableDraft,
  table: TableDefinition,
  { name, checkSql }: { readonly name: string; readonly checkSql: string },
): Promise<void> {
  const sql = `SELECT 1 ${fromClause(table)} WHERE NOT (${checkSql}) LIMIT 1`;
  const rows = await queryDatums(context.session, { sql, parameters: [], types: [] });
  if (rows.length === 0) return;
  const message = `check constraint "${name}" of relation "${table.name}" is violated by some row`;
  const place = { schema: table.schema, table: table.name, constraint: name };
  throw new SqlError('check_violation', message, place);
}

/** `isThere`: the index is not made by the statement. Errors: 23505. */
export async function checkKey(
  { context }: Pick<TableDraft, 'context'>,
  table: TableDefinition,
  key: KeyDefinition,
  isThere = false,
): Promise<void> {
  const duplicate = await findDuplicate(context.session, table, key, undefined);
  if (duplicate === undefined) return;
  if (isThere) {
    const message = `duplicate key value violates unique constraint "${key.name}"`;
    throw new SqlError('unique_violation', message, {
      detail: `Key ${keyName(table, key)}=(${duplicate}) already exists.`,
    });
  }
  throw new SqlError('unique_violation', `could not create unique index "${key.name}"`, {
    detail: `Key ${keyName(table, key)}=(${duplicate}) is duplicated.`,
    schema: table.schema,
    table: table.name,
    constraint: key.name,
  });
}
