/** JOIN: ON, USING, NATURAL; merged columns come first and count once. */
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalNode } from '../../logical.ts';
import type { JoinType } from '../../physical.ts';
import { stringsOf, type Ast } from '../ast.ts';
import { columnOf } from '../bind-context.ts';
import { coerceCommon, coerceToBoolean, commonType } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import {
  aliasedColumns,
  bindFromItem,
  refuseSameNames,
  usesColumns,
  type FromItem,
} from './from-clause.ts';
import { asNullable, join, project, type Item } from '../nodes.ts';
import { bindOperator } from '../calls/operator-calls.ts';
import { allOf } from '../rows.ts';
import type { Env, NamespaceItem, Relation, ScopeColumn } from '../scope.ts';

const joinTypes: Readonly<Record<string, JoinType | undefined>> = {
  JOIN_INNER: 'inner',
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
};

export function bindJoin(env: Env, node: Ast<'JoinExpr'>): FromItem {
  const { context, level } = env;
  const joinType = must(joinTypes[node.jointype ?? 'JOIN_INNER'], 'join type');
  const siblings = level.namespace;
  const left = bindFromItem(env, must(node.larg, 'left side'));
  const lateralOk = joinType === 'inner' || joinType === 'left';
  level.namespace = [
    ...siblings,
    ...left.items.map((item) => ({ ...item, lateralOnly: true, lateralOk })),
  ];
  const right = bindFromItem(env, must(node.rarg, 'right side'));
  refuseSameNames(context, left.items, right.items);
  const names = usingNames(env, node, left, right);
  const lateral = usesColumns(right.node, left.node);
  const merged = names.map((name) => mergeOf(env, name, left, right));
  for (const { left: one, right: other } of merged) {
    context.noteUse(one.column);
    context.noteUse(other.column);
  }
  env.context.record?.merged.set(
    node,
    merged.map(({ name, left: one, right: other }) => {
      return { name, columns: [one.column, other.column] };
    }),
  );
  level.namespace = [...siblings.map(asIs), ...left.items, ...right.items];
  const condition =
    names.length > 0
      ? allOf(merged.map(({ equals }) => equals))
      : onCondition({ ...env, clause: 'join' }, node);
  level.namespace = siblings;
  const joined = join(left.node, right.node, { joinType, condition, lateral });
  return joinItem(env, node, { left, right, joinType, joined, merged });
}

function asIs(item: NamespaceItem): NamespaceItem {
  return item;
}

function onCondition(env: Env, node: Ast<'JoinExpr'>): Expr | undefined {
  if (node.quals === undefined) return undefined;
  const predicate = bindExpr({ ...env, asFilter: true }, node.quals);
  return coerceToBoolean(env.context, predicate, 'JOIN/ON');
}

function usingNames(
  env: Env,
  node: Ast<'JoinExpr'>,
  left: FromItem,
  right: FromItem,
): readonly string[] {
  if (node.isNatural === true) {
    const rightNames = new Set(columnsOf(right).map(({ name }) => name));
    return columnsOf(left)
      .map(({ name }) => name)
      .filter((name) => rightNames.has(name));
  }
  const names = stringsOf(node.usingClause);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    const message = `column name "${twice}" appears more than once in USING clause`;
    throw env.context.error('duplicate_column', message, undefined);
  }
  return names;
}

/** The columns that `*` shows of an item. */
function columnsOf(item: FromItem): readonly ScopeColumn[] {
  return item.items
    .filter(({ columnsVisible }) => columnsVisible)
    .flatMap(({ relation }) => relation.columns.filter(({ hidden }) => hidden !== true));
}

interface Merge {
  readonly name: string;
  readonly left: ScopeColumn;
  readonly right: ScopeColumn;
  readonly values: readonly [left: Expr, right: Expr];
  readonly equals: Expr;
}

function mergeOf(env: Env, name: string, left: FromItem, right: FromItem): Merge {
  const { context } = env;
  const one = usingColumn(env, name, left, 'left');
  const other = usingColumn(env, name, right, 'right');
  const exprs = [columnOf(one.column), columnOf(other.column)];
  const type = must(commonType(context, exprs, 'JOIN/USING'), 'type');
  const values = exprs.map((expr) => coerceCommon(context, expr, type, 'JOIN/USING')) as [
    Expr,
    Expr,
  ];
  return { name, left: one, right: other, values, equals: bindOperator(context, '=', values, -1) };
}

function usingColumn(env: Env, name: string, item: FromItem, side: 'left' | 'right'): ScopeColumn {
  const found = columnsOf(item).filter((column) => column.name === name);
  const [only] = found;
  if (only === undefined) {
    const message = `column "${name}" specified in USING clause does not exist in ${side} table`;
    throw env.context.error('undefined_column', message, undefined);
  }
  if (found.length > 1) {
    const message = `common column name "${name}" appears more than once in ${side} table`;
    throw env.context.error('ambiguous_column', message, undefined);
  }
  return only;
}

interface Joined {
  readonly left: FromItem;
  readonly right: FromItem;
  readonly joinType: JoinType;
  readonly joined: LogicalNode;
  readonly merged: readonly Merge[];
}

/** The join as one item: its own columns, and the sides visible by name below it. */
function joinItem(env: Env, node: Ast<'JoinExpr'>, parts: Joined): FromItem {
  const { left, right, joinType, merged } = parts;
  const { joined, columns: mergedColumns } = mergedNode(env, parts);
  const rest = (item: FromItem, side: 'left' | 'right'): readonly ScopeColumn[] =>
    columnsOf(item).filter((column) => !merged.some((merge) => merge[side] === column));
  const nullsLeft = joinType === 'right' || joinType === 'full';
  const nullsRight = joinType === 'left' || joinType === 'full';
  const sides = [
    ...left.items.map((item) => extended(env, item, nullsLeft)),
    ...right.items.map((item) => extended(env, item, nullsRight)),
  ];
  const columns = [
    ...mergedColumns,
    ...rest(left, 'left').map((column) => (nullsLeft ? nullableColumn(column) : column)),
    ...rest(right, 'right').map((column) => (nullsRight ? nullableColumn(column) : column)),
  ];
  const alias = node.alias?.aliasname;
  const named = aliasedColumns(env.context, columns, node.alias, alias ?? '');
  const relation: Relation = { name: alias, columns: named };
  env.level.relations.push(relation);
  const own = { relation, relationVisible: alias !== undefined, columnsVisible: true };
  if (alias !== undefined) return { node: joined, items: [own] };
  const usingAlias = usingAliasItem(node, mergedColumns);
  refuseSameNames(env.context, sides, usingAlias);
  const hidden = sides.map((item) => ({ ...item, columnsVisible: false }));
  return { node: joined, items: [...hidden, ...usingAlias, own] };
}

function usingAliasItem(
  node: Ast<'JoinExpr'>,
  columns: readonly ScopeColumn[],
): readonly NamespaceItem[] {
  const name = node.join_using_alias?.aliasname;
  if (name === undefined) return [];
  return [{ relation: { name, columns }, relationVisible: true, columnsVisible: false }];
}

function extended(env: Env, item: NamespaceItem, isNullable: boolean): NamespaceItem {
  if (!isNullable) return item;
  const columns = item.relation.columns.map(nullableColumn);
  const relation = { ...item.relation, columns, nullExtended: true };
  const known = env.level.relations.indexOf(item.relation);
  if (known !== -1) env.level.relations[known] = relation;
  return { ...item, relation };
}

function nullableColumn(column: ScopeColumn): ScopeColumn {
  return { ...column, column: asNullable(column.column) };
}

/**
 * Merged columns are the left side's, the right side's in a right join, and COALESCE of both in
 * a full join; where types differ they are cast.
 */
function mergedNode(
  env: Env,
  { joined, joinType, merged }: Joined,
): { readonly joined: LogicalNode; readonly columns: readonly ScopeColumn[] } {
  const { context } = env;
  const added: Item[] = [];
  const columns = merged.map(({ name, left, right, values }): ScopeColumn => {
    const kept = joinType === 'right' ? right : left;
    const value = joinType === 'right' ? values[1] : values[0];
    if (joinType !== 'full' && value.kind === 'column') return { ...kept, name };
    const type = sqlType(value.type.name);
    const expr: Expr = joinType === 'full' ? { kind: 'coalesce', args: values, type } : value;
    const column = context.newColumn(name, expr.type);
    added.push({ column, expr });
    env.level.merged.set(column.id, expr);
    return { name, column };
  });
  if (added.length === 0) return { joined, columns };
  const passed = joined.columns.map((column): Item => ({ column, expr: columnOf(column) }));
  return { joined: project(joined, [...passed, ...added]), columns };
}
