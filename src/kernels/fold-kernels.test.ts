import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { initializeAllocator } from '../memory/allocator.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { attachHeap, createSharedMemory, heap } from '../memory/heap.ts';
import type { FoldKernel, MergeKernel } from './accumulate.ts';
import { kernels } from './kernels.ts';

attachHeap(createSharedMemory(64 << 20));
initializeAllocator();
const arena = new Arena(new Budget(32 << 20));

/** What a kernel call gets: values by row, which rows are null, chosen rows, their groups. */
interface Input {
  readonly bits: readonly bigint[];
  readonly nulls: readonly boolean[] | undefined;
  readonly rows: readonly number[] | undefined;
  readonly isGrouped: boolean;
}

const groupCount = 3;

const inputs: fc.Arbitrary<Input> = fc.integer({ min: 0, max: 70 }).chain((length) => {
  const word = fc.oneof(
    fc.bigInt({ min: -4n, max: 4n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n - 1n, -(2n ** 31n)),
  );
  const flags = fc.array(fc.boolean(), { minLength: length, maxLength: length });
  return fc.record({
    bits: fc.array(word, { minLength: length, maxLength: length }),
    nulls: fc.option(flags, { nil: undefined }),
    rows: fc.option(
      flags.map((chosen) => chosen.flatMap((keep, row) => (keep ? [row] : []))),
      { nil: undefined },
    ),
    isGrouped: fc.boolean(),
  });
});

/** Numbers of every kind, as the bits of a float8. */
const floats = inputs.chain((input) => {
  const number = fc.oneof(
    fc.integer({ min: -9, max: 9 }).map((x) => x / 2),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -0),
  );
  const { length } = input.bits;
  return fc
    .array(number, { minLength: length, maxLength: length })
    .map((numbers) => ({ ...input, bits: numbers.map(bitsOf) }));
});

const word = new DataView(new ArrayBuffer(8));

function bitsOf(value: number): bigint {
  word.setFloat64(0, value);
  return word.getBigInt64(0);
}

function floatOf(bits: bigint): number {
  word.setBigInt64(0, bits);
  return word.getFloat64(0);
}

interface Placed {
  readonly groups: number;
  readonly values: number;
  readonly validity: number;
  readonly rows: number;
  readonly count: number;
  /** Values that count, by group. */
  readonly byGroup: bigint[][];
}

function place({ bits, nulls, rows, isGrouped }: Input, width: 2 | 4 | 8): Placed {
  const { u8, u32, i16, i32, i64 } = heap();
  const values = arena.allocate(bits.length * 8);
  const narrow = bits.map((value) => BigInt.asIntN(width * 8, value));
  for (const [row, value] of narrow.entries()) {
    if (width === 2) i16[values / 2 + row] = Number(value);
    else if (width === 4) i32[values / 4 + row] = Number(value);
    else i64[values / 8 + row] = value;
  }
  const validity = nulls === undefined ? 0 : arena.allocate(bits.length / 8 + 8);
  for (const [row, isNull] of (nulls ?? []).entries()) {
    const at = validity + (row >>> 3);
    if (row % 8 === 0) u8[at] = 0xff;
    if (isNull) u8[at] = (u8[at] as number) & ~(1 << (row & 7));
  }
  const chosen = rows ?? bits.map((_, row) => row);
  const selection = rows === undefined ? 0 : arena.allocate(chosen.length * 4 + 4);
  if (selection !== 0) u32.set(chosen, selection >>> 2);
  const groups = isGrouped ? arena.allocate(chosen.length * 4 + 4) : 0;
  const groupOf = (position: number) => (isGrouped ? (position * 7) % groupCount : 0);
  const byGroup: bigint[][] = Array.from({ length: groupCount }, () => []);
  for (const [position, row] of chosen.entries()) {
    if (isGrouped) u32[(groups >>> 2) + position] = groupOf(position);
    if (nulls?.[row] !== true) byGroup[groupOf(position)]?.push(narrow[row] as bigint);
  }
  return { groups, values, validity, rows: selection, count: chosen.length, byGroup };
}

function emptyRecords(width: number): number {
  const records = arena.allocate(width * groupCount);
  heap().u8.fill(0, records, records + width * groupCount);
  return records;
}

type Read = (record: number) => unknown;
type Twin = (values: readonly bigint[]) => unknown;

/** Folds, and merges the records into others that hold the same, against the twin. */
function check(
  input: Input,
  kernel: { readonly width: 2 | 4 | 8; readonly record: number; readonly fold: FoldKernel },
  twin: { readonly merge: MergeKernel; readonly read: Read; readonly answer: Twin },
): void {
  arena.reset();
  const { groups, values, validity, rows, count, byGroup } = place(input, kernel.width);
  const records = emptyRecords(kernel.record);
  kernel.fold(records, groups, values, validity, rows, count);
  const read = (from: number) => byGroup.map((_, group) => twin.read(from + group * kernel.record));
  assert.deepEqual(
    read(records),
    byGroup.map((group) => twin.answer(group)),
  );
  const merged = emptyRecords(kernel.record);
  const numbers = arena.allocate(64);
  const offsets = arena.allocate(64);
  heap().u32.set([0, 1, 2], numbers >>> 2);
  heap().u32.set(
    [0, 1, 2, 3].map((group) => group * kernel.record),
    offsets >>> 2,
  );
  for (let round = 0; round < 2; round++) {
    twin.merge(merged, numbers, records, offsets, 0, groupCount);
  }
  assert.deepEqual(
    read(merged),
    byGroup.map((group) => twin.answer([...group, ...group])),
  );
}

const sumOf = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);
const word64 = (at: number) => heap().i64[at / 8] as bigint;
const unsigned = (at: number) => heap().u64[at / 8] as bigint;

describe('fold kernels equal their plain twins', () => {
  test('sums of int2 and int4', () => {
    const k = kernels();
    for (const [width, fold] of [
      [2, k.sumI16],
      [4, k.sumI32],
    ] as const) {
      fc.assert(
        fc.property(inputs, (input) =>
          check(
            input,
            { width, record: 16, fold },
            {
              merge: k.mergeSums64,
              read: (at) => [word64(at), word64(at + 8)],
              answer: (values) => [sumOf(values), BigInt(values.length)],
            },
          ),
        ),
      );
    }
  });

  test('128-bit sums of int8', () => {
    const k = kernels();
    fc.assert(
      fc.property(inputs, (input) =>
        check(
          input,
          { width: 8, record: 24, fold: k.sumI64 },
          {
            merge: k.mergeSums128,
            read: (at) => [(word64(at + 8) << 64n) + unsigned(at), word64(at + 16)],
            answer: (values) => [sumOf(values), BigInt(values.length)],
          },
        ),
      ),
    );
  });

  for (const largest of [0, 1]) {
    const best = (values: readonly bigint[]) =>
      values.reduce<bigint | undefined>(
        (a, b) => (a === undefined || (largest === 1 ? b > a : b < a) ? b : a),
        undefined,
      );
    test(`${largest === 1 ? 'largest' : 'smallest'} integers`, () => {
      const k = kernels();
      const folds = [
        [2, k.extremeI16],
        [4, k.extremeI32],
        [8, k.extremeI64],
      ] as const;
      for (const [width, extreme] of folds) {
        const fold: FoldKernel = (...args) => extreme(...args, largest);
        fc.assert(
          fc.property(inputs, (input) =>
            check(
              input,
              { width, record: 16, fold },
              {
                merge: (...args) => k.mergeIntegerExtremes(...args, largest),
                read: (at) => (word64(at + 8) === 0n ? undefined : word64(at)),
                answer: best,
              },
            ),
          ),
        );
      }
    });

    test(`${largest === 1 ? 'largest' : 'smallest'} floats, NaN above all`, () => {
      const k = kernels();
      const above = (a: number, b: number) =>
        Number.isNaN(a) ? !Number.isNaN(b) : !Number.isNaN(b) && a > b;
      const fold: FoldKernel = (...args) => k.extremeF64(...args, largest);
      fc.assert(
        fc.property(floats, (input) =>
          check(
            input,
            { width: 8, record: 16, fold },
            {
              merge: (...args) => k.mergeFloatExtremes(...args, largest),
              read: (at) =>
                word64(at + 8) === 0n ? undefined : (heap().f64[at / 8] as number) + 0,
              answer: (values) =>
                values
                  .map(floatOf)
                  .reduce<number | undefined>(
                    (a, b) =>
                      a === undefined || (largest === 1 ? above(b, a) : above(a, b)) ? b + 0 : a,
                    undefined,
                  ),
            },
          ),
        ),
      );
    });
  }

  test('moments of integers, exactly', () => {
    const k = kernels();
    for (const width of [2, 4, 8] as const) {
      const fold: FoldKernel = (records, groups, values, ...rest) =>
        k.momentsOfIntegers(records, groups, values, width, ...rest);
      fc.assert(
        fc.property(inputs, (input) =>
          check(
            input,
            { width, record: 48, fold },
            {
              merge: k.mergeIntegerMoments,
              read: (at) => [
                word64(at),
                (word64(at + 16) << 64n) + unsigned(at + 8),
                (unsigned(at + 40) << 128n) + (unsigned(at + 32) << 64n) + unsigned(at + 24),
              ],
              answer: (values) => [
                BigInt(values.length),
                sumOf(values),
                sumOf(values.map((value) => value * value)),
              ],
            },
          ),
        ),
      );
    }
  });

  test('long float sums by lanes equal sums one by one where no rounding occurs', () => {
    arena.reset();
    const values = arena.allocate(80_100);
    const numbers = Array.from({ length: 10_003 }, (_, i) => (i % 1009) / 4 - 100);
    heap().f64.set(numbers, values / 8);
    for (const count of [0, 1, 4095, 4096, 4097, 10_003]) {
      const records = emptyRecords(16);
      kernels().sumF64(records, 0, values, 0, 0, count);
      const sum = numbers.slice(0, count).reduce((a, b) => a + b, 0);
      assert.deepEqual([heap().f64[records / 8], word64(records + 8)], [sum, BigInt(count)]);
    }
  });

  test('non-finite values and infinite sums are found', () => {
    fc.assert(
      fc.property(floats, (input) => {
        arena.reset();
        const { values, rows, count } = place({ ...input, nulls: undefined }, 8);
        const chosen = input.rows ?? input.bits.map((_, row) => row);
        const expected = chosen.some((row) => !Number.isFinite(floatOf(input.bits[row] as bigint)));
        assert.equal(kernels().hasNonFinite(values, 8, rows, count), expected ? 1 : 0);
      }),
    );
  });
});

test('hexadecimal text of values of any width', () => {
  for (const width of [1, 8, 16, 20, 32]) {
    arena.reset();
    const values = arena.allocate(width * 3);
    const out = arena.allocate(width * 6);
    const bytes = Buffer.from(Array.from({ length: width * 3 }, (_, i) => (i * 37 + 5) & 255));
    heap().u8.set(bytes, values);
    kernels().hexTexts(values, width, 0, 3, out);
    assert.equal(heap().bytes.latin1Slice(out, out + width * 6), bytes.toString('hex'));
  }
});
