import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { comparisonOf, membershipOf } from './rows-tests.ts';

const numeric = fc
  .tuple(fc.bigInt({ min: -30n, max: 30n }), fc.integer({ min: 0, max: 3 }))
  .map(([digits, scale]) => ({ digits, scale }));
const values: Partial<Record<TypeName, fc.Arbitrary<Datum>>> = {
  bool: fc.boolean(),
  int4: fc.integer({ min: -4, max: 4 }),
  int8: fc.bigInt({ min: -4n, max: 4n }),
  float8: fc.oneof(fc.constantFrom(0, -0, Number.NaN, Infinity), fc.integer({ min: -2, max: 2 })),
  text: fc.string({ maxLength: 2 }),
  numeric: fc.oneof(numeric, fc.constant({ digits: 0n, scale: 0, special: 'NaN' } as const)),
};

for (const [element, value] of Object.entries(values) as [TypeName, fc.Arbitrary<Datum>][]) {
  test(`a set of ${element} answers as comparing each row does`, () => {
    const maybe = fc.option(value);
    fc.assert(
      fc.property(fc.array(maybe, { maxLength: 8 }), maybe, (rows, left) => {
        const array = { element, dimensions: [], values: rows };
        const args = [element, element];
        const set = membershipOf(array, element, args);
        const each = comparisonOf(array, { name: '=', args, left: element, form: 'any' });
        assert.ok(set !== undefined && each !== undefined);
        assert.equal(set(left), each(left));
      }),
    );
  });
}

test('integers of two widths are compared by value', () => {
  const rows = { element: 'int8' as const, dimensions: [], values: [3n, null] };
  const set = membershipOf(rows, 'int4', ['int4', 'int8']);
  assert.deepEqual([set?.(3), set?.(4), set?.(null)], [true, null, null]);
  assert.equal(membershipOf(rows, 'bpchar', ['bpchar', 'bpchar']), undefined);
});
