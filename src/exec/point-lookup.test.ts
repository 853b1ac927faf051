import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expr } from '../expr/expr.ts';
import type { PruningPredicate } from '../plan/physical.ts';
import { sqlType } from '../types/type-table.ts';
import {
  call,
  column,
  constant,
  inMemorySegments,
  makeTable,
  planNode,
  requestOf,
  scanOf,
} from './in-memory-table.ts';
import { isPointLookup } from './point-lookup.ts';
import { openTestMemory } from './test-memory.ts';

const { arena } = openTestMemory();
const table = makeTable(
  [
    {
      type: 'int8',
      value: BigInt,
      zone: (from, to) => ({ min: BigInt(from), max: BigInt(to - 1), nullCount: 0 }),
    },
    { type: 'int4', value: (row) => row % 10 },
  ],
  300_000,
  100_000,
  arena,
);
const parameter: Expr = { kind: 'parameter', index: 0, type: sqlType('int8') };

function tries(pruning: readonly PruningPredicate[], movable = true, value = 5n): boolean {
  const scan = scanOf(['int8', 'int4'], { pruning, parallel: true });
  const predicate = call('=(int8,int8)', 'bool', column(0, 'int8'), parameter);
  const filter = planNode({
    kind: 'FilterExec' as const,
    input: scan,
    predicate,
    fields: scan.fields,
  });
  const request = requestOf(filter, table);
  const plan = { ...request.plan, movable };
  return isPointLookup({ ...request, plan, parameters: [value] }, inMemorySegments);
}

test('a key that zone maps find in one segment is looked up on the calling thread', () => {
  assert.ok(tries([{ column: 0, op: '=', values: [parameter] }]));
  assert.ok(tries([{ column: 0, op: 'in', values: [constant('int8', 1n), parameter] }]));
  assert.ok(tries([{ column: 0, op: '=', values: [parameter] }], true, 1_000_000n));
});

test('what may be in many segments, is unknown or must not run twice goes to a worker', () => {
  assert.ok(!tries([]));
  assert.ok(!tries([{ column: 0, op: '>=', values: [parameter] }], true, 250_000n));
  assert.ok(!tries([{ column: 1, op: '=', values: [constant('int4', 3)] }]));
  assert.ok(!tries([{ column: 0, op: 'in', values: [parameter, constant('int8', 250_000n)] }]));
  const now = call('now()', 'int8');
  assert.ok(!tries([{ column: 0, op: '=', values: [now] }]));
  assert.ok(!tries([{ column: 0, op: '=', values: [parameter] }], false));
});
