/** The first rows that a node gave, as text that is cut while it is made: cells may be huge. */
import type { Batch } from '../columns/batch.ts';
import { columnReader } from '../columns/read.ts';
import type { NodeStatistics } from '../trace/node-statistics.ts';
import type { Datum, SqlArray } from '../types/datum.ts';
import { sqlType } from '../types/type-table.ts';
import type { SqlType } from '../types/sql-type.ts';
import { formatText } from '../types/type-text.ts';
import { selectedRow } from './selected-row.ts';

export const previewCellMax = 256;

/** Adds rows of the batch until the node has `rowsMax`. */
export function previewRows(node: NodeStatistics, batch: Batch, rowsMax: number): void {
  const kept = (node.preview ??= []);
  const count = Math.min(batch.rowCount, rowsMax - kept.length);
  if (count <= 0) return;
  const columns = Array.from({ length: batch.columnCount }, (_, index) => batch.column(index));
  const readers = columns.map((column) => columnReader(column));
  for (let at = 0; at < count; at++) {
    const row = selectedRow(batch.selection, at);
    kept.push(columns.map(({ type }, index) => cellText(type, readers[index]?.(row) ?? null)));
  }
}

export function cellText(type: SqlType, value: Datum | null, max = previewCellMax): string {
  if (value === null) return '';
  if (typeof value === 'string') return cut(value, max);
  if (value instanceof Uint8Array) {
    return cut(formatText(type, value.subarray(0, max)), max);
  }
  if (isArray(value)) return cut(arrayText(value, max), max);
  return cut(formatText(type, value), max);
}

function isArray(value: Datum): value is SqlArray {
  return typeof value === 'object' && 'element' in value && 'values' in value;
}

function arrayText({ element, values }: SqlArray, max: number): string {
  let text = '{';
  for (const [index, value] of values.entries()) {
    if (text.length > max) break;
    text +=
      (index === 0 ? '' : ',') + (value === null ? 'NULL' : cellText(sqlType(element), value, max));
  }
  return `${text}}`;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
