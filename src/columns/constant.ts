/** Constant columns: one row that stands for all. */
import type { Arena } from '../memory/arena.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import { buildColumn, ColumnBuilder } from './builder.ts';
import type { Column, ConstantColumn } from './column.ts';
import { columnReader } from './read.ts';

export function constantColumn(
  type: SqlType,
  value: Datum | null,
  length: number,
  arena: Arena,
): ConstantColumn {
  const one = buildColumn(type, [value], arena);
  return { ...one, encoding: 'constant', length };
}

/** All rows equal row `row` of the column. */
export function repeatRow(column: Column, row: number, length: number, arena: Arena): Column {
  if (column.encoding === 'constant') return { ...column, length };
  const builder = new ColumnBuilder(column.type, arena, 1);
  builder.append(columnReader(column)(row));
  return { ...builder.finish(), encoding: 'constant', length };
}
