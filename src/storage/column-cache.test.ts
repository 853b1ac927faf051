/** The cache under several threads and a budget that is too small. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { allocatedBytes, initializeAllocator } from '../memory/allocator.ts';
import { attachHeap, createSharedMemory, heap, pageBytes } from '../memory/heap.ts';
import { sqlType } from '../types/type-table.ts';
import { ColumnCache, loadColumn } from './column-cache.ts';
import type { ColumnSource } from './column-cache.ts';

const memory = createSharedMemory(64 * 2 ** 20);
attachHeap(memory);
initializeAllocator();

const columnCount = 40;
const rowCount = 16_384;
const columnBytes = rowCount * 4;

interface SlottedColumn {
  readonly slot: number;
  readonly source: ColumnSource;
}

/** A file of int4 columns; every value of column c is c. */
function makeColumns(cache: ColumnCache): SlottedColumn[] {
  const path = join(mkdtempSync(join(tmpdir(), 'timefusion-cache-')), 'columns');
  const values = new Int32Array(rowCount * columnCount);
  for (let n = 0; n < columnCount; n++) values.fill(n, n * rowCount, (n + 1) * rowCount);
  const bytes = Buffer.from(values.buffer);
  writeFileSync(path, bytes);
  return Array.from({ length: columnCount }, (_, n) => {
    const at = n * columnBytes;
    const crc = crc32(bytes.subarray(at, at + columnBytes));
    const places = { validity: -1, values: 0, offsets: -1 };
    const source: ColumnSource = {
      path,
      type: sqlType('int4'),
      rowCount,
      stored: { encoding: 'plain', at, byteSize: columnBytes, crc, ...places },
    };
    return { slot: cache.takeSlot(), source };
  });
}

const workerScript = `
import { workerData, parentPort } from 'node:worker_threads';
const { attachHeap, heap } = await import(workerData.heapUrl);
const { loadColumn } = await import(workerData.cacheUrl);
attachHeap(workerData.memory);
let wrong = 0;
for (let round = 0; round < 300; round++) {
  const n = Math.floor(Math.random() * workerData.columns.length);
  const { slot, source } = workerData.columns[n];
  Atomics.add(heap().i32, (slot >>> 2) + 3, 1);
  const { values } = loadColumn(slot, source);
  for (let i = 0; i < 50; i++) {
    const row = Math.floor(Math.random() * 16384);
    if (heap().i32[(values >>> 2) + row] !== n) wrong++;
  }
  Atomics.sub(heap().i32, (slot >>> 2) + 3, 1);
}
parentPort.postMessage(wrong);
`;

function runWorker(columns: readonly SlottedColumn[]): Promise<number> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(workerScript)}`), {
    workerData: {
      memory,
      columns,
      heapUrl: new URL('../memory/heap.js', import.meta.url).href,
      cacheUrl: new URL('./column-cache.js', import.meta.url).href,
    },
  });
  return new Promise((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

test('threads that load and evict at once read the right bytes', async () => {
  const before = allocatedBytes();
  const cache = new ColumnCache(10 * pageBytes);
  const columns = makeColumns(cache);
  const wrong = await Promise.all([runWorker(columns), runWorker(columns), runWorker(columns)]);
  assert.deepEqual(wrong, [0, 0, 0]);
  assert.ok(cache.loadedBytes <= 14 * pageBytes, 'the budget holds, but for what is pinned');
  for (const { slot } of columns) cache.giveSlot(slot);
  assert.equal(cache.loadedBytes, 0);
  cache.close();
  assert.equal(allocatedBytes(), before);
});

test('a pinned column stays where it is', () => {
  const cache = new ColumnCache(4 * pageBytes);
  const columns = makeColumns(cache);
  const [first] = columns;
  assert.ok(first);
  cache.pin(first.slot);
  const { values } = loadColumn(first.slot, first.source);
  for (const { slot, source } of columns) loadColumn(slot, source);
  assert.equal(loadColumn(first.slot, first.source).values, values);
  assert.equal(heap().i32[values >>> 2], 0);
  assert.ok(cache.loadedBytes <= 5 * pageBytes);
  cache.unpin(first.slot);
  cache.close();
});

test('a damaged column is told every time it is asked for', () => {
  const cache = new ColumnCache(4 * pageBytes);
  const [first] = makeColumns(cache);
  assert.ok(first);
  const source = first.source;
  const broken = { ...source, stored: { ...source.stored, crc: 1 } };
  for (let round = 0; round < 2; round++) {
    assert.throws(() => loadColumn(first.slot, broken), { code: 'XX001' });
  }
  assert.equal(loadColumn(first.slot, first.source).length, rowCount);
  cache.close();
});
