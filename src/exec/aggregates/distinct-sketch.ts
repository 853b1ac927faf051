/**
 * hll_agg, hll_merge and approx_distinct: each group holds its values' hashes while they are few,
 * then HyperLogLog registers (kernels/assembly/sketch.ts).
 */
import { ColumnBuilder } from '../../columns/builder.ts';
import { bytesReader, isValid } from '../../columns/read.ts';
import {
  decodeDistinctSketch,
  distinctCount,
  encodeDistinctSketch,
  exactHashesMax,
  registerCount,
  type DistinctSketch,
} from '../../functions/aggregates/distinct-sketch.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import { Growable } from '../keys/growable.ts';
import { selectedRow } from '../selected-row.ts';
import type {
  Accumulator,
  AccumulatorContext,
  AggregateInput,
  GroupRange,
  MergeInput,
} from './accumulator.ts';
import { groupAt } from './value-accumulator.ts';
import { ValueHashes } from './value-hashes.ts';

const recordBytes = 16;
const slotsAtFirst = 16;
/** Words of a record. */
const registersAt = 0;
const slotsAt = 1;
const maskAt = 2;
const usedAt = 3;

class DistinctSketches {
  readonly #context: AccumulatorContext;
  readonly #records: Growable;
  readonly #hashes: ValueHashes;
  #groupCount = 0;

  constructor(context: AccumulatorContext) {
    this.#context = context;
    this.#records = new Growable(context.state);
    this.#hashes = new ValueHashes(context.state, context.scratch);
  }

  add({ groups, groupCount, rows, args }: AggregateInput): void {
    const hashes = this.#hashes.of(args[0] as Column, rows);
    this.#addHashes(hashes, { groups, groupCount, count: rows.rowCount });
  }

  #addHashes(
    hashes: number,
    input: { readonly groups: number; readonly groupCount: number; readonly count: number },
  ): void {
    const { groups, groupCount, count } = input;
    const records = this.#recordsOf(groupCount);
    let done = kernels().addHashes(records, groups, hashes, count, 0);
    while (done < count) {
      this.#grow(records + groupAt(groups, done) * recordBytes);
      done = kernels().addHashes(records, groups, hashes, count, done);
    }
  }

  #recordsOf(groupCount: number): number {
    const used = this.#groupCount * recordBytes;
    if (groupCount > this.#groupCount) {
      this.#records.reserve(groupCount * recordBytes, used);
      kernels().fillBytes(this.#records.pointer + used, 0, groupCount * recordBytes - used);
      this.#groupCount = groupCount;
    }
    return this.#records.pointer;
  }

  /** More slots for a record, or registers when it holds too many hashes. */
  #grow(record: number): void {
    const { u32 } = heap();
    const at = record >>> 2;
    const slots = u32[at + slotsAt] as number;
    const slotCount = slots === 0 ? 0 : (u32[at + maskAt] as number) + 1;
    if (slotCount >= exactHashesMax * 2) {
      kernels().slotsToRegisters(slots, slotCount, this.#registersOf(record));
      return;
    }
    const grown = slotCount === 0 ? slotsAtFirst : slotCount * 4;
    const pointer = this.#context.state.allocate(grown * 8);
    kernels().fillBytes(pointer, 0, grown * 8);
    u32[at + slotsAt] = pointer;
    u32[at + maskAt] = grown - 1;
    u32[at + usedAt] = 0;
    if (slotCount > 0) kernels().addHashes(record, 0, slots, slotCount, 0);
  }

  #registersOf(record: number): number {
    const { u32 } = heap();
    const known = u32[(record >>> 2) + registersAt] as number;
    if (known !== 0) return known;
    const registers = this.#context.state.allocate(registerCount);
    kernels().fillBytes(registers, 0, registerCount);
    u32[(record >>> 2) + registersAt] = registers;
    return registers;
  }

  merge({ groups, groupCount, rows, args }: AggregateInput): void {
    const column = args[0] as Column;
    const read = bytesReader(column);
    this.#recordsOf(groupCount);
    for (let i = 0; i < rows.rowCount; i++) {
      const row = selectedRow(rows.selection, i);
      if (!isValid(column, row)) continue;
      const bytes = read(row);
      if (bytes.length > 0) this.#mergeOne(groupAt(groups, i), decodeDistinctSketch(bytes));
    }
  }

  #mergeOne(group: number, { kind, bytes }: DistinctSketch): void {
    const { scratch } = this.#context;
    const pointer = scratch.allocate(bytes.length);
    heap().u8.set(bytes, pointer);
    const record = this.#records.pointer + group * recordBytes;
    if (kind === 'hashes') {
      const count = bytes.length / 8;
      let done = kernels().addHashes(record, 0, pointer, count, 0);
      while (done < count) {
        this.#grow(record);
        done = kernels().addHashes(record, 0, pointer, count, done);
      }
      return;
    }
    const { u32 } = heap();
    const hadRegisters = u32[(record >>> 2) + registersAt] !== 0;
    const registers = this.#registersOf(record);
    const slots = u32[(record >>> 2) + slotsAt] as number;
    if (!hadRegisters && slots !== 0) {
      kernels().slotsToRegisters(slots, (u32[(record >>> 2) + maskAt] as number) + 1, registers);
    }
    kernels().mergeRegisters(pointer, registers);
  }

  sketchOf(group: number, groupCount: number): DistinctSketch {
    const { u8, u32 } = heap();
    const at = (this.#recordsOf(groupCount) + group * recordBytes) >>> 2;
    const registers = u32[at + registersAt] as number;
    if (registers !== 0) {
      return { kind: 'registers', bytes: u8.slice(registers, registers + registerCount) };
    }
    const slots = u32[at + slotsAt] as number;
    if (slots === 0) return { kind: 'hashes', bytes: new Uint8Array() };
    const slotCount = (u32[at + maskAt] as number) + 1;
    const packed = this.#context.scratch.allocate((slotCount + 1) * 8);
    const used = kernels().packSlots(slots, slotCount, packed);
    return { kind: 'hashes', bytes: u8.slice(packed, packed + used * 8) };
  }
}

/** `source`: what the argument is. `result`: what comes out in the end. */
export interface DistinctKind {
  readonly source: 'values' | 'sketches';
  readonly result: 'sketch' | 'count';
}

export class DistinctAccumulator implements Accumulator {
  readonly #kind: DistinctKind;
  readonly #sketches: DistinctSketches;

  constructor(kind: DistinctKind, context: AccumulatorContext) {
    this.#kind = kind;
    this.#sketches = new DistinctSketches(context);
  }

  update(input: AggregateInput): void {
    if (this.#kind.source === 'values') this.#sketches.add(input);
    else this.#sketches.merge(input);
  }

  merge({ groups, groupCount, rows, states }: MergeInput): void {
    this.#sketches.merge({ groups, groupCount, rows, args: [states] });
  }

  states({ from, count, groupCount }: GroupRange, arena: Arena): Column {
    const builder = new ColumnBuilder(sqlType('bytea'), arena, count);
    for (let group = from; group < from + count; group++) {
      builder.appendBytes(encodeDistinctSketch(this.#sketches.sketchOf(group, groupCount)));
    }
    return builder.finish();
  }

  finish(range: GroupRange, arena: Arena): Column {
    if (this.#kind.result === 'sketch') return this.states(range, arena);
    const { from, count, groupCount } = range;
    const builder = new ColumnBuilder(sqlType('int8'), arena, count);
    for (let group = from; group < from + count; group++) {
      builder.append(distinctCount(this.#sketches.sketchOf(group, groupCount)));
    }
    return builder.finish();
  }
}
