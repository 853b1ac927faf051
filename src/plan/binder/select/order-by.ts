/** ORDER BY: names and places of result columns, or expressions over the query's input. */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../../expr/expr.ts';
import type { LogicalNode } from '../../logical.ts';
import type { SortKey } from '../../physical.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import { columnOf } from '../bind-context.ts';
import { findColumn } from '../column-refs.ts';
import { sameExpr } from '../expr-key.ts';
import { bindExpr } from '../expressions.ts';
import { sortKey } from './sort-keys.ts';
import type { BoundQuery, Env } from '../scope.ts';

/** The sorted node of VALUES and set operations: only result columns may be named. */
export function sortedOutputs(env: Env, query: BoundQuery, select: Ast<'SelectStmt'>): LogicalNode {
  const { context } = env;
  const scope = query.output.map(({ name, column }) => ({ name, column }));
  const relation = { name: undefined, columns: scope };
  env.level.relations.push(relation);
  env.level.namespace = [{ relation, relationVisible: false, columnsVisible: true }];
  const keys = (select.sortClause ?? []).map((item): SortKey => {
    const sort = astAs(item, 'SortBy') ?? {};
    const index = ordinalOf(env, sort.node, query.output.length, 'ORDER BY');
    const name = bareName(sort.node);
    const found = query.output.filter((output, i) =>
      index === undefined ? name !== undefined && output.name === name : i === index,
    );
    const [first] = found;
    if (first === undefined) throw notAResultColumn(env, sort.node);
    return sortKey(context, context.place(columnOf(first.column), sort.node), sort);
  });
  const { node } = query;
  return keys.length === 0 ? node : { kind: 'sort', input: node, columns: node.columns, keys };
}

/** The expression is bound for its own errors: names that do not exist come first. */
function notAResultColumn(env: Env, node: Node | undefined): Error {
  bindExpr(env, node);
  const detail = 'Only result column names can be used, not expressions or functions.';
  const hint = 'Add the expression/function to every SELECT, or move the UNION into a FROM clause.';
  const message = 'invalid UNION/INTERSECT/EXCEPT ORDER BY clause';
  return env.context.error('feature_not_supported', message, node, { detail, hint });
}

/** A result column while the select list is bound: junk ones serve ORDER BY only. */
export interface Target {
  readonly name: string;
  readonly expr: Expr;
  readonly junk: boolean;
  readonly origin?: Node | undefined;
}

/** The zero-based place that an integer constant names. Errors: 42P10, 42601. */
export function ordinalOf(
  env: Env,
  node: Node | undefined,
  count: number,
  clause: string,
): number | undefined {
  const constant = astAs(node, 'A_Const');
  if (constant === undefined) return undefined;
  if (constant.ival === undefined) {
    throw env.context.error('syntax_error', `non-integer constant in ${clause}`, node);
  }
  const ordinal = constant.ival.ival ?? 0;
  if (ordinal >= 1 && ordinal <= count) return ordinal - 1;
  const message = `${clause} position ${ordinal} is not in select list`;
  throw env.context.error('invalid_column_reference', message, node);
}

export function bareName(node: Node | undefined): string | undefined {
  const reference = astAs(node, 'ColumnRef');
  if (reference?.fields?.length !== 1) return undefined;
  return stringsOf(reference.fields)[0];
}

/**
 * Index of the target that an ORDER BY, GROUP BY or DISTINCT ON item means; new expressions are
 * added as junk. ORDER BY prefers result names, GROUP BY the input's columns.
 */
export function targetIndex(
  env: Env,
  node: Node | undefined,
  targets: Target[],
  clause: 'ORDER BY' | 'GROUP BY' | 'DISTINCT ON',
): number {
  const visible = targets.filter(({ junk }) => !junk);
  const ordinal = ordinalOf(env, node, visible.length, clause);
  if (ordinal !== undefined) return targets.indexOf(visible[ordinal] as Target);
  const name = bareName(node);
  const isInput = clause === 'GROUP BY' && name !== undefined && isInputColumn(env, name);
  if (name !== undefined && !isInput) {
    const named = visible.filter((target) => target.name === name);
    const [first] = named;
    if (first !== undefined) {
      if (named.some((other) => !sameExpr(other.expr, first.expr))) {
        throw env.context.error('ambiguous_column', `${clause} "${name}" is ambiguous`, node);
      }
      return targets.indexOf(first);
    }
  }
  const expr = bindExpr(env, node);
  const known = targets.findIndex((target) => sameExpr(target.expr, expr));
  if (known !== -1) return known;
  targets.push({ name: '?column?', expr, junk: true, origin: node });
  return targets.length - 1;
}

/** Only the own level counts: an outer column of that name does not hide a result name. */
function isInputColumn(env: Env, name: string): boolean {
  const isHere = env.level.namespace.some(
    ({ relation, columnsVisible }) =>
      columnsVisible && relation.columns.some((column) => column.name === name),
  );
  return isHere && findColumn(env, name, -1) !== undefined;
}
