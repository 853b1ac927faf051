/** CREATE [OR REPLACE] VIEW: the text of the SELECT is kept and bound wherever the view is used. */
import type { StoredView } from '../../../catalog/table.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import type { Node } from '@pgsql/types';
import type { SqlType } from '../../../types/sql-type.ts';
import { formatType } from '../../../types/type-name.ts';
import { viewColumns } from '../../facts/session-state.ts';
import { checkNamedSchemas } from '../../roles/check-access.ts';
import { isPlannable } from '../../statement/statement-kind.ts';
import { makeNotice, type StatementContext } from '../../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import { refusePseudoType } from '../column-rules.ts';
import { creationSchema, relationExists, type RangeVar } from '../relation.ts';
import { changeViewRows } from '../type/row-type-uses.ts';
import { refuseTypeName } from '../type/user-types.ts';
import { refuseTemporaryTypes } from '../type/temporary-types.ts';
import { refuseCheckOption, updatabilityOf, viewOptions } from './view-updatability.ts';
import { viewText } from './view-text.ts';

interface ViewColumn {
  readonly name: string;
  readonly type: SqlType;
}

export const createView: Utility = {
  kind: 'ViewStmt',
  writes: () => 'CREATE VIEW',
  async run(body, context) {
    const { session, statement, out } = context;
    const relation = (body['view'] ?? {}) as RangeVar;
    const name = relation.relname ?? '';
    const node = body['query'] as Node;
    const query = { ...statement, node };
    if (!isPlannable(node)) {
      throw new SqlError('feature_not_supported', 'views must not contain SELECT INTO');
    }
    checkNamedSchemas(session, query);
    const { planned } = session.planNode(query, [], { isInternal: true });
    if (planned.kind !== 'query') throw unsupported('a view over a writing statement');
    const columns = namedColumns(planned.fields, body);
    for (const column of columns) refusePseudoType(column);
    const { sql, uses, deparsed } = viewText(
      context,
      columns.map((column) => column.name),
    );
    const schema = viewSchema(context, relation, uses);
    const text = deparsed === undefined ? withNames(sql, planned.fields, columns) : sql;
    refuseTemporaryTypes(session, {
      schema,
      types: columns.map(({ type }) => type),
      texts: [deparsed?.text ?? text],
    });
    const shown = deparsed && { definition: deparsed.text, usedColumns: deparsed.usedColumns };
    const updatability = updatabilityOf(session, node);
    const options = viewOptions(body);
    refuseCheckOption(options, updatability);
    const { base } = updatability;
    await putView(context, body, {
      ...{ schema, name, sql: text, uses, columns, ...shown },
      ...(base === undefined ? {} : { base }),
      ...(options.length === 0 ? {} : { options }),
    });
    out.commandComplete('CREATE VIEW');
    return 0;
  },
};

/** A view over temporary relations is temporary. Errors: 3F000, 42501, 42P16. */
function viewSchema(
  context: StatementContext,
  relation: RangeVar,
  uses: readonly number[],
): string {
  const { session, out } = context;
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const schemas = [
    ...uses.map((oid) => store.tableByOid(oid, transaction)?.definition.schema),
    ...store.views(transaction).map(({ oid, schema }) => (uses.includes(oid) ? schema : undefined)),
    ...store.sequences(transaction).map(({ definition: { oid, schema } }) => {
      return uses.includes(oid) ? schema : undefined;
    }),
  ];
  const schema = creationSchema(context, relation);
  const overTemporary = schemas.includes(session.temporarySchema);
  if (!overTemporary || schema === session.temporarySchema) return schema;
  const message = `view "${relation.relname}" will be a temporary view`;
  out.notice(makeNotice('NOTICE', '00000', message));
  return creationSchema(context, { ...relation, relpersistence: 't' });
}

interface AliasNode {
  readonly String?: { readonly sval?: string };
}

/** Errors: 42601 for too many names, 42701, 42P16. */
function namedColumns(fields: readonly ViewColumn[], body: UtilityBody): readonly ViewColumn[] {
  const names = ((body['aliases'] ?? []) as readonly AliasNode[]).map(
    ({ String: name }) => name?.sval ?? '',
  );
  if (names.length > fields.length) {
    throw new SqlError('syntax_error', 'CREATE VIEW specifies more column names than columns');
  }
  const columns = fields.map(({ name, type }, i): ViewColumn => {
    const shown = type.name === 'unknown' ? ({ name: 'text', typmod: -1 } as const) : type;
    return { name: names[i] ?? name, type: shown };
  });
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new SqlError('duplicate_column', `column "${name}" specified more than once`);
    }
    seen.add(name);
  }
  for (const column of columns) refusePseudoType(column);
  return columns;
}

export function withNames(
  sql: string,
  fields: readonly Pick<ViewColumn, 'name'>[],
  columns: readonly Pick<ViewColumn, 'name'>[],
): string {
  if (columns.every(({ name }, i) => name === fields[i]?.name)) return sql;
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const inner = fields.map((_, i) => `c${i + 1}`);
  const list = inner.map((name, i) => `v.${name} AS ${names[i]}`).join(', ');
  return `SELECT ${list} FROM (${sql}) AS v(${inner.join(', ')})`;
}

interface NewView extends Pick<StoredView, 'base' | 'options'> {
  readonly schema: string;
  readonly name: string;
  readonly sql: string;
  readonly uses: readonly number[];
  readonly definition?: string;
  readonly usedColumns?: NonNullable<StoredView['usedColumns']>;
  readonly columns: readonly ViewColumn[];
}

/** Errors: 42P07, 42809, 42P16. */
async function putView(
  { session }: StatementContext,
  body: UtilityBody,
  view: NewView,
): Promise<void> {
  const transaction = session.transaction.forWriting();
  const { store } = session.environment;
  const { schema, name, columns } = view;
  const existing = store
    .views(transaction)
    .find((each) => each.schema === schema && each.name === name);
  if (existing === undefined) {
    if (relationExists(session, schema, name)) {
      if (body['replace'] !== true) throw duplicate(name);
      throw new SqlError('wrong_object_type', `"${name}" is not a view`);
    }
    refuseTypeName(session, { schema, name });
    transaction.createView({ ...view, owner: session.roles.currentUser });
    return;
  }
  if (body['replace'] !== true) throw duplicate(name);
  checkReplaces(viewColumns(session, existing), columns);
  const { oid, owner, comment } = existing;
  await changeViewRows(session, existing, { ...existing, columns });
  transaction.alterView({ oid, owner, ...(comment === undefined ? {} : { comment }), ...view });
}

function duplicate(name: string): SqlError {
  return new SqlError('duplicate_table', `relation "${name}" already exists`);
}

/** A view may only get further columns at its end. Errors: 42P16. */
function checkReplaces(before: readonly ViewColumn[], after: readonly ViewColumn[]): void {
  const refuse = (message: string, hint?: string): SqlError =>
    new SqlError('invalid_table_definition', message, hint === undefined ? {} : { hint });
  if (after.length < before.length) throw refuse('cannot drop columns from view');
  for (const [i, { name, type }] of before.entries()) {
    const now = after[i];
    if (now === undefined) continue;
    if (now.name !== name) {
      throw refuse(
        `cannot change name of view column "${name}" to "${now.name}"`,
        'Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.',
      );
    }
    if (now.type.name === type.name && now.type.typmod === type.typmod) continue;
    const old = formatType(type.name, type.typmod);
    const own = formatType(now.type.name, now.type.typmod);
    throw refuse(`cannot change data type of view column "${name}" from ${old} to ${own}`);
  }
}
