import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildColumn } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { decodeDistinctSketch, distinctCount } from '../../functions/aggregates/distinct-sketch.ts';
import { percentileColumn } from '../../functions/aggregates/percentiles.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Column } from '../../columns/column.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { openTestMemory } from '../test-memory.ts';
import type { Accumulator } from './accumulator.ts';
import { createAccumulator } from './accumulators.ts';
import { decodePercentileSketch, percentileOf } from './test-percentile-sketch.ts';

openTestMemory();
const state = new Arena(new Budget(256 << 20));
const scratch = new Arena(new Budget(256 << 20));

const evaluation = {
  arena: scratch,
  timeZone: 'UTC',
  transactionMicros: 0n,
  statementMicros: 0n,
  session: {},
  formats: {},
  catalog: { find: () => undefined },
};

function accumulator(name: string, arg: TypeName): Accumulator {
  const args = [sqlType(arg)];
  return createAccumulator(name, { args, type: sqlType('bytea'), state, scratch, evaluation });
}

/** approx_percentile of one sketch, by the kernel; the twin must answer the same. */
function percentile(fraction: number, sketch: Uint8Array): Datum | null {
  const rows = { physicalRows: 1, rowCount: 1, selection: 0 };
  const args = [
    buildColumn(sqlType('float8'), [fraction], scratch),
    buildColumn(sqlType('bytea'), [sketch], scratch),
  ];
  const answer = columnReader(percentileColumn(evaluation, rows, args, sqlType('float8')))(0);
  assert.equal(answer, percentileOf(fraction, decodePercentileSketch(sketch)));
  return answer;
}

/** Adds values, one group's number each. */
function add(to: Accumulator, column: Column, groups: readonly number[], groupCount: number): void {
  const pointer = state.allocate(groups.length * 4);
  heap().u32.set(groups, pointer >>> 2);
  const rowCount = column.length;
  const rows = { physicalRows: rowCount, rowCount, selection: 0 };
  to.update({ groups: pointer, groupCount, rows, args: [column] });
}

function sketches(from: Accumulator, groupCount: number): Uint8Array[] {
  const column = from.finish({ from: 0, count: groupCount, groupCount }, scratch);
  const read = columnReader(column);
  return Array.from({ length: groupCount }, (_, group) => read(group) as Uint8Array);
}

/** Splits the work over two accumulators and merges the second's states into the first. */
function sketchInParts(
  name: string,
  type: TypeName,
  parts: readonly { readonly values: readonly (Datum | null)[]; readonly groups: number[] }[],
  groupCount: number,
): Uint8Array[] {
  const [first, ...others] = parts.map(({ values, groups }) => {
    const part = accumulator(name, type);
    add(part, buildColumn(sqlType(type), values, state), groups, groupCount);
    return part;
  });
  assert.ok(first !== undefined);
  for (const other of others) {
    const states = other.states({ from: 0, count: groupCount, groupCount }, scratch);
    const groups = state.allocate(groupCount * 4);
    heap().u32.set(
      Array.from({ length: groupCount }, (_, i) => i),
      groups >>> 2,
    );
    const rows = { physicalRows: groupCount, rowCount: groupCount, selection: 0 };
    first.merge({ groups, groupCount, rows, states });
  }
  return sketches(first, groupCount);
}

function percentileCont(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] as number;
  const high = sorted[Math.ceil(rank)] as number;
  return low + (rank - Math.floor(rank)) * (high - low);
}

test('few values give exactly what percentile_cont gives, merged or not', () => {
  const value = fc.oneof(
    fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  );
  const part = fc.array(value, { maxLength: 128 });
  fc.assert(
    fc.property(part, part, fc.double({ noNaN: true, min: 0, max: 1 }), (a, b, fraction) => {
      state.reset();
      scratch.reset();
      const parts = [a, b].map((values) => ({ values, groups: values.map(() => 0) }));
      const [bytes] = sketchInParts('percentile_agg', 'float8', parts, 1);
      const kept = [...a, ...b].filter((x): x is number => x !== null && Number.isFinite(x));
      const answer = percentile(fraction, bytes as Uint8Array);
      assert.equal(answer, kept.length === 0 ? null : percentileCont(kept, fraction));
    }),
  );
});

test('many values give percentiles within half a percent, the ends exactly', () => {
  state.reset();
  scratch.reset();
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const lists = [0, 1, 2].map(() =>
    Array.from({ length: 9_000 }, () => Math.exp(random() * 20 - 10) * (random() < 0.2 ? -1 : 1)),
  );
  const parts = lists.map((values) => ({ values, groups: values.map((_, i) => i % 3) }));
  const bytes = sketchInParts('percentile_agg', 'float8', parts, 3);
  for (const group of [0, 1, 2]) {
    const values = lists.flatMap((list) => list.filter((_, i) => i % 3 === group));
    const sketch = bytes[group] as Uint8Array;
    assert.equal(percentile(0, sketch), Math.min(...values));
    assert.equal(percentile(1, sketch), Math.max(...values));
    for (const fraction of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
      const exact = percentileCont(values, fraction);
      const error = Math.abs((Number(percentile(fraction, sketch)) - exact) / exact);
      assert.ok(error < 0.005, `p${fraction} of group ${group}: ${error}`);
    }
  }
});

/** Counts of values by bucket, of a sketch made in parts and of the values themselves. */
test('a sketch holds every value, however many, wide apart and merged', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: 0, max: 3 }).map((x) => 2 ** x),
  );
  const list = fc.oneof(
    fc.array(value, { maxLength: 40 }),
    fc.array(value, { minLength: 250, maxLength: 600 }),
  );
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 3 }), (lists) => {
      state.reset();
      scratch.reset();
      const parts = lists.map((values) => ({ values, groups: values.map((_, i) => i % 2) }));
      const bytes = sketchInParts('percentile_agg', 'float8', parts, 2);
      for (const group of [0, 1]) {
        const values = lists.flatMap((list) => list.filter((_, i) => i % 2 === group));
        const sketch = decodePercentileSketch(bytes[group] as Uint8Array);
        assert.equal(sketch.n, values.length);
        if (values.length === 0) continue;
        assert.deepEqual([sketch.min, sketch.max], extremes(values));
        if (values.length <= 256) assert.deepEqual(ascending(sketch.values), ascending(values));
        else assert.deepEqual(new Map(sketch.buckets), counted(values));
        for (const fraction of [0, 0.3, 1]) percentile(fraction, bytes[group] as Uint8Array);
      }
    }),
    { numRuns: 60 },
  );
});

test('bytes that are nearly a sketch are refused or read as one, never beyond their end', () => {
  const few = sketchInParts('percentile_agg', 'float8', [{ values: [1, 2], groups: [0, 0] }], 1);
  const values = Array.from({ length: 300 }, (_, i) => i * 1.5);
  const many = { values, groups: values.map(() => 0) };
  const [sketch] = sketchInParts('percentile_agg', 'float8', [many], 1);
  const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.boolean(), edits, fc.nat(400), (isFew, changes, length) => {
      scratch.reset();
      const bytes = Uint8Array.from((isFew ? few[0] : sketch) ?? []).slice(0, length);
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      const rows = { physicalRows: 1, rowCount: 1, selection: 0 };
      const column = buildColumn(sqlType('bytea'), [bytes], scratch);
      const fraction = buildColumn(sqlType('float8'), [0.5], scratch);
      const merged = accumulator('tdigest_merge', 'bytea');
      try {
        percentileColumn(evaluation, rows, [fraction, column], sqlType('float8'));
        merged.update({ groups: 0, groupCount: 1, rows, args: [column] });
      } catch (error) {
        assert.equal((error as { code: string }).code, '22023');
      }
    }),
    { numRuns: 1000 },
  );
});

function ascending(values: readonly number[]): number[] {
  return values.map((x) => x + 0).toSorted((a, b) => a - b);
}

function extremes(values: readonly number[]): number[] {
  return [values.reduce((a, b) => (b < a ? b : a)), values.reduce((a, b) => (b > a ? b : a))];
}

function counted(values: readonly number[]): Map<number, number> {
  const word = new DataView(new ArrayBuffer(8));
  const counts = new Map<number, number>();
  for (const value of values) {
    word.setFloat64(0, value + 0);
    const bits = word.getBigUint64(0);
    const ordered = bits >> 63n === 1n ? BigInt.asUintN(64, ~bits) : bits | (1n << 63n);
    const bucket = Number(ordered >> 45n);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return counts;
}

test('a fraction outside 0 and 1 is an error, bytes that are no sketch too', () => {
  scratch.reset();
  const [bytes] = sketches(accumulator('percentile_agg', 'float8'), 1);
  const empty = bytes as Uint8Array;
  assert.equal(percentile(0.5, empty), null);
  assert.throws(() => percentile(1.5, empty), { code: '22003' });
  assert.throws(() => percentile(0.5, Uint8Array.of(9, 9)), { code: '22023' });
  assert.throws(() => decodeDistinctSketch(Uint8Array.of(1, 1, 0)), { code: '22023' });
});

/** The standard error of HyperLogLog with 4096 registers. */
const standardError = 1.04 / 64;

test('distinct counts of 24 seeds are within three standard errors, and without a bias', () => {
  for (const distinct of [600, 3_000, 20_000]) {
    let sum = 0;
    let squares = 0;
    for (let seed = 0; seed < 24; seed++) {
      state.reset();
      scratch.reset();
      const values = Array.from({ length: distinct }, (_, i) => BigInt(seed * 1_000_003 + i));
      const part = { values, groups: values.map(() => 0) };
      const [bytes] = sketchInParts('hll_agg', 'int8', [part], 1);
      const count = Number(distinctCount(decodeDistinctSketch(bytes as Uint8Array)));
      const error = (count / distinct - 1) / standardError;
      assert.ok(Math.abs(error) <= 3, `seed ${seed}: ${count} of ${distinct}`);
      sum += error;
      squares += error ** 2;
    }
    assert.ok(Math.abs(sum / 24) < 0.6, `bias at ${distinct}: ${sum / 24}`);
    assert.ok(squares / 24 < 1.8, `variance at ${distinct}: ${squares / 24}`);
  }
});

test('distinct counts are exact up to 512 and within a few percent beyond, merged or not', () => {
  for (const distinct of [0, 1, 17, 511, 512, 513, 5_000, 60_000]) {
    state.reset();
    scratch.reset();
    const parts = [0, 1].map((half) => {
      const numbers = Array.from({ length: distinct }, (_, i) => i).filter(
        (i) => i % 3 !== half || i % 2 === 0,
      );
      const values = [null, ...numbers.flatMap((i) => [`value ${i}`, `value ${i}`])];
      return { values, groups: values.map(() => 1) };
    });
    const expected = new Set(parts.flatMap(({ values }) => values.filter((x) => x !== null))).size;
    const bytes = sketchInParts('hll_agg', 'text', parts, 2);
    const [other, count] = bytes.map((each) => Number(distinctCount(decodeDistinctSketch(each))));
    assert.equal(other, 0);
    if (expected <= 512) assert.equal(count, expected);
    else assert.ok(Math.abs((count as number) / expected - 1) < 0.05, `${count} of ${expected}`);
  }
});

test('a value counts once whatever the encoding and the width of its column', () => {
  state.reset();
  scratch.reset();
  const texts = ['00ff', 'abcd'];
  const plain = buildColumn(sqlType('text'), texts, state);
  const values = state.allocate(64);
  heap().bytes.write('00ffabcd', values, 4, 'hex');
  const hex: Column = { ...plain, encoding: 'hex', hexBytes: 2, values, offsets: 0 };
  const codes = state.allocate(64);
  heap().u8.set([1, 0], codes);
  const dictionary: Column = {
    ...plain,
    encoding: 'dictionary',
    codeBytes: 1,
    values: codes,
    offsets: 0,
    dictionary: plain,
  };
  const constant: Column = { ...plain, encoding: 'constant' };
  const sketch = accumulator('hll_agg', 'text');
  for (const column of [plain, hex, dictionary, constant]) add(sketch, column, [0, 0], 1);
  const [bytes] = sketches(sketch, 1);
  assert.equal(distinctCount(decodeDistinctSketch(bytes as Uint8Array)), 2n);
});
