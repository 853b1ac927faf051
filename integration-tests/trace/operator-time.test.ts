/** The time of a long parallel query's operators is the time of its execution. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecodedSpan } from './decoded-span.ts';
import { useTraced } from './traced-setup.ts';
import { lastTraceId } from './traced-server.ts';

const longNs = 200e6;
const share = 0.05;

function numberOf({ attributes }: DecodedSpan, name: string): number {
  return Number(attributes.get(name) ?? 0);
}

function sumOf(spans: readonly DecodedSpan[], name: string): number {
  return spans.reduce((sum, span) => sum + numberOf(span, name), 0);
}

function near(actual: number, wanted: number, what: string): void {
  assert.ok(Math.abs(actual - wanted) <= wanted * share, `${what}: ${actual} of ${wanted} ns`);
}

describe('operators of a query of 200 ms', { concurrency: false }, () => {
  const traced = useTraced({
    settings: { RUST_LOG: 'debug', TRACE_MAX_TRACES_PER_SEC: '0', TIMEFUSION_WORKERS: '2' },
    statements: [
      'CREATE TABLE numbers (n int, v int)',
      'INSERT INTO numbers SELECT n, n * 37 % 1009 FROM generate_series(1, 200000) g(n)',
    ],
  });

  /** The query with so much work a row that its execution takes the wanted time. */
  async function longRun(shape: (work: string) => string): Promise<readonly DecodedSpan[]> {
    for (let rounds = 1; ; rounds *= 2) {
      const digest = Array.from({ length: rounds }).reduce<string>(
        (text) => `md5(${text})`,
        'n::text',
      );
      await traced.client.query(shape(digest));
      const spans = await traced.collector.otlpTrace(await lastTraceId(traced.client));
      const execute = spans.find(({ name }) => name === 'execute_plan');
      assert.ok(execute);
      if ((execute.endUs - execute.startUs) * 1000 >= longNs) return spans;
    }
  }

  const shapes: readonly (readonly [string, (work: string) => string])[] = [
    ['aggregates', (work) => `SELECT v % 7, count(DISTINCT ${work}) FROM numbers GROUP BY 1`],
    ['filters', (work) => `SELECT count(*) FROM numbers WHERE ${work} < 'a'`],
    [
      'joins and sorts',
      (work) =>
        `SELECT a.n FROM numbers a JOIN numbers b ON a.n = b.v WHERE ${work.replace('n::', 'b.n::')} < 'c'
         ORDER BY b.n DESC LIMIT 5`,
    ],
  ];

  for (const [what, shape] of shapes) {
    it(`that ${what}: self time and waits add up to the execution`, async () => {
      const spans = await longRun(shape);
      const [execute] = spans.filter(({ name }) => name === 'execute_plan');
      assert.ok(execute);
      const operators = spans.filter(({ attributes }) => attributes.has('plan.node_id'));
      const executeNs = (execute.endUs - execute.startUs) * 1000;
      near(sumOf(operators, 'op.wall_ns'), executeNs, 'on the clock');

      const ofThreads = spans.filter(({ attributes }) => attributes.has('op.partition'));
      const helpers = ofThreads.filter((span) => numberOf(span, 'op.partition') > 0);
      assert.ok(helpers.length > 0, 'helpers took part');
      const all = ['op.self_ns', 'op.io_wait_ns', 'op.thread_wait_ns'];
      const everything = all.reduce((sum, name) => sum + sumOf(operators, name), 0);
      // A helper's time is that of the highest operator which it ran.
      const tops = new Map<number, number>();
      for (const span of helpers) {
        const partition = numberOf(span, 'op.partition');
        tops.set(partition, Math.max(tops.get(partition) ?? 0, numberOf(span, 'op.busy_ns')));
      }
      const ofHelpers = [...tops.values()].reduce((sum, ns) => sum + ns, 0);
      near(everything, executeNs + ofHelpers, 'on all threads');
    });
  }
});
