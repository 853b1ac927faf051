/**
 * NestedLoopJoinExec: joins without equality keys, and cross joins. The left side is buffered;
 * the right side streams. Pairs are formed and filtered in blocks of a batch's size.
 *
 * NULL: a pair matches only where the filter is true. Memory: all left rows and a flag each.
 */
import { batchRowsMax, makeBatch, withSelection, type Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import type { NodeOf } from '../../plan/physical.ts';
import { preparePredicate } from '../expressions.ts';
import { gatherColumn } from '../keys/gather-column.ts';
import { RowBuffer } from '../keys/row-buffer.ts';
import { selectedRow } from '../selected-row.ts';
import type { Operator, OperatorContext } from '../operator.ts';

type JoinNode = NodeOf<'NestedLoopJoinExec'>;
type Select = (batch: Batch) => { readonly rowCount: number; readonly selection: number };

const nullRowNumber = 0xffff_ffff;

export const nestedLoopJoin: Operator<'NestedLoopJoinExec'> = function* (node, context) {
  const { query, scratch, state } = context;
  const left = new RowBuffer(
    node.left.fields.map((field) => field.type),
    state,
    scratch,
  );
  for (const batch of query.open(node.left)) {
    scratch.reset();
    left.append(batch);
  }
  const select = node.filter === undefined ? undefined : preparePredicate(node.filter, context);
  const leftMatched = new Uint8Array(left.rowCount);
  for (const batch of query.open(node.right)) {
    const rightMatched = new Uint8Array(batch.physicalRows);
    for (const pairs of pairBlocks(left.rowCount, batch)) {
      scratch.reset();
      const joined = joinPairs(node, left, batch, pairs, scratch);
      const found =
        select === undefined ? { rowCount: pairs.length, selection: 0 } : select(joined);
      markMatches(pairs, found, leftMatched, rightMatched);
      if (found.rowCount > 0 && yieldsPairs(node)) {
        yield withSelection(joined, found.rowCount, found.selection);
      }
    }
    scratch.reset();
    const rest = restOfRight(node, batch, rightMatched, scratch);
    if (rest !== undefined) yield rest;
  }
  yield* restOfLeft(node, left, leftMatched, context);
};

interface Pairs {
  readonly length: number;
  readonly left: Uint32Array;
  readonly right: Uint32Array;
}

/** Blocks of pairs: some left rows with every right row of the batch. */
function* pairBlocks(leftCount: number, batch: Batch): Generator<Pairs> {
  const step = Math.max(1, Math.floor(batchRowsMax / batch.rowCount));
  for (let from = 0; from < leftCount; from += step) {
    const to = Math.min(leftCount, from + step);
    const length = (to - from) * batch.rowCount;
    const left = new Uint32Array(length);
    const right = new Uint32Array(length);
    let at = 0;
    for (let row = from; row < to; row++) {
      for (let position = 0; position < batch.rowCount; position++) {
        left[at] = row;
        right[at++] = selectedRow(batch.selection, position);
      }
    }
    yield { length, left, right };
  }
}

function joinPairs(
  node: JoinNode,
  left: RowBuffer,
  batch: Batch,
  pairs: Pairs,
  arena: Arena,
): Batch {
  const leftRows = rowList(pairs.left, pairs.length, arena);
  const rightRows = rowList(pairs.right, pairs.length, arena);
  const rightColumns = node.right.fields.map((_, index) =>
    gatherColumn(batch.column(index), rightRows, arena),
  );
  return makeBatch([...left.gather(leftRows, arena), ...rightColumns], pairs.length);
}

function rowList(rows: Uint32Array, count: number, arena: Arena) {
  const pointer = arena.allocate(Math.max(1, count) * 4);
  heap().u32.set(rows.subarray(0, count), pointer >>> 2);
  return { rows: pointer, count, hasNullRows: false };
}

function markMatches(
  pairs: Pairs,
  found: ReturnType<Select>,
  leftMatched: Uint8Array,
  rightMatched: Uint8Array,
): void {
  for (let at = 0; at < found.rowCount; at++) {
    const pair = selectedRow(found.selection, at);
    leftMatched[pairs.left[pair] as number] = 1;
    rightMatched[pairs.right[pair] as number] = 1;
  }
}

function yieldsPairs({ joinType }: JoinNode): boolean {
  return joinType === 'inner' || joinType === 'left' || joinType === 'right' || joinType === 'full';
}

/** Right rows that an outer, semi or anti join still owes, after all left rows were tried. */
function restOfRight(
  node: JoinNode,
  batch: Batch,
  matched: Uint8Array,
  arena: Arena,
): Batch | undefined {
  const { joinType } = node;
  const isOuter = joinType === 'right' || joinType === 'full';
  if (!isOuter && joinType !== 'rightSemi' && joinType !== 'rightAnti') return undefined;
  const wanted = joinType === 'rightSemi' ? 1 : 0;
  const rows: number[] = [];
  for (let at = 0; at < batch.rowCount; at++) {
    const row = selectedRow(batch.selection, at);
    if (matched[row] === wanted) rows.push(row);
  }
  if (rows.length === 0) return undefined;
  const list = rowList(Uint32Array.from(rows), rows.length, arena);
  const columns = node.right.fields.map((_, i) => gatherColumn(batch.column(i), list, arena));
  if (!isOuter) return makeBatch(columns, rows.length);
  return makeBatch([...nullColumns(node.left, rows.length, arena), ...columns], rows.length);
}

function* restOfLeft(
  node: JoinNode,
  left: RowBuffer,
  matched: Uint8Array,
  context: OperatorContext,
): Generator<Batch> {
  const { joinType } = node;
  const isOuter = joinType === 'left' || joinType === 'full';
  if (!isOuter && joinType !== 'leftSemi' && joinType !== 'leftAnti') return;
  const wanted = joinType === 'leftSemi' ? 1 : 0;
  const rows = [...matched.keys()].filter((row) => matched[row] === wanted);
  for (let from = 0; from < rows.length; from += batchRowsMax) {
    context.scratch.reset();
    const part = Uint32Array.from(rows.slice(from, from + batchRowsMax));
    const list = rowList(part, part.length, context.scratch);
    const columns = left.gather(list, context.scratch);
    const nulls = isOuter ? nullColumns(node.right, part.length, context.scratch) : [];
    yield makeBatch([...columns, ...nulls], part.length);
  }
}

function nullColumns(side: JoinNode['left'], count: number, arena: Arena): Column[] {
  const rows = arena.allocate(count * 4);
  heap().u32.fill(nullRowNumber, rows >>> 2, (rows >>> 2) + count);
  const empty = new RowBuffer(
    side.fields.map((field) => field.type),
    arena,
    arena,
  );
  return empty.gather({ rows, count, hasNullRows: true }, arena);
}
