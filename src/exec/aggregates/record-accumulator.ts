/**
 * Accumulators whose state is a record of fixed size, folded by kernels.
 *
 * The records of all groups lie one after the other; zero bytes are the state of no rows. A record
 * is its own serialised state.
 */
import { kernels } from '../../kernels/kernels.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Column, PlainColumn } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import { Growable } from '../keys/growable.ts';
import { denseRows } from '../keys/column-buffer.ts';
import { flattenColumn } from '../keys/gather-column.ts';
import type {
  Accumulator,
  AccumulatorContext,
  AggregateInput,
  GroupRange,
  MergeInput,
} from './accumulator.ts';

/** How records of one kind are folded. `records` points to those of all groups, or of a range. */
export interface RecordFold {
  /** Bytes of a record. */
  readonly width: number;
  fold(records: number, input: AggregateInput, scratch: Arena): void;
  merge(records: number, input: RecordMerge): void;
  /** Looks for errors before records leave, as states or results. */
  check?(records: number, count: number): void;
  finish(records: number, count: number, arena: Arena): Column;
}

export interface RecordMerge {
  readonly groups: number;
  readonly states: number;
  readonly offsets: number;
  readonly rows: number;
  readonly count: number;
}

export class RecordAccumulator implements Accumulator {
  readonly #fold: RecordFold;
  readonly #scratch: Arena;
  readonly #records: Growable;
  #groupCount = 0;

  constructor(fold: RecordFold, context: AccumulatorContext) {
    this.#fold = fold;
    this.#scratch = context.scratch;
    this.#records = new Growable(context.state);
  }

  update(input: AggregateInput): void {
    this.#fold.fold(this.#recordsOf(input.groupCount), input, this.#scratch);
  }

  merge(input: MergeInput): void {
    const { groups, groupCount } = input;
    const states = flattenColumn(input.states, input.rows, this.#scratch);
    const { selection, rowCount: count } =
      states === input.states ? input.rows : denseRows(input.rows.rowCount);
    const { values, offsets } = states;
    const records = this.#recordsOf(groupCount);
    this.#fold.merge(records, { groups, states: values, offsets, rows: selection, count });
  }

  #recordsOf(groupCount: number): number {
    const { width } = this.#fold;
    if (groupCount > this.#groupCount) {
      const used = this.#groupCount * width;
      this.#records.reserve(groupCount * width, used);
      const added = groupCount * width - used;
      kernels().fillBytes(this.#records.pointer + used, 0, added);
      this.#groupCount = groupCount;
    }
    return this.#records.pointer;
  }

  states(range: GroupRange, arena: Arena): PlainColumn {
    const { width } = this.#fold;
    const { from, count, groupCount } = range;
    const offsets = arena.allocate((count + 1) * 4);
    kernels().fillOffsets(offsets, 0, width, count + 1);
    const values = this.#recordsOf(groupCount) + from * width;
    this.#fold.check?.(values, count);
    const type = sqlType('bytea');
    return { encoding: 'plain', type, length: count, validity: 0, values, offsets };
  }

  finish(range: GroupRange, arena: Arena): Column {
    const records = this.#recordsOf(range.groupCount) + range.from * this.#fold.width;
    this.#fold.check?.(records, range.count);
    return this.#fold.finish(records, range.count, arena);
  }
}

/** An argument's values by row: constants are spread out. */
export interface FoldArgument {
  readonly values: number;
  readonly validity: number;
  readonly rows: number;
  readonly count: number;
}

export function foldArgument(input: AggregateInput, index: number, scratch: Arena): FoldArgument {
  const column = input.args[index] as Column;
  const { rows } = input;
  const source = column.encoding === 'plain' ? column : flattenColumn(column, rows, scratch);
  const { values, validity } = source;
  const selection = source === column ? rows.selection : 0;
  return { values, validity, rows: selection, count: rows.rowCount };
}

export interface RecordField {
  readonly width: number;
  /** Byte of the record at which the value stands. */
  readonly value: number;
  /** Byte at which the number of rows stands; fewer than `least` give NULL. */
  readonly seen: number;
  readonly least: number;
}

/** Validity bitmap of records that have seen enough rows; 0 when all have. */
export function validityOfRecords(
  records: number,
  field: RecordField,
  count: number,
  arena: Arena,
): number {
  const bitmap = arena.allocate(count / 8 + 8);
  const { width, seen, least } = field;
  return kernels().recordsSeen(records, width, seen, least, count, bitmap) === count ? 0 : bitmap;
}
