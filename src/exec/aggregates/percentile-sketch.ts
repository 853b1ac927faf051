/**
 * percentile_agg and tdigest_merge: sketches by group, which kernels fold, merge and write
 * (kernels/assembly/percentile.ts).
 *
 * Kernels take the memory that records need out of a pool and stop when it is empty; each filling
 * is larger than the one before.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import type { PlainColumn } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import { denseRows } from '../keys/column-buffer.ts';
import { flattenColumn } from '../keys/gather-column.ts';
import { Growable } from '../keys/growable.ts';
import type {
  Accumulator,
  AccumulatorContext,
  AggregateInput,
  GroupRange,
  MergeInput,
} from './accumulator.ts';
import { foldArgument } from './record-accumulator.ts';

const recordBytes = 40;
const poolBytesFirst = 16_384;
const poolBytesMax = 1 << 20;
const failed = 0xffffffff;

export class PercentileAccumulator implements Accumulator {
  readonly #state: Arena;
  readonly #scratch: Arena;
  readonly #records: Growable;
  readonly #pool: number;
  #poolBytes = poolBytesFirst;
  #groupCount = 0;

  constructor({ state, scratch }: AccumulatorContext) {
    this.#state = state;
    this.#scratch = scratch;
    this.#records = new Growable(state);
    this.#pool = state.allocate(16);
    heap().u32.fill(0, this.#pool >>> 2, (this.#pool >>> 2) + 4);
  }

  update(input: AggregateInput): void {
    const { values, validity, rows, count } = foldArgument(input, 0, this.#scratch);
    const records = this.#recordsOf(input.groupCount);
    const { sketchValues } = kernels();
    this.#complete(count, (from) =>
      sketchValues(records, input.groups, values, validity, rows, count, from, this.#pool),
    );
  }

  /** Runs a kernel to its end, filling the pool in between. */
  #complete(count: number, run: (from: number) => number): void {
    let done = run(0) >>> 0;
    while (done < count) {
      this.#fillPool();
      done = run(done) >>> 0;
    }
    if (done === failed) {
      throw new SqlError('invalid_parameter_value', 'value is not a percentile sketch');
    }
  }

  #fillPool(): void {
    const { u32 } = heap();
    const at = this.#pool >>> 2;
    const byteSize = Math.max(u32[at + 2] as number, this.#poolBytes);
    const pointer = this.#state.allocate(byteSize);
    u32[at] = pointer;
    u32[at + 1] = pointer + byteSize;
    this.#poolBytes = Math.min(this.#poolBytes * 2, poolBytesMax);
  }

  #recordsOf(groupCount: number): number {
    if (groupCount > this.#groupCount) {
      const used = this.#groupCount * recordBytes;
      this.#records.reserve(groupCount * recordBytes, used);
      kernels().clearSketches(this.#records.pointer + used, groupCount - this.#groupCount);
      this.#groupCount = groupCount;
    }
    return this.#records.pointer;
  }

  /** Adds sketches in their bytes; NULLs and empty byte strings are ignored. */
  merge({ groups, groupCount, rows, states }: MergeInput): void {
    const column = flattenColumn(states, rows, this.#scratch);
    const { selection, rowCount } = column === states ? rows : denseRows(rows.rowCount);
    const { values, offsets, validity } = column;
    const records = this.#recordsOf(groupCount);
    const { mergeSketches } = kernels();
    this.#complete(rowCount, (from) =>
      mergeSketches(
        records,
        groups,
        values,
        offsets,
        validity,
        selection,
        rowCount,
        from,
        this.#pool,
      ),
    );
  }

  states(range: GroupRange, arena: Arena): PlainColumn {
    return this.finish(range, arena);
  }

  finish({ from, count, groupCount }: GroupRange, arena: Arena): PlainColumn {
    const records = this.#recordsOf(groupCount) + from * recordBytes;
    const k = kernels();
    const offsets = arena.allocate((count + 1) * 4);
    const values = arena.allocate(k.sketchBytesMax(records, count) >>> 0);
    k.encodeSketches(records, count, offsets, values);
    return {
      encoding: 'plain',
      type: sqlType('bytea'),
      length: count,
      validity: 0,
      values,
      offsets,
    };
  }
}

/** tdigest_merge: the argument is a sketch. */
export class PercentileMerge extends PercentileAccumulator {
  override update({ groups, groupCount, rows, args }: AggregateInput): void {
    const [states] = args;
    if (states !== undefined) this.merge({ groups, groupCount, rows, states });
  }
}
