/**
 * Catalog statements captured from real clients run as they did on PostgreSQL 15: same columns of
 * the same types, or the same refusal. Skipped where the captures are not on this machine.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { findTypeByOid } from '../../src/types/type-table.ts';
import { ServerProcess } from '../server/server-process.ts';
import { captureFiles, captureFolder, readCapture, type CapturedStatement } from './capture.ts';
import { run, type Answer } from './replay.ts';

const skip = existsSync(captureFolder) ? false : `no captures in ${captureFolder}`;

/** What the captures' schema had and a new store has not, waits, and state of sessions. */
const otherSchema = /pg_sleep|\bmood\b|\baddr\b|\badd2\b|savepoint/i;

const schema = `
create table projects (id uuid primary key default gen_random_uuid(),
  name varchar(80) not null unique, owner text default 'me',
  created_at timestamptz not null default now());
create view v_errors as
  select id, timestamp, name from otel_logs_and_spans where status_code >= '500';
`;

/** Settings that a client made before the statement was captured, and its parameters' types. */
const otherSession = new Set([
  'pgcli 36',
  'pgjdbc-meta 11',
  'pgjdbc-ops 4',
  'pgjdbc-ops-rewrite 4',
]);

let server: ServerProcess;

before(async () => {
  if (skip !== false) return;
  server = await ServerProcess.start();
  const connection = await connect();
  await connection.query(schema);
  await connection.end();
});

async function connect(): Promise<pg.Client> {
  const { port } = server;
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  return client;
}

after(async () => {
  await server?.stop();
});

function namesOf(columns: readonly string[]): readonly string[] {
  return columns.map((column) => column.replace(/:[^:]*$/, ''));
}

/** Types by name; captures write modifiers, too, and some types as OIDs. */
function typesOf(columns: readonly string[]): readonly string[] {
  return columns.map((column) => {
    const type = (/:([^:]*)$/.exec(column)?.[1] ?? '').replace(/\(.*\)$/, '');
    return findTypeByOid(Number(type))?.name ?? type;
  });
}

function check(statement: CapturedStatement, answer: Answer): string | undefined {
  const { number, sqlState, columns } = statement;
  if (sqlState !== undefined) {
    return answer.sqlState === sqlState ? undefined : `[${number}] ${answer.error ?? 'no error'}`;
  }
  if (answer.error !== undefined) return `[${number}] ${answer.error}`;
  const isOne = !statement.sql.includes(';');
  if (columns.length === 0 || !isOne) return undefined;
  const ours = `${namesOf(answer.columns).join()} ${typesOf(answer.columns).join()}`;
  const theirs = `${namesOf(columns).join()} ${typesOf(columns).join()}`;
  return ours === theirs ? undefined : `[${number}] ${ours} for ${theirs}`;
}

for (const path of skip === false ? captureFiles() : []) {
  const { client, statements } = readCapture(path);
  const chosen = statements.filter(
    ({ isCatalog, sql, number, parameters }) =>
      isCatalog &&
      !otherSchema.test([sql, ...parameters].join(' ')) &&
      !otherSession.has(`${client} ${number}`),
  );
  if (chosen.length === 0) continue;

  test(`${chosen.length} catalog statements of ${client} answer as PostgreSQL 15 did`, async () => {
    const connection = await connect();
    const wrong: string[] = [];
    for (const statement of chosen) {
      const text = check(statement, await run(connection, statement));
      if (text !== undefined) wrong.push(text);
    }
    await connection.end();
    assert.deepEqual(wrong, []);
  });
}

test('captures of clients are here to be replayed', { skip }, () => {
  assert.ok(captureFiles().length > 0);
});
