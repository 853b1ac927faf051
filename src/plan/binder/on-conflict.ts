/** ON CONFLICT: the keys that count, and what becomes of a row that has one of them already. */
import { must } from '../../errors/assert.ts';
import { mapExpr } from '../../expr/walk.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn } from '../logical.ts';
import type { OnConflict } from '../planner.ts';
import { conflictArbiters } from './arbiters.ts';
import type { Ast } from './ast.ts';
import { columnOf, type BindContext } from './bind-context.ts';
import { coerceToBoolean } from './coerce.ts';
import { bindExpr } from './expressions.ts';
import { tableColumns } from './relations.ts';
import { envOf, QueryLevel, type Env, type Relation } from './scope.ts';
import { relationOf } from './write-target.ts';
import { assignments } from './writes.ts';
import { shownOver, type WrittenRelation } from './written-relation.ts';

export interface ConflictTarget {
  readonly statement: Ast<'InsertStmt'>;
  /** Its row is the one that is to be inserted. */
  readonly written: WrittenRelation;
  readonly parent: Env | undefined;
}

/** Errors: 42P10 when no key covers the named columns, 42704 unknown constraint, 42601. */
export function bindOnConflict(
  context: BindContext,
  target: ConflictTarget,
): OnConflict | undefined {
  const clause = target.statement.onConflictClause;
  if (clause === undefined) return undefined;
  const arbiters = conflictArbiters(context, target.written, clause);
  const named = arbiters === undefined ? {} : { arbiters };
  if (clause.action !== 'ONCONFLICT_UPDATE') return named;
  if (arbiters === undefined) {
    const message = 'ON CONFLICT DO UPDATE requires inference specification or constraint name';
    const hint = 'For example, ON CONFLICT (column_name).';
    throw context.error('syntax_error', message, clause.location, { hint });
  }
  return { ...named, update: bindUpdate(context, target, clause) };
}

/** SET and WHERE see the row that is there under the table's name, the new one as `excluded`. */
function bindUpdate(
  context: BindContext,
  { statement, written, parent }: ConflictTarget,
  clause: Ast<'OnConflictClause'>,
): NonNullable<OnConflict['update']> {
  const { row: columns, table } = written;
  const existing = tableColumns(context, table.definition);
  const level = new QueryLevel(parent);
  const env = envOf(context, level, 'updateSource');
  const before = shownOver(context, written, existing);
  const after = shownOver(context, written, columns);
  const target = relationOf(written, statement.relation, before);
  const excluded: Relation = { name: 'excluded', columns: after.columns };
  level.relations.push(target, excluded);
  level.namespace = [target, excluded].map((relation) => {
    return { relation, relationVisible: true, columnsVisible: true };
  });
  const assigned = assignments(env, { written, old: existing }, clause.targetList);
  const pair = [...existing, ...columns];
  const place = (expr: Expr): Expr => overPair(context, after.expand(before.expand(expr)), pair);
  const exprs = existing.map((column, i) => place(assigned.get(i) ?? columnOf(column)));
  if (clause.whereClause === undefined) return { exprs };
  const where = coerceToBoolean(
    context,
    bindExpr({ ...env, clause: 'where', asFilter: true }, clause.whereClause),
    'WHERE',
  );
  return { exprs, where: place(where) };
}

/** Column ids as places in the two rows. Errors: 0A000 for subqueries. */
function overPair(context: BindContext, expr: Expr, pair: readonly LogicalColumn[]): Expr {
  return mapExpr(expr, (part) => {
    if (part.kind === 'subplan') {
      throw context.unsupported('a subquery in ON CONFLICT DO UPDATE', undefined);
    }
    if (part.kind !== 'column') return part;
    const index = pair.findIndex(({ id }) => id === part.index);
    return { ...part, index: must(index < 0 ? undefined : index, 'a column of the rows') };
  });
}
