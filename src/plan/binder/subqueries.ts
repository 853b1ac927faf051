/** Subqueries in expressions: scalar, EXISTS, IN, ANY, ALL, ARRAY, and rows against them. */
import type { Node } from '@pgsql/types';
import type { Expr, SubplanExpr } from '../../expr/expr.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import type { LogicalNode } from '../logical.ts';
import { freeColumns } from '../rules/logical-tree.ts';
import { astAs, stringsOf, type Ast } from './ast.ts';
import { columnOf } from './bind-context.ts';
import { coerceTo } from './coerce.ts';
import { bindExpr } from './expressions.ts';
import { boolType, sqlNameOf } from './literals.ts';
import { filter, project, shaped } from './nodes.ts';
import { findOperator } from './calls/operator-calls.ts';
import { bindQuery } from './select/query.ts';
import { refuseRepeatedQuery } from './routines/repeated-calls.ts';
import { bindRowFields, compareRows } from './rows.ts';
import { valueEnv, type BoundQuery, type Env } from './scope.ts';
import { arrayTypeOf } from './type-names.ts';

export function bindSubLink(outer: Env, node: Ast<'SubLink'>, whole: Node): Expr {
  const env = valueEnv(outer);
  switch (node.subLinkType) {
    case 'EXISTS_SUBLINK': {
      const query = bindInner(env, node);
      return subplan(query.node, { env, form: 'exists', type: boolType });
    }
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK':
      return bindQuantifiedSubquery(outer, node, whole);
    case 'ARRAY_SUBLINK':
      return bindArraySubquery(env, node);
    case 'EXPR_SUBLINK': {
      const query = bindInner(env, node);
      const [only] = query.output;
      if (only === undefined || query.output.length !== 1) {
        throw env.context.error(
          'syntax_error',
          'subquery must return only one column',
          node.location,
        );
      }
      const root = shaped(env.context, query);
      const expr = subplan(root, { env, form: 'scalar', type: only.column.type });
      return env.context.shape(expr, only.shape);
    }
    default:
      throw env.context.unsupported('this form of subquery', node.location);
  }
}

function bindInner(env: Env, node: Ast<'SubLink'>): BoundQuery {
  const select = astAs(node.subselect, 'SelectStmt');
  if (select === undefined) throw env.context.unsupported('this subquery', node.location);
  return bindQuery(env.context, select, env);
}

interface Form extends Pick<SubplanExpr, 'form' | 'type'> {
  readonly env: Env;
  readonly left?: Expr;
  readonly functionId?: string;
}

/** Enters the plan into the statement's list; free columns are those of enclosing queries. */
export function subplan(node: LogicalNode, { env, ...rest }: Form): SubplanExpr {
  const { context } = env;
  const planIndex = context.subqueries.push(node) - 1;
  return { kind: 'subplan', planIndex, arguments: [...freeColumns(node).values()], ...rest };
}

function bindArraySubquery(env: Env, node: Ast<'SubLink'>): Expr {
  const { context } = env;
  const query = bindInner(env, node);
  const [only] = query.output;
  if (only === undefined || query.output.length !== 1) {
    throw context.error('syntax_error', 'subquery must return only one column', node.location);
  }
  const name = arrayTypeOf(only.column.type.name);
  if (name === undefined) {
    const message = `could not find array type for data type ${sqlNameOf(only.column.type)}`;
    throw context.error('undefined_object', message, node.location);
  }
  return subplan(shaped(context, query), { env, form: 'array', type: sqlType(name) });
}

/** `left op ANY|ALL (subquery)`; IN is `= ANY`. */
function bindQuantifiedSubquery(outer: Env, node: Ast<'SubLink'>, whole: Node): Expr {
  const env = valueEnv(outer);
  const { context } = env;
  const symbol = stringsOf(node.operName).at(-1)?.replace('!=', '<>') ?? '=';
  const isAny = node.subLinkType === 'ANY_SUBLINK';
  const place = node.location ?? -1;
  const row = astAs(node.testexpr, 'RowExpr');
  if (row !== undefined) {
    const left = bindRowFields(env, row.args);
    return bindRowQuantified(outer, { symbol, left, node, isAny, whole });
  }
  const left = bindExpr(env, node.testexpr);
  const query = bindInner(env, node);
  const [only] = query.output;
  if (only === undefined || query.output.length !== 1) {
    throw context.error('syntax_error', 'subquery has too many columns', place);
  }
  const candidate = findOperator(context, symbol, [left.type.name, only.column.type.name], place);
  const { overload, functionId } = candidate.found;
  if (overload.kind !== 'scalar' || overload.returns !== 'bool') {
    const message = 'op ANY/ALL (array) requires operator to yield boolean';
    throw context.error('wrong_object_type', message, place);
  }
  const wanted = candidate.args.map((name, i) => {
    const actual = i === 0 ? left.type.name : only.column.type.name;
    return typeRecord(name).category === 'P' ? actual : name;
  });
  const [leftName = left.type.name, rightName = only.column.type.name] = wanted;
  const coercedLeft = coerceTo(context, left, sqlType(leftName)) ?? left;
  const value =
    coerceTo(context, columnOf(only.column), sqlType(rightName)) ?? columnOf(only.column);
  const inner =
    value.kind === 'column'
      ? shaped(context, query)
      : project(query.node, [{ column: context.newColumn(only.name, value.type), expr: value }]);
  return subplan(inner, {
    env,
    form: isAny ? 'any' : 'all',
    left: coercedLeft,
    functionId,
    type: boolType,
  });
}

interface RowQuantified {
  readonly symbol: string;
  readonly left: readonly Expr[];
  readonly node: Ast<'SubLink'>;
  readonly isAny: boolean;
  readonly whole: Node;
}

/**
 * `(a, b) IN (SELECT x, y …)` with SQL's NULL rules:
 *
 *     CASE WHEN EXISTS (… WHERE x = a AND y = b) THEN true
 *          WHEN EXISTS (… WHERE (x = a AND y = b) IS NULL) THEN NULL ELSE false END
 *
 * The first EXISTS alone where NULL counts as false.
 */
function bindRowQuantified(outer: Env, parts: RowQuantified): Expr {
  const { symbol, left, node, isAny } = parts;
  const env = valueEnv(outer);
  const { context } = env;
  const place = node.location ?? -1;
  if (!isAny) throw context.unsupported('a row compared with ALL (subquery)', place);
  const exists = (test: 'isTrue' | 'isNull'): Expr => {
    const query = bindInner(env, node);
    if (query.output.length !== left.length) {
      const message = columnCountText(query.output.length < left.length);
      throw context.error('syntax_error', message, place);
    }
    const right = query.output.map(({ column }) => columnOf(column));
    const match = compareRows(context, symbol, [left, right], place);
    const predicate: Expr =
      test === 'isTrue' ? match : { kind: 'isNull', arg: match, type: boolType };
    return subplan(filter(query.node, predicate), { env, form: 'exists', type: boolType });
  };
  const isTrue = exists('isTrue');
  if (outer.asFilter === true) return isTrue;
  const whens = [
    { when: isTrue, then: boolConstant(true) },
    { when: exists('isNull'), then: boolConstant(null) },
  ];
  return { kind: 'case', whens, otherwise: boolConstant(false), type: boolType };
}

function columnCountText(tooFew: boolean): string {
  return tooFew ? 'subquery has too few columns' : 'subquery has too many columns';
}

function boolConstant(value: boolean | null): Expr {
  return { kind: 'constant', type: boolType, value };
}

export interface RowComparison {
  readonly symbol: string;
  readonly left: Ast<'RowExpr'>;
  readonly subquery: Ast<'SubLink'>;
  readonly whole: Node;
}

/** `(a, b) = (SELECT x, y …)`: a scalar subquery per column. */
export function bindRowComparison(env: Env, parts: RowComparison): Expr {
  const left = bindRowFields(env, parts.left.args);
  const right = scalarColumns(env, parts.subquery, left.length, columnCountText);
  return compareRows(env.context, parts.symbol, [left, right], parts.subquery.location ?? -1);
}

/** Each column of a one-row subquery as a scalar subquery of its own. */
export function scalarColumns(
  env: Env,
  node: Ast<'SubLink'>,
  count: number,
  wrongCount: (tooFew: boolean) => string,
): readonly Expr[] {
  const { context } = env;
  return Array.from({ length: count }, (_, i) => {
    const query = bindInner(env, node);
    const output = query.output[i];
    if (output === undefined || query.output.length !== count) {
      throw context.error('syntax_error', wrongCount(query.output.length < count), node.location);
    }
    if (count > 1) refuseRepeatedQuery(context, query.node, 'a subquery of several columns');
    const one = shaped(context, { node: query.node, output: [output] });
    return subplan(one, { env, form: 'scalar', type: output.column.type });
  });
}
