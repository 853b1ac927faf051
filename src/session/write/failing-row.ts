/** The first row of a batch that fails a check, and its text for the error's detail. */
import type { TableDefinition } from '../../catalog/table.ts';
import type { Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import { columnReader } from '../../columns/read.ts';
import { formatText } from '../../types/type-text.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { hidesRows, mayRead } from '../roles/row-security.ts';
import type { SqlSession } from '../sql-session.ts';

/** Values of a failing row that are longer are cut off. */
const rowTextValuesMax = 64;

/** Where rows came from: the table that the statement names, and columns that it gave values. */
export interface RowOrigin {
  readonly named: TableDefinition;
  readonly given: readonly number[];
}

/**
 * The error's detail; none where policies may hide rows. Who may not read the table is shown the
 * columns that he may read, and those that he gave. `rows` are columns in table order.
 */
export function failingRow(
  session: SqlSession,
  { named, given }: RowOrigin,
  rows: Batch,
  row: number,
): { readonly detail?: string } {
  if (hidesRows(session, named)) return {};
  const shown = named.columns.flatMap(({ name }, index) => {
    return given.includes(index) || mayRead(session, named, [name]) ? [index] : [];
  });
  if (shown.length === 0) return {};
  const formats = sessionFormats(session);
  const values = shown.map((index) => {
    const column = rows.column(index);
    const value = columnReader(column)(row);
    if (value === null) return 'null';
    const text = formatText(named.columns[index]?.type ?? column.type, value, formats);
    return text.length > rowTextValuesMax ? `${text.slice(0, rowTextValuesMax)}...` : text;
  });
  const names = shown.map((index) => named.columns[index]?.name);
  const which = mayRead(session, named, []) ? '' : ` (${names.join(', ')}) =`;
  return { detail: `Failing row contains${which} (${values.join(', ')}).` };
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
