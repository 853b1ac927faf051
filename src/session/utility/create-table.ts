/** CREATE TABLE. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { ColumnDefinition } from '../../catalog/table.ts';
import { makeNotice, type StatementContext } from '../statement-context.ts';
import {
  checkOffered,
  columnDefinition,
  resolveConstraints,
  type ColumnNode,
  type ConstraintNode,
  type NamedConstraint,
} from './column-definition.ts';
import { creationSchema, relationExists, type RangeVar } from './relation.ts';
import type { Utility, UtilityBody } from './utility.ts';

const columnsMax = 1600;

export const createTable: Utility = {
  kind: 'CreateStmt',
  writes: () => 'CREATE TABLE',
  run(body, context) {
    const { session, out } = context;
    const relation = (body['relation'] ?? {}) as RangeVar;
    const schema = creationSchema(session, relation, context.statement);
    const name = relation.relname ?? '';
    refuseUnoffered(body);
    if (relationExists(session, schema, name)) {
      const message = `relation "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_table', message);
      out.notice(makeNotice('NOTICE', '42P07', `${message}, skipping`));
    } else {
      const { columns, constraints } = tableElements(context, body);
      session.transaction.forWriting().createTable({
        schema,
        name,
        columns: withKeysNotNull(columns, constraints),
        constraints: resolveConstraints(name, columns, constraints),
        owner: session.roles.currentUser,
        temporary: schema === session.temporarySchema,
      });
    }
    out.commandComplete('CREATE TABLE');
    return 0;
  },
};

function refuseUnoffered(body: UtilityBody): void {
  if (body['partspec'] !== undefined) throw unsupported('PARTITION BY');
  if (body['inhRelations'] !== undefined) throw unsupported('table inheritance');
  if (body['ofTypename'] !== undefined) throw unsupported('CREATE TABLE OF a type');
}

function tableElements(
  context: StatementContext,
  body: UtilityBody,
): { columns: ColumnDefinition[]; constraints: NamedConstraint[] } {
  const columns: ColumnDefinition[] = [];
  const constraints: NamedConstraint[] = [];
  const elements = (body['tableElts'] ?? []) as readonly {
    readonly ColumnDef?: ColumnNode;
    readonly Constraint?: ConstraintNode;
  }[];
  for (const { ColumnDef, Constraint } of elements) {
    if (ColumnDef !== undefined) {
      const column = columnDefinition(context, ColumnDef);
      addColumn(columns, column.definition);
      constraints.push(...column.constraints);
    } else if (Constraint !== undefined) {
      checkOffered([Constraint]);
      const keys = (Constraint.keys ?? []).map((key) => key.String?.sval ?? '');
      constraints.push({ node: Constraint, columns: keys });
    } else throw unsupported('LIKE in CREATE TABLE');
  }
  const primaryKeys = constraints.filter(({ node }) => node.contype === 'CONSTR_PRIMARY');
  if (primaryKeys.length > 1) {
    const name = ((body['relation'] ?? {}) as RangeVar).relname ?? '';
    const message = `multiple primary keys for table "${name}" are not allowed`;
    throw new SqlError('invalid_table_definition', message);
  }
  return { columns, constraints };
}

export function addColumn(columns: ColumnDefinition[], column: ColumnDefinition): void {
  if (columns.some((each) => each.name === column.name)) {
    const message = `column "${column.name}" specified more than once`;
    throw new SqlError('duplicate_column', message);
  }
  if (columns.length >= columnsMax) {
    const message = `tables can have at most ${columnsMax} columns`;
    throw new SqlError('too_many_columns', message);
  }
  columns.push(column);
}

function withKeysNotNull(
  columns: readonly ColumnDefinition[],
  constraints: readonly NamedConstraint[],
): ColumnDefinition[] {
  const keys = new Set(
    constraints
      .filter(({ node }) => node.contype === 'CONSTR_PRIMARY')
      .flatMap((constraint) => constraint.columns),
  );
  return columns.map((column) => (keys.has(column.name) ? { ...column, notNull: true } : column));
}
