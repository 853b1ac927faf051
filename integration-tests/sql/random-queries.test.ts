/**
 * Random queries answer as PGlite does, types and rows. RANDOM_QUERIES says how many, RANDOM_SEED
 * which, JUDGE_PORT asks a PostgreSQL server instead; a failure prints the query, and RANDOM_SEED
 * with RANDOM_QUERIES=1 repeats it alone.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerProcess } from '../server/server-process.ts';
import { rowText, typesText, type Answer } from './answer.ts';
import { openJudge, openWirePeer, type Peer } from './peer.ts';
import { RandomChoice } from './random-choice.ts';
import { randomQuery, tableStatements } from './random-queries.ts';

const count = Number(process.env['RANDOM_QUERIES'] ?? 300);
const firstSeed = Number(process.env['RANDOM_SEED'] ?? 1);
const tableSeed = 7;

let server: ServerProcess;
let ours: Peer;
let judge: Peer;

before(async () => {
  server = await ServerProcess.start();
  ours = await openWirePeer(server.port);
  judge = await openJudge('random_queries');
  for (const sql of ["set timezone = 'UTC'", ...tableStatements(new RandomChoice(tableSeed))]) {
    for (const peer of [ours, judge]) assert.equal((await peer.run(sql)).failure, undefined, sql);
  }
});

after(async () => {
  await ours.close();
  await judge.close();
  await server.stop();
});

/** The order of rows counts when the query ends in ORDER BY; ties are equal in all columns. */
function lines(sql: string, answer: Answer): readonly string[] {
  const { failure, columns, rows } = answer;
  if (failure !== undefined) return [`error ${failure.code}`];
  const isOrdered = / order by 1(?=[ ,]|$)[^()]*$/.test(sql);
  const isChosen = isOrdered || /select distinct| group by | (union|intersect|except)/.test(sql);
  const typeOids = (columns ?? []).map(({ typeOid }) => typeOid);
  const shown = isChosen ? rows.map((row) => plainest(row, typeOids)) : rows;
  const texts = shown.map(rowText);
  return [typesText(answer), ...(isOrdered ? texts : texts.toSorted())];
}

const numericOid = 1700;
const float8Oid = 701;
const intervalOid = 1186;

/** Among equal values, such as 1.5 and 1.50, either may stand for both. */
function plainest(
  row: Answer['rows'][number],
  typeOids: readonly number[],
): Answer['rows'][number] {
  return row.map((value, index) => {
    const text = value?.toString();
    if (text === undefined) return null;
    if (typeOids[index] === float8Oid && text === '-0') return Buffer.from('0');
    if (typeOids[index] === intervalOid) return Buffer.from(spanText(text));
    const isFraction = typeOids[index] === numericOid && text.includes('.');
    return Buffer.from(isFraction ? text.replace(/\.?0+$/, '') : text);
  });
}

/** Microseconds of an interval as comparisons see it: months of 30 days of 24 hours. */
function spanText(interval: string): string {
  const count = (unit: string): bigint => {
    return BigInt(new RegExp(`([-+]?\\d+) ${unit}`).exec(interval)?.[1] ?? 0);
  };
  const days = (count('year') * 12n + count('mon')) * 30n + count('day');
  const clock = /([-+]?)(\d+):(\d+):(\d+)(?:\.(\d+))?$/.exec(interval);
  const [, sign, hours = '0', minutes = '0', seconds = '0', fraction = ''] = clock ?? [];
  const whole = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const micros = whole * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return String(days * 86_400_000_000n + (sign === '-' ? -micros : micros));
}

async function difference(sql: string): Promise<string | undefined> {
  const expected = await judge.run(sql);
  const actual = await ours
    .run(sql)
    .catch((error: Error) => assert.fail(`${error.message}: ${sql}`));
  const [wanted, got] = [lines(sql, expected), lines(sql, actual)];
  const at = wanted.findIndex((text, index) => text !== got[index]);
  if (at < 0 && wanted.length === got.length) return undefined;
  const line = at < 0 ? wanted.length : at;
  const shown = actual.failure?.message ?? got[line] ?? 'nothing';
  const hint = expected.failure?.message ?? wanted[line] ?? 'nothing';
  return `${sql}\n  rows ${wanted.length - 1} and ${got.length - 1}; at row ${line}\n  expected ${hint}\n  got ${shown}`;
}

test(`${count} random queries from seed ${firstSeed} answer as PGlite does`, async () => {
  const found: string[] = [];
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const different = await difference(randomQuery(new RandomChoice(seed)));
    if (different !== undefined) found.push(`seed ${seed}: ${different}`);
  }
  if (found.length > 0) assert.fail(`${found.length} queries differ\n\n${found.join('\n\n')}`);
});

test('most random queries find rows', async () => {
  let withRows = 0;
  let errors = 0;
  for (let seed = firstSeed; seed < firstSeed + 100; seed++) {
    const { rows, failure } = await judge.run(randomQuery(new RandomChoice(seed)));
    if (rows.length > 1) withRows += 1;
    if (failure !== undefined) errors += 1;
  }
  assert.ok(withRows >= 50 && errors <= 5, `${withRows} with rows, ${errors} errors of 100`);
});
