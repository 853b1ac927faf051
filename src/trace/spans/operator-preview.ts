/** The first rows that an operator gave, as its span shows them. */
import type { PlanNode } from '../../plan/physical.ts';
import type { InstrumentationOptions, OperatorPreview } from '../instrumentation.ts';
import { compactTable } from './compact-table.ts';
import type { OperatorSpansInput } from './operator-spans.ts';
import type { OperatorTotals } from './operator-totals.ts';
import type { Attributes } from './span-data.ts';

const previewMax = 8 * 1024;

/** The first rows of all partitions in their order, as a narrow table. */
export function addPreview(
  found: Attributes,
  { fields }: PlanNode,
  { totals, input }: { readonly totals: OperatorTotals; readonly input: OperatorSpansInput },
): void {
  const previews = totals.partitions.flatMap(({ preview = [] }) => preview);
  const rows = previews.slice(0, input.previewRows);
  if (rows.length === 0) return;
  const columns = fields.map(({ name }) => name);
  const shown = shownPreview({ columns, rows }, input.instrumentation);
  if (shown === undefined) return;
  found['datafusion.preview'] = shown.slice(0, previewMax);
  found['datafusion.preview_rows'] = rows.length;
}

/** Undefined: the user's own form of it failed. */
function shownPreview(
  preview: OperatorPreview,
  { previewFn }: InstrumentationOptions,
): string | undefined {
  if (previewFn === undefined) return compactTable(preview.columns, preview.rows);
  try {
    return String(previewFn(preview));
  } catch {
    return undefined;
  }
}
