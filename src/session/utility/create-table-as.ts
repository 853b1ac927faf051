/** CREATE TABLE AS, and SELECT INTO. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import type { ColumnDefinition } from '../../catalog/table.ts';
import type { Field } from '../../plan/physical.ts';
import { makeNotice } from '../statement-context.ts';
import { insertRows } from '../write-runner.ts';
import { addColumn } from './create-table.ts';
import { creationSchema, relationExists, type RangeVar } from './relation.ts';
import type { Utility, UtilityBody } from './utility.ts';

interface IntoClause {
  readonly rel?: RangeVar;
  readonly colNames?: readonly { readonly String?: { readonly sval?: string } }[];
  readonly skipData?: boolean;
}

export const createTableAs: Utility = {
  kind: 'CreateTableAsStmt',
  async run(body, context) {
    const { session, statement, out, trace, parameters } = context;
    const { query, into } = parts(body);
    if (body['objtype'] === 'OBJECT_MATVIEW') throw unsupported('materialized view');
    const relation = into.rel ?? {};
    const schema = creationSchema(session, relation);
    const name = relation.relname ?? '';
    if (relationExists(session, schema, name)) {
      const message = `relation "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_table', message);
      out.notice(makeNotice('NOTICE', '42P07', `${message}, skipping`));
      out.commandComplete('CREATE TABLE AS');
      return 0;
    }
    const { planned } = session.planNode({ ...statement, node: query }, []);
    if (planned.kind !== 'query') throw unsupported('CREATE TABLE AS over a writing statement');
    const columns = columnsOf(planned.fields, into);
    const definition = session.transaction.forWriting().createTable({
      schema, name, columns, constraints: [], owner: session.start.user,
      temporary: schema === session.temporarySchema,
    });
    const rows = into.skipData === true
      ? 0
      : await insertRows(session, { plan: planned.plan, table: definition, parameters, trace });
    out.commandComplete(into.skipData === true ? 'CREATE TABLE AS' : `SELECT ${rows}`);
    return rows;
  },
};

function parts(body: UtilityBody): { readonly query: Node; readonly into: IntoClause } {
  if (body['intoClause'] === undefined) {
    return { query: body['query'] as Node, into: (body['into'] ?? {}) as IntoClause };
  }
  const { intoClause, ...select } = body;
  return { query: { SelectStmt: select } as unknown as Node, into: intoClause as IntoClause };
}

function columnsOf(fields: readonly Field[], into: IntoClause): ColumnDefinition[] {
  const names = (into.colNames ?? []).map((each) => each.String?.sval ?? '');
  if (names.length > fields.length) {
    throw new SqlError('syntax_error', 'too many column names were specified');
  }
  const columns: ColumnDefinition[] = [];
  fields.forEach((field, index) => {
    const type = field.type.name === 'unknown' ? ({ name: 'text', typmod: -1 } as const) : field.type;
    addColumn(columns, { name: names[index] ?? field.name, type, notNull: false });
  });
  return columns;
}
