/**
 * The TopK hint: a scan under a SortExec with `fetch` visits and prunes segments by the first key,
 * when that key is a plain column and only filters and projections stand between.
 */
import type { PlanNode, SeqScanExec, SortKey } from '../physical.ts';
import { isCompositeName } from '../../types/user-type.ts';

export function offerTopK(node: PlanNode, keys: readonly SortKey[]): PlanNode {
  const [first] = keys;
  if (first === undefined || first.expr.kind !== 'column') return node;
  const field = node.fields[first.expr.index];
  if (field === undefined || unsafe.has(field.type.name)) return node;
  if (isCompositeName(field.type.name)) return node;
  const { descending, nullsFirst } = first;
  return descend(node, { column: first.expr.index, descending, nullsFirst });
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

type TopK = NonNullable<SeqScanExec['topK']>;

function descend(node: PlanNode, topK: TopK): PlanNode {
  switch (node.kind) {
    case 'SeqScanExec':
      return { ...node, topK } satisfies SeqScanExec;
    case 'FilterExec': {
      const input = descend(node.input, topK);
      return input === node.input ? node : { ...node, input };
    }
    case 'ProjectionExec': {
      const expr = node.exprs[topK.column];
      if (expr?.kind !== 'column') return node;
      const input = descend(node.input, { ...topK, column: expr.index });
      return input === node.input ? node : { ...node, input };
    }
    default:
      return node;
  }
}
