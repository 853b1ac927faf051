/**
 * Column pruning: every node yields what is read further up and no more. Scans read only needed
 * columns; what only a filter needed is dropped before joins and sorts copy it. What has effects is
 * computed even where nobody reads it: `select 1 from pg_advisory_lock(1)` locks.
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
import type { Expr } from '../../expr/expr.ts';
import type { LogicalNode } from '../logical.ts';
import { isVolatile, type FunctionFacts } from './function-facts.ts';
import type { Rule } from './rule.ts';

export const pruneColumns: Rule = {
  name: 'prune_columns',
  apply: (plan, { functions }) => {
    const output = new Set(plan.output.map(({ id }) => id));
    const pruner = new Pruner(functions);
    return mapRoots(plan, (root) =>
      root === plan.root ? pruner.prune(root, output) : pruner.pruneWhole(root),
    );
  },
};

type Ids = ReadonlySet<number>;
type Node<K extends LogicalNode['kind']> = Extract<LogicalNode, { readonly kind: K }>;

/** Invariant: columns are known by ids that nothing else in the plan has. */
class Pruner {
  readonly #functions: FunctionFacts;

  constructor(functions: FunctionFacts) {
    this.#functions = functions;
  }

  /** The node with at least the needed columns, as few others as it can. */
  prune(node: LogicalNode, needed: Ids): LogicalNode {
    switch (node.kind) {
      case 'scan':
      case 'factScan':
        return pruneScan(node, needed);
      case 'values':
        return pruneValues(node, this.#withEffects(node, node.rows, needed));
      case 'project':
        return this.#pruneProject(node, this.#withEffects(node, [node.exprs], needed));
      case 'aggregate':
        return this.#pruneAggregate(node, needed);
      case 'window':
        return this.#pruneWindow(node, needed);
      case 'join':
        return this.#pruneJoin(node, needed);
      case 'filter':
      case 'barrier':
      case 'limit':
        return withInputs(node, [this.prune(node.input, withOwn(node, needed))]);
      case 'sort': {
        const inner = withOwn(node, needed);
        return withInputs(node, [narrowed(this.prune(node.input, inner), inner)]);
      }
      case 'setOperation':
        return this.#pruneSetOperation(node, needed);
      case 'projectSet':
        return this.#pruneProjectSet(node, needed);
      case 'distinctOn':
        return withInputs(node, [this.prune(node.input, withOwn(node, needed))]);
      default:
        return withInputs(
          node,
          inputsOf(node).map((input) => this.pruneWhole(input)),
        );
    }
  }

  /** All columns of the node, in order, are needed. */
  pruneWhole(node: LogicalNode): LogicalNode {
    return projectTo(this.prune(node, new Set(node.columns.map(({ id }) => id))), node.columns);
  }

  /** The needed columns, and those of which some row's value is computed for its effects. */
  #withEffects(node: LogicalNode, rows: readonly (readonly Expr[])[], needed: Ids): Ids {
    const own = node.columns.filter(({ id }, index) => {
      return !needed.has(id) && rows.some((row) => this.#hasEffects(row[index]));
    });
    return own.length === 0 ? needed : new Set([...needed, ...own.map(({ id }) => id)]);
  }

  #hasEffects(expr: Expr | undefined): boolean {
    return expr !== undefined && isVolatile(this.#functions, expr);
  }

  /** A set makes rows, needed or not. */
  #pruneProjectSet(node: Node<'projectSet'>, needed: Ids): LogicalNode {
    const isKept = (index: number): boolean => {
      const item = node.items[index];
      if (item?.kind === 'set' || needed.has(must(node.columns[index], 'column').id)) return true;
      return this.#hasEffects(item?.expr);
    };
    const pruned = {
      ...node,
      items: node.items.filter((_, index) => isKept(index)),
      columns: node.columns.filter((_, index) => isKept(index)),
    };
    return withInputs(pruned, [this.prune(node.input, withOwn(pruned, new Set()))]);
  }

  #pruneProject(node: Node<'project'>, needed: Ids): LogicalNode {
    const exprs = keepsAll(node, needed) ? node.exprs : kept(node.exprs, node.columns, needed);
    const columns = exprs === node.exprs ? node.columns : kept(node.columns, node.columns, needed);
    const used = new Set<number>();
    for (const expr of exprs) collectColumns(expr, used);
    const input = this.prune(node.input, used);
    if (exprs.every((expr, at) => isPassed(expr, columns[at]))) return input;
    const same = input === node.input && exprs === node.exprs;
    return same ? node : { ...node, input, exprs, columns };
  }

  #pruneAggregate(node: Node<'aggregate'>, needed: Ids): LogicalNode {
    const groupCount = node.groupBy.length;
    const results = node.columns.slice(groupCount);
    const aggregates = kept(node.aggregates, results, needed);
    if (groupCount === 0 && aggregates.length === 0) return { kind: 'oneRow', columns: [] };
    const same = aggregates.length === node.aggregates.length;
    const groups = node.columns.slice(0, groupCount);
    const columns = same ? node.columns : [...groups, ...kept(results, results, needed)];
    const pruned = same ? node : { ...node, aggregates, columns };
    return withInputs(pruned, [this.prune(node.input, withOwn(pruned, new Set()))]);
  }

  #pruneWindow(node: Node<'window'>, needed: Ids): LogicalNode {
    const results = node.columns.slice(node.columns.length - node.calls.length);
    const calls = kept(node.calls, results, needed);
    if (calls.length === 0) return this.prune(node.input, needed);
    const pruned = { ...node, calls };
    const below = new Set(withOwn(pruned, needed));
    for (const { id } of results) below.delete(id);
    const input = this.prune(node.input, below);
    const unchanged = input === node.input && calls.length === node.calls.length;
    if (unchanged) return node;
    return { ...pruned, input, columns: [...input.columns, ...kept(results, results, needed)] };
  }

  /** The right side of a lateral join reads columns of the left, which nothing else may. */
  #pruneJoin(node: Node<'join'>, needed: Ids): LogicalNode {
    const below = new Set(withOwn(node, needed));
    if (node.lateral) for (const id of freeColumns(node.right).keys()) below.add(id);
    const left = narrowed(this.prune(node.left, below), below);
    const right = narrowed(this.prune(node.right, below), below);
    return left === node.left && right === node.right ? node : joinOf(node, left, right);
  }

  /** UNION ALL drops a column in both inputs; the others compare whole rows. */
  #pruneSetOperation(node: Node<'setOperation'>, needed: Ids): LogicalNode {
    if (node.operation !== 'union' || !node.all || keepsAll(node, needed)) {
      return withInputs(node, [this.pruneWhole(node.left), this.pruneWhole(node.right)]);
    }
    const side = (input: LogicalNode): LogicalNode => {
      const columns = kept(input.columns, node.columns, needed);
      return projectTo(this.prune(input, new Set(columns.map(({ id }) => id))), columns);
    };
    const columns = kept(node.columns, node.columns, needed);
    return { ...node, left: side(node.left), right: side(node.right), columns };
  }
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

/** Whether the column is the input's: readers go by id, so they need no projection for it. */
function isPassed(
  expr: Node<'project'>['exprs'][number],
  column: LogicalNode['columns'][number] | undefined,
): boolean {
  return expr.kind === 'column' && expr.index === column?.id;
}
