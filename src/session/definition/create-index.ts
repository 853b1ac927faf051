/** CREATE INDEX: a name in the catalog; a unique one rules keys as a constraint does. */
import { SqlError } from '../../errors/sql-error.ts';
import type { IndexDefinition, IndexExpression } from '../../catalog/index-definition.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { Expr } from '../../expr/expr.ts';
import { exprColumns } from '../../expr/walk.ts';
import { columnNameOf } from '../../plan/binder/column-names.ts';
import { exceedsVolatility, registryFacts } from '../../plan/rules/function-facts.ts';
import type { Node } from '@pgsql/types';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../utility/utility.ts';
import { checkKey } from './new-rows.ts';
import { parentIndexes } from '../../catalog/partition-indexes.ts';
import { lockRelation } from '../transaction/locks.ts';
import { requireKeyColumns } from './partition/partition-key.ts';
import { partitionsOf } from './partition/partition-lookup.ts';
import { chooseName } from './relation-names.ts';
import { storedCheck, storedPart, type StoredExpression } from './stored-expression.ts';
import { findStored, nameOf, relationExists, type RangeVar } from './relation.ts';

interface Element {
  readonly name?: string;
  readonly expr?: Node;
  readonly ordering?: string;
  readonly nulls_ordering?: string;
  readonly opclass?: readonly { readonly String?: { readonly sval?: string } }[];
}

interface ElementNode {
  readonly IndexElem?: Element;
}

const methods = new Set(['btree', 'hash', 'gin', 'gist', 'brin', 'spgist']);

export const createIndex: Utility = {
  kind: 'IndexStmt',
  writes: () => 'CREATE INDEX',
  locks: (body) => [
    {
      ...{ name: nameOf(body['relation'] as RangeVar | undefined), mode: 'share row exclusive' },
      command: 'CREATE INDEX',
    },
  ],
  async run(body, context) {
    const { session, out } = context;
    const relation = body['relation'] as RangeVar | undefined;
    const { definition } = findStored(context, nameOf(relation));
    if (body['concurrent'] === true && session.transaction.inSomeBlock) {
      const message = 'CREATE INDEX CONCURRENTLY cannot run inside a transaction block';
      throw new SqlError('active_sql_transaction', message);
    }
    const name = body['idxname'] === undefined ? undefined : String(body['idxname']);
    if (name !== undefined && relationExists(session, definition.schema, name)) {
      const message = `relation "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_table', message);
      out.notice(makeNotice('NOTICE', '42P07', `${message}, skipping`));
    } else {
      refuseConcurrent(body, definition);
      await create(context, body, { definition, name });
      if (relation?.inh === true) await createOnPartitions(context, body, definition.oid);
    }
    out.commandComplete('CREATE INDEX');
    return 0;
  },
};

/** Errors: 0A000. */
function refuseConcurrent(body: UtilityBody, { name, partitionBy }: TableDefinition): void {
  if (partitionBy === undefined || body['concurrent'] !== true) return;
  const message = `cannot create index on partitioned table "${name}" concurrently`;
  throw new SqlError('feature_not_supported', message);
}

/** The same on each partition that has none like the parent's. Errors: 23505. */
async function createOnPartitions(
  context: StatementContext,
  body: UtilityBody,
  parent: number,
): Promise<void> {
  const { session } = context;
  for (const { oid } of partitionsOf(session, { oid: parent })) {
    await lockRelation(session, oid, 'share row exclusive');
    const { store } = session.environment;
    const transaction = session.transaction.forWriting();
    const whole = store.tableByOid(parent, transaction)?.definition;
    const definition = store.tableByOid(oid, transaction)?.definition;
    if (whole === undefined || definition === undefined) continue;
    const parts = new Set(parentIndexes(whole, definition).values());
    const added = whole.indexes?.at(-1)?.name ?? '';
    if (!parts.has(added)) await create(context, body, { definition, name: undefined });
    await createOnPartitions(context, body, oid);
  }
}

interface Target {
  readonly definition: TableDefinition;
  readonly name: string | undefined;
}

/** Errors: 42703, 42704, 42P17, 23505. */
async function create(
  context: StatementContext,
  body: UtilityBody,
  { definition, name }: Target,
): Promise<void> {
  const { session } = context;
  const elements = (body['indexParams'] ?? []) as readonly ElementNode[];
  const isUnique = body['unique'] === true;
  if (isUnique) {
    const columns = elements.flatMap(({ IndexElem }) => IndexElem?.name ?? []);
    requireKeyColumns({ name: definition.name, columns }, 'unique', definition.partitionBy);
  }
  const index = describeIndex(context, body, definition);
  const rest = (index.expressions ?? []).values();
  const parts = elements.map(({ IndexElem }) => IndexElem?.name ?? rest.next().value?.name ?? '');
  const isTaken = (each: string): boolean => relationExists(session, definition.schema, each);
  const named = [...parts, ...(index.include ?? [])].join('_');
  const own = name ?? chooseName([definition.name, named], 'idx', isTaken);
  const whole: IndexDefinition = { ...index, name: own, isUnique };
  const indexes = [...(definition.indexes ?? []), whole];
  session.transaction.forWriting().alterTable({ ...definition, indexes });
  const isEmpty = definition.materialized?.isPopulated === false;
  const isParent = definition.partitionBy !== undefined;
  if (isUnique && !isEmpty && !isParent) await checkKey({ context }, definition, whole);
}

/** What pg_index says of it. */
function describeIndex(
  context: StatementContext,
  body: UtilityBody,
  table: TableDefinition,
): Omit<IndexDefinition, 'name' | 'isUnique'> {
  const { session, statement } = context;
  const options = session.plannerOptions(statement);
  const method = String(body['accessMethod'] ?? 'btree');
  if (!methods.has(method)) {
    throw new SqlError('undefined_object', `access method "${method}" does not exist`);
  }
  const elements = ((body['indexParams'] ?? []) as readonly ElementNode[]).map(
    ({ IndexElem = {} }) => IndexElem,
  );
  const include = includedNames(body, table, method);
  const columns = elements.map(({ name }) =>
    name === undefined ? -1 : table.columns.indexOf(columnNamed(table, name)),
  );
  const bound = elements.flatMap(({ expr }) =>
    expr === undefined ? [] : [{ node: expr, ...storedPart(expr, options, table) }],
  );
  const condition = body['whereClause'] as Node | undefined;
  const where = condition === undefined ? undefined : storedCheck(condition, options, table);
  for (const { expr } of bound) requireImmutable(expr, 'expression');
  if (where !== undefined) requireImmutable(where.expr, 'predicate');
  const uses = exprColumns(
    ...bound.map(({ expr }) => expr),
    ...(where === undefined ? [] : [where.expr]),
  );
  const bits = elements.map(optionsOf);
  const classes = elements.map(({ opclass = [] }) => opclass.at(-1)?.String?.sval ?? '');
  return {
    columns,
    ...(method === 'btree' ? {} : { method }),
    ...(bound.length === 0 ? {} : { expressions: namedExpressions(bound) }),
    ...(bits.every((each) => each === 0) ? {} : { options: bits }),
    ...(classes.every((each) => each === '') ? {} : { classes }),
    ...(where === undefined ? {} : { where: where.sql }),
    ...(body['nulls_not_distinct'] === true ? { nullsEqual: true as const } : {}),
    ...(uses.length === 0 ? {} : { uses: [...new Set(uses)] }),
    ...(include.length === 0 ? {} : { include }),
  };
}

/** Of INCLUDE. Errors: 0A000, 42703. */
function includedNames(
  body: UtilityBody,
  table: TableDefinition,
  method: string,
): readonly string[] {
  const elements = (body['indexIncludingParams'] ?? []) as readonly ElementNode[];
  if (elements.length > 0 && !['btree', 'gist', 'spgist'].includes(method)) {
    const message = `access method "${method}" does not support included columns`;
    throw new SqlError('feature_not_supported', message);
  }
  return elements.map(({ IndexElem: { name, ...element } = {} }) => {
    if (name === undefined) {
      const message = 'expressions are not supported in included columns';
      throw new SqlError('feature_not_supported', message);
    }
    if (optionsOf(element) !== 0) {
      const message = 'including column does not support ASC/DESC options';
      throw new SqlError('invalid_object_definition', message);
    }
    return columnNamed(table, name).name;
  });
}

/** Errors: 42P17. */
function requireImmutable(expr: Expr, what: string): void {
  if (!exceedsVolatility(registryFacts, expr, 'immutable')) return;
  const message = `functions in index ${what} must be marked IMMUTABLE`;
  throw new SqlError('invalid_object_definition', message);
}

/** Names of the index's columns as PostgreSQL makes them up: `lower`, `expr`, `expr1`. */
function namedExpressions(
  parts: readonly ({ readonly node: Node } & StoredExpression)[],
): readonly IndexExpression[] {
  const taken = new Set<string>();
  return parts.map(({ node, sql, expr }) => {
    const figured = columnNameOf(node);
    const label = figured === '?column?' ? 'expr' : figured;
    let name = label;
    for (let count = 1; taken.has(name); count++) name = `${label}${count}`;
    taken.add(name);
    return { sql, name, type: expr.type };
  });
}

function columnNamed(table: TableDefinition, name: string): TableDefinition['columns'][number] {
  const column = table.columns.find((each) => each.name === name);
  if (column !== undefined) return column;
  throw new SqlError('undefined_column', `column "${name}" does not exist`);
}

/** Bits of pg_index.indoption. */
function optionsOf({ ordering, nulls_ordering: nulls }: Element): number {
  const isDescending = ordering === 'SORTBY_DESC';
  const isFirst = nulls === 'SORTBY_NULLS_FIRST' || (isDescending && nulls !== 'SORTBY_NULLS_LAST');
  return (isDescending ? 1 : 0) + (isFirst ? 2 : 0);
}
