/**
 * Logical plans as an indented tree, for tests and for reading. Columns are `name#id`.
 *
 *     project x#2 = (a#0 + 1)
 *       filter (b#1 > 5)
 *         scan public.t: a#0, b#1
 */
import { unreachable } from '../errors/assert.ts';
import type { Expr } from '../expr/expr.ts';
import { mapExpr } from '../expr/walk.ts';
import { exprText, type TextOptions } from './explain/expr-text.ts';
import type { LogicalColumn, LogicalNode, LogicalPlan, RoutineStep } from './logical.ts';
import type { AggregateCall, SortKey, WindowBound, WindowCall } from './physical.ts';
import { inputsOf } from './rules/logical-tree.ts';

/** How an expression is shown. */
type Show = (expr: Expr) => string;

export function logicalPlanText(plan: LogicalPlan, options?: TextOptions): string {
  const show: Show = (expr) => logicalExprText(expr, options);
  const output = plan.output.map(({ id, name }) => `${name}#${id}`).join(', ');
  const parts = [`output ${output}`, nodeText(show, plan.root, 1)];
  for (const [i, node] of plan.ctes.entries()) parts.push(`cte ${i}`, nodeText(show, node, 1));
  for (const [i, node] of plan.subqueries.entries())
    parts.push(`subquery ${i}`, nodeText(show, node, 1));
  return parts.join('\n');
}

function nodeText(show: Show, node: LogicalNode, depth: number): string {
  const line = `${'  '.repeat(depth)}${describe(show, node)}`;
  return [line, ...inputsOf(node).map((input) => nodeText(show, input, depth + 1))].join('\n');
}

function columnsText(columns: readonly LogicalColumn[]): string {
  return columns.map(({ name, id }) => `${name}#${id}`).join(', ');
}

/** Column names in expressions carry their ids. */
export function logicalExprText(expr: Expr, options?: TextOptions): string {
  const named = mapExpr(expr, (part) =>
    part.kind === 'column' ? { ...part, name: `${part.name}#${part.index}` } : part,
  );
  return exprText(named, options).replace(/"([^"]*#\d+)"/g, '$1');
}

function list(show: Show, exprs: readonly Expr[]): string {
  return exprs.map(show).join(', ');
}

function describe(show: Show, node: LogicalNode): string {
  switch (node.kind) {
    case 'scan': {
      const { schema, name } = node.table.definition;
      return `scan ${schema}.${name}: ${columnsText(node.columns)}`;
    }
    case 'factScan':
      return `factScan ${node.facts.schema}.${node.facts.name}: ${columnsText(node.columns)}`;
    case 'values':
      return `values ${columnsText(node.columns)}: ${node.rows.map((row) => `(${list(show, row)})`).join(', ')}`;
    case 'oneRow':
    case 'empty':
    case 'barrier':
      return node.kind;
    case 'project':
      return `project ${node.columns.map((column, i) => itemText(show, column, node.exprs[i])).join(', ')}`;
    case 'filter':
      return `filter ${show(node.predicate)}`;
    case 'join':
      return joinText(show, node);
    case 'aggregate': {
      const groups = node.groupBy.map((expr, i) => itemText(show, node.columns[i], expr));
      const calls = node.aggregates.map(
        (call, i) =>
          `${columnsText(node.columns.slice(groups.length + i).slice(0, 1))} = ${aggregateText(show, call)}`,
      );
      return `aggregate by [${groups.join(', ')}]: ${calls.join(', ')}`;
    }
    case 'window':
      return windowText(show, node);
    case 'sort':
      return `sort ${keysText(show, node.keys)}`;
    case 'limit': {
      const skip = node.skip === undefined ? '' : ` skip ${show(node.skip)}`;
      const fetch = node.fetch === undefined ? '' : ` fetch ${show(node.fetch)}`;
      return `limit${skip}${fetch}`;
    }
    case 'distinct':
      return 'distinct';
    case 'distinctOn':
      return `distinctOn ${list(show, node.keys)}`;
    case 'setOperation':
      return `${node.operation}${node.all ? ' all' : ''} ${columnsText(node.columns)}`;
    case 'tableFunction': {
      const calls = node.calls.map(
        ({ functionId, args }) => `${functionId} of (${list(show, args)})`,
      );
      const ordinality = node.ordinality ? ' with ordinality' : '';
      return `tableFunction ${calls.join(', ')}${ordinality}: ${columnsText(node.columns)}`;
    }
    case 'projectSet':
      return `projectSet ${node.items.map((item, i) => setItemText(show, node.columns[i], item)).join(', ')}`;
    case 'routineCalls':
      return `routineCalls ${node.steps.map((step) => stepText(show, step)).join(', ')}`;
    case 'recursive':
      return `recursive ${node.workTable}${node.distinct ? ' distinct' : ''}: ${columnsText(node.columns)}`;
    case 'workTable':
      return `workTable ${node.workTable}: ${columnsText(node.columns)}`;
    case 'cteScan':
      return `cteScan ${node.cte}: ${columnsText(node.columns)}`;
    default:
      return unreachable(node);
  }
}

function itemText(show: Show, column: LogicalColumn | undefined, expr: Expr | undefined): string {
  if (column === undefined || expr === undefined) return '?';
  const name = `${column.name}#${column.id}`;
  if (expr.kind === 'column' && expr.index === column.id) return name;
  return `${name} = ${show(expr)}`;
}

type Of<K extends LogicalNode['kind']> = Extract<LogicalNode, { readonly kind: K }>;

function setItemText(
  show: Show,
  column: LogicalColumn | undefined,
  item: Of<'projectSet'>['items'][number],
): string {
  if (item.kind === 'expr') return itemText(show, column, item.expr);
  return `${column?.name}#${column?.id} = set ${item.functionId} of (${list(show, item.args)})`;
}

function stepText(show: Show, step: RoutineStep): string {
  if (step.kind === 'filter') return `filter ${show(step.predicate)}`;
  if (step.kind === 'set') return `set ${calledText(show, step)}`;
  const guard = step.guard === undefined ? '' : ` if ${show(step.guard)}`;
  return `${step.kind === 'value' ? show(step.expr) : calledText(show, step)}${guard}`;
}

function calledText(
  show: Show,
  { call, args }: Extract<RoutineStep, { readonly args: unknown }>,
): string {
  return `${call.routine.record.name}(${list(show, args)})`;
}

function joinText(show: Show, node: Of<'join'>): string {
  const on = node.condition === undefined ? '' : ` on ${show(node.condition)}`;
  return `${node.joinType} join${node.lateral ? ' lateral' : ''}${on}`;
}

function keysText(show: Show, keys: readonly SortKey[]): string {
  return keys
    .map(({ expr, descending, nullsFirst }) => {
      const direction = descending ? ' desc' : '';
      const nulls = nullsFirst === descending ? '' : nullsFirst ? ' nulls first' : ' nulls last';
      return `${show(expr)}${direction}${nulls}`;
    })
    .join(', ');
}

function aggregateText(show: Show, call: AggregateCall): string {
  const distinct = call.distinct ? 'distinct ' : '';
  const order = call.orderBy.length === 0 ? '' : ` order by ${keysText(show, call.orderBy)}`;
  const filter = call.filter === undefined ? '' : ` filter ${show(call.filter)}`;
  return `${call.functionId} of (${distinct}${list(show, call.args)}${order})${filter}`;
}

function windowText(show: Show, node: Of<'window'>): string {
  const calls = node.calls.map((call, i) => {
    const column = node.columns[node.columns.length - node.calls.length + i];
    return `${column?.name}#${column?.id} = ${windowCallText(show, call)}`;
  });
  const partition = `partition by [${list(show, node.partitionBy)}]`;
  return `window ${partition} order by [${keysText(show, node.orderBy)}]: ${calls.join(', ')}`;
}

function windowCallText(show: Show, call: WindowCall): string {
  const { frame } = call;
  const filter = call.filter === undefined ? '' : ` filter ${show(call.filter)}`;
  const exclude = frame.exclude === 'none' ? '' : ` exclude ${frame.exclude}`;
  const bounds = `${boundText(show, frame.start)} to ${boundText(show, frame.end)}`;
  return `${call.functionId} of (${list(show, call.args)})${filter} ${frame.mode} ${bounds}${exclude}`;
}

function boundText(show: Show, bound: WindowBound): string {
  return 'offset' in bound ? `${show(bound.offset)} ${bound.kind}` : bound.kind;
}
