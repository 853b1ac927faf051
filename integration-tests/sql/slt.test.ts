/**
 * Every .slt file against TimeFusion, PGlite and, where it is installed, PostgreSQL 15.
 * SLT=joins runs the files whose name contains it; UPDATE=1 rewrites them from PostgreSQL.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PostgresProcess, postgresMissing } from '../server/postgres-process.ts';
import { ServerProcess } from '../server/server-process.ts';
import { openPglitePeer, openWirePeer } from './peer.ts';
import { runScript, type Outcome, type Target } from './run-script.ts';
import { parseScript, printScript, type ScriptRecord } from './script.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'integration-tests/sql');
const isUpdate = process.env['UPDATE'] === '1';
const wanted = process.env['SLT'] ?? '';
const names = readdirSync(folder).filter((name) => name.endsWith('.slt') && name.includes(wanted));

let server: ServerProcess;
let postgres: PostgresProcess | undefined;
const targets = new Map<string, Target>();

before(async () => {
  server = await ServerProcess.start();
  const address = { timefusion: server.port, postgres: 0 };
  if (postgresMissing === undefined) {
    postgres = await PostgresProcess.start();
    address.postgres = postgres.port;
  }
  for (const [name, port] of Object.entries(address)) {
    if (port === 0) continue;
    const open = () => openWirePeer(port);
    const isRepeated = name === 'timefusion';
    const target = name === 'timefusion' ? 'timefusion' : 'postgres';
    targets.set(name, { name: target, open, first: await open(), isRepeated });
  }
  const pglite = await openPglitePeer();
  targets.set('pglite', { name: 'pglite', open: undefined, first: pglite, isRepeated: false });
});

after(async () => {
  for (const { first } of targets.values()) await first.close();
  await server.stop();
  await postgres?.stop();
});

function differences(outcomes: readonly Outcome[]): string {
  return outcomes
    .flatMap(({ difference }) => (difference === undefined ? [] : [difference]))
    .map(({ line, sql, expected, actual }) =>
      [`line ${line}: ${sql}`, '-- expected', expected, '-- got', actual, ''].join('\n'),
    )
    .join('\n');
}

async function check(name: string, targetName: string): Promise<void> {
  const records = parseScript(readFileSync(join(folder, name), 'utf8'));
  const target = targets.get(targetName);
  assert.ok(target);
  const outcomes = await runScript(records, target, name.replace('.slt', ''));
  const found = differences(outcomes);
  const count = outcomes.filter(({ difference }) => difference !== undefined).length;
  if (count > 0) assert.fail(`${name}: ${count} of ${records.length} answers differ\n\n${found}`);
}

/** PostgreSQL writes what it answers; a record for one target only stays as it is. */
async function update(name: string): Promise<void> {
  const path = join(folder, name);
  const records = parseScript(readFileSync(path, 'utf8'));
  const judge = targets.get('postgres') ?? targets.get('pglite');
  assert.ok(judge);
  const outcomes = await runScript(records, judge, name.replace('.slt', ''));
  writeFileSync(path, printScript(outcomes.map(({ record }) => record)));
}

for (const name of names) {
  if (isUpdate) test(`${name} is rewritten`, () => update(name));
  test(`${name} is what PGlite answers`, () => check(name, 'pglite'));
  const skip = postgresMissing ?? false;
  test(`${name} is what PostgreSQL 15 answers`, { skip }, () => check(name, 'postgres'));
  test(`${name} is what TimeFusion answers`, () => check(name, 'timefusion'));
}

test('every known difference is in docs/compatibility.md', () => {
  const page = readFileSync(join(root, 'docs/compatibility.md'), 'utf8').replace(/\s+/g, ' ');
  const missing = names.flatMap((name) =>
    parseScript(readFileSync(join(folder, name), 'utf8'))
      .flatMap(({ conditions }: ScriptRecord) => conditions)
      .filter(({ target }) => target === 'timefusion')
      .filter(({ reason }) => reason === '' || !page.includes(reason))
      .map(({ reason }) => `${name}: ${reason}`),
  );
  assert.deepEqual([...new Set(missing)], []);
});
