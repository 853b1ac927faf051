/** Cancel requests and statement_timeout end long statements at once and nothing else. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { FieldReader, reportFields, type BackendMessage } from '../wire/backend-decoder.ts';
import { build, cancelRequest, startup } from '../wire/frontend-frames.ts';
import { RawClient } from '../wire/raw-client.ts';
import { openWirePeer } from '../sql/peer.ts';
import { ServerProcess } from './server-process.ts';

const rowCount = 40_000;
const targetMs = 50;
/** Each would run for ten seconds or more. */
const longStatements = {
  'pg_sleep(10)': 'select pg_sleep(10)',
  'a cross join': 'select count(*) from many a, many b where a.n + b.n < 0',
  'a cross join that is aggregated':
    'select a.n % 10, sum(a.n * b.n) from many a, many b group by 1',
  'a sort of a cross join': 'select a.n, b.n from many a, many b order by b.n, a.n desc limit 10',
  'a recursion':
    'with recursive t(n) as (select 1::int8 union all select n + 1 from t where n < 1e9) select max(n) from t',
  'a window':
    'select max(s) from (select sum(a.n) over (partition by b.n % 9 order by a.n) s from many a, many b where b.n < 500) x',
  'a regular expression':
    "select count(*) from many a, many b where a.n::text || b.n ~ '(9|8)+.*(7|6)+.*1{2}$'",
  generate_series: 'select count(*) from generate_series(1, 1000000000) g where g % 7 = 8',
  'COPY TO': 'copy (select a.n from many a, many b where a.n + b.n < 0) to stdout',
  'INSERT SELECT': 'insert into many select a.n from many a, many b where a.n + b.n < 0',
  'a function for each row': 'select count(next_of(n)) from generate_series(1, 100000000) n',
  'a function that loops': 'select endless(n) from many',
};

let server: ServerProcess;

before(async () => {
  server = await ServerProcess.start();
  const peer = await openWirePeer(server.port);
  await peer.run('create table many (n int8)');
  const lines = Array.from({ length: rowCount }, (_, n) => `${n}\n`).join('');
  assert.equal((await peer.run('copy many from stdin', lines)).tag, `COPY ${rowCount}`);
  await peer.run(
    'create function next_of(n int8) returns int8 language plpgsql as $$ begin return n + 1; end $$',
  );
  await peer.run(
    'create function endless(n int8) returns int8 language plpgsql as $$ begin loop n := n + 1; end loop; end $$',
  );
  await peer.close();
});

after(() => server.stop());

interface Session {
  readonly client: RawClient;
  readonly processId: number;
  readonly secretKey: number;
}

async function logIn(): Promise<Session> {
  const client = await RawClient.open(server.port);
  client.send(startup({ user: 'postgres', database: 'postgres' }));
  for (let processId = 0, secretKey = 0; ;) {
    const message = await client.next();
    if (message === 'closed') throw new Error('login refused');
    if (message.name === 'BackendKeyData') {
      const reader = new FieldReader(message.body);
      processId = reader.int32();
      secretKey = reader.int32();
    } else if (message.name === 'ReadyForQuery') return { client, processId, secretKey };
  }
}

/** How long after the cancel request the statement's error came, in milliseconds. */
async function cancelAfter(delayMs: number, sql: string): Promise<number> {
  const { client, processId, secretKey } = await logIn();
  client.send(build('Query', { sql }));
  await setTimeout(delayMs);
  const started = performance.now();
  const canceller = await RawClient.open(server.port);
  canceller.send(cancelRequest(processId, secretKey));
  const heard = await client.until('ReadyForQuery');
  const tookMs = performance.now() - started;
  canceller.close();
  assert.equal(errorOf(heard), '57014 canceling statement due to user request');
  client.send(build('Query', { sql: 'select 1' }));
  assert.equal(errorOf(await client.until('ReadyForQuery')), undefined, 'the session goes on');
  client.close();
  return tookMs;
}

function errorOf(messages: readonly (BackendMessage | 'closed')[]): string | undefined {
  for (const message of messages) {
    if (message === 'closed') return 'closed';
    if (message.name !== 'ErrorResponse') continue;
    const fields = reportFields(message.body);
    return `${fields.get('C')} ${fields.get('M')}`;
  }
  return undefined;
}

/**
 * The least that may be asked of this machine now: twenty logins, of which it does some three hundred
 * a second when nothing else runs.
 */
async function patienceMs(): Promise<number> {
  const started = performance.now();
  for (let login = 0; login < 3; login++) (await logIn()).client.close();
  return Math.max(targetMs, ((performance.now() - started) / 3) * 20);
}

for (const [what, sql] of Object.entries(longStatements)) {
  test(`${what} stops within ${targetMs} ms of a cancel request`, async () => {
    const tookMs: number[] = [];
    const patience = await patienceMs();
    for (const delayMs of [20, 150, 400]) tookMs.push(await cancelAfter(delayMs, sql));
    const middle = tookMs.toSorted((a, b) => a - b)[1] ?? Infinity;
    const texts = tookMs.map(Math.round).join(', ');
    assert.ok(middle <= patience, `took ${texts} ms, at most ${Math.round(patience)}`);
  });
}

test('a cancel request with a wrong key changes nothing', async () => {
  const { client, processId, secretKey } = await logIn();
  client.send(build('Query', { sql: 'select pg_sleep(0.2)' }));
  const canceller = await RawClient.open(server.port);
  canceller.send(cancelRequest(processId, secretKey ^ 1));
  assert.equal(await canceller.next(), 'closed');
  assert.equal(errorOf(await client.until('ReadyForQuery')), undefined);
  client.close();
});

test('statement_timeout ends statements, and the session goes on', async () => {
  const { client } = await logIn();
  for (const sql of Object.values(longStatements)) {
    const patience = await patienceMs();
    client.send(build('Query', { sql: "set statement_timeout = '100ms'" }));
    await client.until('ReadyForQuery');
    const started = performance.now();
    client.send(build('Query', { sql }));
    const heard = await client.until('ReadyForQuery');
    const tookMs = performance.now() - started;
    assert.equal(errorOf(heard), '57014 canceling statement due to statement timeout', sql);
    assert.ok(tookMs >= 95 && tookMs < 100 + 4 * patience, `${sql} took ${Math.round(tookMs)} ms`);
    client.send(build('Query', { sql: 'reset statement_timeout; select 1' }));
    assert.equal(errorOf(await client.until('ReadyForQuery')), undefined);
  }
  client.close();
});

/** Processor time that the server has used so far, in milliseconds. */
function processorMs(): number {
  const fields = readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  return (Number(fields?.[11]) + Number(fields?.[12])) * 10;
}

const skip = existsSync('/proc/self/stat') ? false : 'there is no /proc';

for (const what of ['a cross join', 'a function for each row', 'a function that loops'] as const) {
  test(`a client that goes away takes ${what} with it`, { skip }, async () => {
    const { client } = await logIn();
    client.send(build('Query', { sql: longStatements[what] }));
    await setTimeout(100);
    client.close();
    await setTimeout(300);
    const before = processorMs();
    await setTimeout(500);
    assert.ok(processorMs() - before < 200, 'the server is idle');
  });
}
