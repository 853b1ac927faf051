/** Building logical nodes with their columns. */
import type { Expr } from '../../expr/expr.ts';
import { must } from '../../errors/assert.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import type { JoinType } from '../physical.ts';
import { columnOf, type BindContext } from './bind-context.ts';
import type { BoundQuery } from './scope.ts';

export const oneRow: LogicalNode = { kind: 'oneRow', columns: [] };

/** Columns with the expressions that compute them. */
export interface Item {
  readonly column: LogicalColumn;
  readonly expr: Expr;
}

export function project(input: LogicalNode, items: readonly Item[]): LogicalNode {
  return {
    kind: 'project',
    input,
    columns: items.map(({ column }) => column),
    exprs: items.map(({ expr }) => expr),
  };
}

export function filter(input: LogicalNode, predicate: Expr | undefined): LogicalNode {
  if (predicate === undefined) return input;
  return { kind: 'filter', input, columns: input.columns, predicate };
}

export function barrier(input: LogicalNode): LogicalNode {
  return { kind: 'barrier', input, columns: input.columns };
}

export interface JoinParts {
  readonly joinType: JoinType;
  readonly condition?: Expr | undefined;
  readonly lateral: boolean;
}

export function join(left: LogicalNode, right: LogicalNode, parts: JoinParts): LogicalNode {
  const { joinType, condition, lateral } = parts;
  const nullLeft = joinType === 'right' || joinType === 'full';
  const nullRight = joinType === 'left' || joinType === 'full';
  const columns = [
    ...(nullLeft ? left.columns.map(asNullable) : left.columns),
    ...(nullRight ? right.columns.map(asNullable) : right.columns),
  ];
  return {
    kind: 'join',
    columns,
    left,
    right,
    joinType,
    condition,
    lateral,
    nullAware: false,
    nullsEqual: false,
  };
}

export function asNullable(column: LogicalColumn): LogicalColumn {
  return column.nullable ? column : { ...column, nullable: true };
}

/** A column for an expression: a plain column as it is keeps its id, unless that is taken. */
export function itemFor(
  context: BindContext,
  input: LogicalNode,
  expr: Expr,
  name: string,
  taken: ReadonlySet<number>,
): Item {
  const source = input.columns.find((column) => isPlain(column, expr));
  if (source !== undefined && !taken.has(source.id)) return { column: { ...source, name }, expr };
  const nullable = source?.nullable ?? !isNeverNull(expr);
  const origin =
    source?.tableOid === undefined || source.columnNumber === undefined
      ? {}
      : { tableOid: source.tableOid, columnNumber: source.columnNumber };
  return { column: { ...context.newColumn(name, expr.type, nullable), ...origin }, expr };
}

/** A cast away from a length or a domain makes another column. */
function isPlain({ id, type }: LogicalColumn, expr: Expr): boolean {
  if (expr.kind !== 'column' || expr.index !== id) return false;
  return expr.type.typmod === type.typmod && expr.type.domain === type.domain;
}

function isNeverNull(expr: Expr): boolean {
  if (expr.kind === 'constant') return expr.value !== null;
  return [
    'isNull',
    'isNotNull',
    'isTrue',
    'isNotTrue',
    'isFalse',
    'isNotFalse',
    'row',
    'isDistinct',
    'isNotDistinct',
  ].includes(expr.kind);
}

/** Projects expressions; plain columns keep their ids where no id occurs twice. */
export function projectExprs(
  context: BindContext,
  input: LogicalNode,
  exprs: readonly { readonly expr: Expr; readonly name: string }[],
): LogicalNode {
  const taken = new Set<number>();
  const items = exprs.map(({ expr, name }) => {
    const item = itemFor(context, input, expr, name, taken);
    taken.add(item.column.id);
    return item;
  });
  return project(input, items);
}

/** The query's node with exactly its output columns, in order, each with an id of its own. */
export function shaped(context: BindContext, query: BoundQuery): LogicalNode {
  const { node, output } = query;
  const isShaped =
    node.columns.length === output.length &&
    output.every(({ column }, i) => must(node.columns[i], 'column').id === column.id);
  if (isShaped) return node;
  return projectExprs(
    context,
    node,
    output.map(({ name, column }) => ({ expr: columnOf(column), name })),
  );
}
