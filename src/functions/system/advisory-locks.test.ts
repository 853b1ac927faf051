import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  giveAdvisoryLock,
  releaseAdvisoryLocks,
  takeAdvisoryLock,
  tryAdvisoryLock,
  type LockRequest,
} from './advisory-locks.ts';

function request(pid: string, change: Partial<LockRequest> = {}): LockRequest {
  return { pid, key: '1', mode: 'exclusive', scope: 'session', ...change };
}

afterEach(() => {
  for (const pid of ['1', '2']) releaseAdvisoryLocks(pid, 'all');
});

test('a lock that another session holds is not given', () => {
  assert.equal(tryAdvisoryLock(request('1')), true);
  assert.equal(tryAdvisoryLock(request('2')), false);
  assert.throws(() => takeAdvisoryLock(request('2')), { code: '55P03' });
  assert.equal(giveAdvisoryLock(request('2')), false);
});

test('a lock taken twice is given back twice', () => {
  takeAdvisoryLock(request('1'));
  takeAdvisoryLock(request('1'));
  assert.equal(giveAdvisoryLock(request('1')), true);
  assert.equal(tryAdvisoryLock(request('2')), false);
  assert.equal(giveAdvisoryLock(request('1')), true);
  assert.equal(tryAdvisoryLock(request('2')), true);
});

test('shared locks go together and keep out exclusive ones', () => {
  assert.equal(tryAdvisoryLock(request('1', { mode: 'shared' })), true);
  assert.equal(tryAdvisoryLock(request('2', { mode: 'shared' })), true);
  assert.equal(tryAdvisoryLock(request('2')), false);
});

test('the end of a transaction releases its locks alone', () => {
  takeAdvisoryLock(request('1', { scope: 'transaction' }));
  takeAdvisoryLock(request('1', { key: '2' }));
  releaseAdvisoryLocks('1', 'transaction');
  assert.equal(tryAdvisoryLock(request('2')), true);
  assert.equal(tryAdvisoryLock(request('2', { key: '2' })), false);
});
