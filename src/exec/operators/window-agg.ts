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
import { kernels } from '../../kernels/kernels.ts';
import type { NodeOf, WindowBound, WindowCall } from '../../plan/physical.ts';
import type { Datum } from '../../types/datum.ts';
import { prepareExprs } from '../expressions.ts';
import { RowBuffer } from '../keys/row-buffer.ts';
import { sortedRows, sortRecords } from '../sorting/sort-codes.ts';
import { frameOf, partitionsOf, type FrameOf, type Partition } from '../windows/partition.ts';
import { makeFold } from '../windows/window-aggregates.ts';
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
    for (const partition of partitions) {
      const compute = resultsOf(call, index, partition, sorted, context);
      for (let row = partition.start; row < partition.end; row++) builder.append(compute(row));
    }
    return builder.finish();
  });
  yield* sorted.batches(results);
};

interface SortedInput {
  readonly rowCount: number;
  readonly partitions: readonly Partition[];
  /** Readers of a call's arguments, then of its filter, at sorted rows. */
  readonly argumentsOf: (callIndex: number) => { readonly args: Reader[]; readonly filter: Reader | undefined };
  readonly orderKey: Reader | undefined;
  readonly node: WindowNode;
  batches(results: readonly Column[]): Generator<Batch>;
}

function collectSorted(node: WindowNode, context: OperatorContext): SortedInput | undefined {
  const { query, scratch, state } = context;
  const keys = [...node.partitionBy, ...node.orderBy.map((key) => key.expr)];
  const inputs = node.calls.flatMap((call) => [...call.args, ...(call.filter ? [call.filter] : [])]);
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
    kernels().markChanges(records.pointer, records.words * 8, words, rows, rowCount, flags);
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
      const at = firstInput + before.reduce((sum, c) => sum + c.args.length + (c.filter ? 1 : 0), 0);
      const call = must(node.calls[callIndex], 'the call');
      const args = call.args.map((_, index) => must(readers[at + index], 'an argument'));
      return { args, filter: call.filter ? readers[at + call.args.length] : undefined };
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
  return makeBatch(columns.map((column) => sliceColumn(column, from, count)), count);
}

function resultsOf(
  call: WindowCall,
  index: number,
  partition: Partition,
  sorted: SortedInput,
  context: OperatorContext,
): Reader {
  const { args, filter } = sorted.argumentsOf(index);
  const offset = (bound: WindowBound): Datum | null =>
    'offset' in bound ? context.query.scalar(bound.offset) : null;
  const frame = frameOf(call.frame, partition, {
    start: offset(call.frame.start),
    end: offset(call.frame.end),
    keyAt: sorted.orderKey,
    descending: sorted.node.orderBy[0]?.descending ?? false,
  });
  if (call.isAggregate) return aggregateOver(call, { args, filter, frame, partition });
  const compute = must(windowFunctions[call.name], `window function ${call.name}`);
  return compute({ partition, args, frame });
}

interface AggregateInput {
  readonly args: readonly Reader[];
  readonly filter: Reader | undefined;
  readonly frame: FrameOf;
  readonly partition: Partition;
}

/** Frames that only grow are folded once; others are folded anew for each distinct frame. */
function aggregateOver(call: WindowCall, { args, filter, frame, partition }: AggregateInput): Reader {
  const excludes = excludedRows(call, partition);
  let fold = makeFold(call.functionId);
  let from = -1;
  let to = -1;
  let last: Datum | null = null;
  return (row) => {
    const [start, end] = frame(row);
    const grows = start === from && end >= to && excludes === undefined;
    if (grows && end === to) return last;
    if (!grows) fold = makeFold(call.functionId);
    for (let at = grows ? to : start; at < end; at++) {
      if (excludes?.(row, at) === true) continue;
      if (filter === undefined || filter(at) === true) fold.add(args.map((arg) => arg(at)));
    }
    from = start;
    to = Math.max(start, end);
    last = fold.result();
    return last;
  };
}

function excludedRows(
  { frame }: WindowCall,
  { start, peerGroup }: Partition,
): ((row: number, at: number) => boolean) | undefined {
  const arePeers = (row: number, at: number): boolean =>
    peerGroup[row - start] === peerGroup[at - start];
  switch (frame.exclude) {
    case 'current':
      return (row, at) => row === at;
    case 'group':
      return arePeers;
    case 'ties':
      return (row, at) => row !== at && arePeers(row, at);
    default:
      return undefined;
  }
}
