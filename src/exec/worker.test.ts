import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { allocatedBytes } from '../memory/allocator.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { TableSnapshot } from '../catalog/table.ts';
import {
  bool,
  column,
  makeTable,
  planNode,
  readAll,
  requestOf,
  scanOf,
  testExecutor,
  type TestBody,
} from './in-memory-table.ts';
import type { BrokenBody } from './in-memory-worker.ts';
import { openTestMemory } from './test-memory.ts';

const { memory, arena } = openTestMemory();
const rowCount = 200_001;
const table = makeTable(
  [
    { type: 'int8', value: (row) => BigInt(row) },
    { type: 'int4', value: (row) => (row % 3 === 0 ? null : row % 1000) },
  ],
  rowCount,
  65_536,
  arena,
);
const executor = testExecutor(memory, 2);
const lonely = testExecutor(memory, 1);
after(async () => {
  await executor.close();
  await lonely.close();
});

const types = ['int8', 'int4'] as const;

/** Rows whose second column is not NULL, found by all workers. */
function parallelPlan() {
  const scan = scanOf(types, { parallel: true });
  const filter = planNode({
    kind: 'FilterExec' as const,
    input: scan,
    fields: scan.fields,
    predicate: { kind: 'isNotNull' as const, arg: column(1, 'int4'), type: bool },
  });
  return planNode({ kind: 'CoalescePartitionsExec' as const, input: filter, fields: scan.fields });
}

function withSource(source: BrokenBody['source'], at: number): TableSnapshot {
  const segments = table.segments.map((segment, index) => {
    if (index !== at) return segment;
    return { ...segment, body: { ...(segment.body as TestBody), source } };
  });
  return { ...table, segments };
}

/** Segments of 3,000 rows whose columns take `slowMs` to load. */
function slowTable(segmentCount: number, slowMs: number): TableSnapshot {
  const [first] = table.segments;
  assert.ok(first !== undefined);
  const body: BrokenBody = { ...(first.body as TestBody), source: { slowMs } };
  const segments = Array.from({ length: segmentCount }, (_, segment) => ({
    ...first,
    segment,
    rowCount: 3_000,
    body,
  }));
  return { ...table, segments, rowCount: 3_000 * segmentCount };
}

describe('a query on a worker', () => {
  test('gives the rows of a scan in order', async () => {
    const run = executor.start(requestOf(scanOf(types), table));
    const rows = await readAll(run);
    assert.equal(rows.length, rowCount);
    assert.deepEqual(rows[0], ['0', null]);
    assert.deepEqual(rows[rowCount - 1], ['200000', '0']);
    assert.deepEqual(rows[150_000], ['150000', null]);
    const report = await run.close('exhausted');
    assert.equal(report.rows, rowCount);
    assert.equal(report.nodes[0]?.rows, rowCount);
  });

  test('gives at most the rows asked for, and goes on later', async () => {
    const run = executor.start(requestOf(scanOf(types), table));
    const sizes: number[] = [];
    for (const wanted of [10, 25_000, 1]) {
      let rest = wanted;
      while (rest > 0) rest -= (await run.next(rest))?.rowCount ?? Infinity;
      sizes.push(rest);
    }
    assert.deepEqual(sizes, [0, 0, 0]);
    assert.equal((await readAll(run)).length, rowCount - 25_011);
    await run.close('exhausted');
  });

  test('hands columns out without running ahead', async () => {
    const output = { kind: 'columns' } as const;
    const run = executor.start(requestOf(scanOf(types), table, { output }));
    let found = 0;
    for (;;) {
      const chunk = await run.next(0);
      if (chunk === undefined) break;
      found += chunk.rowCount;
    }
    assert.equal(found, rowCount);
    await run.close('exhausted');
  });

  test('lets others work while nobody reads it', async () => {
    const slow = lonely.start(requestOf(scanOf(types), table));
    await slow.next(0);
    await sleep(20);
    const quick = lonely.start(requestOf(scanOf(types), table));
    assert.equal((await readAll(quick)).length, rowCount);
    await quick.close('exhausted');
    const report = await slow.close('disconnect');
    assert.ok(report.rows < rowCount / 2, `${report.rows} rows ran ahead`);
    assert.equal(report.nodes[0]?.closeReason, 'disconnect');
  });

  test('does not keep short queries waiting for one long pull', async () => {
    const scan = scanOf(types);
    const endless = planNode({
      kind: 'FilterExec' as const,
      input: scan,
      fields: scan.fields,
      predicate: { kind: 'isNull' as const, arg: column(0, 'int8'), type: bool },
    });
    const long = lonely.start(requestOf(endless, slowTable(50, 10)));
    const longRows = readAll(long).then(() => clockNs());
    await sleep(30);
    const startNs = clockNs();
    const quick = lonely.start(requestOf(scanOf(types), slowTable(1, 0)));
    assert.equal((await readAll(quick)).length, 3_000);
    await quick.close('exhausted');
    const quickEnd = clockNs();
    assert.ok(quickEnd - startNs < 300e6, `${(quickEnd - startNs) / 1e6} ms`);
    assert.ok((await longRows) - quickEnd > 50e6);
    const report = await long.close('exhausted');
    const root = report.nodes.find((node) => node.nodeId === endless.id);
    assert.equal(
      report.nodes.reduce((sum, node) => sum + node.selfNs + node.ioNs + node.waitNs, 0),
      root?.busyNs,
    );
  });

  test('stops in the middle of a long pull', async () => {
    const scan = scanOf(types);
    const filter = planNode({
      kind: 'FilterExec' as const,
      input: scan,
      fields: scan.fields,
      predicate: { kind: 'isNull' as const, arg: column(0, 'int8'), type: bool },
    });
    const run = executor.start(requestOf(filter, slowTable(500, 5)));
    const reading = run.next(0);
    await sleep(50);
    const startNs = clockNs();
    run.cancel('cancelled', 'canceling statement due to user request');
    await assert.rejects(reading, { code: '57014' });
    await run.close('cancelled');
    assert.ok(clockNs() - startNs < 50e6);
  });

  test('stops at once when it is cancelled', async () => {
    const run = executor.start(requestOf(scanOf(types), table));
    await run.next(0);
    const startNs = clockNs();
    run.cancel('cancelled', 'canceling statement due to user request');
    await assert.rejects(run.next(0), { code: '57014' });
    const report = await run.close('cancelled');
    assert.ok(clockNs() - startNs < 100e6);
    assert.equal(report.nodes[0]?.closeReason, 'cancelled');
  });

  test('fails with the error of the worker, all its fields', async () => {
    const run = executor.start(requestOf(scanOf(types), withSource('broken', 2)));
    await assert.rejects(readAll(run), {
      name: 'SqlError',
      code: 'XX001',
      message: 'column is broken',
      fields: { table: 't' },
    });
    await run.close('error');
  });

  test('gives all memory back, however it ends', async () => {
    const before = allocatedBytes();
    const finished = executor.start(requestOf(parallelPlan(), table));
    await readAll(finished);
    await finished.close('exhausted');
    const left = executor.start(requestOf(parallelPlan(), table));
    await left.next(0);
    await left.close('limit');
    const stopped = executor.start(requestOf(parallelPlan(), table));
    await stopped.next(0);
    stopped.cancel('cancelled', 'stop');
    await stopped.close('cancelled');
    const broken = executor.start(requestOf(parallelPlan(), withSource('broken', 3)));
    await assert.rejects(readAll(broken));
    await broken.close('error');
    const sinceFirst = allocatedBytes() - before;
    assert.ok(sinceFirst <= 2 * 65_536, `${sinceFirst} bytes are still held`);
  });
});

describe('a parallel fragment', () => {
  test('finds every row exactly once and counts both threads', async () => {
    let helped = false;
    for (let attempt = 0; attempt < 10 && !helped; attempt++) {
      const plan = parallelPlan();
      const run = executor.start(requestOf(plan, table));
      const rows = await readAll(run);
      assert.equal(rows.length, (rowCount / 3) * 2);
      assert.equal(new Set(rows.map((row) => row[0])).size, rows.length);
      const report = await run.close('exhausted');
      const scanned = report.nodes.filter((node) => node.nodeId === plan.input.input.id);
      assert.equal(
        scanned.reduce((sum, node) => sum + node.rows, 0),
        rowCount,
      );
      helped = scanned.some((node) => node.partition > 0 && node.rows > 0);
    }
    assert.ok(helped, 'no helper took part in ten attempts');
  });

  test('fails with the error of whichever thread met it', async () => {
    for (let attempt = 0; attempt < 4; attempt++) {
      const run = executor.start(requestOf(parallelPlan(), withSource('broken', attempt)));
      await assert.rejects(readAll(run), { code: 'XX001', fields: { table: 't' } });
      await run.close('error');
    }
  });

  test('works for many queries at the same time', async () => {
    const counts = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const run = executor.start(requestOf(parallelPlan(), table));
        const { length } = await readAll(run);
        await run.close('exhausted');
        return length;
      }),
    );
    assert.deepEqual(
      counts,
      Array.from({ length: 6 }, () => (rowCount / 3) * 2),
    );
  });

  test('leaves nobody waiting when it is dropped half read', async () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      const runs = [0, 1, 2].map(() => executor.start(requestOf(parallelPlan(), table)));
      await Promise.all(runs.map((run) => run.next(0)));
      await Promise.all(runs.map((run) => run.close('limit')));
    }
  });
});

describe('a worker that dies', () => {
  /** A server has sockets to live for; here nothing else would wait for the thread's exit. */
  let awake: NodeJS.Timeout | undefined;
  before(() => {
    awake = setInterval(() => undefined, 1000);
  });
  after(() => clearInterval(awake));

  test('fails its own queries and is replaced', async () => {
    const fragile = testExecutor(memory, 1);
    const run = fragile.start(requestOf(scanOf(types), withSource('crash', 1)));
    await assert.rejects(readAll(run), { code: 'XX000' });
    await run.close('error');
    const next = fragile.start(requestOf(scanOf(types), table));
    assert.equal((await readAll(next)).length, rowCount);
    await next.close('exhausted');
    await fragile.close();
  });

  test('does not leave a driver waiting for it', async () => {
    const fragile = testExecutor(memory, 2);
    const run = fragile.start(requestOf(parallelPlan(), withSource('crash', 3)));
    await assert.rejects(readAll(run), /ended unexpectedly/);
    await run.close('error');
    const next = fragile.start(requestOf(parallelPlan(), table));
    assert.equal((await readAll(next)).length, (rowCount / 3) * 2);
    await next.close('exhausted');
    await fragile.close();
  });
});
