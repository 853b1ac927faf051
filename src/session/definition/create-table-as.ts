/** CREATE TABLE AS, SELECT INTO, and CREATE MATERIALIZED VIEW. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import type { ColumnDefinition, TableDefinition } from '../../catalog/table.ts';
import type { QueryReport } from '../../exec/execution.ts';
import type { Field } from '../../plan/physical.ts';
import type { PlannedStatement, QueryStatement } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { lockedPlan } from '../transaction/locks.ts';
import { noteOnCommit } from '../transaction/on-commit.ts';
import { isPlannable, nodeBody, nodeKind, splitInto } from '../statement/statement-kind.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { insertRows } from '../write/write-runner.ts';
import { executeArguments } from '../utility/prepare.ts';
import { materializedQuery, storageOptions } from './view/materialized-view.ts';
import type { OptionNode } from './sequence-options.ts';
import { TableDraft } from './table-draft.ts';
import { creationSchema, relationExists, type RangeVar } from './relation.ts';
import { refuseTypeName } from './type/user-types.ts';
import type { Utility, UtilityBody } from '../utility/utility.ts';

interface IntoClause {
  readonly rel?: RangeVar;
  readonly colNames?: readonly { readonly String?: { readonly sval?: string } }[];
  readonly skipData?: boolean;
  readonly options?: readonly OptionNode[];
  readonly onCommit?: string;
}

export const createTableAs: Utility = {
  kind: 'CreateTableAsStmt',
  query: (body) => {
    const { query } = parts(body);
    return isPlannable(query) ? query : undefined;
  },
  writes: (body) => (isSelect(body) ? 'SELECT INTO' : wordsOf(body)),
  async run(body, context) {
    const { planned, parameters } = await sourceOf(parts(body).query, context);
    if (planned.kind !== 'query') throw unsupported('CREATE TABLE AS over a writing statement');
    const { rowCount } = await createTableFrom(body, context, { planned, parameters });
    context.out.commandComplete(rowCount === undefined ? wordsOf(body) : `SELECT ${rowCount}`);
    return rowCount ?? 0;
  },
};

function isMaterialized(body: UtilityBody): boolean {
  return body['objtype'] === 'OBJECT_MATVIEW';
}

function wordsOf(body: UtilityBody): string {
  return isMaterialized(body) ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS';
}

/** A query, or EXECUTE of a prepared one. */
async function sourceOf(
  query: Node,
  context: StatementContext,
): Promise<{
  readonly planned: PlannedStatement;
  readonly parameters: readonly (Datum | null)[];
}> {
  const { session, statement, parameters, parameterTypes, variables } = context;
  if (nodeKind(query) !== 'ExecuteStmt') {
    const source = { ...statement, node: query };
    const options = { parametersFixed: true, ...(variables && { variables }) } as const;
    const plan = (): PlannedStatement => session.planNode(source, parameterTypes, options).planned;
    const planned = await lockedPlan(session, plan);
    return { planned, parameters: variables?.current() ?? parameters };
  }
  const body = nodeBody(query);
  const prepared = session.statements.named(String(body['name']));
  const values = await executeArguments(context, prepared, body);
  const planned = await lockedPlan(session, () => prepared.plan(session));
  return { planned, parameters: values };
}

interface TableSource {
  readonly planned: QueryStatement;
  readonly parameters: readonly (Datum | null)[];
}

interface Creation {
  /** Undefined: WITH NO DATA, or the table is there already. */
  readonly rowCount?: number;
  readonly report: Pick<QueryReport, 'nodes'>;
}

const notRun = { report: { nodes: [] } };

/** Makes the table and fills it. Errors: 42P07, 42701, those of the query. */
export async function createTableFrom(
  body: UtilityBody,
  context: StatementContext,
  { planned, parameters }: TableSource,
): Promise<Creation> {
  const { session, out, trace } = context;
  const { into } = parts(body);
  const relation = into.rel ?? {};
  if (isMaterialized(body) && parameters.length > 0) {
    const message = 'materialized views may not be defined using bound parameters';
    throw new SqlError('feature_not_supported', message);
  }
  if (isMaterialized(body) && relation.relpersistence === 'u') {
    throw new SqlError('feature_not_supported', 'materialized views cannot be unlogged');
  }
  const schema = creationSchema(context, relation);
  const name = relation.relname ?? '';
  if (relationExists(session, schema, name)) {
    const message = `relation "${name}" already exists`;
    if (body['if_not_exists'] !== true) throw new SqlError('duplicate_table', message);
    out.notice(makeNotice('NOTICE', '42P07', `${message}, skipping`));
    return notRun;
  }
  refuseTypeName(session, { schema, name });
  if (planned.constantError !== undefined) throw planned.constantError;
  const columns = columnsOf(new TableDraft(context, { schema, name }), planned.fields, into);
  const query = isMaterialized(body) ? queryOf(context, into, [planned.fields, columns]) : {};
  const definition = session.transaction.forWriting().createTable({
    schema,
    name,
    columns,
    constraints: [],
    owner: session.roles.currentUser,
    temporary: schema === session.temporarySchema,
    ...(relation.relpersistence === 'u' ? { isUnlogged: true } : {}),
    ...query,
  });
  noteOnCommit(session, definition, into.onCommit);
  if (into.skipData === true) return notRun;
  const source = { plan: planned.plan, table: definition, parameters, trace };
  const { rowCount, report } = await insertRows(session, { ...source, instrument: true });
  return { rowCount, report };
}

function queryOf(
  context: StatementContext,
  { options = [], skipData }: IntoClause,
  names: Parameters<typeof materializedQuery>[1],
): Pick<TableDefinition, 'materialized'> {
  const kept = { options: storageOptions(options), isPopulated: skipData !== true };
  return { materialized: materializedQuery(context, names, kept) };
}

function parts(body: UtilityBody): { readonly query: Node; readonly into: IntoClause } {
  if (!isSelect(body)) {
    return { query: body['query'] as Node, into: (body['into'] ?? {}) as IntoClause };
  }
  const { select, into } = splitInto(body);
  return { query: { SelectStmt: select } as unknown as Node, into: into as IntoClause };
}

function isSelect(body: UtilityBody): boolean {
  return body['query'] === undefined;
}

function columnsOf(
  draft: TableDraft,
  fields: readonly Field[],
  into: IntoClause,
): readonly ColumnDefinition[] {
  const names = (into.colNames ?? []).map((each) => each.String?.sval ?? '');
  if (names.length > fields.length) {
    throw new SqlError('syntax_error', 'too many column names were specified');
  }
  fields.forEach((field, index) => {
    const type =
      field.type.name === 'unknown' ? ({ name: 'text', typmod: -1 } as const) : field.type;
    draft.addColumn({ name: names[index] ?? field.name, type, notNull: false });
  });
  return draft.finish().columns;
}
