/**
 * The TopK hint: a scan under a SortExec with `fetch` visits and prunes segments by the first key,
 * when that key is a plain column and only filters and projections stand between.
 */
import type { PlanNode, SeqScanExec, SortKey } from '../physical.ts';

/** The scan itself keeps segments that hold NULLs, whichever end they sort to. */
export function offerTopK(node: PlanNode, keys: readonly SortKey[]): PlanNode {
  const [first] = keys;
  if (first === undefined || first.expr.kind !== 'column') return node;
  const field = node.fields[first.expr.index];
  if (field === undefined || unsafe.has(field.type.name)) return node;
  return descend(node, first.expr.index, first.descending);
}

/** Types whose values do not order as their zone maps do. */
const unsafe = new Set([
  'numeric',
  'bpchar',
  'json',
  'jsonb',
  'interval',
  'timetz',
  'record',
  'point',
  'xml',
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
