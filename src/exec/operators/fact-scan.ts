/** FactScanExec: rows that the plan carries, made from facts of the catalog. */
import { batchRowsMax, makeBatch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import type { Operator } from '../operator.ts';

export const factScan: Operator<'FactScanExec'> = function* (node, context) {
  for (let from = 0; from < node.rows.length; from += batchRowsMax) {
    const rows = node.rows.slice(from, from + batchRowsMax);
    const columns = node.columns.map((position, index) => {
      const type = node.fields[index]?.type ?? { name: 'text', typmod: -1 };
      const datums = rows.map((row) => row[position] ?? null);
      return buildColumn(type, datums, context.scratch);
    });
    yield makeBatch(columns, rows.length);
  }
};
