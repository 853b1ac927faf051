/**
 * WindowAggExec: window functions over partitions. Blocking; the output has the input's columns
 * and one per call, rows in the order of partition and order keys. Memory: all rows.
 */
import { batchRowsMax, makeBatch, type Batch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { sliceColumn, type Column } from '../../columns/column.ts';
import { columnReader } from '../../columns/read.ts';
import { must } from '../../errors/assert.ts';
import { heap } from '../../memory/heap.ts';
import type { NodeOf, WindowBound, WindowCall } from '../../plan/physical.ts';
import type { Datum } from '../../types/datum.ts';
import { tick } from '../checkpoint.ts';
import { prepareExprs } from '../expressions.ts';
import { RowBuffer } from '../keys/row-buffer.ts';
import { markChanges, sortedRows, sortRecords } from '../sorting/sort-codes.ts';
import { excludedRows, frameOf, partitionsOf, type Partition } from '../windows/partition.ts';
import { aggregateOver, rowFold, type RowFold } from '../windows/frame-aggregate.ts';
import type { RangeKey } from '../windows/range-bound.ts';
import { windowFunctions } from '../windows/window-functions.ts';
import type { Operator, OperatorContext } from '../operator.ts';

type WindowNode = NodeOf<'WindowAggExec'>;
type Reader = (row: number) => Datum | null;

export const windowAgg: Operator<'WindowAggExec'> = function* (node, context) {
  const sorted = collectSorted(node, context);
  if (sorted === undefined) return;
  const { rowCount, partitions } = sorted;
  context.facts['partitions'] = partitions.length;
  const results = node.calls.map((call, index) => {
    const builder = new ColumnBuilder(call.type, context.state, rowCount);
    const fold = call.isAggregate
      ? rowFold(call, sorted.argumentsOf(index).columns, context)
      : undefined;
    for (const partition of partitions) {
      const compute = resultsOf(call, index, partition, { sorted, context, fold });
      for (let row = partition.start; row < partition.end; row++) {
        tick();
        builder.append(compute(row));
      }
    }
    fold?.free();
    return builder.finish();
  });
  yield* sorted.batches(results);
};

interface SortedInput {
  readonly rowCount: number;
  readonly partitions: readonly Partition[];
  /** A call's arguments and its filter, over the sorted rows. */
  readonly argumentsOf: (callIndex: number) => CallArguments;
  readonly orderKey: Reader | undefined;
  readonly node: WindowNode;
  batches(results: readonly Column[]): Generator<Batch>;
}

interface CallArguments {
  readonly columns: readonly Column[];
  readonly args: readonly Reader[];
  readonly filter: Reader | undefined;
}

function collectSorted(node: WindowNode, context: OperatorContext): SortedInput | undefined {
  const { query, scratch, state } = context;
  const keys = [...node.partitionBy, ...node.orderBy.map((key) => key.expr)];
  const inputs = node.calls.flatMap((call) => [
    ...call.args,
    ...(call.filter ? [call.filter] : []),
  ]);
  const evaluate = prepareExprs([...keys, ...inputs], context);
  const fields = node.input.fields.map((field) => field.type);
  const types = [...fields, ...keys.map((key) => key.type), ...inputs.map((input) => input.type)];
  const buffer = new RowBuffer(types, state, scratch);
  for (const batch of query.open(node.input)) {
    scratch.reset();
    const columns = fields.map((_, index) => batch.column(index));
    buffer.appendColumns([...columns, ...evaluate(batch)], batch);
  }
  const { rowCount } = buffer;
  if (rowCount === 0) return undefined;
  const partitionOrder = node.partitionBy.map(() => ({ descending: false, nullsFirst: false }));
  const keyColumns = buffer.columns().slice(fields.length, fields.length + keys.length);
  const partitionColumns = keyColumns.slice(0, node.partitionBy.length);
  const partitionWords = partitionColumns.reduce((sum, c) => sum + (c.validity === 0 ? 1 : 2), 0);
  const records = sortRecords(keyColumns, [...partitionOrder, ...node.orderBy], rowCount, state);
  const rows = sortedRows(records, rowCount, state);
  const changes = (words: number): Uint8Array => {
    const flags = state.allocate(rowCount);
    markChanges(records, words, { rows, count: rowCount }, flags);
    return heap().u8.subarray(flags, flags + rowCount);
  };
  const list = { rows, count: rowCount, hasNullRows: false };
  const sorted = buffer.gather(list, state);
  const readers = sorted.map((column) => columnReader(column));
  const firstInput = fields.length + keys.length;
  return {
    rowCount,
    node,
    partitions: partitionsOf(changes(partitionWords), changes(records.words)),
    argumentsOf: (callIndex) => {
      const before = node.calls.slice(0, callIndex);
      const at =
        firstInput + before.reduce((sum, c) => sum + c.args.length + (c.filter ? 1 : 0), 0);
      const call = must(node.calls[callIndex], 'the call');
      const end = at + call.args.length;
      const filter = call.filter ? readers[end] : undefined;
      return { columns: sorted.slice(at, end), args: readers.slice(at, end), filter };
    },
    orderKey: node.orderBy.length === 1 ? readers[firstInput - 1] : undefined,
    *batches(results) {
      const all = [...sorted.slice(0, fields.length), ...results];
      for (let from = 0; from < rowCount; from += batchRowsMax) {
        scratch.reset();
        const count = Math.min(batchRowsMax, rowCount - from);
        yield sliceBatch(all, from, count);
      }
    },
  };
}

function sliceBatch(columns: readonly Column[], from: number, count: number): Batch {
  return makeBatch(
    columns.map((column) => sliceColumn(column, from, count)),
    count,
  );
}

interface CallRun {
  readonly sorted: SortedInput;
  readonly context: OperatorContext;
  /** Of an aggregate; undefined for the other window functions. */
  readonly fold: RowFold | undefined;
}

function resultsOf(
  call: WindowCall,
  index: number,
  partition: Partition,
  { sorted, context, fold }: CallRun,
): Reader {
  const { args, filter } = sorted.argumentsOf(index);
  const offset = (bound: WindowBound): Datum | null =>
    'offset' in bound ? context.query.scalar(bound.offset) : null;
  const frame = frameOf(call.frame, partition, {
    start: offset(call.frame.start),
    end: offset(call.frame.end),
    key: rangeKey(sorted, context),
  });
  const excludes = excludedRows(call.frame, partition);
  if (fold !== undefined) return aggregateOver(fold, { filter, frame, excludes });
  const compute = must(windowFunctions[call.name], `window function ${call.name}`);
  return compute({ partition, args, frame, excludes });
}

function rangeKey({ node, orderKey }: SortedInput, context: OperatorContext): RangeKey | undefined {
  const [key] = node.orderBy;
  if (key === undefined || orderKey === undefined) return undefined;
  const { timeZone } = context.evaluation;
  const { descending, expr } = key;
  return { type: expr.type.name, descending, timeZone, valueAt: orderKey };
}
