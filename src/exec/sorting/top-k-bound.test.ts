import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeBatch, withSelection, type Batch } from '../../columns/batch.ts';
import { column, testArena } from '../../columns/test-columns.ts';
import { heap } from '../../memory/heap.ts';
import { compareValues } from '../../types/compare.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { selectedRow } from '../selected-row.ts';
import type { KeyOrder } from './sort-codes.ts';
import { TopKBound } from './top-k-bound.ts';

type Value = Datum | null;

const values: Partial<Record<TypeName, fc.Arbitrary<Datum>>> = {
  bool: fc.boolean(),
  int2: fc.constantFrom(-32768, -1, 0, 1, 7, 32767),
  int4: fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 0)),
  oid: fc.oneof(fc.nat(5), fc.constantFrom(2 ** 31, 2 ** 32 - 1)),
  int8: fc.oneof(
    fc.bigInt({ min: -3n, max: 3n }),
    fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 40n),
  ),
  float4: fc.oneof(fc.float(), fc.constantFrom(0, -0, Number.NaN, -Infinity)),
  float8: fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Infinity)),
};

function compareRows(type: TypeName, { descending, nullsFirst }: KeyOrder) {
  return (a: Value, b: Value): number => {
    if (a === null || b === null) {
      if (a === b) return 0;
      return (a === null) === nullsFirst ? -1 : 1;
    }
    const order = compareValues(type, a, b);
    return descending ? 0 - order : order;
  };
}

function batchOf(type: TypeName, list: readonly Value[], skipsThird: boolean): Batch {
  const batch = makeBatch([column(type, list)], list.length);
  if (!skipsThird) return batch;
  const rows = [...list.keys()].filter((row) => row % 3 !== 2);
  const selection = testArena.allocate(rows.length * 4);
  heap().u32.set(rows, selection / 4);
  return withSelection(batch, rows.length, selection);
}

function selectedRows({ selection, rowCount }: Batch): number[] {
  return Array.from({ length: rowCount }, (_, at) => selectedRow(selection, at));
}

for (const [type, value] of Object.entries(values) as [TypeName, fc.Arbitrary<Datum>][]) {
  test(`no row of ${type} that is among the first is left out, and the limit is the last`, () => {
    const lists = fc.array(fc.array(fc.oneof(value, fc.constant(null)), { maxLength: 40 }), {
      maxLength: 5,
    });
    const order = fc.record({ descending: fc.boolean(), nullsFirst: fc.boolean() });
    fc.assert(
      fc.property(lists, order, fc.integer({ min: 1, max: 12 }), fc.boolean(), (...given) => {
        const [batches, keyOrder, fetch, skipsThird] = given;
        testArena.reset();
        const bound = new TopKBound(keyOrder, fetch, testArena);
        const compare = compareRows(type, keyOrder);
        const seen: Value[] = [];
        const kept: Value[] = [];
        for (const list of batches) {
          const batch = batchOf(type, list, skipsThird);
          seen.push(...selectedRows(batch).map((row) => list[row] as Value));
          const narrowed = bound.narrow(batch, batch.column(0), testArena);
          kept.push(...selectedRows(narrowed).map((row) => list[row] as Value));
          const limit = bound.value(testArena);
          if (limit === undefined) continue;
          // At least `fetch` rows come before the limit or tie with it.
          const better = seen.filter((row) => compare(row, limit) <= 0);
          assert.ok(better.length >= fetch);
        }
        const first = (rows: readonly Value[]) => rows.toSorted(compare).slice(0, fetch);
        const [wanted, found] = [first(seen), first(kept)];
        assert.equal(found.length, wanted.length);
        for (const [place, row] of wanted.entries())
          assert.equal(compare(row, found[place] as Value), 0);
      }),
      { numRuns: 60 },
    );
  });
}
