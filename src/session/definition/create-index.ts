/** CREATE INDEX: a name in the catalog; a unique one rules keys as a constraint does. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { IndexDefinition, TableDefinition } from '../../catalog/table.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { bindCheck, bindRowExpression } from '../../plan/binder/bind-statement.ts';
import { exprText } from '../../plan/explain/expr-text.ts';
import type { Node } from '@pgsql/types';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../utility/utility.ts';
import { checkKey } from './new-rows.ts';
import { chooseName } from './relation-names.ts';
import { findTable, nameOf, relationExists, type RangeVar } from './relation.ts';

interface ElementNode {
  readonly IndexElem?: {
    readonly name?: string;
    readonly expr?: Node;
    readonly ordering?: string;
    readonly nulls_ordering?: string;
    readonly collation?: unknown;
    readonly opclass?: unknown;
  };
}

const methods = new Set(['btree', 'hash', 'gin', 'gist', 'brin', 'spgist']);

export const createIndex: Utility = {
  kind: 'IndexStmt',
  writes: () => 'CREATE INDEX',
  locks: (body) => [{ name: nameOf(body['relation'] as RangeVar | undefined), mode: 'share' }],
  async run(body, context) {
    const { session, out } = context;
    const relation = body['relation'] as RangeVar | undefined;
    const { definition } = findTable(context, nameOf(relation));
    if (body['concurrent'] === true && session.transaction.inSomeBlock) {
      const message = 'CREATE INDEX CONCURRENTLY cannot run inside a transaction block';
      throw new SqlError('active_sql_transaction', message);
    }
    const name = body['idxname'] === undefined ? undefined : String(body['idxname']);
    if (name !== undefined && relationExists(session, definition.schema, name)) {
      const message = `relation "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_table', message);
      out.notice(makeNotice('NOTICE', '42P07', `${message}, skipping`));
    } else await create(context, body, { definition, name });
    out.commandComplete('CREATE INDEX');
    return 0;
  },
};

interface Target {
  readonly definition: TableDefinition;
  readonly name: string | undefined;
}

/** Errors: 42703, 42704; 0A000 for unique indexes over expressions or parts. 23505. */
async function create(
  context: StatementContext,
  body: UtilityBody,
  { definition, name }: Target,
): Promise<void> {
  const { session } = context;
  const elements = (body['indexParams'] ?? []) as readonly ElementNode[];
  const isUnique = body['unique'] === true;
  const index = describeIndex(context, body, definition);
  const isPlain = elements.every(({ IndexElem }) => IndexElem?.expr === undefined);
  if (isUnique && !isPlain) throw unsupported('a unique index over an expression');
  if (isUnique && body['whereClause'] !== undefined) throw unsupported('a partial unique index');
  const parts = elements.map(({ IndexElem }) => IndexElem?.name ?? 'expr');
  const isTaken = (each: string): boolean => relationExists(session, definition.schema, each);
  const own = name ?? chooseName([definition.name, parts.join('_')], 'idx', isTaken);
  const whole: IndexDefinition = { ...index, name: own, isUnique };
  const indexes = [...(definition.indexes ?? []), whole];
  session.transaction.forWriting().alterTable({ ...definition, indexes });
  if (isUnique) await checkKey({ context }, definition, whole);
}

/** Its columns, and its text behind USING. */
function describeIndex(
  context: StatementContext,
  body: UtilityBody,
  table: TableDefinition,
): Pick<IndexDefinition, 'columns' | 'sql'> {
  const { session, statement } = context;
  const options = session.plannerOptions(statement);
  const method = String(body['accessMethod'] ?? 'btree');
  if (!methods.has(method)) {
    throw new SqlError('undefined_object', `access method "${method}" does not exist`);
  }
  const elements = (body['indexParams'] ?? []) as readonly ElementNode[];
  const texts = elements.map(({ IndexElem = {} }) => {
    const { name, expr } = IndexElem;
    const what =
      expr === undefined
        ? quoteIdentifier(columnNamed(table, name ?? '').name)
        : wrapped(exprText(bindRowExpression(expr, options, table)));
    return `${what}${orderOf(IndexElem)}`;
  });
  const where = body['whereClause'] as Node | undefined;
  const condition =
    where === undefined ? '' : ` WHERE ${wrapped(exprText(bindCheck(where, options, table)))}`;
  const isPlain = elements.every(({ IndexElem }) => IndexElem?.expr === undefined);
  const columns = elements.map(({ IndexElem }) =>
    table.columns.findIndex(({ name }) => name === IndexElem?.name),
  );
  const sql = `${method} (${texts.join(', ')})${condition}`;
  return { columns: isPlain ? columns : [], sql };
}

function columnNamed(table: TableDefinition, name: string): TableDefinition['columns'][number] {
  const column = table.columns.find((each) => each.name === name);
  if (column !== undefined) return column;
  throw new SqlError('undefined_column', `column "${name}" does not exist`);
}

/** Function calls stand as they are, all else in parentheses. */
function wrapped(text: string): string {
  return /^\(.*\)$|^[a-z_0-9]+\(.*\)$/is.test(text) ? text : `(${text})`;
}

function orderOf({
  ordering,
  nulls_ordering: nulls,
}: NonNullable<ElementNode['IndexElem']>): string {
  const isDescending = ordering === 'SORTBY_DESC';
  const direction = isDescending ? ' DESC' : '';
  if (nulls === 'SORTBY_NULLS_FIRST' && !isDescending) return `${direction} NULLS FIRST`;
  return nulls === 'SORTBY_NULLS_LAST' && isDescending ? `${direction} NULLS LAST` : direction;
}
