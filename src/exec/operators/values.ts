/** ValuesExec: rows of expressions, each evaluated once. */
import { batchRowsMax, makeBatch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import type { Operator } from '../operator.ts';

export const values: Operator<'ValuesExec'> = function* (node, context) {
  const { scratch, query } = context;
  for (let from = 0; from < node.rows.length; from += batchRowsMax) {
    const rows = node.rows.slice(from, from + batchRowsMax);
    const builders = node.fields.map(({ type }) => new ColumnBuilder(type, scratch, rows.length));
    for (const row of rows) {
      row.forEach((expr, index) => builders[index]?.append(query.scalar(expr)));
    }
    yield makeBatch(
      builders.map((builder) => builder.finish()),
      rows.length,
    );
  }
};
