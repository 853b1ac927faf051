/**
 * SeqScanExec: the live rows of a stored table, as of the query's snapshot.
 *
 *     segments ──zone maps──▶ morsels ──claimed by this thread──▶ batches of 16 Ki rows
 *
 * Streaming. A column is loaded when an operator above first asks for it, once per segment; a
 * batch is a slice of it, no value is copied. Deleted rows are left out by the selection.
 */
import { must } from '../../errors/assert.ts';
import { heap } from '../../memory/heap.ts';
import { batchRowsMax, selectedBatch, type Batch } from '../../columns/batch.ts';
import { sliceColumn, type Column } from '../../columns/column.ts';
import { kernels } from '../../kernels/kernels.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { isOverUserType } from '../../types/user-type.ts';
import { segmentRows, type SegmentSnapshot, type ZoneMap } from '../../catalog/table.ts';
import { constantColumn } from '../../columns/constant.ts';
import type { NodeOf } from '../../plan/physical.ts';
import { survivingSegments } from '../segment-pruning.ts';
import { cutMorsels, type Morsel } from '../morsels.ts';
import { beyondThreshold, orderForTopK } from '../top-k.ts';
import type { Operator, OperatorContext, QueryContext } from '../operator.ts';

type Scan = NodeOf<'SeqScanExec'>;

export const seqScan: Operator<'SeqScanExec'> = function* (node, context) {
  const snapshot = must(context.query.snapshots.get(node.tableOid), `table ${node.tableOid}`);
  const { leaves } = node;
  const read =
    leaves === undefined
      ? snapshot.segments
      : snapshot.segments.filter(({ leaf }) => leaf !== undefined && leaves.has(leaf.oid));
  const kept = survivingSegments(node, read, context.query);
  const segments = node.topK === undefined ? kept : orderForTopK(node, kept, context.query);
  const { facts } = context;
  facts['segments_total'] = snapshot.segments.length;
  facts['segments_pruned'] = snapshot.segments.length - segments.length;
  facts['rows_scanned'] = 0;
  const columns = new LoadedColumns(context.query);
  for (const morsel of claimedMorsels(node, segments, context)) {
    if (beyondThreshold(node, morsel.segment, context.query)) {
      if (morsel.from === 0) facts['segments_pruned']++;
      continue;
    }
    for (const batch of morselBatches(node, morsel, { context, columns })) {
      facts['rows_scanned'] += batch.rowCount;
      yield batch;
    }
  }
};

function* claimedMorsels(
  node: Scan,
  segments: readonly SegmentSnapshot[],
  context: OperatorContext,
): Generator<Morsel> {
  const morsels = cutMorsels(segments, { shared: node.parallel, backwards: isBackwards(node) });
  if (!node.parallel) {
    yield* morsels;
    return;
  }
  for (;;) {
    const index = context.query.nextMorsel(node, morsels.length);
    if (index < 0) return;
    yield must(morsels[index], 'the morsel');
  }
}

/** Rows mostly arrive in the order of time: for the greatest keys the last batches come first. */
function isBackwards(node: Scan): boolean {
  return node.topK?.descending === true;
}

/**
 * Columns of segments as they were first loaded: morsels of one segment share the objects, and
 * with them what is remembered of a dictionary.
 */
class LoadedColumns {
  readonly #query: QueryContext;
  readonly #bySegment = new Map<SegmentSnapshot, Map<number, Column>>();

  constructor(query: QueryContext) {
    this.#query = query;
  }

  /** As of the type that the plan knows: a user's type may have changed since they were written. */
  of(segment: SegmentSnapshot, position: number, type: SqlType): Column {
    let columns = this.#bySegment.get(segment);
    if (columns === undefined) {
      columns = new Map();
      this.#bySegment.set(segment, columns);
    }
    let column = columns.get(position);
    if (column === undefined) {
      column = retyped(this.#query.segments.column(segment, position), type);
      columns.set(position, column);
    }
    return column;
  }
}

function retyped(column: Column, type: SqlType): Column {
  if (column.type.name === type.name || !isOverUserType(type.name)) return column;
  if (column.encoding !== 'dictionary') return { ...column, type };
  return { ...column, type, dictionary: { ...column.dictionary, type } };
}

interface ScanMeans {
  readonly context: OperatorContext;
  readonly columns: LoadedColumns;
}

function* morselBatches(
  node: Scan,
  { segment, from, to }: Morsel,
  { context, columns: loaded }: ScanMeans,
): Generator<Batch> {
  const bounds = (index: number): ZoneMap | undefined =>
    context.query.segments.zone(segment, must(node.columns[index], `column ${index}`));
  const firsts: number[] = [];
  for (let first = from; first < to; first += batchRowsMax) firsts.push(first);
  for (const first of isBackwards(node) ? firsts.toReversed() : firsts) {
    const rowCount = Math.min(batchRowsMax, to - first);
    const live = liveRows(segment, first, rowCount, context);
    if (live.rowCount === 0) continue;
    const columns = new Map<number, Column>();
    const typeOf = (index: number): SqlType => must(node.fields[index], `field ${index}`).type;
    const column = (index: number): Column => {
      let slice = columns.get(index);
      if (slice === undefined) {
        const position = must(node.columns[index], `column ${index}`);
        slice =
          position < 0
            ? madeColumn(position, segment, { first, rowCount }, context)
            : sliceColumn(loaded.of(segment, position, typeOf(index)), first, rowCount);
        columns.set(index, slice);
      }
      return slice;
    };
    yield {
      ...selectedBatch([], rowCount, live.rowCount, live.selection),
      columnCount: node.columns.length,
      column,
      bounds,
    };
  }
}

function liveRows(
  segment: SegmentSnapshot,
  first: number,
  rowCount: number,
  context: OperatorContext,
): { readonly rowCount: number; readonly selection: number } {
  if (segment.deleted === 0 || segment.deletedCount === 0) return { rowCount, selection: 0 };
  const selection = context.scratch.allocate(rowCount * 4);
  const live = kernels().selectClear(segment.deleted + first / 8, rowCount, selection);
  return live === rowCount ? { rowCount, selection: 0 } : { rowCount: live, selection };
}

interface RowRun {
  readonly first: number;
  readonly rowCount: number;
}

/** The row ids, or at position -2 the OID of the leaf. */
function madeColumn(
  position: number,
  segment: SegmentSnapshot,
  { first, rowCount }: RowRun,
  { scratch }: OperatorContext,
): Column {
  const { leaf, segment: number } = segment;
  if (position === -2) return constantColumn(sqlType('oid'), leaf?.oid ?? 0, rowCount, scratch);
  return rowIds(number, first + (leaf?.number ?? 0) * segmentRows, rowCount, scratch);
}

/** int8 values: segment number in the upper half, number of leaf and row in the lower. */
function rowIds(
  segment: number,
  first: number,
  rowCount: number,
  scratch: OperatorContext['scratch'],
): Column {
  const values = scratch.allocate(rowCount * 8);
  const { u32 } = heap();
  for (let row = 0; row < rowCount; row++) {
    u32[(values >>> 2) + row * 2] = first + row;
    u32[(values >>> 2) + row * 2 + 1] = segment;
  }
  const type = sqlType('int8');
  return { encoding: 'plain', type, length: rowCount, validity: 0, values, offsets: 0 };
}
