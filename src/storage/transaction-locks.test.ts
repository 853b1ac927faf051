import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransactionLocks } from './transaction-locks.ts';

/** Whether the promise is resolved by now. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

test('readers and writers of a table go together, a change of its definition waits', async () => {
  const locks = new TransactionLocks();
  assert.equal(locks.take(1, 'table', 'access share'), undefined);
  assert.equal(locks.take(2, 'table', 'row exclusive'), undefined);
  const wait = locks.take(3, 'table', 'access exclusive');
  assert.ok(wait);
  locks.releaseAll(1);
  assert.equal(await isDone(wait.granted), false);
  locks.releaseAll(2);
  assert.equal(await isDone(wait.granted), true);
});

test('who comes later stands in line behind a request that conflicts', async () => {
  const locks = new TransactionLocks();
  locks.take(1, 'table', 'access share');
  const change = locks.take(2, 'table', 'access exclusive');
  const reader = locks.take(3, 'table', 'access share');
  assert.ok(change);
  assert.ok(reader);
  assert.equal(locks.take(1, 'table', 'row exclusive'), undefined, 'who is inside goes on');
  locks.releaseAll(1);
  assert.deepEqual([await isDone(change.granted), await isDone(reader.granted)], [true, false]);
  locks.releaseAll(2);
  assert.equal(await isDone(reader.granted), true);
});

test('a circle of waits is refused when it would close', () => {
  const locks = new TransactionLocks();
  locks.take(1, 'a', 'exclusive');
  locks.take(2, 'b', 'exclusive');
  assert.ok(locks.take(1, 'b', 'exclusive'));
  assert.throws(() => locks.take(2, 'a', 'exclusive'), { code: '40P01' });
});

test('a transaction is waited for until it ends', async () => {
  const locks = new TransactionLocks();
  locks.begin(1);
  const wait = locks.waitFor(2, 1);
  assert.ok(wait);
  assert.equal(await isDone(wait.granted), false);
  locks.releaseAll(1);
  assert.equal(await isDone(wait.granted), true);
  assert.equal(locks.waitFor(2, 1), undefined);
});

test('a wait that is given up lets others pass', async () => {
  const locks = new TransactionLocks();
  locks.take(1, 'table', 'access share');
  const change = locks.take(2, 'table', 'access exclusive');
  const reader = locks.take(3, 'table', 'access share');
  change?.abandon();
  assert.equal(await isDone(reader?.granted ?? Promise.reject(new Error('granted'))), true);
});

test('who has a lock stands before those who wait for it, behind those who do not', async () => {
  const locks = new TransactionLocks();
  locks.take(1, 'table', 'access share');
  locks.take(2, 'table', 'row share');
  const exclusive = locks.take(3, 'table', 'exclusive');
  assert.ok(exclusive);
  const behind = locks.take(1, 'table', 'row exclusive');
  assert.ok(behind, 'nobody waits for its access share');
  locks.releaseAll(2);
  assert.deepEqual([await isDone(exclusive.granted), await isDone(behind.granted)], [true, false]);
});

test('a circle through the order of a queue is broken by another order', async () => {
  const locks = new TransactionLocks();
  locks.take(3, 'c', 'row exclusive');
  locks.take(2, 'p', 'row exclusive');
  const truncation = locks.take(2, 'c', 'access exclusive');
  const index = locks.take(1, 'p', 'share');
  assert.ok(truncation);
  assert.ok(index);
  const passing = locks.take(3, 'p', 'row exclusive');
  if (passing !== undefined) assert.equal(await isDone(passing.granted), true);
  assert.equal(await isDone(index.granted), false);
  locks.releaseAll(3);
  assert.equal(await isDone(truncation.granted), true);
});

test('locks go back to the modes of before, and whoever waits goes on', async () => {
  const locks = new TransactionLocks();
  locks.take(1, 'table', 'access share');
  const before = locks.modesOf(1, 'table');
  locks.take(1, 'table', 'access exclusive');
  const reader = locks.take(2, 'table', 'access share');
  assert.ok(reader);
  locks.keepModes(1, 'table', before);
  assert.equal(await isDone(reader.granted), true);
  assert.ok(locks.take(3, 'table', 'access exclusive'));
});
