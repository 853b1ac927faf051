/**
 * What holds for every query, whatever it is: generated queries over both protocols, checked
 * against EXPLAIN, the client's rows, and the three ways by which spans leave. TRACE_QUERIES says
 * how many, TRACE_SEED which; a failure names the seed and the query.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomChoice } from '../sql/random-choice.ts';
import { randomQuery, tableStatements } from '../sql/random-queries.ts';
import { CheckedClient, type Ran } from './checked-client.ts';
import { useTraced } from './traced-setup.ts';

const count = Number(process.env['TRACE_QUERIES'] ?? 150);
const firstSeed = Number(process.env['TRACE_SEED'] ?? 1);
const batchSize = 25;

/** Queries that run on workers, in parallel fragments. */
function largeQuery(random: RandomChoice): string {
  const modulus = 2 + random.below(9);
  return random.of([
    `SELECT n % ${modulus}, count(*), sum(v) FROM large GROUP BY 1 ORDER BY 1`,
    `SELECT n, v FROM large WHERE n % ${modulus} = 1 ORDER BY v DESC, n LIMIT 20`,
    `SELECT count(*) FROM large a JOIN alpha b ON a.n = b.id WHERE a.v > ${modulus}`,
    `SELECT v FROM large WHERE n % ${modulus} = 0`,
  ]);
}

function queryOf(seed: number): { readonly sql: string; readonly isExtended: boolean } {
  const random = new RandomChoice(seed);
  const isExtended = random.chance(0.5);
  return { sql: random.chance(0.1) ? largeQuery(random) : randomQuery(random), isExtended };
}

describe(`${count} generated queries from seed ${firstSeed}`, { concurrency: false }, () => {
  const traced = useTraced({
    exporters: ['jaeger', 'otlp'],
    settings: { RUST_LOG: 'debug', TRACE_MAX_TRACES_PER_SEC: '0' },
    statements: [
      ...tableStatements(new RandomChoice(7)),
      'CREATE TABLE large (n int, v int)',
      'INSERT INTO large SELECT i, i * 37 % 1009 FROM generate_series(1, 60000) g(i)',
    ],
  });
  let client: CheckedClient;
  const problems: string[] = [];
  /** Queries of which much was counted by nobody: another program had the processor. */
  const unowned: number[] = [];

  async function checkBatch(seeds: readonly number[]): Promise<void> {
    client.forget();
    const ran = new Map<number, Ran>();
    for (const seed of seeds) {
      const { sql, isExtended } = queryOf(seed);
      ran.set(seed, await client.run(sql, isExtended));
    }
    for (const [seed, each] of ran) {
      try {
        if (!(await client.check(each))) unowned.push(seed);
      } catch (error) {
        problems.push(`seed ${seed}: ${each.sql}\n  ${(error as Error).message}`);
      }
    }
  }

  it('keep every promise of a trace', async () => {
    client = await CheckedClient.open(traced.server, traced.collector);
    for (let from = firstSeed; from < firstSeed + count; from += batchSize) {
      const size = Math.min(batchSize, firstSeed + count - from);
      await checkBatch(Array.from({ length: size }, (_, index) => from + index));
    }
    assert.deepEqual(problems, []);
    assert.ok(unowned.length <= count / 50, `much of their time is nobody's: ${unowned.join()}`);
    assert.match(await traced.server.metrics(), /spans_dropped_total\{[^}]*jaeger[^}]*\} 0/);
  });
});
