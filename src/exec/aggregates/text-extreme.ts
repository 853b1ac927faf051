/** min and max of texts and byte strings, by their bytes. */
import { ColumnBuilder } from '../../columns/builder.ts';
import { bytesReader, isValid } from '../../columns/read.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { selectedRow } from '../selected-row.ts';
import type {
  Accumulator,
  AccumulatorContext,
  AggregateInput,
  GroupRange,
  MergeInput,
} from './accumulator.ts';
import { groupAt } from './value-accumulator.ts';

const present = 1;

/** A state is one byte and the text; no bytes when there was none. */
export class TextExtreme implements Accumulator {
  readonly #type: SqlType;
  readonly #isLargest: boolean;
  readonly #best: (Buffer | undefined)[] = [];

  constructor({ type }: AccumulatorContext, isLargest: boolean) {
    this.#type = type;
    this.#isLargest = isLargest;
  }

  update({ groups, rows, args }: AggregateInput): void {
    const column = args[0] as Column;
    const read = bytesReader(column);
    for (let i = 0; i < rows.rowCount; i++) {
      const row = selectedRow(rows.selection, i);
      if (isValid(column, row)) this.#offer(groupAt(groups, i), read(row));
    }
  }

  #offer(group: number, bytes: Uint8Array): void {
    const best = this.#best[group];
    if (best !== undefined) {
      const order = Buffer.compare(bytes, best);
      if (this.#isLargest ? order <= 0 : order >= 0) return;
    }
    this.#best[group] = Buffer.from(bytes);
  }

  merge({ groups, rows, states }: MergeInput): void {
    const read = bytesReader(states);
    for (let i = 0; i < rows.rowCount; i++) {
      const bytes = read(selectedRow(rows.selection, i));
      if (bytes.length > 0) this.#offer(groupAt(groups, i), bytes.subarray(1));
    }
  }

  states({ from, count }: GroupRange, arena: Arena): Column {
    const builder = new ColumnBuilder(sqlType('bytea'), arena, count);
    for (let group = from; group < from + count; group++) {
      const best = this.#best[group];
      builder.appendBytes(
        best === undefined ? new Uint8Array() : Buffer.concat([Buffer.of(present), best]),
      );
    }
    return builder.finish();
  }

  finish({ from, count }: GroupRange, arena: Arena): Column {
    const builder = new ColumnBuilder(this.#type, arena, count);
    for (let group = from; group < from + count; group++) {
      const best = this.#best[group];
      if (best === undefined) builder.appendNull();
      else builder.appendBytes(best);
    }
    return builder.finish();
  }
}
