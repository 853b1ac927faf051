/** WITH ORDINALITY of rows that a query gives: they are counted. */
import { sqlType } from '../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import type { WindowCall } from '../physical.ts';
import type { BindContext } from './bind-context.ts';

export interface NumberedRows {
  readonly node: LogicalNode;
  readonly columns: readonly LogicalColumn[];
}

const rowNumber: WindowCall = {
  name: 'row_number',
  isAggregate: false,
  functionId: 'row_number()',
  args: [],
  frame: {
    mode: 'range',
    start: { kind: 'unboundedPreceding' },
    end: { kind: 'currentRow' },
    exclude: 'none',
  },
  type: sqlType('int8'),
};

/** The rows with their number as the last column. */
export function numbered(context: BindContext, { node, columns }: NumberedRows): NumberedRows {
  const number = context.newColumn('ordinality', sqlType('int8'), false);
  return {
    node: {
      ...{ kind: 'window', input: node, columns: [...node.columns, number] },
      ...{ partitionBy: [], orderBy: [], calls: [rowNumber] },
    },
    columns: [...columns, number],
  };
}
