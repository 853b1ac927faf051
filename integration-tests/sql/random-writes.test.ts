/**
 * Random writes do to a table what they do to PGlite's: same answers, same rows, also after the
 * server was stopped, or killed, and started again. RANDOM_WRITES says how many, RANDOM_SEED which,
 * JUDGE_PORT asks a PostgreSQL server instead of PGlite.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerProcess, temporaryFolder } from '../server/server-process.ts';
import { rowText, typesText, type Answer } from './answer.ts';
import { openJudge, openWirePeer, type Peer } from './peer.ts';
import { RandomChoice } from './random-choice.ts';
import { contents, randomWrite, tables } from './random-writes.ts';

const count = Number(process.env['RANDOM_WRITES'] ?? 400);
const seed = Number(process.env['RANDOM_SEED'] ?? 1);
const checkEvery = 10;
const restartEvery = 150;

const dataDir = temporaryFolder('writes');
let server: ServerProcess;
let ours: Peer;
let judge: Peer;

async function open(): Promise<void> {
  server = await ServerProcess.start({ dataDir });
  ours = await openWirePeer(server.port);
  await ours.run("set timezone = 'UTC'");
}

before(async () => {
  judge = await openJudge('random_writes');
  await open();
  for (const peer of [ours, judge]) {
    await peer.run("set timezone = 'UTC'");
    assert.equal((await peer.run(tables)).failure, undefined);
  }
});

after(async () => {
  await judge.close();
  await server.stop();
});

/** Rows come in no order, and of several violated constraints either may be named. */
function shown(answer: Answer): readonly string[] {
  const { failure, rows, tag } = answer;
  if (failure !== undefined) return [`error ${failure.code.replace(/^(23|21000).*/, '23')}`];
  return [tag, typesText(answer), ...rows.map(rowText).toSorted()];
}

async function compareRows(after: string): Promise<void> {
  const [expected, actual] = [await judge.run(contents), await ours.run(contents)];
  assert.deepEqual(shown(actual), shown(expected), `rows after: ${after}`);
}

async function restart(isKilled: boolean): Promise<void> {
  for (const peer of [ours, judge]) await peer.run('commit');
  if (isKilled) await server.kill();
  else await server.stop();
  await open();
}

test(`${count} random writes from seed ${seed} leave the rows that PGlite has`, async () => {
  const random = new RandomChoice(seed);
  const history: string[] = [];
  for (let n = 1; n <= count; n++) {
    const sql = randomWrite(random);
    history.push(sql);
    const [expected, actual] = [await judge.run(sql), await ours.run(sql)];
    const before = history.slice(-5).join('\n');
    assert.deepEqual(
      shown(actual),
      shown(expected),
      `statement ${n}:\n${before}\n${actual.failure?.message}`,
    );
    if (n % checkEvery === 0 && expected.failure === undefined) await compareRows(before);
    if (n % restartEvery !== 0) continue;
    await restart(n % (2 * restartEvery) === 0);
    await compareRows('a restart');
  }
  await restart(true);
  await compareRows('the last restart');
});
