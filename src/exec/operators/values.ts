/** ValuesExec: rows of expressions, each evaluated once. */
import { batchRowsMax, makeBatch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import type { Operator } from '../operator.ts';
import { formOf, valuesTogether } from '../values-together.ts';

export const values: Operator<'ValuesExec'> = function* (node, context) {
  const { scratch, query } = context;
  for (let from = 0; from < node.rows.length; from += batchRowsMax) {
    const rows = node.rows.slice(from, from + batchRowsMax);
    const columns = node.fields.map(({ type }, at) => {
      const form = formOf(rows, at);
      const isLate = form?.isVolatile === true;
      const builder = new ColumnBuilder(type, scratch, rows.length);
      const ready = isLate ? undefined : valuesTogether(rows, at, form, context);
      return { at, builder, form, isLate, ready };
    });
    for (const [number, row] of rows.entries()) {
      for (const { at, builder, isLate, ready } of columns) {
        const expr = row[at];
        if (isLate || expr === undefined) continue;
        builder.append(ready === undefined ? query.scalar(expr) : ready(number));
      }
    }
    // Sequences give numbers to rows whose other values are there.
    for (const { at, builder, form, isLate } of columns) {
      if (!isLate) continue;
      const value = valuesTogether(rows, at, form, context);
      for (const number of rows.keys()) builder.append(value?.(number) ?? null);
    }
    yield makeBatch(
      columns.map(({ builder }) => builder.finish()),
      rows.length,
    );
  }
};
