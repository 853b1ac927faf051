import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { QueryNotes } from '../query-notes.ts';
import { Filter } from '../choice/filter.ts';
import { fingerprintOf } from '../../sql/fingerprint.ts';
import { StatementStatistics } from './statement-statistics.ts';

const filter = new Filter('');

function notesOf(sql: string, user = 'postgres'): QueryNotes {
  const start = {
    protocol: 'simple' as const,
    startNs: 0,
    sessionId: '',
    backendPid: 1,
    user,
    database: '',
    applicationName: '',
    sql,
    settings: {},
    cycle: 0,
    mayForce: () => false,
  };
  const decision = {
    traceId: '',
    spanId: '',
    queryId: '',
    wantsNodes: false,
    ownTraceparent: '',
    hasInvalidContext: false,
    caller: undefined,
    sampled: undefined,
    spanFilter: filter,
    lineFilter: filter,
    sessionLink: undefined,
  };
  const notes = new QueryNotes(start, decision, () => undefined);
  notes.phase({ name: 'execute_plan', startNs: 0, endNs: 1 });
  return notes;
}

function count(statistics: StatementStatistics, sql: string, ms: number, user?: string): void {
  statistics.count(notesOf(sql, user), { endNs: ms * 1e6, rows: 1, reason: 'exhausted' });
}

describe('statements', () => {
  it('are counted by text without literals, and their times spread', () => {
    const statistics = new StatementStatistics();
    [2, 4, 4, 4, 5, 5, 7, 9].forEach((ms, index) => count(statistics, `SELECT ${index}`, ms));
    const [fact, ...others] = statistics.all();
    assert.equal(others.length, 0);
    assert.equal(fact?.template, 'select ?');
    const { count: calls, total, least, most, squares = 0 } = fact?.calls ?? {};
    assert.deepEqual([calls, total, least, most], [8, 40, 2, 9]);
    assert.ok(Math.abs(Math.sqrt(squares / 8) - 2) < 1e-9);
  });

  it('have the beginning of their fingerprint as number', () => {
    const statistics = new StatementStatistics();
    count(statistics, 'SELECT 1', 1);
    const [fact] = statistics.all();
    const hex = BigInt.asUintN(64, fact?.queryId ?? 0n)
      .toString(16)
      .padStart(16, '0');
    assert.ok(fingerprintOf('select ?').startsWith(hex));
  });

  it('of more texts than are folded in time are lost, and told', () => {
    const statistics = new StatementStatistics();
    for (let index = 0; index < 5000; index++) count(statistics, `SELECT ${index}`, 1);
    const [fact] = statistics.all();
    assert.equal(Number(fact?.calls.count) + statistics.info().lost, 5000);
    assert.ok(Number(fact?.calls.count) >= 2048);
  });

  it('of more kinds than are kept lose those called least', () => {
    const statistics = new StatementStatistics();
    for (let round = 0; round < 8; round++) {
      for (let index = 0; index < 1000; index++) {
        count(statistics, `SELECT c${round * 1000 + index}`, 1);
        if (round === 0) count(statistics, `SELECT c${index}`, 1);
      }
      statistics.all();
    }
    const kept = statistics.all();
    assert.ok(kept.length <= 5000);
    assert.equal(kept.filter(({ calls }) => calls.count === 2).length, 1000);
    assert.equal(kept.length + statistics.info().lost, 8000);
  });
});
