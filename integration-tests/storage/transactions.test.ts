/** What transactions see of themselves and of one another. */
import { lockNames } from '../../src/catalog/locks.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowBusy, RowChanged, segmentRows } from '../../src/catalog/table.ts';
import type { TableDefinition } from '../../src/catalog/table.ts';
import type { LocalStore } from '../../src/storage/store.ts';
import { createTable, deleteRows, insert, insertRows, open, scan, tableOf } from './harness.ts';
import { temporaryFolder, values } from './harness.ts';
import { readSnapshot } from './read-snapshot.ts';
import type { Row } from './harness.ts';

async function withTable(
  body: (store: LocalStore, table: TableDefinition, folder: string) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 't', { a: 'int4', b: 'text' });
  await body(store, table, folder);
  await store.close();
}

const rows: readonly Row[] = [
  [1, 'one'],
  [2, 'two'],
  [3, 'three'],
  [4, null],
];
const first = (row: Row) => row[0] as number;

test('a transaction sees its own rows before others do', async () => {
  await withTable(async (store, table) => {
    const writer = store.begin();
    insertRows(writer, table, rows);
    assert.deepEqual(values(scan(store, table.oid, writer)), rows);
    assert.deepEqual(values(scan(store, table.oid)), []);
    await writer.commit();
    assert.deepEqual(values(scan(store, table.oid)), rows);
  });
});

test('deleted rows are gone, also after a restart and a checkpoint', async () => {
  const folder = temporaryFolder();
  let store = await open(folder);
  const table = await createTable(store, 't', { a: 'int4', b: 'text' });
  await insert(store, table, rows);
  const writer = store.begin();
  assert.equal(
    deleteRows(store, writer, table.oid, (row) => first(row) % 2 === 0),
    2,
  );
  assert.equal(
    deleteRows(store, writer, table.oid, (row) => first(row) % 2 === 0),
    0,
  );
  assert.deepEqual(values(scan(store, table.oid, writer)), [rows[0], rows[2]]);
  assert.equal(scan(store, table.oid).length, 4);
  await writer.commit();
  for (let round = 0; round < 3; round++) {
    assert.deepEqual(values(scan(store, table.oid)), [rows[0], rows[2]]);
    if (round === 1) await store.checkpoint();
    await store.close();
    store = await open(folder);
  }
  await store.close();
});

test('rows of the own transaction can be deleted before they are committed', async () => {
  await withTable(async (store, table) => {
    await insert(store, table, [[9, 'nine']]);
    const writer = store.begin();
    insertRows(writer, table, rows);
    assert.equal(
      deleteRows(store, writer, table.oid, (row) => first(row) > 2),
      3,
    );
    assert.deepEqual(values(scan(store, table.oid, writer)), [rows[0], rows[1]]);
    await writer.commit();
    assert.deepEqual(values(scan(store, table.oid)), [rows[0], rows[1]]);
    assert.equal(store.tableByOid(table.oid, undefined)?.statistics().rowCount, 2);
  });
});

test('a savepoint undoes rows, deletions, truncation and definitions after it', async () => {
  await withTable(async (store, table) => {
    await insert(store, table, rows);
    const writer = store.begin();
    insertRows(writer, table, [[5, 'five']]);
    const mark = writer.mark();
    insertRows(writer, table, [[6, 'six']]);
    deleteRows(store, writer, table.oid, (row) => first(row) === 1 || first(row) === 5);
    const inner = writer.mark();
    writer.write(table.oid).truncate();
    insertRows(writer, table, [[7, 'seven']]);
    writer.createTable(tableOf('inner', { x: 'int4' }));
    writer.dropTable(table.oid);
    assert.equal(store.tableByOid(table.oid, writer), undefined);
    writer.rollbackTo(inner);
    assert.equal(store.findTable('public', 'inner', writer), undefined);
    const numbers = () => values(scan(store, table.oid, writer)).map(first);
    assert.deepEqual(numbers(), [2, 3, 4, 6]);
    writer.rollbackTo(mark);
    assert.deepEqual(numbers(), [1, 2, 3, 4, 5]);
    insertRows(writer, table, [[8, 'eight']]);
    writer.rollbackTo(mark);
    insertRows(writer, table, [[10, 'ten']]);
    await writer.commit();
    assert.deepEqual(values(scan(store, table.oid)).map(first), [1, 2, 3, 4, 5, 10]);
  });
});

test('rows before a savepoint survive when rows after it filled the segment', async () => {
  await withTable(async (store, table) => {
    const many = Array.from({ length: segmentRows + 10 }, (_, index) => [index, 'x']);
    const writer = store.begin();
    insertRows(writer, table, rows);
    const mark = writer.mark();
    insertRows(writer, table, many);
    await writer.write(table.oid).ready();
    assert.equal(scan(store, table.oid, writer).length, segmentRows + 14);
    writer.rollbackTo(mark);
    assert.deepEqual(values(scan(store, table.oid, writer)), rows);
    await writer.commit();
    assert.deepEqual(values(scan(store, table.oid)), rows);
  });
});

test('truncation empties the table, and rows inserted after it stay', async () => {
  await withTable(async (store, table) => {
    await insert(store, table, rows);
    const writer = store.begin();
    writer.write(table.oid).truncate();
    insertRows(writer, table, [[5, 'five']]);
    const other = store.begin();
    insertRows(other, table, [[6, 'six']]);
    await Promise.all([writer.commit(), other.commit()]);
    assert.deepEqual(values(scan(store, table.oid)), [
      [5, 'five'],
      [6, 'six'],
    ]);
  });
});

test('two transactions cannot delete the same row', async () => {
  await withTable(async (store, table) => {
    await insert(store, table, rows);
    const [one, two] = [store.begin(), store.begin()];
    const [target] = scan(store, table.oid);
    assert.ok(target);
    const ids = BigInt64Array.of(target.id);
    assert.deepEqual(one.write(table.oid).delete(ids), []);
    assert.deepEqual(one.write(table.oid).delete(ids), [0], 'it did so before');
    assert.throws(() => two.write(table.oid).delete(ids), RowBusy);
    assert.deepEqual(two.writersOf(table.oid), [one.id]);
    const over = two.waitFor(one.id)?.granted;
    await one.commit();
    await over;
    assert.throws(() => two.write(table.oid).delete(ids), RowChanged);
    two.rollback();
  });
});

test('a repeatable read transaction keeps its first view', async () => {
  await withTable(async (store, table) => {
    await insert(store, table, rows.slice(0, 2));
    const reader = store.begin('repeatable read');
    assert.equal(scan(store, table.oid, reader).length, 2);
    await insert(store, table, rows.slice(2));
    const writer = store.begin();
    deleteRows(store, writer, table.oid, (row) => first(row) === 1);
    await writer.commit();
    assert.deepEqual(values(scan(store, table.oid, reader)), rows.slice(0, 2));
    const [target] = scan(store, table.oid, reader);
    assert.ok(target);
    const ids = BigInt64Array.of(target.id);
    assert.throws(() => reader.write(table.oid).delete(ids), { code: '40001' });
    reader.rollback();
    assert.equal(scan(store, table.oid).length, 3);
  });
});

test('a snapshot stays readable while rows are added, deleted, sealed and dropped', async () => {
  await withTable(async (store, table) => {
    await insert(store, table, rows);
    const handle = store.tableByOid(table.oid, undefined);
    const snapshot = handle?.snapshot([0, 1], undefined);
    assert.ok(handle && snapshot);
    const many = Array.from({ length: segmentRows }, (_, index) => [index, 'x']);
    for (let from = 0; from < segmentRows; from += 30_000) {
      await insert(store, table, many.slice(from, from + 30_000));
    }
    await store.checkpoint();
    const dropper = store.begin();
    dropper.dropTable(table.oid);
    await dropper.commit();
    const before = store.memoryUse().rowBytes;
    assert.deepEqual(readSnapshot(snapshot, 2), rows);
    handle.release(snapshot);
    assert.ok(store.memoryUse().rowBytes < before, 'memory is freed with the last reader');
  });
});

test('names are unique, and dropped names can be used again', async () => {
  await withTable(async (store, table) => {
    const writer = store.begin();
    assert.throws(() => writer.createTable(tableOf('t', { a: 'int4' })), {
      code: '42P07',
      message: 'relation "t" already exists',
    });
    writer.dropTable(table.oid);
    const again = writer.createTable(tableOf('t', { z: 'text' }));
    const view = writer.createView({ schema: 'public', name: 'v', sql: 'SELECT 1', owner: 'me' });
    await writer.commit();
    assert.equal(store.findTable('public', 't', undefined)?.definition.oid, again.oid);
    assert.deepEqual(store.views(undefined), [view]);
    const racing = [store.begin(), store.begin()];
    for (const each of racing) each.createTable(tableOf('raced', { a: 'int4' }));
    const results = await Promise.allSettled(racing.map((each) => each.commit()));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
  });
});

test('schemas and views come and go with their transaction', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const writer = store.begin();
  writer.createSchema('own');
  const view = writer.createView({ schema: 'own', name: 'v', sql: 'SELECT 1', owner: 'me' });
  assert.throws(() => writer.dropSchema('own'), { code: '2BP01' });
  assert.deepEqual(store.schemas(), ['public']);
  assert.deepEqual(store.schemas(writer), ['public', 'own']);
  await writer.commit();
  await store.close();
  const again = await open(folder);
  assert.deepEqual(again.schemas(), ['public', 'own']);
  assert.deepEqual(again.views(undefined), [view]);
  const dropper = again.begin();
  dropper.dropView(view.oid);
  dropper.dropSchema('own');
  await dropper.commit();
  assert.deepEqual(again.schemas(), ['public']);
  await again.close();
});

test('a temporary table leaves no trace on disk', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const writer = store.begin();
  const table = writer.createTable({ ...tableOf('t', { a: 'int4' }), temporary: true });
  insertRows(writer, table, [[1]]);
  assert.deepEqual(await writer.commit(), { logBytes: 0 });
  assert.deepEqual(values(scan(store, table.oid)), [[1]]);
  await store.close();
  const again = await open(folder);
  assert.equal(again.tableByOid(table.oid, undefined), undefined);
  await again.close();
});

test('writers of one table wait in line, and a circle of waits is broken', async () => {
  await withTable(async (store, table) => {
    const other = await createTable(store, 'other', { a: 'int4' });
    const order: string[] = [];
    const [one, two] = [store.begin(), store.begin()];
    const [first, second] = [lockNames.writers(table.oid), lockNames.writers(other.oid)];
    assert.equal(one.lock(first, 'exclusive'), undefined);
    assert.equal(two.lock(second, 'exclusive'), undefined);
    const waiting = two.lock(first, 'exclusive')?.granted.then(() => order.push('two'));
    assert.throws(() => one.lock(second, 'exclusive'), { code: '40P01' });
    order.push('one');
    one.rollback();
    await waiting;
    assert.deepEqual(order, ['one', 'two']);
    two.rollback();
  });
});
