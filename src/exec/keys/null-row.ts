/** One row of NULLs. */
import { buildColumn } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import type { SqlType } from '../../types/sql-type.ts';

export function nullRow(types: readonly SqlType[], arena: Arena): Column[] {
  return types.map((type) => buildColumn(type, [null], arena));
}
