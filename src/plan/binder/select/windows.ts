/** Window nodes: one per combination of PARTITION BY and ORDER BY. */
import type { Expr } from '../../../expr/expr.ts';
import type { LogicalNode } from '../../logical.ts';
import { mapKeys, mapWindowCall } from '../../rules/logical-tree.ts';
import type { Env } from '../scope.ts';

export function windowed(env: Env, input: LogicalNode, regroup: (expr: Expr) => Expr): LogicalNode {
  return env.level.windows.reduce<LogicalNode>((node, spec) => {
    const columns = [...node.columns, ...spec.calls.map(({ column }) => column)];
    return {
      kind: 'window',
      input: node,
      columns,
      partitionBy: spec.partitionBy.map(regroup),
      orderBy: mapKeys(spec.orderBy, regroup),
      calls: spec.calls.map(({ call }) => mapWindowCall(call, regroup)),
    };
  }, input);
}
