/**
 * npm run bench -- cancel: how soon long statements stop, by shape and by cause. Each run begins
 * the statement, waits for a moment drawn anew, asks for its end, and measures until
 * ReadyForQuery. Against PostgreSQL 15 where one is installed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './measure.ts';
import { PostgresPeer } from './postgres-peer.ts';
import { query, RawSession } from './raw-session.ts';
import { TimeFusionPeer } from './timefusion-peer.ts';

const rows = 2_000_000;
const setup = [
  'DROP TABLE IF EXISTS long_rows',
  `CREATE TABLE long_rows AS SELECT g AS id, g % 1000 AS part, 'name ' || g AS name
   FROM generate_series(1, ${rows}) g`,
];

/** Each takes ten seconds and more, or sends without end. */
const shapes: readonly (readonly [name: string, sql: string])[] = [
  [
    'scan and aggregate',
    'SELECT max(length(repeat(a.name, 1 + a.part % 9) || b.part)) FROM long_rows a, (SELECT part FROM long_rows LIMIT 300) b',
  ],
  ['cross join', 'SELECT count(*) FROM long_rows a, long_rows b WHERE a.id + b.id = 0'],
  [
    'sort',
    'SELECT name FROM (SELECT a.name || b.part AS name FROM long_rows a, (SELECT part FROM long_rows LIMIT 20) b) x ORDER BY 1 OFFSET 1000000000',
  ],
  [
    'recursive CTE',
    'WITH RECURSIVE t(n) AS (SELECT 1::int8 UNION ALL SELECT n + 1 FROM t WHERE n < 1000000000) SELECT max(n) FROM t',
  ],
  [
    'window',
    'SELECT max(x) FROM (SELECT sum(a.id) OVER (PARTITION BY a.part ORDER BY a.name) AS x FROM long_rows a, (SELECT 1 FROM long_rows LIMIT 20) b) y',
  ],
  [
    'regular expression',
    "SELECT count(*) FROM long_rows a, (SELECT part FROM long_rows LIMIT 100) b WHERE a.name || b.part ~ '(9|8)+.*(7|6)+.*1{2}$'",
  ],
  ['generate_series', 'SELECT count(*) FROM generate_series(1, 1000000000) g WHERE g % 7 = 8'],
  ['rows to the client', 'SELECT * FROM long_rows a, long_rows b'],
  ['COPY OUT', 'COPY (SELECT a.name, b.part FROM long_rows a, long_rows b) TO STDOUT'],
  [
    'sorts of texts',
    'SELECT count(*) FROM generate_series(1, 30) g, LATERAL (SELECT name FROM long_rows WHERE part <> g ORDER BY name OFFSET 1) x',
  ],
  [
    'many groups',
    'SELECT count(*) FROM generate_series(1, 100) g, LATERAL (SELECT name, max(id) FROM long_rows WHERE part <> g GROUP BY name) x',
  ],
  [
    'joins',
    'SELECT count(*) FROM generate_series(1, 100) g, LATERAL (SELECT b.id FROM long_rows a JOIN long_rows b ON a.name = b.name WHERE a.part <> g) x',
  ],
  [
    'values in order',
    'SELECT max(a || b) FROM generate_series(1, 30) g, LATERAL (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY name) AS a, max(id + g) AS b FROM long_rows) x',
  ],
  ['pg_sleep', 'SELECT pg_sleep(30)'],
  [
    'INSERT SELECT',
    'INSERT INTO long_rows SELECT a.id, a.part, a.name FROM long_rows a, long_rows b WHERE a.id + b.id = 0',
  ],
];

const causes = ['cancel', 'statement_timeout'] as const;
const runs = 12;
const waitMs = [20, 1000] as const;

export async function runCancel(folder: string, only: string): Promise<void> {
  const ours = await TimeFusionPeer.open(`${folder}/latency`, 1000);
  const postgres = await PostgresPeer.open();
  try {
    await compare([ours.port, ...(postgres === undefined ? [] : [postgres.port])], only);
  } finally {
    await ours.close();
    await postgres?.close();
  }
}

async function compare(ports: readonly number[], only: string): Promise<void> {
  for (const port of ports) {
    const session = await RawSession.open(port);
    for (const sql of setup) await session.run(sql);
    session.close();
  }
  process.stdout.write('milliseconds from the request to ReadyForQuery: median, p99, most\n');
  for (const [name, sql] of shapes) {
    if (!name.includes(only)) continue;
    for (const cause of causes) {
      const texts: string[] = [];
      for (const port of ports) texts.push(summary(await measured(port, sql, cause)));
      process.stdout.write(`${name.padEnd(20)}${cause.padEnd(19)}${texts.join('   |')}\n`);
    }
  }
}

function summary(times: readonly number[]): string {
  return [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(1).padStart(8)).join('');
}

type Cause = (typeof causes)[number];

async function measured(port: number, sql: string, cause: Cause): Promise<readonly number[]> {
  const session = await RawSession.open(port);
  const bytes = query(sql);
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const [least, most] = waitMs;
    const wait = Math.round(least + Math.random() * (most - least));
    if (cause === 'statement_timeout') await session.run(`SET statement_timeout = ${wait}`);
    let asked = performance.now() + wait;
    const ended = session.send(bytes);
    if (cause === 'cancel') {
      await sleep(wait);
      asked = performance.now();
      await session.cancel();
    }
    const code = await ended;
    if (code !== '57014') throw new Error(`${sql}: ended by ${code}`);
    times.push(performance.now() - asked);
  }
  session.close();
  return times;
}
