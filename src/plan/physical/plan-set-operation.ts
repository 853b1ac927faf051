/** UNION, INTERSECT, EXCEPT. The DISTINCT forms of the latter two are semi and anti joins. */
import { columnExpr } from '../rules/expr-tree.ts';
import { arranged, closed, over, type Planned, type Planning, type Scope } from './planning.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalNode, LogicalSetOperation } from '../logical.ts';
import type { PlanNode } from '../physical.ts';

export function planSetOperation(
  planning: Planning,
  scope: Scope,
  node: LogicalSetOperation,
): Planned {
  const planned = node.operation === 'union' ? planUnion : node.all ? planCounted : planMatched;
  return planned(planning, scope, node);
}

function planUnion(planning: Planning, scope: Scope, node: LogicalSetOperation): Planned {
  const inputs = unionInputs(node, node.all).map((input) => side(planning, scope, input).node);
  const rows = inputs.reduce((sum, input) => sum + input.estimatedRows, 0);
  const union = over({ kind: 'UnionExec', inputs }, node.columns, { rows, inputs, open: false });
  if (node.all) return union;
  return distinct(union, planning.estimator.groups(node.columns.map(columnExpr), rows));
}

/** Inputs of nested unions in one list; under UNION DISTINCT the inner ALL does not matter. */
function unionInputs(node: LogicalNode, all: boolean): readonly LogicalNode[] {
  if (node.kind !== 'setOperation' || node.operation !== 'union') return [node];
  if (all && !node.all) return [node];
  return [...unionInputs(node.left, all), ...unionInputs(node.right, all)];
}

function side(planning: Planning, scope: Scope, input: LogicalNode): Planned {
  return closed(arranged(planning.plan(input, scope), input.columns));
}

function distinct(input: Planned, rows: number): Planned {
  const groupBy = positions(input.columns);
  return over(
    { kind: 'AggregateExec', mode: 'single', input: input.node, groupBy, aggregates: [] },
    input.columns,
    { rows: Math.min(rows, input.node.estimatedRows), inputs: [input.node], open: false },
  );
}

function positions(columns: readonly LogicalColumn[]): readonly Expr[] {
  return columns.map((column, index) => ({ ...columnExpr(column), index }));
}

function planCounted(planning: Planning, scope: Scope, node: LogicalSetOperation): Planned {
  const left = side(planning, scope, node.left).node;
  const right = side(planning, scope, node.right).node;
  const operation = node.operation === 'intersect' ? 'intersectAll' : 'exceptAll';
  return over({ kind: 'SetOperationExec', operation, left, right }, node.columns, {
    rows: planning.estimator.rows(node),
    inputs: [left, right],
    open: false,
  });
}

function planMatched(planning: Planning, scope: Scope, node: LogicalSetOperation): Planned {
  const build = side(planning, scope, node.right);
  const probe = side(planning, scope, node.left);
  const unique = distinct(probe, probe.node.estimatedRows);
  const inputs: readonly PlanNode[] = [build.node, unique.node];
  return over(
    {
      kind: 'HashJoinExec',
      left: build.node,
      right: unique.node,
      joinType: node.operation === 'intersect' ? 'rightSemi' : 'rightAnti',
      leftKeys: positions(build.columns),
      rightKeys: positions(unique.columns),
      nullsEqual: true,
      nullAware: false,
    },
    node.columns,
    { rows: planning.estimator.rows(node), inputs, open: false },
  );
}
