/** CTEs, recursive queries and set-returning select lists. */
import { must } from '../../errors/assert.ts';
import { isRepeatable } from './fragment.ts';
import { freeColumns, mapKeys, mapWindowCall, someNode } from '../rules/logical-tree.ts';
import {
  arranged,
  closed,
  made,
  over,
  resolver,
  type Planned,
  type Planning,
  type Scope,
} from './planning.ts';
import type { LogicalNode } from '../logical.ts';

type Node<K extends LogicalNode['kind']> = Extract<LogicalNode, { readonly kind: K }>;

/**
 * Readers share the rows of one run. A definition that depends on the row of an enclosing query or
 * on a recursive round has different rows each time, so each reader runs it.
 */
export function planCteScan(planning: Planning, scope: Scope, node: Node<'cteScan'>): Planned {
  const definition = must(planning.logical.ctes[node.cte], 'CTE');
  const input = closed(arranged(planning.plan(definition, scope), definition.columns));
  const { estimatedRows: rows, estimatedCost: cost } = input.node;
  if (freeColumns(definition).size > 0 || readsWorkTable(definition)) {
    const exprs = node.columns.map(({ type, name }, index) => {
      return { kind: 'column', index, type, name } as const;
    });
    const projection = made({ kind: 'ProjectionExec', input: input.node, exprs }, node.columns, {
      rows,
      cost,
    });
    return { node: projection, columns: node.columns, open: false };
  }
  return over({ kind: 'MaterializeExec', input: input.node, cte: node.cte }, node.columns, {
    rows,
    inputs: [input.node],
    open: false,
  });
}

/** Whether the tree reads the work table of a recursion around it. */
function readsWorkTable(node: LogicalNode): boolean {
  const own = new Set<number>();
  someNode(node, (part) => {
    if (part.kind === 'recursive') own.add(part.workTable);
    return false;
  });
  return someNode(node, (part) => part.kind === 'workTable' && !own.has(part.workTable));
}

export function planRecursive(planning: Planning, scope: Scope, node: Node<'recursive'>): Planned {
  const serial = { ...scope, parallel: false };
  const initial = arranged(planning.plan(node.initial, serial), node.initial.columns).node;
  const recursive = arranged(planning.plan(node.recursive, serial), node.recursive.columns).node;
  const { workTable, distinct } = node;
  return over(
    { kind: 'RecursiveQueryExec', initial, recursive, workTable, distinct },
    node.columns,
    { rows: planning.estimator.rows(node), inputs: [initial, recursive], open: false },
  );
}

export function planProjectSet(
  planning: Planning,
  scope: Scope,
  node: Node<'projectSet'>,
): Planned {
  const below = planning.plan(node.input, scope);
  const exprs = node.items.flatMap((item) => (item.kind === 'expr' ? [item.expr] : item.args));
  const input = isRepeatable(planning, exprs) ? below : closed(below);
  const resolve = resolver(planning, scope, input.columns);
  const items = node.items.map((item) =>
    item.kind === 'expr'
      ? { ...item, expr: resolve(item.expr) }
      : { ...item, args: item.args.map(resolve) },
  );
  return over({ kind: 'ProjectSetExec', input: input.node, items }, node.columns, {
    rows: planning.estimator.rows(node),
    inputs: [input.node],
    open: input.open,
  });
}

export function planWindow(planning: Planning, scope: Scope, node: Node<'window'>): Planned {
  const input = closed(planning.plan(node.input, scope));
  const resolve = resolver(planning, scope, input.columns);
  const own = node.columns.slice(node.columns.length - node.calls.length);
  return over(
    {
      kind: 'WindowAggExec',
      input: input.node,
      partitionBy: node.partitionBy.map(resolve),
      orderBy: mapKeys(node.orderBy, resolve),
      calls: node.calls.map((call) => mapWindowCall(call, resolve)),
    },
    [...input.columns, ...own],
    { rows: planning.estimator.rows(node), inputs: [input.node], open: false },
  );
}
