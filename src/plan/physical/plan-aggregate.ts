/**
 * Aggregation and DISTINCT. Over an open fragment each worker folds its own rows first:
 *
 *     final ◀ CoalescePartitionsExec ◀ partial ◀ … ◀ parallel scan
 */
import { must } from '../../errors/assert.ts';
import { sqlType } from '../../types/type-table.ts';
import { columnExpr, splitFunctionId } from '../rules/expr-tree.ts';
import { mapAggregate } from '../rules/logical-tree.ts';
import { isRepeatable } from './fragment.ts';
import { closed, over, resolver, type Planned, type Planning, type Scope } from './planning.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalAggregate, LogicalColumn, LogicalNode } from '../logical.ts';
import type { AggregateCall } from '../physical.ts';

/** What they answer depends on the order of rows, which several workers do not keep. */
const orderSensitive = new Set([
  'array_agg',
  'string_agg',
  'json_agg',
  'jsonb_agg',
  'json_object_agg',
  'jsonb_object_agg',
  'xmlagg',
  'first',
  'last',
  'first_value',
  'last_value',
  'nth_value',
]);

export function planAggregate(planning: Planning, scope: Scope, node: LogicalAggregate): Planned {
  const input = planning.plan(node.input, scope);
  const rows = planning.estimator.rows(node);
  if (input.open && isMergeable(planning, node)) return twoPhase(planning, scope, node, input);
  const source = closed(input);
  const resolve = resolver(planning, scope, source.columns);
  return over(
    {
      kind: 'AggregateExec',
      mode: 'single',
      input: source.node,
      groupBy: node.groupBy.map(resolve),
      aggregates: node.aggregates.map((call) => mapAggregate(call, resolve)),
    },
    node.columns,
    { rows, inputs: [source.node], open: false },
  );
}

function isMergeable(planning: Planning, node: LogicalAggregate): boolean {
  return (
    isRepeatable(planning, node.groupBy) &&
    node.aggregates.every(
      (call) =>
        !call.distinct &&
        call.orderBy.length === 0 &&
        !orderSensitive.has(splitFunctionId(call.functionId).name) &&
        isRepeatable(planning, call.args) &&
        (call.filter === undefined || isRepeatable(planning, [call.filter])),
    )
  );
}

function twoPhase(
  planning: Planning,
  scope: Scope,
  node: LogicalAggregate,
  input: Planned,
): Planned {
  const rows = planning.estimator.rows(node);
  const resolve = resolver(planning, scope, input.columns);
  const groupCount = node.groupBy.length;
  const stateColumns = node.columns.map((column, index): LogicalColumn =>
    index < groupCount ? column : { ...column, type: sqlType('bytea'), nullable: false },
  );
  const partial = over(
    {
      kind: 'AggregateExec',
      mode: 'partial',
      input: input.node,
      groupBy: node.groupBy.map(resolve),
      aggregates: node.aggregates.map((call) => mapAggregate(call, resolve)),
    },
    stateColumns,
    { rows, inputs: [input.node], open: true },
  );
  const source = closed(partial);
  const position = (index: number): Expr => ({
    ...columnExpr(must(stateColumns[index], 'state column')),
    index,
  });
  return over(
    {
      kind: 'AggregateExec',
      mode: 'final',
      input: source.node,
      groupBy: node.groupBy.map((_, index) => position(index)),
      aggregates: node.aggregates.map((call, index) =>
        finalCall(call, position(groupCount + index)),
      ),
    },
    node.columns,
    { rows, inputs: [source.node], open: false },
  );
}

function finalCall(call: AggregateCall, state: Expr): AggregateCall {
  const { accumulator, functionId, type } = call;
  return { accumulator, functionId, args: [state], distinct: false, orderBy: [], type };
}

/** DISTINCT groups by all columns. */
export function planDistinct(planning: Planning, scope: Scope, input: LogicalNode): Planned {
  return planAggregate(planning, scope, {
    kind: 'aggregate',
    input,
    groupBy: input.columns.map(columnExpr),
    aggregates: [],
    columns: input.columns,
  });
}
