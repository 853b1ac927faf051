/**
 * Every one of the sixty cases points to something that runs; those that stand in the list run
 * here, against the server and, where it is installed, PostgreSQL 15.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { captureFiles, captureFolder } from '../catalog/capture.ts';
import { clientPrograms } from '../clients/client-programs.ts';
import { PostgresProcess, postgresMissing } from '../server/postgres-process.ts';
import { ServerProcess } from '../server/server-process.ts';
import { openWirePeer } from '../sql/peer.ts';
import { build, type Fields } from '../wire/frontend-frames.ts';
import { readRecordings } from '../wire/golden-replay.ts';
import { goldenScenarios } from '../wire/golden-steps.ts';
import { goldenText } from '../wire/golden-text.ts';
import { logIn } from '../wire/local-server.ts';
import { acceptanceCases, type Shown } from './cases.ts';

const root = join(import.meta.dirname, '../../..');
const captures = existsSync(captureFolder) ? captureFiles().map(String) : undefined;
const recorded = readRecordings()?.map(({ name }) => name);
let server: ServerProcess;
let postgres: PostgresProcess | undefined;

before(async () => {
  server = await ServerProcess.start();
  if (postgresMissing === undefined) postgres = await PostgresProcess.start();
});

after(async () => {
  await server.stop();
  await postgres?.stop();
});

/** Undefined when what shows the case is there. */
function missing(shown: Shown): string | undefined {
  switch (shown.by) {
    case 'scenario': {
      const isKnown = recorded?.includes(shown.name) ?? shown.name in goldenScenarios;
      return isKnown || recorded === undefined ? undefined : `scenario ${shown.name}`;
    }
    case 'client':
      return clientPrograms.some(({ name }) => name === shown.name)
        ? undefined
        : `client ${shown.name}`;
    case 'capture': {
      const isKnown = captures?.some((file) => file.includes(shown.name)) ?? true;
      return isKnown ? undefined : `capture ${shown.name}`;
    }
    case 'test': {
      const path = join(root, shown.file);
      const isKnown = existsSync(path) && readFileSync(path, 'utf8').includes(shown.name);
      return isKnown ? undefined : `test ${shown.file}: ${shown.name}`;
    }
    default:
      return undefined;
  }
}

test('there are sixty cases, and each points to something that runs', () => {
  assert.deepEqual(
    acceptanceCases.map(({ number }) => number),
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
  const lost = acceptanceCases.flatMap(({ number, shown }) =>
    shown.flatMap((each) => missing(each) ?? []).map((what) => `${number}: ${what}`),
  );
  assert.deepEqual(lost, []);
  assert.ok(acceptanceCases.every(({ shown }) => shown.length > 0));
});

async function converse(
  port: number,
  steps: readonly (readonly [send: string, hear: string])[],
): Promise<void> {
  const client = await logIn(port);
  for (const [send, hear] of steps) {
    for (const line of send.split('\n')) {
      const space = line.indexOf(' ');
      const name = space < 0 ? line : line.slice(0, space);
      client.send(build(name, space < 0 ? {} : (JSON.parse(line.slice(space + 1)) as Fields)));
    }
    const words: string[] = [];
    const last = hear.split(' ').at(-1);
    while (words.at(-1) !== last) {
      const word = goldenText(await client.next());
      words.push(word);
      if (word === '<closed>' || word.startsWith('Z(')) break;
    }
    assert.equal(words.join(' '), hear);
  }
  client.close();
}

async function check(shown: Shown, port: number): Promise<void> {
  if (shown.by === 'messages') await converse(port, shown.steps);
  if (shown.by !== 'rows') return;
  const peer = await openWirePeer(port);
  const { rows, failure } = await peer.run(shown.sql);
  await peer.close();
  assert.equal(failure, undefined);
  assert.deepEqual(
    rows.map((row) => row.map(String).join('|')),
    shown.rows,
  );
}

for (const { number, what, shown } of acceptanceCases) {
  const here = shown.filter(({ by }) => by === 'messages' || by === 'rows');
  if (here.length === 0) continue;
  test(`${number}: ${what}`, async () => {
    for (const each of here) await check(each, server.port);
  });
  test(`${number}: ${what}, on PostgreSQL`, { skip: postgresMissing ?? false }, async () => {
    for (const each of here) await check(each, postgres?.port ?? 0);
  });
}

test('57: OIDs stay the same across a restart', async () => {
  const oid = async (running: ServerProcess): Promise<string> => {
    const peer = await openWirePeer(running.port);
    const { rows } = await peer.run("select 'named'::regclass::oid, 'named'::regclass");
    await peer.close();
    return rows.map((row) => row.map(String).join('|')).join();
  };
  const first = await ServerProcess.start();
  const peer = await openWirePeer(first.port);
  await peer.run('create table named (a int)');
  await peer.close();
  const before = await oid(first);
  await first.stop();
  const again = await ServerProcess.start({ dataDir: first.dataDir });
  const after = await oid(again);
  await again.stop();
  assert.match(before, /^\d+\|named$/);
  assert.equal(after, before);
});
