/** What was acknowledged is there after every kind of end; what was not is there whole or not. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scanLog } from '../../src/storage/log-format.ts';
import { FaultyFiles } from './faulty-files.ts';
import { createTable, insert, insertRows, open, scan, temporaryFolder, values } from './harness.ts';

/** The folder as a killed process leaves it: copied while the store is open. */
function crashCopy(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  for (const name of readdirSync(copy)) {
    if (name.startsWith('lock.')) writeFileSync(join(copy, name), '{"pid":0,"started":""}');
  }
  return copy;
}

function onlyLog(folder: string): string {
  const names = readdirSync(join(folder, 'wal')).filter((name) => name.endsWith('.log'));
  assert.equal(names.length, 1);
  return join(folder, 'wal', names[0] ?? '');
}

async function threeCommits(): Promise<{ readonly folder: string; readonly oid: number }> {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 't', { a: 'int4', b: 'text' });
  for (const n of [1, 2, 3])
    await insert(store, table, [
      [n, `text ${n}`],
      [n * 10, null],
    ]);
  const copy = crashCopy(folder);
  await store.close();
  return { folder: copy, oid: table.oid };
}

test('a log cut at any byte of its last record loses that record only', async () => {
  const { folder, oid } = await threeCommits();
  const path = onlyLog(folder);
  const bytes = readFileSync(path);
  const { records } = scanLog(bytes);
  const last = records.at(-1);
  assert.ok(last);
  const before = records.length - 1;
  const firstFour = [
    [1, 'text 1'],
    [10, null],
    [2, 'text 2'],
    [20, null],
  ];
  for (let size = last.at; size < bytes.length; size++) {
    const cut = scanLog(bytes.subarray(0, size));
    assert.deepEqual([cut.records.length, cut.validBytes, cut.isDamaged], [before, last.at, false]);
    // Opening takes a while, so it is done at some of the bytes.
    if ((size - last.at) % 29 !== 0 && size !== bytes.length - 1) continue;
    const copy = crashCopy(folder);
    writeFileSync(onlyLog(copy), bytes.subarray(0, size));
    const store = await open(copy);
    assert.deepEqual(values(scan(store, oid)), firstFour, `cut at ${size}`);
    assert.equal(store.recovery.cutBytes, size - last.at);
    const definition = store.tableByOid(oid, undefined)?.definition;
    assert.ok(definition);
    await insert(store, definition, [[4, 'after']]);
    await store.close();
    const again = await open(copy);
    assert.deepEqual(values(scan(again, oid)), [...firstFour, [4, 'after']]);
    await again.close();
  }
});

test('a flipped byte before the last record stops the start, and can be set aside', async () => {
  const { folder, oid } = await threeCommits();
  const bytes = readFileSync(onlyLog(folder));
  const { records } = scanLog(bytes);
  const middle = records.at(-2);
  const last = records.at(-1);
  assert.ok(middle && last);
  for (let at = middle.at; at < last.at; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    // Zeros that fill up the record after its payload carry nothing.
    const isPadding: boolean = at >= middle.at + 32 + middle.payload.length;
    assert.equal(scanLog(changed).isDamaged, !isPadding, `byte ${at}`);
    if ((at - middle.at) % 29 !== 0) continue;
    const copy = crashCopy(folder);
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 0x10;
    writeFileSync(onlyLog(copy), flipped);
    await assert.rejects(open(copy), { code: 'XX001' }, `byte ${at}`);
    assert.deepEqual(readFileSync(onlyLog(copy)), flipped, 'nothing is changed');
    const store = await open(copy, { quarantineDamagedLog: true });
    assert.deepEqual(values(scan(store, oid)), [
      [1, 'text 1'],
      [10, null],
    ]);
    assert.ok(existsSync(store.recovery.quarantined ?? ''));
    await store.close();
  }
});

test('damaged segment files and manifests are told, not read', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 't', { a: 'int4' });
  await insert(store, table, [[1], [2]]);
  await store.close();
  const files = join(folder, 'segments', String(table.oid));
  const [name = ''] = readdirSync(files);
  for (const path of [join(files, name), join(folder, 'manifest.json')]) {
    const bytes = readFileSync(path);
    const flipped = Buffer.from(bytes);
    flipped[66] = (flipped[66] ?? 0) ^ 1;
    writeFileSync(path, flipped);
    await assert.rejects(open(folder), { code: 'XX001' });
    writeFileSync(path, bytes);
  }
  const again = await open(folder);
  assert.deepEqual(values(scan(again, table.oid)), [[1], [2]]);
  await again.close();
});

for (const call of ['write', 'sync'] as const) {
  test(`after a failed ${call} of the log nothing is acknowledged any more`, async () => {
    const folder = temporaryFolder();
    const files = new FaultyFiles();
    const store = await open(folder, { files });
    const table = await createTable(store, 't', { a: 'int4' });
    await insert(store, table, [[1]]);
    if (call === 'write') files.failWriteAt = files.writes + 1;
    else files.failSyncAt = files.syncs + 1;
    const results = await Promise.allSettled([2, 3, 4].map((n) => insert(store, table, [[n]])));
    assert.ok(results.every((each) => each.status === 'rejected'));
    await assert.rejects(insert(store, table, [[5]]), { code: '58030' });
    assert.deepEqual(values(scan(store, table.oid)), [[1]], 'reads go on');
    await store.close();
    const again = await open(folder);
    const numbers = values(scan(again, table.oid)).map(([n]) => n);
    assert.equal(numbers[0], 1);
    assert.ok(!numbers.includes(5));
    await insert(again, table, [[6]]);
    assert.equal(scan(again, table.oid).length, numbers.length + 1);
    await again.close();
  });
}

test('a failed checkpoint changes nothing, and the next one succeeds', async () => {
  const folder = temporaryFolder();
  const files = new FaultyFiles();
  files.only = '/segments/';
  const store = await open(folder, { files });
  const table = await createTable(store, 't', { a: 'int4' });
  await insert(store, table, [[1]]);
  files.failSyncAt = files.syncs + 1;
  await assert.rejects(store.checkpoint());
  await insert(store, table, [[2]]);
  const copy = crashCopy(folder);
  await store.checkpoint();
  await store.close();
  for (const each of [copy, folder]) {
    const again = await open(each);
    assert.deepEqual(values(scan(again, table.oid)), [[1], [2]]);
    await again.close();
  }
});

test('concurrent commits share syncs', async () => {
  const files = new FaultyFiles();
  const store = await open(temporaryFolder(), { files });
  const table = await createTable(store, 't', { a: 'int4' });
  const before = files.syncs;
  await Promise.all(Array.from({ length: 100 }, (_, n) => insert(store, table, [[n]])));
  assert.ok(files.syncs - before <= 3, `${files.syncs - before} syncs for 100 commits`);
  assert.equal(scan(store, table.oid).length, 100);
  await store.close();
});

test('a commit is whole or absent at every point of a crash', async () => {
  const folder = temporaryFolder();
  const store = await open(folder);
  const table = await createTable(store, 't', { a: 'int4', b: 'text' });
  const copies: { readonly folder: string; readonly acknowledged: number }[] = [];
  for (let n = 0; n < 12; n++) {
    const transaction = store.begin();
    insertRows(transaction, table, [
      [n, 'x'],
      [n, 'y'],
    ]);
    const commit = transaction.commit();
    copies.push({ folder: crashCopy(folder), acknowledged: n });
    await commit;
    if (n % 4 === 3) await store.checkpoint();
    copies.push({ folder: crashCopy(folder), acknowledged: n + 1 });
  }
  await store.close();
  for (const copy of copies) {
    const again = await open(copy.folder);
    const found = again.tableByOid(table.oid, undefined) ? scan(again, table.oid) : [];
    const numbers = values(found).map(([n]) => n);
    const whole = Array.from({ length: numbers.length / 2 }, (_, n) => [n, n]).flat();
    assert.deepEqual(numbers, whole);
    assert.ok(numbers.length >= copy.acknowledged * 2, 'acknowledged rows are there');
    await again.close();
  }
});

/** Runs writers until killed; yields the numbers that were acknowledged before. */
async function killedWriter(folder: string, seed: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./writer-process.js', import.meta.url));
  const child = spawn(process.execPath, [script, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let isReady = false;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    if (isReady || !output.includes('ready\n')) return;
    isReady = true;
    setTimeout(() => child.kill('SIGKILL'), 20 + ((seed * 7919) % 120));
  });
  await new Promise((resolve) => child.on('close', resolve));
  const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line.startsWith('+') || line.startsWith('?'));
}

const rounds = Number(process.env['TIMEFUSION_TEST_KILLS'] ?? 20);

test(`acknowledged rows survive kill -9, ${rounds} times`, async () => {
  const folder = temporaryFolder();
  const acknowledged = new Set<string>();
  const attempted = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const line of await killedWriter(folder, round)) {
      (line.startsWith('+') ? acknowledged : attempted).add(line.slice(1));
    }
    if (round % 5 !== 4 && round !== rounds - 1) continue;
    const store = await open(folder);
    const table = store.findTable('public', 'killed', undefined);
    assert.ok(table);
    const found = values(scan(store, table.definition.oid)).map(([id]) => String(id));
    const present = new Set(found);
    assert.equal(present.size, found.length, 'no row twice');
    for (const id of acknowledged) assert.ok(present.has(id), `row ${id} was acknowledged`);
    for (const id of present) assert.ok(attempted.has(id), `row ${id} was never written`);
    await store.close();
  }
  assert.ok(acknowledged.size > rounds, 'the writers got somewhere');
});
