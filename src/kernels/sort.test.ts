import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { initializeAllocator } from '../memory/allocator.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { attachHeap, createSharedMemory, heap } from '../memory/heap.ts';
import { kernels } from './kernels.ts';

attachHeap(createSharedMemory(64 << 20));
initializeAllocator();
const arena = new Arena(new Budget(48 << 20));

const runs = { numRuns: 60 };
const lengths = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constantFrom(0, 1, 48, 49, 64, 300));
const strides = fc.constantFrom(8, 16, 24);
const inverts = fc.constantFrom(0, 1);

function listOf<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return lengths.chain((length) => fc.array(item, { minLength: length, maxLength: length }));
}

const longs = fc.oneof(
  fc.bigInt({ min: -3n, max: 3n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n - 1n, -(2n ** 31n), 2n ** 15n - 1n),
);
const floats = fc.oneof(
  fc.integer({ min: -4, max: 4 }).map((value) => value / 2),
  fc.double(),
  fc.constantFrom(Number.NaN, 0, -0, Infinity, -Infinity, 5e-324, -5e-324, 1.7976931348623157e308),
);

/** Memory that holds `write`'s values, 64 bytes longer than they are. */
function place(byteSize: number, write: (pointer: number) => void): number {
  const pointer = arena.allocate(byteSize + 64);
  write(pointer);
  return pointer;
}

function placeU32(values: readonly number[]): number {
  return place(values.length * 4, (pointer) => heap().u32.set(values, pointer / 4));
}

function placeU64(values: readonly bigint[]): number {
  return place(values.length * 8, (pointer) => heap().u64.set(values, pointer / 8));
}

function placeBits(bits: readonly boolean[]): number {
  return place(bits.length / 8 + 1, (pointer) => {
    const { u8 } = heap();
    u8.fill(0xaa, pointer, pointer + bits.length / 8 + 1);
    for (const [row, bit] of bits.entries()) {
      const at = pointer + (row >>> 3);
      const mask = 1 << (row & 7);
      u8[at] = bit ? (u8[at] as number) | mask : (u8[at] as number) & ~mask;
    }
  });
}

/** Runs a coder and reads the codes that stand `stride` bytes apart. */
function codesOf(count: number, stride: number, write: (out: number) => void): bigint[] {
  const out = arena.allocate((count + 1) * stride);
  heap().u64.fill(7n, out / 8, out / 8 + (count * stride) / 8);
  write(out);
  const { u64 } = heap();
  return Array.from({ length: count }, (_, row) => u64[(out + row * stride) / 8] as bigint);
}

function sign(value: number | bigint): number {
  return value < 0 ? -1 : value > 0 ? 1 : 0;
}

/** The codes' order is the values' order, or the reverse. */
function assertOrder<T>(
  values: readonly T[],
  codes: readonly bigint[],
  invert: number,
  compare: (a: T, b: T) => number,
): void {
  for (let row = 1; row < values.length; row++) {
    const wanted = sign(compare(values[row - 1] as T, values[row] as T)) * (invert === 1 ? -1 : 1);
    const found = sign((codes[row - 1] as bigint) - (codes[row] as bigint));
    assert.equal(
      found + 0,
      wanted + 0,
      `rows ${row - 1} and ${row}: ${values[row - 1]} ${values[row]}`,
    );
  }
}

const byNumber = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** PostgreSQL's order of floats: NaN last, zeros equal. */
function byFloat(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : byNumber(a, b);
}

describe('sort codes', () => {
  test('order integers of every width, ascending and descending', () => {
    const widths = fc.constantFrom<2 | 4 | 8>(2, 4, 8);
    fc.assert(
      fc.property(listOf(longs), widths, strides, inverts, (wide, width, stride, invert) => {
        arena.reset();
        const values = wide.map((value) => BigInt.asIntN(width * 8, value));
        const pointer = place(values.length * 8, (at) => {
          const { i16, i32, i64 } = heap();
          for (const [row, value] of values.entries()) {
            if (width === 2) i16[at / 2 + row] = Number(value);
            else if (width === 4) i32[at / 4 + row] = Number(value);
            else i64[at / 8 + row] = value;
          }
        });
        const codes = codesOf(values.length, stride, (out) =>
          kernels().codeIntegers(pointer, width, values.length, out, stride, invert),
        );
        assertOrder(values, codes, invert, byNumber);
      }),
      runs,
    );
  });

  test('order unsigned numbers', () => {
    const numbers = listOf(
      fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 31)),
    );
    fc.assert(
      fc.property(numbers, strides, inverts, (values, stride, invert) => {
        arena.reset();
        const pointer = placeU32(values);
        const codes = codesOf(values.length, stride, (out) =>
          kernels().codeUnsigned(pointer, 4, values.length, out, stride, invert),
        );
        assertOrder(values, codes, invert, byNumber);
      }),
      runs,
    );
  });

  test('order floats with NaN last and the zeros equal', () => {
    fc.assert(
      fc.property(
        listOf(floats),
        fc.constantFrom<4 | 8>(4, 8),
        strides,
        inverts,
        (wide, width, stride, invert) => {
          arena.reset();
          const values = width === 4 ? wide.map(Math.fround) : wide;
          const pointer = place(values.length * 8, (at) => {
            if (width === 4) heap().f32.set(values, at / 4);
            else heap().f64.set(values, at / 8);
          });
          const codes = codesOf(values.length, stride, (out) =>
            kernels().codeFloats(pointer, width, values.length, out, stride, invert),
          );
          assertOrder(values, codes, invert, byFloat);
        },
      ),
      runs,
    );
  });

  test('do not tell one NaN from another', () => {
    arena.reset();
    const pointer = placeU64([
      0x7ff8_0000_0000_0000n,
      0xfff8_0000_0000_0001n,
      0x7ff0_0000_0000_0000n,
    ]);
    const codes = codesOf(3, 8, (out) => kernels().codeFloats(pointer, 8, 3, out, 8, 0));
    assert.equal(codes[0], codes[1]);
    assert.ok((codes[2] as bigint) < (codes[0] as bigint));
  });

  test('order bits', () => {
    fc.assert(
      fc.property(listOf(fc.boolean()), strides, inverts, (bits, stride, invert) => {
        arena.reset();
        const pointer = placeBits(bits);
        const codes = codesOf(bits.length, stride, (out) =>
          kernels().codeBits(pointer, bits.length, out, stride, invert),
        );
        assertOrder(bits.map(Number), codes, invert, byNumber);
      }),
      runs,
    );
  });

  test('order dictionary codes of every width by their ranks', () => {
    const ranks = [40, 2, 2, 0, 2 ** 32 - 1];
    const widths = fc.constantFrom<1 | 2 | 4>(1, 2, 4);
    const entries = listOf(fc.integer({ min: 0, max: ranks.length - 1 }));
    fc.assert(
      fc.property(entries, widths, strides, inverts, (values, width, stride, invert) => {
        arena.reset();
        const pointer = place(values.length * 4, (at) => {
          const { u8, u16, u32 } = heap();
          if (width === 1) u8.set(values, at);
          else if (width === 2) u16.set(values, at / 2);
          else u32.set(values, at / 4);
        });
        const rankPointer = placeU32(ranks);
        const codes = codesOf(values.length, stride, (out) =>
          kernels().codeRanks(pointer, width, rankPointer, values.length, out, stride, invert),
        );
        const ranked = values.map((value) => ranks[value] as number);
        assertOrder(ranked, codes, invert, byNumber);
      }),
      runs,
    );
  });

  test('say where NULLs are and clear their values', () => {
    fc.assert(
      fc.property(listOf(fc.boolean()), fc.constantFrom(0, 1), (valid, nullWord) => {
        arena.reset();
        const bitmap = placeBits(valid);
        const count = valid.length;
        const out = arena.allocate((count + 1) * 16);
        heap().u64.fill(7n, out / 8, out / 8 + count * 2);
        kernels().codeNulls(bitmap, count, out, 16, nullWord);
        const words = heap().u64.slice(out / 8, out / 8 + count * 2);
        const wanted = valid.flatMap((isValid) =>
          isValid ? [BigInt(1 - nullWord), 7n] : [BigInt(nullWord), 0n],
        );
        assert.deepEqual([...words], wanted);
      }),
      runs,
    );
  });
});

/** Records of `words` codes whose bytes vary in few places, as real keys' do. */
function records(words: number): fc.Arbitrary<bigint[][]> {
  const code = fc.oneof(
    fc.bigInt({ min: 0n, max: 3n }),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: 0n, max: 5n }).map((value) => value << 56n),
    fc.constantFrom(0n, 2n ** 64n - 1n),
  );
  return listOf(fc.array(code, { minLength: words, maxLength: words }));
}

function compareRecords(a: readonly bigint[], b: readonly bigint[], words = a.length): number {
  for (let word = 0; word < words; word++) {
    const order = byNumber(a[word] as bigint, b[word] as bigint);
    if (order !== 0) return order;
  }
  return 0;
}

function sortedBy(list: readonly (readonly bigint[])[], words: number): number[] {
  const count = list.length;
  const keys = placeU64(list.flat());
  const rows = arena.allocate((count + 1) * 4);
  const scratch = arena.allocate((count + 1) * 4);
  kernels().fillSequence(rows, 0, count);
  kernels().sortRows(keys, words, count, rows, scratch, arena.allocate(1024));
  return [...heap().u32.subarray(rows / 4, rows / 4 + count)];
}

/** Row numbers in the order of their texts, merged `most` rows at a time. */
function mergedTexts(values: number, offsets: number, count: number, most: number): number {
  let from = arena.allocate((count + 1) * 4);
  let to = arena.allocate((count + 1) * 4);
  const cursor = arena.allocate(12);
  const k = kernels();
  k.fillSequence(from, 0, count);
  for (let width = 1; width < count; width *= 2) {
    k.fillBytes(cursor, 0, 12);
    while (k.mergeTextRuns(values, offsets, from, to, width, count, cursor, most) === 0);
    [from, to] = [to, from];
  }
  return from;
}

describe('orders', () => {
  test('of records of several words are stable', () => {
    const cases = fc
      .constantFrom(1, 2, 3)
      .chain((words) => fc.tuple(fc.constant(words), records(words)));
    fc.assert(
      fc.property(cases, ([words, list]) => {
        arena.reset();
        const wanted = [...list.keys()].toSorted((a, b) =>
          compareRecords(list[a] as bigint[], list[b] as bigint[]),
        );
        assert.deepEqual(sortedBy(list, words), wanted);
      }),
      runs,
    );
  });

  test('of ten thousand records differ in no place from a plain sort', () => {
    arena.reset();
    const list = Array.from({ length: 10_000 }, (_, row) => {
      const mixed = BigInt(Math.imul(row, 0x9e37_79b1) >>> 0);
      return [mixed % 17n, (mixed * mixed) % 2n ** 64n];
    });
    const wanted = [...list.keys()].toSorted((a, b) =>
      compareRecords(list[a] as bigint[], list[b] as bigint[]),
    );
    assert.deepEqual(sortedBy(list, 2), wanted);
  });

  test('of texts are by bytes, equal texts sharing a rank', () => {
    const piece = fc.oneof(
      fc.constantFrom('', 'a', 'ab', 'abcdefgh', 'abcdefghi', 'abcdefgh\u0000', 'é', '🜚', '~'),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(listOf(piece), fc.integer({ min: 1, max: 40 }), (texts, most) => {
        arena.reset();
        const bytes = texts.map((text) => Buffer.from(text));
        const ends: number[] = [0];
        for (const each of bytes) ends.push((ends.at(-1) as number) + each.length);
        const values = place(ends.at(-1) as number, (at) =>
          heap().u8.set(Buffer.concat(bytes), at),
        );
        const ranks = arena.allocate((texts.length + 1) * 4);
        const sorted = mergedTexts(values, placeU32(ends), texts.length, most);
        const rankSome = (from: number, count: number, before: number, first: number): number =>
          k.rankSortedTexts(values, placeU32(ends), sorted + from * 4, count, ranks, before, first);
        const k = kernels();
        const cut = Math.min(most, texts.length);
        const last = rankSome(0, cut, 0xffffffff, 0);
        const before = cut === 0 ? 0xffffffff : (heap().u32[sorted / 4 + cut - 1] as number);
        const found = rankSome(cut, texts.length - cut, before, last) + Math.min(1, texts.length);
        const distinct = [...new Set(bytes.map((each) => each.toString('latin1')))].toSorted();
        const wanted = bytes.map((each) => distinct.indexOf(each.toString('latin1')));
        assert.deepEqual([...heap().u32.subarray(ranks / 4, ranks / 4 + texts.length)], wanted);
        assert.equal(found, distinct.length);
      }),
      runs,
    );
  });

  test('know where records change', () => {
    fc.assert(
      fc.property(records(2), fc.constantFrom(0, 1, 2), (list, words) => {
        arena.reset();
        const keys = placeU64(list.flat());
        const order = [...list.keys()].toReversed();
        const flags = arena.allocate(list.length + 1);
        kernels().markChanges(keys, 16, words, placeU32(order), list.length, flags);
        const wanted = order.map((row, index) => {
          const before = list[order[index - 1] ?? -1];
          const isSame =
            before !== undefined && compareRecords(before, list[row] as bigint[], words) === 0;
          return isSame ? 0 : 1;
        });
        assert.deepEqual([...heap().u8.subarray(flags, flags + list.length)], wanted);
      }),
      runs,
    );
  });

  test('keep the rows whose code is at most a limit', () => {
    const cases = fc.tuple(records(1), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.boolean());
    fc.assert(
      fc.property(cases, ([list, anyLimit, isSelected]) => {
        arena.reset();
        const limit = list[0]?.[0] ?? anyLimit;
        const codes = placeU64(list.flat());
        const rows = [...list.keys()].filter((row) => !isSelected || row % 3 !== 1);
        const selection = isSelected ? placeU32(rows) : 0;
        const out = arena.allocate((rows.length + 1) * 4);
        const found = kernels().selectCodesBelow(codes, 8, selection, rows.length, limit, out);
        const wanted = rows.filter((row) => (list[row]?.[0] as bigint) <= limit);
        assert.deepEqual([...heap().u32.subarray(out / 4, out / 4 + found)], wanted);
      }),
      runs,
    );
  });

  test('codes of NULL rows are replaced', () => {
    fc.assert(
      fc.property(
        listOf(fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.boolean())),
        fc.constantFrom(0n, 2n ** 64n - 1n),
        (rows, word) => {
          arena.reset();
          const codes = placeU64(rows.map(([code]) => code));
          const validity = placeBits(rows.map(([, isValid]) => isValid));
          kernels().replaceNullCodes(validity, rows.length, codes, word);
          const found = [...heap().u64.subarray(codes / 8, codes / 8 + rows.length)];
          assert.deepEqual(
            found,
            rows.map(([code, isValid]) => (isValid ? code : word)),
          );
        },
      ),
      runs,
    );
  });

  test('the n smallest codes come first', () => {
    const code = fc.oneof(
      fc.bigInt({ min: 0n, max: 5n }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(0n, 2n ** 63n, 2n ** 64n - 1n),
    );
    fc.assert(
      fc.property(listOf(code), fc.nat(), (list, choice) => {
        if (list.length === 0) return;
        arena.reset();
        const n = choice % list.length;
        const codes = placeU64(list);
        const sorted = list.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        const nth = kernels().selectNthCode(codes, list.length, n);
        assert.equal(BigInt.asUintN(64, nth), sorted[n]);
        const moved = [...heap().u64.subarray(codes / 8, codes / 8 + list.length)];
        const first = moved.slice(0, n + 1).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        assert.deepEqual(first, sorted.slice(0, n + 1));
        assert.equal(moved[n], sorted[n]);
      }),
      runs,
    );
  });
});
