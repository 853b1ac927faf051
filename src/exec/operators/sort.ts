/**
 * SortExec: rows in the order of keys; stable. With `fetch` only the first rows are kept (TopK).
 *
 * Blocking. Memory: all rows, or for TopK a few times `fetch`; rows that cannot be among the first
 * are dropped by their first key before any other column is touched, and the scan below learns the
 * key that a row must beat.
 */
import { makeBatch, batchRowsMax, type Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import { must } from '../../errors/assert.ts';
import { Arena } from '../../memory/arena.ts';
import type { NodeOf } from '../../plan/physical.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { prepareExprs } from '../expressions.ts';
import { RowBuffer } from '../keys/row-buffer.ts';
import { sortedRows, sortRecords } from '../sorting/sort-codes.ts';
import { TopKBound } from '../sorting/top-k-bound.ts';
import { publishThreshold, topKScan } from '../top-k.ts';
import type { Operator, OperatorContext } from '../operator.ts';

type SortNode = NodeOf<'SortExec'>;

export const sort: Operator<'SortExec'> = function* (node, context) {
  const rows = new SortState(node, context);
  try {
    for (const batch of context.query.open(node.input)) {
      context.scratch.reset();
      rows.append(batch);
    }
    yield* rows.batches();
  } finally {
    rows.free();
  }
};

class SortState {
  readonly #node: SortNode;
  readonly #context: OperatorContext;
  readonly #types: readonly SqlType[];
  readonly #evaluateKeys: (batch: Batch) => Column[];
  readonly #keepMax: number;
  #arena: Arena;
  #buffer: RowBuffer;
  readonly #bound: TopKBound | undefined;
  #dropped = 0;

  constructor(node: SortNode, context: OperatorContext) {
    this.#node = node;
    this.#context = context;
    const inputTypes = node.input.fields.map((field) => field.type);
    this.#types = [...inputTypes, ...node.keys.map((key) => key.expr.type)];
    const exprs = node.keys.map((key) => key.expr);
    this.#evaluateKeys = prepareExprs(exprs, context);
    const { fetch } = node;
    this.#keepMax = fetch === undefined ? Infinity : fetch + Math.max(fetch, batchRowsMax);
    const [first] = node.keys;
    const isBound = fetch !== undefined && fetch > 0 && first !== undefined;
    this.#bound = isBound ? new TopKBound(first, fetch, context.state) : undefined;
    this.#arena = new Arena(context.query.budget);
    this.#buffer = new RowBuffer(this.#types, this.#arena, context.scratch);
  }

  append(input: Batch): void {
    const keys = this.#evaluateKeys(input);
    const batch = this.#worthKeeping(input, keys);
    if (batch.rowCount === 0) return;
    const width = this.#node.input.fields.length;
    const columns = Array.from({ length: width }, (_, index) => batch.column(index));
    this.#buffer.appendColumns([...columns, ...keys], batch);
    if (this.#buffer.rowCount >= this.#keepMax) this.#truncate();
  }

  /** Leaves out rows that cannot be among the first, by their first key. */
  #worthKeeping(input: Batch, keys: readonly Column[]): Batch {
    const { query, scratch, facts } = this.#context;
    const key = keys[0];
    if (this.#bound === undefined || key === undefined) return input;
    const batch = this.#bound.narrow(input, key, scratch);
    this.#dropped += input.rowCount - batch.rowCount;
    facts['topk_dropped'] = this.#dropped;
    const value = this.#bound.value(scratch);
    const scan = value === undefined ? undefined : topKScan(this.#node.input);
    if (scan !== undefined && value !== undefined) publishThreshold(query, scan, value);
    return batch;
  }

  /** Keeps the first `fetch` rows in a new arena. */
  #truncate(): void {
    const count = must(this.#node.fetch, 'a limit');
    const { budget } = this.#context.query;
    const work = new Arena(budget);
    const before = this.#arena;
    let unused = new Arena(budget);
    try {
      const buffer = new RowBuffer(this.#types, unused, this.#context.scratch);
      const list = { rows: this.#order(work), count, hasNullRows: false };
      buffer.append(makeBatch(this.#buffer.gather(list, work), count));
      this.#arena = unused;
      this.#buffer = buffer;
      unused = before;
    } finally {
      work.free();
      unused.free();
    }
  }

  #order(arena: Arena): number {
    const { rowCount } = this.#buffer;
    const keys = this.#buffer.columns().slice(this.#node.input.fields.length);
    return sortedRows(sortRecords(keys, this.#node.keys, rowCount, arena), rowCount, arena);
  }

  *batches(): Generator<Batch> {
    const { scratch, state } = this.#context;
    const rowCount = Math.min(this.#buffer.rowCount, this.#node.fetch ?? Infinity);
    if (rowCount === 0) return;
    const order = this.#order(state);
    const width = this.#node.input.fields.length;
    this.#context.facts['sorted_rows'] = this.#buffer.rowCount;
    for (let from = 0; from < rowCount; from += batchRowsMax) {
      scratch.reset();
      const count = Math.min(batchRowsMax, rowCount - from);
      const list = { rows: order + from * 4, count, hasNullRows: false };
      yield makeBatch(this.#buffer.gather(list, scratch).slice(0, width), count);
    }
  }

  free(): void {
    this.#arena.free();
  }
}
