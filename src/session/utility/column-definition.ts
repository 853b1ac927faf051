/** Column and constraint definitions of CREATE TABLE and ALTER TABLE. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { ColumnDefinition, ConstraintDefinition } from '../../catalog/table.ts';
import { bindTypeName } from '../../plan/binder/bind-statement.ts';
import type { Node, TypeName } from '@pgsql/types';
import type { StatementContext } from '../statement-context.ts';
import { defaultText } from './default-text.ts';

export interface ColumnNode {
  readonly colname?: string;
  readonly typeName?: TypeName;
  readonly constraints?: readonly { readonly Constraint: ConstraintNode }[];
}

export interface ConstraintNode {
  readonly contype?: string;
  readonly conname?: string;
  readonly raw_expr?: Node;
  readonly keys?: readonly { readonly String?: { readonly sval?: string } }[];
}

/** Constraints as they were written, before column names are positions. */
export interface NamedConstraint {
  readonly node: ConstraintNode;
  readonly columns: readonly string[];
}

const identifierBytesMax = 63;

export function columnDefinition(
  context: StatementContext,
  column: ColumnNode,
): { readonly definition: ColumnDefinition; readonly constraints: readonly NamedConstraint[] } {
  const name = (column.colname ?? '').slice(0, identifierBytesMax);
  const type = bindTypeName(column.typeName as TypeName);
  const constraints = (column.constraints ?? []).map((each) => each.Constraint);
  const isKey = constraints.some((each) => each.contype === 'CONSTR_PRIMARY');
  const isNotNull = isKey || constraints.some((each) => each.contype === 'CONSTR_NOTNULL');
  const defaultNode = constraints.find((each) => each.contype === 'CONSTR_DEFAULT')?.raw_expr;
  const defaultSql =
    defaultNode === undefined
      ? undefined
      : defaultText(defaultNode, type, context.session.plannerOptions(context.statement));
  checkOffered(constraints);
  return {
    definition: {
      name,
      type,
      notNull: isNotNull,
      ...(defaultSql === undefined ? {} : { defaultSql }),
    },
    constraints: constraints
      .filter((each) => each.contype === 'CONSTR_PRIMARY' || each.contype === 'CONSTR_UNIQUE')
      .map((node) => ({ node, columns: [name] })),
  };
}

const offered = new Set([
  'CONSTR_NULL',
  'CONSTR_NOTNULL',
  'CONSTR_DEFAULT',
  'CONSTR_PRIMARY',
  'CONSTR_UNIQUE',
]);

const notOffered: Readonly<Record<string, string>> = {
  CONSTR_CHECK: 'CHECK constraint',
  CONSTR_FOREIGN: 'foreign key',
  CONSTR_IDENTITY: 'identity column',
  CONSTR_GENERATED: 'generated column',
  CONSTR_EXCLUSION: 'exclusion constraint',
};

export function checkOffered(constraints: readonly ConstraintNode[]): void {
  for (const { contype = '' } of constraints) {
    if (!offered.has(contype)) throw unsupported(notOffered[contype] ?? 'this constraint');
  }
}

/** Column names to positions, and PostgreSQL's constraint names. Errors: 42703. */
export function resolveConstraints(
  tableName: string,
  columns: readonly ColumnDefinition[],
  constraints: readonly NamedConstraint[],
): ConstraintDefinition[] {
  return constraints.map(({ node, columns: names }) => {
    const positions = names.map((name) => {
      const position = columns.findIndex((column) => column.name === name);
      if (position >= 0) return position;
      throw new SqlError('undefined_column', `column "${name}" named in key does not exist`);
    });
    const isPrimary = node.contype === 'CONSTR_PRIMARY';
    const generated = isPrimary ? `${tableName}_pkey` : `${tableName}_${names.join('_')}_key`;
    return {
      name: node.conname ?? generated,
      kind: isPrimary ? 'primaryKey' : 'unique',
      columns: positions,
    };
  });
}
