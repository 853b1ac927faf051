/**
 * Sort, limit and DISTINCT ON. A limit with a constant count over a sort keeps only the first rows
 * (TopK), in every worker and again where their rows meet.
 */
import { constantNumber } from '../estimate/estimator.ts';
import { sameExpr } from '../rules/expr-tree.ts';
import { mapKeys } from '../rules/logical-tree.ts';
import { isRepeatable } from './fragment.ts';
import { closed, over, resolver, type Planned, type Planning, type Scope } from './planning.ts';
import { offerTopK } from './top-k.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalDistinctOn, LogicalLimit, LogicalNode, LogicalSort } from '../logical.ts';

/** TopK above this many rows is no better than a sort. */
const topKRowsMax = 1_000_000;

export function planSort(
  planning: Planning,
  scope: Scope,
  node: LogicalSort,
  fetch?: number,
): Planned {
  const input = planning.plan(node.input, scope);
  const keys = mapKeys(node.keys, resolver(planning, scope, input.columns));
  if (fetch === undefined) return sorted(closed(input), keys, planning.estimator.rows(node));
  const inFragment = isRepeatable(
    planning,
    node.keys.map(({ expr }) => expr),
  );
  const offered = { ...input, node: offerTopK(input.node, keys) };
  const rows = Math.min(fetch, planning.estimator.rows(node));
  if (!input.open || !inFragment) return sorted(closed(offered), keys, rows, fetch);
  return sorted(closed(sorted(offered, keys, rows, fetch)), keys, rows, fetch);
}

function sorted(input: Planned, keys: LogicalSort['keys'], rows: number, fetch?: number): Planned {
  return over(
    { kind: 'SortExec', input: input.node, keys, ...(fetch === undefined ? {} : { fetch }) },
    input.columns,
    { rows, inputs: [input.node], open: input.open },
  );
}

export function planLimit(planning: Planning, scope: Scope, node: LogicalLimit): Planned {
  const input = closed(planLimited(planning, scope, node));
  const resolve = resolver(planning, scope, []);
  return over(
    {
      kind: 'GlobalLimitExec',
      input: input.node,
      ...(node.skip === undefined ? {} : { skip: resolve(node.skip) }),
      ...(node.fetch === undefined ? {} : { fetch: resolve(node.fetch) }),
    },
    input.columns,
    { rows: planning.estimator.rows(node), inputs: [input.node], open: false },
  );
}

function planLimited(planning: Planning, scope: Scope, node: LogicalLimit): Planned {
  const fetch = rowsNeeded(node);
  const { input } = node;
  if (fetch === undefined || input.kind !== 'sort') return planning.plan(input, scope);
  return planSort(planning, scope, input, fetch);
}

/** Rows that a limit takes from its input, when that is known and small. */
function rowsNeeded({ skip, fetch }: LogicalLimit): number | undefined {
  const count = constantNumber(fetch);
  const start = skip === undefined ? 0 : constantNumber(skip);
  if (count === undefined || start === undefined || count < 0 || start < 0) return undefined;
  return start + count <= topKRowsMax ? start + count : undefined;
}

export function planDistinctOn(planning: Planning, scope: Scope, node: LogicalDistinctOn): Planned {
  const source = isSortedBy(node.input, node.keys) ? node.input : sortBy(node.input, node.keys);
  const input = closed(planning.plan(source, scope));
  const keys = node.keys.map(resolver(planning, scope, input.columns));
  return over({ kind: 'DistinctOnExec', input: input.node, keys }, input.columns, {
    rows: planning.estimator.rows(node),
    inputs: [input.node],
    open: false,
  });
}

function isSortedBy(node: LogicalNode, keys: readonly Expr[]): boolean {
  if (node.kind === 'project') {
    const passed = new Set(node.columns.map(({ id }) => id));
    const plain = keys.every((key) => key.kind === 'column' && passed.has(key.index));
    return plain && isSortedBy(node.input, keys);
  }
  if (node.kind !== 'sort' || node.keys.length < keys.length) return false;
  const first = node.keys.slice(0, keys.length);
  return keys.every((key) => first.some(({ expr }) => sameExpr(expr, key)));
}

function sortBy(input: LogicalNode, keys: readonly Expr[]): LogicalSort {
  return {
    kind: 'sort',
    input,
    keys: keys.map((expr) => ({ expr, descending: false, nullsFirst: false })),
    columns: input.columns,
  };
}
