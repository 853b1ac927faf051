/**
 * The TopK hint: a scan under a SortExec with `fetch` visits and prunes segments by the first key,
 * when that key is a plain column and only filters and projections stand between.
 */
import type { PlanNode, SeqScanExec, SortKey } from '../physical.ts';

/**
 * A segment's minimum and maximum say nothing about its NULLs, so the hint is given only where
 * NULLs cannot come first: none in the column, or sorted last.
 */
export function offerTopK(node: PlanNode, keys: readonly SortKey[]): PlanNode {
  const [first] = keys;
  if (first === undefined || first.expr.kind !== 'column') return node;
  const field = node.fields[first.expr.index];
  if (field === undefined || (first.nullsFirst && field.nullable)) return node;
  if (unsafe.has(field.type.name)) return node;
  return descend(node, first.expr.index, first.descending);
}

/** NaN is not in zone maps; bpchar and text-like JSON do not order as zone maps do. */
const unsafe = new Set([
  'float4', 'float8', 'numeric', 'bpchar', 'json', 'jsonb', 'interval', 'timetz', 'record',
]);

function descend(node: PlanNode, column: number, descending: boolean): PlanNode {
  switch (node.kind) {
    case 'SeqScanExec':
      return { ...node, topK: { column, descending } } satisfies SeqScanExec;
    case 'FilterExec': {
      const input = descend(node.input, column, descending);
      return input === node.input ? node : { ...node, input };
    }
    case 'ProjectionExec': {
      const expr = node.exprs[column];
      if (expr?.kind !== 'column') return node;
      const input = descend(node.input, expr.index, descending);
      return input === node.input ? node : { ...node, input };
    }
    default:
      return node;
  }
}
