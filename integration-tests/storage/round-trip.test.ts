/** Rows come back as they went in: from memory, after a restart, from segment files. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { segmentRows } from '../../src/catalog/table.ts';
import type { Datum } from '../../src/types/datum.ts';
import { createSegmentReader } from '../../src/storage/segment-body.ts';
import { openStore } from '../../src/storage/store.ts';
import { createTable, insert, insertRows, open, scan, tableOf } from './harness.ts';
import { temporaryFolder, values } from './harness.ts';
import type { FoundRow, Row } from './harness.ts';

const columns = {
  small: 'int2',
  whole: 'int4',
  big: 'int8',
  single: 'float4',
  real: 'float8',
  flag: 'bool',
  word: 'text',
  trace: 'text',
  body: 'jsonb',
  day: 'date',
  at: 'timestamptz',
  key: 'uuid',
  raw: 'bytea',
  never: 'text',
} as const;

function rowOf(n: number): Row {
  if (n % 17 === 5) return [null, null, null, null, null, null, null, null, null, null];
  const hex = n.toString(16).padStart(32, '0');
  return [
    n % 30_000,
    n,
    BigInt(n) * 1_000_003n,
    n / 2,
    n / 3 - 7,
    n % 2 === 0,
    n % 5 === 0 ? null : `word ${n % 100} é𝒳`,
    hex,
    `{"n": ${n}}`,
    n % 20_000,
    1_700_000_000_000_000n + BigInt(n),
    `00000000-0000-0000-0000-${hex.slice(20)}`,
    new Uint8Array([n & 255, 0, 255]),
    null,
  ];
}

/** With single precision as it is stored and NULLs for what is not given. */
function stored(row: Row): Row {
  return Object.keys(columns).map((name, index) => {
    const value = row[index] ?? null;
    return name === 'single' && typeof value === 'number' ? Math.fround(value) : value;
  });
}

function rowsOf(from: number, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => rowOf(from + index));
}

/** assert.deepEqual takes seconds for as many rows. */
function assertSameRows(found: readonly FoundRow[], rowOfNumber: (n: number) => Row): void {
  for (const [n, { values: row }] of found.entries()) {
    const expected = stored(rowOfNumber(n));
    const differs = row.findIndex((value, index) => !isSame(value, expected[index] ?? null));
    if (differs >= 0) assert.deepEqual(row, expected, `row ${n}`);
  }
}

function isSame(a: Datum | null, b: Datum | null): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}

test('rows are read back from memory and after a restart', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 'mixed', columns);
  const rows = rowsOf(0, 300);
  await insert(store, table, rows.slice(0, 100));
  await insert(store, table, rows.slice(100));
  assert.deepEqual(values(scan(store, table.oid)), rows.map(stored));
  await store.close();
  const again = await open(folder);
  assert.deepEqual(values(scan(again, table.oid)), rows.map(stored));
  assert.deepEqual(again.tableByOid(table.oid, undefined)?.definition, table);
  await insert(again, table, rowsOf(300, 1));
  assert.equal(scan(again, table.oid).length, 301);
  await again.close();
});

test('full segments go to files and are read from there', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 'mixed', columns);
  const count = segmentRows + 1000;
  for (let from = 0; from < count; from += 30_000) {
    await insert(store, table, rowsOf(from, Math.min(30_000, count - from)));
  }
  await store.checkpoint();
  const names = readdirSync(`${folder}/segments/${table.oid}`);
  assert.equal(names.length, 2);
  const check = (found: readonly FoundRow[]) => {
    assert.equal(found.length, count);
    assertSameRows(found, rowOf);
  };
  check(scan(store, table.oid));
  await store.close();
  const again = await open(folder, { memoryBytesMax: 2 ** 20 });
  check(scan(again, table.oid));
  const snapshot = again.tableByOid(table.oid, undefined)?.snapshot([1, 6, 7], undefined);
  const [first] = snapshot?.segments ?? [];
  assert.ok(first !== undefined);
  const segments = createSegmentReader();
  assert.deepEqual(segments.zone(first, 1), { nullCount: 7710, min: 0, max: segmentRows - 1 });
  assert.equal(segments.zone(first, 6)?.distinct, 80);
  assert.equal(segments.zone(first, 7)?.min, '0'.repeat(32));
  for (let row = 0; row < segmentRows; row += 97) {
    const id = rowOf(row)[7] ?? null;
    assert.ok(id === null || segments.mayContain(first, 7, id), `row ${row}`);
  }
  const strangers = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(32, 'f'));
  const taken = strangers.filter((id) => segments.mayContain(first, 7, id));
  assert.ok(taken.length < 20, `${taken.length} of 100 ids that are not there`);
  await again.close();
});

test('a large transaction goes straight to segment files', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 'mixed', columns);
  const transaction = store.begin();
  const count = segmentRows + 40_000;
  for (let from = 0; from < count; from += 10_000) {
    insertRows(transaction, table, rowsOf(from, Math.min(10_000, count - from)));
    await transaction.write(table.oid).ready();
  }
  assert.equal(scan(store, table.oid).length, 0, 'nobody else sees the rows');
  assert.equal(scan(store, table.oid, transaction).length, count);
  const report = await transaction.commit();
  assert.ok(report.logBytes < 10_000, 'the log names the files only');
  const check = (found: readonly FoundRow[]) => {
    assert.equal(found.length, count);
    assertSameRows(found, rowOf);
  };
  check(scan(store, table.oid));
  await store.close();
  const again = await open(folder);
  check(scan(again, table.oid));
  await again.close();
});

test('a rolled back large transaction leaves nothing', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 'mixed', columns);
  const transaction = store.begin();
  insertRows(transaction, table, rowsOf(0, segmentRows + 5));
  await transaction.write(table.oid).ready();
  transaction.rollback();
  assert.equal(scan(store, table.oid).length, 0);
  await store.close();
  const again = await open(folder);
  assert.equal(scan(again, table.oid).length, 0);
  assert.deepEqual(readdirSync(`${folder}/segments/${table.oid}`), []);
  await again.close();
});

test('a new store has the tables of OpenTelemetry', async () => {
  const store = await open(temporaryFolder());
  const spans = store.findTable('public', 'otel_logs_and_spans', undefined);
  assert.equal(spans?.definition.columns.length, 92);
  const required = spans?.definition.columns.filter(({ notNull }) => notNull);
  assert.deepEqual(
    required?.map(({ name }) => name),
    ['date', 'timestamp', 'id', 'summary'],
  );
  const metrics = store.findTable('public', 'otel_metrics', undefined);
  assert.equal(metrics?.definition.columns.length, 69);
  assert.deepEqual(store.schemas(), ['public']);
  await store.close();
});

test('a second opener is told who holds the folder, a dead holder is not heeded', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  await assert.rejects(openStore({ dataDir: folder, memoryBytesMax: 2 ** 20 }), {
    name: 'SqlError',
    code: 'F0001',
    message: `data folder "${folder}" is in use`,
  });
  await store.close();
  const again = await open(folder);
  await again.close();
});

test('added columns read as their missing value in older rows', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 'grows', { a: 'int4' });
  await insert(store, table, [[1], [2]]);
  await store.checkpoint();
  const transaction = store.begin();
  const [b, c] = tableOf('x', { b: 'text', c: 'int8' }).columns;
  assert.ok(b && c);
  const wider = { ...table, columns: [...table.columns, { ...b, missing: 'old' }, c] };
  transaction.alterTable(wider);
  insertRows(transaction, wider, [[3, 'new', 30n]]);
  await transaction.commit();
  await insert(store, wider, [[4, null, null]]);
  const expected = [
    [1, 'old', null],
    [2, 'old', null],
    [3, 'new', 30n],
    [4, null, null],
  ];
  assert.deepEqual(values(scan(store, table.oid)), expected);
  await store.close();
  const again = await open(folder);
  assert.deepEqual(values(scan(again, table.oid)), expected);
  await again.close();
});
