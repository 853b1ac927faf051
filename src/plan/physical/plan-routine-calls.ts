/** Users' functions that are called for each row: their rows come from one place, in order. */
import { mapStep } from '../rules/logical-tree.ts';
import { closed, over, resolver, type Planned, type Planning, type Scope } from './planning.ts';
import type { LogicalRoutineCalls } from '../logical.ts';

export function planRoutineCalls(
  planning: Planning,
  scope: Scope,
  node: LogicalRoutineCalls,
): Planned {
  const input = closed(planning.plan(node.input, scope));
  const own = node.columns.slice(node.input.columns.length);
  const columns = [...input.columns, ...own];
  const resolve = resolver(planning, scope, columns);
  const steps = node.steps.map((step) => mapStep(step, resolve));
  return over({ kind: 'RoutineCallExec', input: input.node, steps }, columns, {
    rows: planning.estimator.rows(node),
    inputs: [input.node],
    open: false,
  });
}
