/**
 * percentile_agg and tdigest_merge: counts of values per (group, bucket), interned by kernels.
 *
 *     values ──▶ words (group, bucket) ──interner──▶ ids ──▶ counts
 *
 * Words that merges and first values bring are counted the same way; what a group's record holds
 * is described in kernels/assembly/sketch.ts, the bytes that come out in functions/aggregates.
 */
import { ColumnBuilder } from '../../columns/builder.ts';
import { bytesReader, isValid } from '../../columns/read.ts';
import {
  decodePercentileSketch, encodePercentileSketch, exactValuesMax, type PercentileSketch,
} from '../../functions/aggregates/percentile-sketch.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import { Growable } from '../keys/growable.ts';
import { WordInterner } from '../keys/interner.ts';
import { selectedRow } from '../selected-row.ts';
import type {
  Accumulator, AccumulatorContext, AggregateInput, GroupRange, MergeInput,
} from './accumulator.ts';
import { foldArgument } from './record-accumulator.ts';
import { groupAt } from './value-accumulator.ts';

const recordBytes = 280;

export class PercentileAccumulator implements Accumulator {
  readonly #scratch: Arena;
  readonly #records: Growable;
  readonly #words: WordInterner;
  readonly #counts: Growable;
  #groupCount = 0;
  #countedWords = 0;
  #buckets: BucketsByGroup | undefined;

  constructor({ state, scratch }: AccumulatorContext) {
    this.#scratch = scratch;
    this.#records = new Growable(state);
    this.#words = new WordInterner(state);
    this.#counts = new Growable(state);
  }

  update(input: AggregateInput): void {
    const argument = foldArgument(input, 0, this.#scratch);
    this.#fold(input, argument);
  }

  #fold(
    { groups, groupCount }: { readonly groups: number; readonly groupCount: number },
    argument: ReturnType<typeof foldArgument>,
  ): void {
    const { values, validity, rows, count } = argument;
    const words = this.#scratch.allocate(count * 8);
    const records = this.#recordsOf(groupCount);
    const used = kernels().sketchValues(records, groups, values, validity, rows, count, words);
    this.#count(words, 0, used);
  }

  /** Counts words, each as often as its u64 weight says; without weights once. */
  #count(words: number, weights: number, count: number): void {
    const ids = this.#scratch.allocate(count * 4);
    this.#words.intern(words, { validity: 0, rows: 0, count }, ids);
    const known = this.#words.count;
    this.#counts.reserve(known * 8, this.#countedWords * 8);
    const added = known - this.#countedWords;
    const k = kernels();
    k.fillBytes(this.#counts.pointer + this.#countedWords * 8, 0, added * 8);
    this.#countedWords = known;
    k.addCounts(ids, weights, count, this.#counts.pointer);
    this.#buckets = undefined;
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

  merge({ groups, groupCount, rows, states }: MergeInput): void {
    this.mergeSketches({ groups, groupCount, rows, args: [states] });
  }

  /** Adds sketches in their bytes; NULLs and empty byte strings are ignored. */
  mergeSketches({ groups, groupCount, rows, args }: AggregateInput): void {
    const column = args[0] as Column;
    const read = bytesReader(column);
    this.#recordsOf(groupCount);
    for (let i = 0; i < rows.rowCount; i++) {
      const row = selectedRow(rows.selection, i);
      if (!isValid(column, row)) continue;
      const bytes = read(row);
      if (bytes.length === 0) continue;
      this.#add(groupAt(groups, i), decodePercentileSketch(bytes), groupCount);
    }
  }

  #add(group: number, sketch: PercentileSketch, groupCount: number): void {
    if (sketch.n === 0) return;
    const { f64, u32, u64, i64 } = heap();
    if (sketch.values.length > 0) {
      const count = sketch.values.length;
      const values = this.#scratch.allocate(count * 8);
      const groups = this.#scratch.allocate(count * 4);
      f64.set(sketch.values, values / 8);
      u32.fill(group, groups >>> 2, (groups >>> 2) + count);
      this.#fold({ groups, groupCount }, { values, validity: 0, rows: 0, count });
      return;
    }
    const count = sketch.buckets.length;
    const words = this.#scratch.allocate(count * 8);
    const weights = this.#scratch.allocate(count * 8);
    for (const [index, [bucket, weight]] of sketch.buckets.entries()) {
      u32[(words >>> 2) + index * 2] = bucket;
      u32[(words >>> 2) + index * 2 + 1] = group;
      u64[weights / 8 + index] = BigInt(weight);
    }
    this.#count(words, weights, count);
    const record = (this.#recordsOf(groupCount) + group * recordBytes) / 8;
    const isFirst = i64[record + 2] === 0n;
    f64[record] = isFirst ? sketch.min : Math.min(f64[record] as number, sketch.min);
    f64[record + 1] = isFirst ? sketch.max : Math.max(f64[record + 1] as number, sketch.max);
    i64[record + 2] = (i64[record + 2] as bigint) + BigInt(sketch.n);
  }

  states(range: GroupRange, arena: Arena): Column {
    return this.finish(range, arena);
  }

  finish({ from, count, groupCount }: GroupRange, arena: Arena): Column {
    const records = this.#recordsOf(groupCount);
    this.#buckets ??= bucketsByGroup(this.#words, this.#counts.pointer, groupCount);
    const { f64, i64 } = heap();
    const builder = new ColumnBuilder(sqlType('bytea'), arena, count);
    for (let group = from; group < from + count; group++) {
      const at = (records + group * recordBytes) / 8;
      const n = Number(i64[at + 2]);
      const isExact = n <= exactValuesMax;
      builder.appendBytes(encodePercentileSketch({
        n,
        min: f64[at] as number,
        max: f64[at + 1] as number,
        values: isExact ? Array.from(f64.subarray(at + 3, at + 3 + n)) : [],
        buckets: isExact ? [] : bucketsOf(this.#buckets, group),
      }));
    }
    return builder.finish();
  }
}

/** tdigest_merge: the argument is a sketch. */
export class PercentileMerge implements Accumulator {
  readonly #sketches: PercentileAccumulator;

  constructor(context: AccumulatorContext) {
    this.#sketches = new PercentileAccumulator(context);
  }

  update(input: AggregateInput): void {
    this.#sketches.mergeSketches(input);
  }

  merge(input: MergeInput): void {
    this.#sketches.merge(input);
  }

  states(range: GroupRange, arena: Arena): Column {
    return this.#sketches.states(range, arena);
  }

  finish(range: GroupRange, arena: Arena): Column {
    return this.#sketches.finish(range, arena);
  }
}

/** Entries bucket × 2^32 + count, sorted within each group. */
interface BucketsByGroup {
  readonly starts: Uint32Array;
  readonly entries: Float64Array;
}

const twoTo32 = 2 ** 32;

function bucketsByGroup(
  words: WordInterner,
  counts: number,
  groupCount: number,
): BucketsByGroup {
  const { u32, u64 } = heap();
  const wordCount = words.count;
  const at = words.keys >>> 2;
  const starts = new Uint32Array(groupCount + 1);
  for (let id = 0; id < wordCount; id++) {
    const next = (u32[at + id * 2 + 1] as number) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let group = 0; group < groupCount; group++) {
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  }
  const entries = new Float64Array(wordCount);
  const ends = starts.slice();
  for (let id = 0; id < wordCount; id++) {
    const group = u32[at + id * 2 + 1] as number;
    const place = ends[group] as number;
    ends[group] = place + 1;
    const bucket = u32[at + id * 2] as number;
    entries[place] = bucket * twoTo32 + Math.min(twoTo32 - 1, Number(u64[counts / 8 + id]));
  }
  for (let group = 0; group < groupCount; group++) {
    entries.subarray(starts[group], starts[group + 1]).sort();
  }
  return { starts, entries };
}

function bucketsOf(
  { starts, entries }: BucketsByGroup,
  group: number,
): (readonly [number, number])[] {
  const part = entries.subarray(starts[group], starts[group + 1]);
  return Array.from(part, (entry): readonly [number, number] => {
    const bucket = Math.floor(entry / twoTo32);
    return [bucket, entry - bucket * twoTo32];
  });
}

