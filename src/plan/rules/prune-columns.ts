/**
 * Column pruning: every node yields what is read further up and no more. Scans read only needed
 * columns; what only a filter needed is dropped before joins and sorts copy it.
 */
import { must } from '../../errors/assert.ts';
import { collectColumns } from './expr-tree.ts';
import {
  forEachNodeExpr,
  freeColumns,
  inputsOf,
  joinOf,
  mapRoots,
  projectTo,
  withInputs,
} from './logical-tree.ts';
import type { LogicalNode } from '../logical.ts';
import type { Rule } from './rule.ts';

export const pruneColumns: Rule = {
  name: 'prune_columns',
  apply: (plan) => {
    const output = new Set(plan.output.map(({ id }) => id));
    return mapRoots(plan, (root) => (root === plan.root ? prune(root, output) : pruneWhole(root)));
  },
};

type Ids = ReadonlySet<number>;
type Node<K extends LogicalNode['kind']> = Extract<LogicalNode, { readonly kind: K }>;

/** The node with at least the needed columns, as few others as it can. */
function prune(node: LogicalNode, needed: Ids): LogicalNode {
  switch (node.kind) {
    case 'scan':
    case 'factScan':
      return pruneScan(node, needed);
    case 'values':
      return pruneValues(node, needed);
    case 'project':
      return pruneProject(node, needed);
    case 'aggregate':
      return pruneAggregate(node, needed);
    case 'window':
      return pruneWindow(node, needed);
    case 'join':
      return pruneJoin(node, needed);
    case 'filter':
    case 'limit':
      return withInputs(node, [prune(node.input, withOwn(node, needed))]);
    case 'sort': {
      const inner = withOwn(node, needed);
      return withInputs(node, [narrowed(prune(node.input, inner), inner)]);
    }
    case 'setOperation':
      return pruneSetOperation(node, needed);
    case 'projectSet':
      return pruneProjectSet(node, needed);
    case 'distinctOn':
      return withInputs(node, [prune(node.input, withOwn(node, needed))]);
    default:
      return withInputs(node, inputsOf(node).map(pruneWhole));
  }
}

/** A set makes rows, needed or not. */
function pruneProjectSet(node: Node<'projectSet'>, needed: Ids): LogicalNode {
  const isKept = (index: number): boolean =>
    node.items[index]?.kind === 'set' || needed.has(must(node.columns[index], 'column').id);
  const pruned = {
    ...node,
    items: node.items.filter((_, index) => isKept(index)),
    columns: node.columns.filter((_, index) => isKept(index)),
  };
  return withInputs(pruned, [prune(node.input, withOwn(pruned, new Set()))]);
}

/** All columns of the node, in order, are needed. */
function pruneWhole(node: LogicalNode): LogicalNode {
  return projectTo(prune(node, new Set(node.columns.map(({ id }) => id))), node.columns);
}

function withOwn(node: LogicalNode, needed: Ids): Ids {
  const all = new Set(needed);
  forEachNodeExpr(node, (expr) => collectColumns(expr, all));
  return all;
}

/** Drops what the node yields beyond the needed columns. */
function narrowed(node: LogicalNode, needed: Ids): LogicalNode {
  const kept = node.columns.filter(({ id }) => needed.has(id));
  return projectTo(node, kept);
}

function kept<T>(items: readonly T[], columns: LogicalNode['columns'], needed: Ids): readonly T[] {
  return items.filter((_, index) => needed.has(must(columns[index], 'column').id));
}

function keepsAll(node: LogicalNode, needed: Ids): boolean {
  return node.columns.every(({ id }) => needed.has(id));
}

function pruneScan(node: Node<'scan' | 'factScan'>, needed: Ids): LogicalNode {
  if (keepsAll(node, needed)) return node;
  const positions = kept(node.positions, node.columns, needed);
  return { ...node, positions, columns: kept(node.columns, node.columns, needed) };
}

function pruneValues(node: Node<'values'>, needed: Ids): LogicalNode {
  if (keepsAll(node, needed)) return node;
  const rows = node.rows.map((row) => kept(row, node.columns, needed));
  return { ...node, rows, columns: kept(node.columns, node.columns, needed) };
}

function pruneProject(node: Node<'project'>, needed: Ids): LogicalNode {
  const exprs = keepsAll(node, needed) ? node.exprs : kept(node.exprs, node.columns, needed);
  const columns = exprs === node.exprs ? node.columns : kept(node.columns, node.columns, needed);
  const used = new Set<number>();
  for (const expr of exprs) collectColumns(expr, used);
  const input = prune(node.input, used);
  if (exprs.every((expr, at) => isPassed(expr, columns[at]))) return input;
  const same = input === node.input && exprs === node.exprs;
  return same ? node : { ...node, input, exprs, columns };
}

/** Whether the column is the input's: readers go by id, so they need no projection for it. */
function isPassed(
  expr: Node<'project'>['exprs'][number],
  column: LogicalNode['columns'][number] | undefined,
): boolean {
  return expr.kind === 'column' && expr.index === column?.id;
}

function pruneAggregate(node: Node<'aggregate'>, needed: Ids): LogicalNode {
  const groupCount = node.groupBy.length;
  const results = node.columns.slice(groupCount);
  const aggregates = kept(node.aggregates, results, needed);
  if (groupCount === 0 && aggregates.length === 0) return { kind: 'oneRow', columns: [] };
  const same = aggregates.length === node.aggregates.length;
  const groups = node.columns.slice(0, groupCount);
  const columns = same ? node.columns : [...groups, ...kept(results, results, needed)];
  const pruned = same ? node : { ...node, aggregates, columns };
  return withInputs(pruned, [prune(node.input, withOwn(pruned, new Set()))]);
}

function pruneWindow(node: Node<'window'>, needed: Ids): LogicalNode {
  const results = node.columns.slice(node.columns.length - node.calls.length);
  const calls = kept(node.calls, results, needed);
  if (calls.length === 0) return prune(node.input, needed);
  const pruned = { ...node, calls };
  const below = new Set(withOwn(pruned, needed));
  for (const { id } of results) below.delete(id);
  const input = prune(node.input, below);
  const unchanged = input === node.input && calls.length === node.calls.length;
  if (unchanged) return node;
  return { ...pruned, input, columns: [...input.columns, ...kept(results, results, needed)] };
}

/** The right side of a lateral join reads columns of the left, which nothing else may. */
function pruneJoin(node: Node<'join'>, needed: Ids): LogicalNode {
  const below = new Set(withOwn(node, needed));
  if (node.lateral) for (const id of freeColumns(node.right).keys()) below.add(id);
  const left = narrowed(prune(node.left, below), below);
  const right = narrowed(prune(node.right, below), below);
  return left === node.left && right === node.right ? node : joinOf(node, left, right);
}

/** UNION ALL drops a column in both inputs; the others compare whole rows. */
function pruneSetOperation(node: Node<'setOperation'>, needed: Ids): LogicalNode {
  if (node.operation !== 'union' || !node.all || keepsAll(node, needed)) {
    return withInputs(node, [pruneWhole(node.left), pruneWhole(node.right)]);
  }
  const side = (input: LogicalNode): LogicalNode => {
    const columns = kept(input.columns, node.columns, needed);
    return projectTo(prune(input, new Set(columns.map(({ id }) => id))), columns);
  };
  const columns = kept(node.columns, node.columns, needed);
  return { ...node, left: side(node.left), right: side(node.right), columns };
}
