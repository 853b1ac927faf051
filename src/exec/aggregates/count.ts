/** count(*) and count(x): rows, or rows whose argument is not NULL. */
import { kernels } from '../../kernels/kernels.ts';
import { sqlType } from '../../types/type-table.ts';
import { isValid } from '../../columns/read.ts';
import type { AggregateInput, CreateAccumulator } from './accumulator.ts';
import { RecordAccumulator, type RecordFold } from './record-accumulator.ts';

export const countAccumulator: CreateAccumulator = (context) =>
  new RecordAccumulator(countFold, context);

const countFold: RecordFold = {
  width: 8,
  fold: foldCount,
  merge: (records, { groups, states, offsets, rows, count }) => {
    kernels().mergeCounts(records, groups, states, offsets, rows, count);
  },
  finish: (records, count) => ({
    encoding: 'plain',
    type: sqlType('int8'),
    length: count,
    validity: 0,
    values: records,
    offsets: 0,
  }),
};

function foldCount(records: number, { groups, rows, args }: AggregateInput): void {
  const [column] = args;
  const { rowCount, selection } = rows;
  if (column?.encoding === 'constant' && !isValid(column, 0)) return;
  if (column === undefined || column.encoding === 'constant' || column.validity === 0) {
    kernels().countRows(records, groups, rowCount);
    return;
  }
  kernels().countValid(records, groups, column.validity, selection, rowCount);
}
