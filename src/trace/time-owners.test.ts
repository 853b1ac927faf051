import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhaseNote } from './query-trace.ts';
import { lengthNs, ownedPhases } from './time-owners.ts';

const whole = { startNs: 1000, endNs: 2000 };
const receive: PhaseNote = { name: 'pgwire.receive', startNs: 1000, endNs: 1010 };
const parse: PhaseNote = { name: 'parse', startNs: 1050, endNs: 1150 };
const plan: PhaseNote = { name: 'plan', startNs: 1150, endNs: 1250 };
const rules: PhaseNote = { name: 'optimize_logical_plan', startNs: 1160, endNs: 1240 };
const execute: PhaseNote = { name: 'execute_plan', startNs: 1300, endNs: 1900, activeNs: 400 };
const encode: PhaseNote = { name: 'result.encode', startNs: 1400, endNs: 1900, activeNs: 100 };
const worker: PhaseNote = { name: 'queue.wait', startNs: 1250, endNs: 1300 };

function owned(phases: readonly PhaseNote[]): number {
  return phases
    .filter(({ name }) => name !== 'optimize_logical_plan')
    .reduce((sum, phase) => sum + lengthNs(phase), 0);
}

describe('the owners of a query’s time', () => {
  it('add up to its length', () => {
    const found = ownedPhases([receive, parse, plan, rules, execute, encode], whole);
    assert.equal(owned(found), 1000);
  });

  it('leave what nobody noted to queue.wait, from the first such moment to the last', () => {
    const found = ownedPhases([receive, parse, plan, worker, execute, encode], whole);
    const wait = found.at(-1);
    assert.equal(wait?.name, 'queue.wait');
    assert.deepEqual([wait?.startNs, wait?.endNs], [1010, 2000]);
    assert.equal(wait?.activeNs, 1000 - 10 - 100 - 100 - 400 - 100);
    assert.equal(wait?.attributes?.['queue.worker_ns'], 50);
  });

  it('count a worker that goes on while the client is waited for once', () => {
    const wait: PhaseNote = {
      name: 'client.write_wait',
      startNs: 1400,
      endNs: 2000,
      activeNs: 600,
    };
    const found = ownedPhases([receive, parse, plan, execute, encode, wait], whole);
    const waited = found.find(({ name }) => name === 'client.write_wait');
    assert.equal(owned(found), 1000);
    assert.equal(waited?.activeNs, 290);
    assert.equal(waited?.attributes?.['overlapped_ns'], 310);
  });

  it('keep positions, so that plans find their execution', () => {
    const found = ownedPhases([receive, worker, execute], whole);
    assert.deepEqual(
      found.map(({ name }) => name),
      ['pgwire.receive', 'queue.wait', 'execute_plan', 'queue.wait'],
    );
  });

  it('count what lies inside a utility statement with it', () => {
    const utility: PhaseNote = { name: 'execute_utility', startNs: 1200, endNs: 1950 };
    const found = ownedPhases([receive, parse, utility, execute, encode], whole);
    const outer = found.filter(({ name }) => !['execute_plan', 'result.encode'].includes(name));
    assert.equal(owned(outer), 1000);
  });
});
