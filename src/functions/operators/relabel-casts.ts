/** Casts between text types that keep the bytes: the column passes through under another type. */
import { ColumnBuilder } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { eachRow } from '../../columns/row-set.ts';
import { applyTypmod } from '../../types/typmod.ts';
import type { TypeName } from '../../types/sql-type.ts';
import type { ColumnEvaluation, FunctionRecord, ScalarOverload } from '../function-record.ts';

const relabel: ColumnEvaluation = (context, rows, args, type) => {
  const [column] = args;
  if (column === undefined || type.typmod < 0) return { ...column, type } as (typeof args)[number];
  const read = columnReader(column);
  const builder = new ColumnBuilder(type, context.arena, rows.physicalRows);
  eachRow(rows, (row) => {
    const value = read(row);
    builder.appendAt(row, value === null ? null : applyTypmod(type, value, true));
  });
  builder.skipTo(rows.physicalRows);
  return builder.finish();
};

const pairs: readonly (readonly [TypeName, TypeName])[] = [
  ['varchar', 'text'],
  ['text', 'varchar'],
  ['name', 'text'],
];

export const relabelCasts: FunctionRecord = {
  name: 'cast',
  doc: { family: 'casts', text: 'converts between text types of the same bytes' },
  overloads: pairs.map(([from, to]): ScalarOverload => ({
    kind: 'scalar',
    args: [from],
    returns: to,
    total: true,
    column: relabel,
  })),
};
