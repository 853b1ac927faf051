import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressLimits } from './address-limits.ts';

function limitsAt(): { readonly limits: AddressLimits; readonly pass: (ms: number) => void } {
  let nowMs = 0;
  const limits = new AddressLimits(() => nowMs);
  return { limits, pass: (ms) => (nowMs += ms) };
}

test('cancel requests beyond the burst are not looked at, until time has passed', () => {
  const { limits, pass } = limitsAt();
  const taken = () => Array.from({ length: 1_000 }, () => limits.takeCancel('a')).filter(Boolean);
  assert.equal(taken().length, 200);
  assert.equal(limits.takeCancel('b'), true, 'another address is another matter');
  pass(500);
  assert.equal(taken().length, 50);
  pass(3_600_000);
  assert.equal(taken().length, 200);
});

test('wrong passwords are answered later and later, and forgiven with time', () => {
  const { limits, pass } = limitsAt();
  const fail = () => {
    const delay = limits.beginDelay('a');
    limits.endDelay('a');
    return delay;
  };
  assert.deepEqual(
    Array.from({ length: 12 }, fail),
    [0, 0, 0, 0, 0, 50, 100, 200, 400, 800, 1_000, 1_000],
  );
  assert.equal(limits.beginDelay('b'), 0);
  pass(60_000);
  assert.equal(fail(), 0);
});

test('answers wait for one address up to a cap, those beyond get none', () => {
  const { limits } = limitsAt();
  const delays = Array.from({ length: 300 }, () => limits.beginDelay('a'));
  assert.equal(delays.filter((delay) => delay === undefined).length, 300 - 256);
  assert.notEqual(limits.beginDelay('b'), undefined);
});

test('the addresses that are remembered are capped', () => {
  const { limits } = limitsAt();
  for (let count = 0; count < 200; count += 1) limits.takeCancel('first');
  assert.equal(limits.takeCancel('first'), false);
  for (let index = 0; index < 10_000; index += 1) limits.takeCancel(`address ${index}`);
  assert.equal(limits.takeCancel('first'), true);
});
