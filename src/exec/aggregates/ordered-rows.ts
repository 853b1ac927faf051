/**
 * ORDER BY in an aggregate call: rows are kept to the end and then folded in order.
 *
 * The order is stable: rows of equal keys stay in order of arrival.
 */
import { columnReader } from '../../columns/read.ts';
import { heap } from '../../memory/heap.ts';
import { compareValues } from '../../types/compare.ts';
import type { Column } from '../../columns/column.ts';
import type { SortKey } from '../../plan/physical.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { RowBuffer } from '../keys/row-buffer.ts';
import { tick } from '../checkpoint.ts';
import type { OperatorContext } from '../operator.ts';
import type { Accumulator, AggregateInput } from './accumulator.ts';
import { Growable } from '../keys/growable.ts';
import { kernels } from '../../kernels/kernels.ts';

interface Target {
  readonly accumulator: Accumulator;
  readonly context: OperatorContext;
}

export class OrderedRows {
  readonly #argCount: number;
  readonly #keys: readonly SortKey[];
  readonly #target: Target;
  readonly #rows: RowBuffer;
  readonly #groups: Growable;

  constructor(args: readonly SqlType[], keys: readonly SortKey[], target: Target) {
    const { state, scratch } = target.context;
    this.#argCount = args.length;
    this.#keys = keys;
    this.#target = target;
    const types = [...args, ...keys.map((key) => key.expr.type)];
    this.#rows = new RowBuffer(types, state, scratch);
    this.#groups = new Growable(state);
  }

  append({ groups, rows, args }: AggregateInput, keys: readonly Column[]): void {
    const used = this.#rows.rowCount * 4;
    const { rowCount } = rows;
    this.#groups.reserve(used + rowCount * 4, used);
    if (groups === 0) kernels().fill32(this.#groups.pointer + used, 0, rowCount);
    else kernels().copyBytes(groups, rowCount * 4, this.#groups.pointer + used);
    this.#rows.appendColumns([...args, ...keys], rows);
  }

  /** Hands all rows to the accumulator, in order. */
  fold(groupCount: number): void {
    const { rowCount } = this.#rows;
    if (rowCount === 0) return;
    const { accumulator, context } = this.#target;
    const columns = this.#rows.columns();
    const order = this.#sortedRows(columns.slice(this.#argCount));
    const selection = context.state.allocate(rowCount * 4);
    heap().u32.set(order, selection >>> 2);
    const groups = context.state.allocate(rowCount * 4);
    kernels().gather32(this.#groups.pointer, selection, rowCount, groups);
    const rows = { physicalRows: rowCount, rowCount, selection };
    const args = columns.slice(0, this.#argCount);
    accumulator.update({ groups, groupCount, rows, args });
  }

  #sortedRows(keys: readonly Column[]): Uint32Array {
    const comparisons = keys.map((column, index) =>
      comparison(column, this.#keys[index] as SortKey),
    );
    const order = Uint32Array.from({ length: this.#rows.rowCount }, (_, row) => row);
    return order.sort((a, b) => {
      tick();
      for (const compare of comparisons) {
        const result = compare(a, b);
        if (result !== 0) return result;
      }
      return a - b;
    });
  }
}

function comparison(column: Column, key: SortKey): (a: number, b: number) => number {
  const read = columnReader(column);
  const sign = key.descending ? -1 : 1;
  const nullFirst = key.nullsFirst ? -1 : 1;
  const type = column.type.name;
  return (a, b) => {
    const left = read(a);
    const right = read(b);
    if (left === null || right === null) {
      if (left === right) return 0;
      return left === null ? nullFirst : -nullFirst;
    }
    return compareValues(type, left, right) * sign;
  };
}
