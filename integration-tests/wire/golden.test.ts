/** The recorded scenarios of PostgreSQL 15 against the real server: all steps answer alike. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerProcess } from '../server/server-process.ts';
import { openWirePeer } from '../sql/peer.ts';
import { readRecordings, recordingFile, replay } from './golden-replay.ts';

const schema = [
  'drop table otel_logs_and_spans',
  "create role analyst login password 'secret'",
  `create table projects (id uuid primary key default gen_random_uuid(), name varchar(80) not null
     unique, owner text default 'me', created_at timestamptz not null default now())`,
  `create table otel_logs_and_spans (project_id uuid not null, timestamp timestamptz not null,
     id uuid not null default gen_random_uuid(), kind text, status_code int,
     constraint st_chk check (status_code >= 0))`,
  "insert into projects (name) values ('p1'), ('p2')",
];

const recordings = readRecordings();
const skip = recordings === undefined ? `${recordingFile} is not here` : false;
let server: ServerProcess;

before(async () => {
  if (skip !== false) return;
  server = await ServerProcess.start({ environment: { PGWIRE_DATABASE: 'app' } });
  const peer = await openWirePeer(server.port, 'app');
  for (const sql of schema) {
    const { failure } = await peer.run(sql);
    assert.equal(failure, undefined, sql);
  }
  await peer.close();
});

after(async () => {
  if (skip === false) await server.stop();
});

test('every recorded step is answered as PostgreSQL 15 answered it', { skip }, async () => {
  const address = { host: '127.0.0.1', port: server.port, user: 'postgres', database: 'app' };
  const lines: string[] = [];
  let failures = 0;
  let steps = 0;
  for (const recording of recordings ?? []) {
    const results = await replay(recording, address);
    const wrong = results.filter(({ wanted, actual }) => actual !== wanted);
    steps += results.length;
    failures += wrong.length;
    lines.push(`${results.length - wrong.length} of ${results.length}  ${recording.name}`);
    for (const { label, wanted, actual } of wrong) {
      lines.push(`    ${label}\n      want ${wanted}\n      got  ${actual}`);
    }
  }
  assert.equal(steps, 269);
  assert.equal(failures, 0, `\n${lines.join('\n')}`);
});
