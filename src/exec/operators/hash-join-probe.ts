/**
 * The probe side of a hash join: rows of one batch against the table.
 *
 * Columns of pairs are gathered when someone above asks for them, not before. Ids and pair lists
 * live in an arena of their own, because scratch is reset between two outputs of one batch.
 */
import { batchRowsMax, withSelection, type Batch } from '../../columns/batch.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import type { NodeOf } from '../../plan/physical.ts';
import { prepareExprs, preparePredicate } from '../expressions.ts';
import { gatherColumn, type RowList } from '../keys/gather-column.ts';
import type { OperatorContext } from '../operator.ts';
import { notNullRows, nullColumns, type JoinTable } from './hash-join-table.ts';

type Node = NodeOf<'HashJoinExec'>;

interface ProbeMemory {
  readonly context: OperatorContext;
  readonly pairs: Arena;
}

interface Pairs {
  readonly build: RowList;
  readonly probe: RowList;
}

export class JoinProbe {
  readonly #node: Node;
  readonly #table: JoinTable;
  readonly #scratch: Arena;
  readonly #pairs: Arena;
  readonly #evaluate: (batch: Batch) => Column[];
  readonly #filter: ReturnType<typeof preparePredicate> | undefined;
  readonly #width: number;
  readonly #facts: OperatorContext['facts'];

  constructor(node: Node, table: JoinTable, { context, pairs }: ProbeMemory) {
    this.#node = node;
    this.#table = table;
    this.#scratch = context.scratch;
    this.#pairs = pairs;
    this.#evaluate = prepareExprs(node.rightKeys, context);
    if (node.filter !== undefined) this.#filter = preparePredicate(node.filter, context);
    this.#width = node.left.fields.length;
    this.#facts = context.facts;
  }

  /** Probe rows with a match, where a kernel tells their number anyway. */
  #count(matched: number): void {
    this.#facts['probe_matched'] = (this.#facts['probe_matched'] ?? 0) + matched;
  }

  *join(batch: Batch): Generator<Batch> {
    this.#pairs.reset();
    const keys = this.#evaluate(batch);
    const found = this.#table.keys.find(keys, batch);
    const ids = this.#pairs.allocate(batch.rowCount * 4);
    kernels().copyBytes(found, batch.rowCount * 4, ids);
    const { joinType } = this.#node;
    if (this.#filter === undefined && (joinType === 'rightSemi' || joinType === 'rightAnti')) {
      const rows =
        this.#node.nullAware && this.#table.rows.rowCount > 0
          ? notNullRows(keys[0] as Column, batch, this.#scratch)
          : batch;
      yield* this.#chosen(withSelection(batch, rows.rowCount, rows.selection), ids, batch);
      return;
    }
    if (this.#filter === undefined && this.#table.isUnique && inPlace(joinType)) {
      yield* this.#lookedUp(batch, ids);
      return;
    }
    const matched = this.#newFlags(batch);
    for (const pairs of this.#pairBlocks(batch, ids)) {
      const joined = this.#joined(batch, pairs);
      const passed =
        this.#filter === undefined
          ? { rowCount: pairs.probe.count, selection: 0 }
          : this.#filter(joined);
      this.#mark(pairs, passed, matched);
      if (passed.rowCount > 0 && yieldsPairs(joinType)) {
        yield withSelection(joined, passed.rowCount, passed.selection);
      }
    }
    yield* this.#restOfProbe(batch, matched);
  }

  /**
   * Inner and right joins on a unique key keep the probe side's columns as they are: each probe
   * row meets at most one build row, whose columns are gathered by probe row.
   */
  *#lookedUp(batch: Batch, ids: number): Generator<Batch> {
    const { physicalRows, rowCount, selection } = batch;
    const build = this.#pairs.allocate(physicalRows * 4);
    const chosen = this.#pairs.allocate(rowCount * 4 + 4);
    const k = kernels();
    if (selection !== 0) k.fill32(build, 0xffffffff, physicalRows);
    const found = k.lookUpRows(ids, selection, rowCount, this.#table.head, build, chosen);
    this.#count(found);
    const isOuter = this.#node.joinType === 'right';
    if (found === 0 && !isOuter) return;
    const hasNullRows = selection !== 0 || found < rowCount;
    const list = { rows: build, count: physicalRows, hasNullRows };
    const width = this.#width;
    const left = this.#table.rows.columns();
    const joined = lazyBatch(physicalRows, width + batch.columnCount, (index) =>
      index < width
        ? gatherColumn(left[index] as Column, list, this.#scratch)
        : batch.column(index - width),
    );
    if (isOuter) yield withSelection(joined, rowCount, selection);
    else if (found === physicalRows) yield joined;
    else yield withSelection(joined, found, chosen);
  }

  /** Semi and anti join without a filter: probe rows by whether their key is in the table. */
  *#chosen(rows: Batch, ids: number, batch: Batch): Generator<Batch> {
    const wanted = this.#node.joinType === 'rightSemi' ? 1 : 0;
    const selection = this.#pairs.allocate(batch.rowCount * 4 + 4);
    const k = kernels();
    let count = k.rowsWithId(ids, batch.selection, batch.rowCount, wanted, selection);
    if (rows.rowCount < batch.rowCount) {
      const flags = this.#newFlags(batch);
      k.flagRows(this.#written(rows), 0, rows.rowCount, flags);
      count = k.rowsFlagged(selection, count, flags, 1, selection);
    }
    this.#count(wanted === 1 ? count : rows.rowCount - count);
    if (count > 0) yield withSelection(batch, count, selection);
  }

  #written(rows: Batch): number {
    if (rows.selection !== 0) return rows.selection;
    const list = this.#pairs.allocate(rows.rowCount * 4);
    kernels().fillSequence(list, 0, rows.rowCount);
    return list;
  }

  #newFlags(batch: Batch): number {
    const flags = this.#pairs.allocate(batch.physicalRows);
    kernels().fillBytes(flags, 0, batch.physicalRows);
    return flags;
  }

  *#pairBlocks(batch: Batch, ids: number): Generator<Pairs> {
    const { head, next } = this.#table;
    const { rowCount, selection } = batch;
    const keepAbsent = this.#filter === undefined && keepsProbe(this.#node.joinType) ? 1 : 0;
    const cursor = this.#pairs.allocate(64);
    const build = this.#pairs.allocate((batchRowsMax + 1) * 4);
    const probe = this.#pairs.allocate((batchRowsMax + 1) * 4);
    const { u32 } = heap();
    u32[cursor >>> 2] = 0;
    u32[(cursor >>> 2) + 1] = 0xffffffff;
    while ((u32[cursor >>> 2] as number) < rowCount) {
      const count = kernels().pairRows(
        cursor,
        ids,
        selection,
        rowCount,
        head,
        next,
        keepAbsent,
        build,
        probe,
        batchRowsMax,
      );
      if (count === 0) return;
      yield {
        build: { rows: build, count, hasNullRows: keepAbsent === 1 },
        probe: { rows: probe, count, hasNullRows: false },
      };
    }
  }

  #joined(batch: Batch, { build, probe }: Pairs): Batch {
    const left = this.#table.rows.columns();
    const width = this.#width;
    return lazyBatch(probe.count, width + batch.columnCount, (index) =>
      index < width
        ? gatherColumn(left[index] as Column, build, this.#scratch)
        : gatherColumn(batch.column(index - width), probe, this.#scratch),
    );
  }

  #mark(
    { build, probe }: Pairs,
    passed: { readonly rowCount: number; readonly selection: number },
    matched: number,
  ): void {
    const k = kernels();
    k.flagRows(build.rows, passed.selection, passed.rowCount, this.#table.matched);
    k.flagRows(probe.rows, passed.selection, passed.rowCount, matched);
  }

  /** Probe rows that the filter left without a match, or with one in a semi join. */
  *#restOfProbe(batch: Batch, matched: number): Generator<Batch> {
    const { joinType, left } = this.#node;
    const isOuter = keepsProbe(joinType);
    if (!isOuter && joinType !== 'rightSemi' && joinType !== 'rightAnti') return;
    const wanted = joinType === 'rightSemi' ? 1 : 0;
    const rows = this.#pairs.allocate(batch.rowCount * 4 + 4);
    const count = kernels().rowsFlagged(batch.selection, batch.rowCount, matched, wanted, rows);
    if (this.#filter !== undefined) this.#count(wanted === 1 ? count : batch.rowCount - count);
    if (count === 0) return;
    if (!isOuter) {
      yield withSelection(batch, count, rows);
      return;
    }
    const nulls = nullColumns(left, count, this.#scratch);
    const list = { rows, count, hasNullRows: false };
    yield lazyBatch(
      count,
      nulls.length + batch.columnCount,
      (index) =>
        nulls[index] ?? gatherColumn(batch.column(index - nulls.length), list, this.#scratch),
    );
  }
}

function inPlace(joinType: Node['joinType']): boolean {
  return joinType === 'inner' || joinType === 'right';
}

function yieldsPairs(joinType: Node['joinType']): boolean {
  return joinType === 'inner' || joinType === 'left' || keepsProbe(joinType);
}

function keepsProbe(joinType: Node['joinType']): boolean {
  return joinType === 'right' || joinType === 'full';
}

/** A dense batch whose columns are made when they are first asked for. */
function lazyBatch(rowCount: number, columnCount: number, make: (index: number) => Column): Batch {
  const made = new Map<number, Column>();
  const column = (index: number): Column => {
    const known = made.get(index) ?? make(index);
    made.set(index, known);
    return known;
  };
  return { physicalRows: rowCount, rowCount, selection: 0, columnCount, column };
}
