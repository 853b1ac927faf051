import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhaseName, PhaseNote } from '../query-trace.ts';
import { lengthNs, ownedPhases } from './time-owners.ts';

const whole = { startNs: 1000, endNs: 2000 };
const receive: PhaseNote = { name: 'pgwire.receive', startNs: 1000, endNs: 1010 };
const parse: PhaseNote = { name: 'parse', startNs: 1050, endNs: 1150 };
const plan: PhaseNote = { name: 'plan', startNs: 1150, endNs: 1250 };
const rules: PhaseNote = { name: 'optimize_logical_plan', startNs: 1160, endNs: 1240 };
const worker: PhaseNote = { name: 'queue.wait', startNs: 1250, endNs: 1300, waitsFor: 'worker' };
const execute: PhaseNote = { name: 'execute_plan', startNs: 1300, endNs: 1800, activeNs: 400 };
const encode: PhaseNote = { name: 'result.encode', startNs: 1400, endNs: 1800, activeNs: 100 };

const notOwners = new Set<PhaseName>(['optimize_logical_plan']);

/** Of those that the session noted a wait is told by what follows them. */
function owned(phases: readonly PhaseNote[], noted: number): number {
  return phases
    .filter(({ name }, index) => !notOwners.has(name) && !(name === 'queue.wait' && index < noted))
    .reduce((sum, phase) => sum + lengthNs(phase), 0);
}

function settle(...noted: readonly PhaseNote[]) {
  const { phases, unownedNs } = ownedPhases(noted, whole);
  const find = (name: PhaseName): PhaseNote | undefined =>
    phases.slice(noted.length).find((phase) => phase.name === name);
  return { phases, unownedNs, find, total: owned(phases, noted.length) };
}

describe('the owners of a query’s time', () => {
  it('add up to its length', () => {
    const { total, unownedNs } = settle(receive, parse, plan, rules, worker, execute, encode);
    assert.deepEqual([total, unownedNs], [1000, 0]);
  });

  it('leave to the session what lies between phases, before and after the plan is pulled', () => {
    const { find } = settle(receive, parse, plan, worker, execute, encode);
    const [begin, end] = [find('session.begin'), find('session.end')];
    assert.deepEqual([begin?.startNs, begin?.endNs, begin?.activeNs], [1010, 1050, 40]);
    assert.deepEqual([end?.startNs, end?.endNs, end?.activeNs], [1800, 2000, 200]);
  });

  it('tell waits by what they were for', () => {
    const loop: PhaseNote = { name: 'queue.wait', startNs: 1010, endNs: 1050, waitsFor: 'loop' };
    const shared: PhaseNote = { ...execute, activeNs: 330, turnsNs: 70 };
    const { phases, total, unownedNs } = settle(receive, loop, parse, plan, worker, shared, encode);
    const waits = phases.slice(7).filter(({ name }) => name === 'queue.wait');
    assert.deepEqual(
      waits.map(({ attributes, activeNs }) => [attributes?.['queue.for'], activeNs]),
      [
        ['loop', 40],
        ['worker', 50],
        ['turn', 70],
      ],
    );
    assert.deepEqual([total, unownedNs], [1000, 0]);
  });

  it('own what an execution’s reader did, but for the rows that it wrote', () => {
    const read: PhaseNote = { ...execute, activeNs: 300, readerNs: 200 };
    const write: PhaseNote = { name: 'dml.execute', startNs: 1350, endNs: 1780, activeNs: 150 };
    const { find, total, unownedNs } = settle(receive, parse, plan, worker, read, write);
    assert.equal(find('session.end')?.activeNs, 250);
    assert.deepEqual([total, unownedNs], [1000, 0]);
  });

  it('say how much of an execution nobody counted', () => {
    const short: PhaseNote = { ...execute, activeNs: 380 };
    const { total, unownedNs } = settle(receive, parse, plan, worker, short, encode);
    assert.deepEqual([total, unownedNs], [980, 20]);
  });

  it('count a worker that goes on while the client is waited for once', () => {
    const wait: PhaseNote = {
      name: 'client.write_wait',
      startNs: 1400,
      endNs: 2000,
      activeNs: 600,
    };
    const { phases, total } = settle(receive, parse, plan, worker, execute, encode, wait);
    const waited = phases.find(({ name }) => name === 'client.write_wait');
    assert.equal(total, 1000);
    assert.equal(waited?.activeNs, 200);
    assert.equal(waited?.attributes?.['overlapped_ns'], 400);
  });

  it('count a worker that waits for a client that reads slowly to the client', () => {
    const slow: PhaseNote = { ...execute, activeNs: 200, readerNs: 200 };
    const wait: PhaseNote = {
      name: 'client.write_wait',
      startNs: 1400,
      endNs: 1800,
      activeNs: 190,
    };
    const { find, total } = settle(receive, parse, plan, worker, slow, encode, wait);
    assert.equal(find('session.end')?.activeNs, 210);
    assert.equal(total, 1000);
  });

  it('keep positions, so that plans find their execution', () => {
    const { phases } = settle(receive, worker, execute);
    assert.deepEqual(
      phases.slice(0, 3).map(({ name }) => name),
      ['pgwire.receive', 'queue.wait', 'execute_plan'],
    );
  });

  it('count what lies inside a utility statement with it', () => {
    const utility: PhaseNote = { name: 'execute_utility', startNs: 1200, endNs: 1950 };
    const { phases } = settle(receive, parse, utility, execute, encode);
    const outer = phases.filter(({ name }) => !['execute_plan', 'result.encode'].includes(name));
    assert.equal(owned(outer, 3), 1000);
  });
});
