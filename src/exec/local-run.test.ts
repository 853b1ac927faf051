import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { allocatedBytes } from '../memory/allocator.ts';
import { clockNs } from '../trace/node-statistics.ts';
import {
  call,
  column,
  constant,
  field,
  makeTable,
  planNode,
  readAll,
  requestOf,
  rowsOf,
  scanOf,
  testExecutor,
} from './in-memory-table.ts';
import { openTestMemory } from './test-memory.ts';

const { memory, arena } = openTestMemory();
const table = makeTable(
  [
    {
      type: 'int8',
      value: (row) => BigInt(row),
      zone: (from, to) => ({ nullCount: 0, min: BigInt(from), max: BigInt(to - 1) }),
    },
    { type: 'text', value: (row) => (row % 10 === 0 ? null : `name ${row % 7}`) },
  ],
  50_000,
  20_000,
  arena,
);
const executor = testExecutor(memory, 0);
after(() => executor.close());

const types = ['int8', 'text'] as const;
const threshold = constant('int8', 45_000n);

function filteredPlan() {
  const scan = scanOf(types, { pruning: [{ column: 0, op: '>', values: [threshold] }] });
  const filter = planNode({
    kind: 'FilterExec' as const,
    input: scan,
    fields: scan.fields,
    predicate: call('>(int8,int8)', 'bool', column(0, 'int8'), threshold),
  });
  return planNode({
    kind: 'ProjectionExec' as const,
    input: filter,
    exprs: [
      column(1, 'text'),
      call('+(int8,int8)', 'int8', column(0, 'int8'), constant('int8', 1n)),
    ],
    fields: [field('name', 'text'), field('next', 'int8')],
  });
}

function limitOf(input: ReturnType<typeof filteredPlan>, skip: bigint, fetch: bigint) {
  return planNode({
    kind: 'GlobalLimitExec' as const,
    input,
    fields: input.fields,
    skip: constant('int8', skip),
    fetch: constant('int8', fetch),
  });
}

describe('a query on the calling thread', () => {
  test('scans, filters, projects and limits', async () => {
    const run = executor.start(requestOf(limitOf(filteredPlan(), 2n, 3n), table));
    assert.deepEqual(await readAll(run), [
      ['name 0', '45004'],
      ['name 1', '45005'],
      ['name 2', '45006'],
    ]);
    await run.close('exhausted');
  });

  test('prunes segments by their zone maps and counts every node', async () => {
    const plan = filteredPlan();
    const run = executor.start(requestOf(plan, table));
    assert.equal((await readAll(run)).length, 4_999);
    const report = await run.close('exhausted');
    assert.deepEqual(
      report.nodes.map((node) => [node.nodeId - plan.id, node.rows, node.closeReason]).toSorted(),
      [
        [-1, 4_999, 'exhausted'],
        [-2, 10_000, 'exhausted'],
        [0, 4_999, 'exhausted'],
      ],
    );
    const scan = report.nodes.find((node) => node.nodeId === plan.id - 2);
    assert.deepEqual(scan?.facts, { segments_total: 3, segments_pruned: 2, rows_scanned: 10_000 });
    const root = report.nodes.find((node) => node.nodeId === plan.id);
    const selfNs = report.nodes.reduce(
      (sum, node) => sum + node.selfNs + node.ioNs + node.waitNs,
      0,
    );
    assert.equal(selfNs, root?.busyNs);
    assert.equal(report.rows, 4_999);
    assert.ok(report.encodeBytes > 0 && report.encodeNs > 0);
  });

  test('says which nodes a limit stopped', async () => {
    const plan = limitOf(filteredPlan(), 0n, 1n);
    const run = executor.start(requestOf(plan, table));
    await readAll(run);
    const report = await run.close('exhausted');
    const reasons = new Map(report.nodes.map((node) => [node.nodeId, node.closeReason]));
    assert.equal(reasons.get(plan.id), 'exhausted');
    assert.equal(reasons.get(plan.input.id), 'limit');
  });

  test('counts nothing when it is told not to', async () => {
    const run = executor.start(requestOf(filteredPlan(), table, { instrument: false }));
    assert.equal((await readAll(run)).length, 4_999);
    assert.deepEqual((await run.close('exhausted')).nodes, []);
  });

  test('gives rows in portions and keeps the rest of a batch', async () => {
    const run = executor.start(requestOf(scanOf(types), table));
    const sizes: number[] = [];
    const first: (string | null)[] = [];
    for (let portion = 0; portion < 4; portion++) {
      let rowCount = 0;
      while (rowCount < 1_000) {
        const chunk = await run.next(1_000 - rowCount);
        assert.ok(chunk !== undefined);
        if (rowCount === 0) first.push(rowsOf(chunk)[0]?.[0] ?? null);
        rowCount += chunk.rowCount;
      }
      sizes.push(rowCount);
    }
    assert.deepEqual(sizes, [1_000, 1_000, 1_000, 1_000]);
    assert.deepEqual(first, ['0', '1000', '2000', '3000']);
    const report = await run.close('limit');
    assert.equal(report.nodes[0]?.closeReason, 'limit');
  });

  test('fails with the words of the cancel', async () => {
    const run = executor.start(requestOf(scanOf(types), table));
    await run.next(10);
    run.cancel('timeout', 'canceling statement due to statement timeout');
    await assert.rejects(run.next(0), { code: '57014', message: /statement timeout/ });
    const report = await run.close('timeout');
    assert.equal(report.nodes[0]?.closeReason, 'timeout');
  });

  test('names the operator in which an error arose', async () => {
    const scan = scanOf(types);
    const zero = constant('int8', 0n);
    const division = call('/(int8,int8)', 'int8', column(0, 'int8'), zero);
    const plan = planNode({
      kind: 'ProjectionExec' as const,
      input: scan,
      exprs: [division],
      fields: [field('x', 'int8')],
    });
    const run = executor.start(requestOf(plan, table));
    await assert.rejects(run.next(0), { code: '22012', message: 'division by zero' });
    const report = await run.close('error');
    const reasons = new Map(report.nodes.map((node) => [node.nodeId, node.closeReason]));
    assert.deepEqual([reasons.get(plan.id), reasons.get(scan.id)], ['error', 'aborted']);
  });

  test('hands columns out one batch at a time', async () => {
    const output = { kind: 'columns' } as const;
    const run = executor.start(requestOf(filteredPlan(), table, { output }));
    const chunk = await run.next(7);
    assert.ok(chunk?.kind === 'columns');
    assert.equal(chunk.rowCount, 7);
    assert.deepEqual(
      chunk.columns.map((found) => found.length),
      [7, 7],
    );
    await run.close('limit');
  });

  test('gives all memory back', async () => {
    const before = allocatedBytes();
    const run = executor.start(requestOf(filteredPlan(), table));
    await run.next(1);
    assert.ok(allocatedBytes() > before);
    await run.close('limit');
    assert.equal(allocatedBytes(), before);
  });

  test('stays within short slices', async () => {
    const run = executor.start(requestOf(scanOf(types), table));
    let longestNs = 0;
    let last = clockNs();
    const timer = setInterval(() => {
      longestNs = Math.max(longestNs, clockNs() - last);
      last = clockNs();
    }, 1);
    await readAll(run);
    clearInterval(timer);
    assert.ok(longestNs < 200e6);
    await run.close('exhausted');
  });
});
