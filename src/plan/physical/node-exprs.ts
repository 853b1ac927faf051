/** Every expression of a plan node, in the order in which it is shown. */
import { unreachable } from '../../errors/assert.ts';
import type { Expr } from '../../expr/expr.ts';
import type { RoutineStep } from '../logical.ts';
import type { AggregateCall, PlanNode, SortKey, WindowCall } from '../physical.ts';

export function nodeExprs(node: PlanNode): readonly Expr[] {
  switch (node.kind) {
    case 'SeqScanExec':
      return node.pruning.flatMap(({ values }) => values);
    case 'FactScanExec':
      return (node.keys ?? []).flatMap(({ values }) => values);
    case 'FilterExec':
      return [node.predicate];
    case 'ProjectionExec':
      return node.exprs;
    case 'AggregateExec':
      return [...node.groupBy, ...node.aggregates.flatMap(aggregateExprs)];
    case 'SortExec':
      return keyExprs(node.keys);
    case 'GlobalLimitExec':
      return present([node.skip, node.fetch]);
    case 'HashJoinExec':
      return [...node.leftKeys, ...node.rightKeys, ...present([node.filter])];
    case 'NestedLoopJoinExec':
      return present([node.filter]);
    case 'LateralJoinExec':
      return node.outerColumns;
    case 'ValuesExec':
      return node.rows.flat();
    case 'TableFunctionExec':
      return node.calls.flatMap(({ args }) => args);
    case 'ProjectSetExec':
      return node.items.flatMap((item) => (item.kind === 'expr' ? [item.expr] : item.args));
    case 'RoutineCallExec':
      return node.steps.flatMap(stepExprs);
    case 'WindowAggExec':
      return [...node.partitionBy, ...keyExprs(node.orderBy), ...node.calls.flatMap(windowExprs)];
    case 'DistinctOnExec':
      return node.keys;
    case 'UnionExec':
    case 'SetOperationExec':
    case 'PlaceholderRowExec':
    case 'EmptyExec':
    case 'RecursiveQueryExec':
    case 'WorkTableExec':
    case 'MaterializeExec':
    case 'CoalescePartitionsExec':
      return [];
    default:
      return unreachable(node);
  }
}

function stepExprs(step: RoutineStep): readonly Expr[] {
  if (step.kind === 'filter') return [step.predicate];
  if (step.kind === 'set') return step.args;
  return [...(step.kind === 'value' ? [step.expr] : step.args), ...present([step.guard])];
}

function present(exprs: readonly (Expr | undefined)[]): readonly Expr[] {
  return exprs.filter((expr) => expr !== undefined);
}

function keyExprs(keys: readonly SortKey[]): readonly Expr[] {
  return keys.map(({ expr }) => expr);
}

function aggregateExprs(call: AggregateCall): readonly Expr[] {
  return [...call.args, ...present([call.filter]), ...keyExprs(call.orderBy)];
}

function windowExprs(call: WindowCall): readonly Expr[] {
  const { start, end } = call.frame;
  const offsets = [start, end].flatMap((bound) => ('offset' in bound ? [bound.offset] : []));
  return [...call.args, ...present([call.filter]), ...offsets];
}
