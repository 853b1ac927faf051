/**
 * Accumulators over single values: state is a JavaScript value per group, for aggregates whose
 * state has no fixed size or whose arithmetic is not a machine's.
 *
 * States travel as V8's structured serialisation, which both ends of one process share.
 */
import { deserialize, serialize } from 'node:v8';
import { ColumnBuilder } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { tick } from '../checkpoint.ts';
import { selectedRow } from '../selected-row.ts';
import type { Accumulator, AggregateInput, GroupRange, MergeInput } from './accumulator.ts';

/** One aggregate over datums; `state` undefined is the state of no rows. */
export interface ValueFold<State> {
  /** The state after one more row. */
  add(state: State | undefined, args: readonly (Datum | null)[]): State | undefined;
  merge(state: State, other: State): State;
  finish(state: State | undefined): Datum | null;
}

export class ValueAccumulator<State> implements Accumulator {
  readonly #fold: ValueFold<State>;
  readonly #type: SqlType;
  readonly #states: (State | undefined)[] = [];

  constructor(fold: ValueFold<State>, type: SqlType) {
    this.#fold = fold;
    this.#type = type;
  }

  update({ groups, rows, args }: AggregateInput): void {
    const readers = args.map(columnReader);
    const values: (Datum | null)[] = args.map(() => null);
    const fold = this.#fold;
    const states = this.#states;
    for (let i = 0; i < rows.rowCount; i++) {
      tick();
      const row = selectedRow(rows.selection, i);
      for (const [index, read] of readers.entries()) values[index] = read(row);
      const group = groupAt(groups, i);
      states[group] = fold.add(states[group], values);
    }
  }

  merge({ groups, rows, states }: MergeInput): void {
    const read = columnReader(states);
    for (let i = 0; i < rows.rowCount; i++) {
      tick();
      const bytes = read(selectedRow(rows.selection, i)) as Uint8Array;
      if (bytes.length === 0) continue;
      const other = deserialize(bytes) as State;
      const group = groupAt(groups, i);
      const state = this.#states[group];
      this.#states[group] = state === undefined ? other : this.#fold.merge(state, other);
    }
  }

  states({ from, count }: GroupRange, arena: Arena): Column {
    const builder = new ColumnBuilder(sqlType('bytea'), arena, count);
    for (let group = from; group < from + count; group++) {
      tick();
      const state = this.#states[group];
      builder.appendBytes(state === undefined ? new Uint8Array() : serialize(state));
    }
    return builder.finish();
  }

  finish({ from, count }: GroupRange, arena: Arena): Column {
    const builder = new ColumnBuilder(this.#type, arena, count);
    for (let group = from; group < from + count; group++) {
      tick();
      builder.append(this.#fold.finish(this.#states[group]));
    }
    return builder.finish();
  }
}

export function groupAt(groups: number, position: number): number {
  return groups === 0 ? 0 : (heap().u32[(groups >>> 2) + position] as number);
}
