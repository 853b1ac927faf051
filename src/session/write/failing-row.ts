/** The first row of a batch that fails a check, and its text for the error's detail. */
import type { TableDefinition } from '../../catalog/table.ts';
import type { Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import { columnReader } from '../../columns/read.ts';
import { formatText } from '../../types/type-text.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { hidesRows } from '../roles/row-security.ts';
import type { SqlSession } from '../sql-session.ts';

/** Values of a failing row that are longer are cut off. */
const rowTextValuesMax = 64;

/** The error's detail; none where policies may hide rows. `rows` are columns in table order. */
export function failingRow(
  session: SqlSession,
  table: TableDefinition,
  rows: Batch,
  row: number,
): { readonly detail?: string } {
  if (hidesRows(session, table)) return {};
  const formats = sessionFormats(session);
  const values = table.columns.map(({ type }, index) => {
    const value = columnReader(rows.column(index))(row);
    if (value === null) return 'null';
    const text = formatText(type, value, formats);
    return text.length > rowTextValuesMax ? `${text.slice(0, rowTextValuesMax)}...` : text;
  });
  return { detail: `Failing row contains (${values.join(', ')}).` };
}

/** -1: none fails. */
export function firstRow(
  column: Column,
  rowCount: number,
  fails: (value: unknown) => boolean,
): number {
  const read = columnReader(column);
  const checked = column.encoding === 'constant' ? Math.min(1, rowCount) : rowCount;
  for (let row = 0; row < checked; row++) if (fails(read(row))) return row;
  return -1;
}
