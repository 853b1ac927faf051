/** The table of hostile inputs against the real server and, where it is installed, PostgreSQL 15. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createVerifier } from '../../src/session/roles/scram-verifier.ts';
import { freePort, PostgresProcess, postgresMissing } from '../server/postgres-process.ts';
import { ServerProcess, temporaryFolder } from '../server/server-process.ts';
import { reportFields, type BackendMessage } from './backend-decoder.ts';
import {
  build,
  cancelRequest,
  frame,
  int32,
  sslRequest,
  startup,
  type Fields,
} from './frontend-frames.ts';
import { hostileCases, shownElsewhere, type HostileCase } from './hostile-cases.ts';
import { hostileTexts } from './hostile-texts.ts';
import { logIn, startLocalServer } from './local-server.ts';
import { messageText } from './message-text.ts';
import { RawClient } from './raw-client.ts';

const root = join(import.meta.dirname, '../../..');
const floodCount = 1_000;
const statementCount = Number(process.env['HOSTILE_STATEMENTS'] ?? 3_000);
let server: ServerProcess;
let postgres: PostgresProcess | undefined;

before(async () => {
  server = await ServerProcess.start();
  if (postgresMissing === undefined) postgres = await PostgresProcess.start();
  for (const each of [server, postgres]) {
    if (each === undefined) continue;
    const client = await logIn(each.port);
    client.send(build('Query', { sql: 'create role lowly login' }));
    await client.until('ReadyForQuery');
    client.close();
  }
});

after(async () => {
  await server.stop();
  await postgres?.stop();
});

/** Errors in order, then how it ended. */
async function outcomeOf(hostile: HostileCase, port: number): Promise<string> {
  const client = await RawClient.open(port);
  client.send(firstBytes(hostile));
  if (hostile.first !== undefined) {
    client.socket.end();
    return ended(client, []);
  }
  const greeting = await client.until('ReadyForQuery');
  if (greeting.at(-1) === 'closed') return outcomeText(greeting);
  for (const line of hostile.send ?? []) client.send(frameOf(line));
  client.send(build('Sync', {}), build('Query', { sql: "select 'alive'" }));
  return ended(client, []);
}

function firstBytes({ first, startup: fields }: HostileCase): Buffer {
  return first ?? build('Startup', { user: 'postgres', database: 'postgres', ...fields });
}

function frameOf(line: string): Buffer {
  const space = line.indexOf(' ');
  const name = space < 0 ? line : line.slice(0, space);
  return build(name, space < 0 ? {} : (JSON.parse(line.slice(space + 1)) as Fields));
}

/** Reads until the client is dead, or has proved to be alive. */
async function ended(client: RawClient, heard: (BackendMessage | 'closed')[]): Promise<string> {
  for (;;) {
    const message = await client.next();
    heard.push(message);
    const isAlive = message !== 'closed' && message.code === 'D' && message.body.includes('alive');
    if (message !== 'closed' && !isAlive) continue;
    client.close();
    return outcomeText(heard);
  }
}

function outcomeText(heard: readonly (BackendMessage | 'closed')[]): string {
  const reports = heard.flatMap((message) =>
    message !== 'closed' && message.code === 'E' ? [reportFields(message.body)] : [],
  );
  const isFatal = reports.some((fields) => fields.get('V') === 'FATAL');
  const end = heard.at(-1) !== 'closed' ? 'A' : isFatal ? 'X' : 'C';
  return [...reports.map((fields) => fields.get('C')), end].join(' ');
}

for (const hostile of [...hostileCases, ...hostileTexts]) {
  test(`${hostile.number}: ${hostile.what}`, async () => {
    assert.equal(await outcomeOf(hostile, server.port), hostile.outcome);
  });
  const skip = postgresMissing ?? hostile.postgresGoesOn ?? false;
  test(`${hostile.number}: ${hostile.what}, on PostgreSQL`, { skip }, async () => {
    const expected = hostile.postgres ?? hostile.outcome;
    assert.equal(await outcomeOf(hostile, postgres?.port ?? 0), expected);
  });
}

for (const [where, portOf] of [
  ['here', () => server.port],
  ['on PostgreSQL', () => postgres?.port ?? 0],
] as const) {
  const skip = where === 'here' ? false : (postgresMissing ?? false);
  test(`59: names of more than 63 bytes are cut with a notice, ${where}`, { skip }, async () => {
    const client = await logIn(portOf());
    const wide = 'é'.repeat(31);
    const names = [
      'X'.repeat(70),
      'x'.repeat(63),
      `"Y""${'y'.repeat(70)}"`,
      `${wide}éé`,
      `x${wide}é`,
    ];
    const sql = `select 'z${'z'.repeat(70)}' as ${names.join(', 1 as ')} -- ${'c'.repeat(70)}`;
    client.send(build('Query', { sql }));
    const heard = await client.until('ReadyForQuery');
    client.send(build('Parse', { sql: `select 1 as ${'x'.repeat(64)}` }), build('Sync', {}));
    heard.push(...(await client.until('ReadyForQuery')));
    const notices = heard.flatMap((message) =>
      message !== 'closed' && message.code === 'N' ? [reportFields(message.body)] : [],
    );
    assert.deepEqual(
      notices.map((fields) => [fields.get('C'), fields.get('M')]),
      [
        ['x'.repeat(70), 'x'.repeat(63)],
        [`Y"${'y'.repeat(70)}`, `Y"${'y'.repeat(61)}`],
        [`${wide}éé`, wide],
        [`x${wide}é`, `x${wide}`],
        ['x'.repeat(64), 'x'.repeat(63)],
      ].map(([name, short]) => ['42622', `identifier "${name}" will be truncated to "${short}"`]),
    );
    client.close();
  });
}

test('every input from 1 to 65 has a case here or a test elsewhere', () => {
  const numbers = new Set(
    [...hostileCases, ...hostileTexts, ...shownElsewhere].map(({ number }) => number),
  );
  const all = Array.from({ length: 65 }, (_, index) => index + 1);
  assert.deepEqual(
    all.filter((number) => !numbers.has(number)),
    [],
  );
  for (const { file, test: name } of shownElsewhere) {
    assert.ok(readFileSync(join(root, file), 'utf8').includes(name), `${file}: ${name}`);
  }
});

async function withTls<T>(use: (port: number) => Promise<T>): Promise<T> {
  const folder = temporaryFolder('tls');
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', ['req', ...kind, ...names], { stdio: 'ignore' });
  const tls = { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  const local = await startLocalServer({ tls, authenticationTimeoutMs: 500 });
  try {
    return await use(local.port);
  } finally {
    await local.server.close();
  }
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const skipTls = !hasOpenssl() && 'openssl is not installed';

test('16: plaintext after S is closed', { skip: skipTls }, async () => {
  await withTls(async (port) => {
    const client = await RawClient.open(port);
    assert.equal(await client.ask(sslRequest), 'S');
    client.send(startup({ user: 'postgres' }));
    await waitForClose(client);
  });
});

test('17: a stalled handshake is closed at the login timeout', { skip: skipTls }, async () => {
  await withTls(async (port) => {
    const client = await RawClient.open(port);
    assert.equal(await client.ask(sslRequest), 'S');
    await waitForClose(client);
  });
});

async function waitForClose(client: RawClient): Promise<void> {
  if (!client.socket.closed) await once(client.socket, 'close');
}

async function answers(port: number): Promise<void> {
  const client = await logIn(port);
  client.send(build('Query', { sql: 'select 1' }));
  assert.ok((await client.until('ReadyForQuery')).length > 1);
  client.close();
}

test('20: a flood of CancelRequests leaves the server answering', async () => {
  const flood = Array.from({ length: floodCount }, async (_, index) => {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.end(cancelRequest(index, index));
    await once(socket, 'close');
  });
  await answers(server.port);
  await Promise.all(flood);
  await answers(server.port);
});

test('20: cancel requests of one address beyond a burst stop nothing', async () => {
  const local = await startLocalServer();
  const client = await logIn(local.port);
  const session = local.host.sessions.at(-1);
  assert.ok(session !== undefined);
  const request = cancelRequest(session.processId, session.secretKey);
  const startedMs = performance.now();
  for (let sent = 0; sent < floodCount; sent += 50) {
    const others = await Promise.all(Array.from({ length: 50 }, () => RawClient.open(local.port)));
    for (const other of others) other.send(request);
    await Promise.all(others.map((other) => other.until('closed')));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  assert.ok(session.cancelled >= 200, `${session.cancelled}`);
  assert.ok(session.cancelled <= 201 + 100 * seconds, `${session.cancelled} in ${seconds} s`);
  client.close();
  await local.server.close();
});

test('25: a flood of failing logins is answered late, right ones at once', async () => {
  const users = new Map([['alice', createVerifier('right')]]);
  const local = await startLocalServer({ authentication: 'scram-sha-256' }, { verifiers: users });
  const failMs = async (): Promise<number> => {
    const startedMs = performance.now();
    const client = await RawClient.open(local.port);
    client.send(startup({ user: 'alice' }), frame('p', 'PLAIN\0', int32(-1)));
    const [, refusal] = await client.until('closed');
    assert.ok(refusal !== undefined && refusal !== 'closed');
    assert.equal(reportFields(refusal.body).get('C'), '08P01');
    return performance.now() - startedMs;
  };
  const firstMs = await failMs();
  const flood = Array.from({ length: floodCount / 5 }, failMs);
  const startedMs = performance.now();
  const address = { host: '127.0.0.1', port: local.port, database: 'postgres' };
  const client = new pg.Client({ ...address, user: 'alice', password: 'right' });
  await client.connect();
  const goodMs = performance.now() - startedMs;
  await client.end();
  const lastMs = Math.max(...(await Promise.all(flood)));
  assert.ok(firstMs < lastMs && lastMs >= 1_000, `${firstMs} and ${lastMs} ms`);
  assert.ok(goodMs < 1_000, `a good login took ${goodMs} ms`);
  await local.server.close();
});

test('27: who comes before the database is open hears 57P03, and may come again', async () => {
  const local = await startLocalServer({}, {}, 'closed');
  const hear = async (): Promise<string> => {
    const client = await RawClient.open(local.port);
    client.send(startup({ user: 'postgres' }));
    const message = (await client.until('ErrorResponse')).at(-1);
    client.close();
    return message === undefined || message === 'closed' ? 'closed' : messageText(message);
  };
  const refusal = 'ErrorResponse FATAL 57P03 "the database system is starting up"';
  const early = await RawClient.open(local.port);
  assert.equal(await hear(), refusal);
  local.open();
  (await logIn(local.port)).close();
  early.send(startup({ user: 'postgres' }));
  assert.equal((await early.until('ReadyForQuery')).includes('closed'), false);
  early.close();
  await local.server.close();
});

test('27: the server listens while it recovers', async () => {
  const port = await freePort();
  const starting = ServerProcess.start({ environment: { PGWIRE_PORT: String(port) } });
  const heard = new Set<string>();
  while (!heard.has('AuthenticationOk')) {
    const client = await RawClient.open(port).catch(() => undefined);
    if (client === undefined) {
      await sleep(1);
      continue;
    }
    client.send(startup({ user: 'postgres', database: 'postgres' }));
    const message = await client.next();
    client.close();
    const text = message === 'closed' ? message : messageText(message);
    heard.add(text.startsWith('Authentication') ? 'AuthenticationOk' : text);
  }
  await (await starting).stop();
  assert.deepEqual(
    [...heard],
    ['ErrorResponse FATAL 57P03 "the database system is starting up"', 'AuthenticationOk'],
  );
});

test('54: many statements in one Query are answered, and can be cancelled between', async () => {
  const client = await logIn(server.port);
  const sql = 'select 1;'.repeat(statementCount);
  client.send(build('Query', { sql }));
  let tags = 0;
  for (;;) {
    const message = await client.next();
    assert.notEqual(message, 'closed');
    if (message === 'closed' || message.code === 'Z') break;
    if (message.code === 'C') tags += 1;
  }
  assert.equal(tags, statementCount);
  const key = client.keyData;
  assert.ok(key !== undefined);
  client.send(frame('Q', `${sql}\0`));
  await client.next();
  const other = await RawClient.open(server.port);
  other.send(cancelRequest(key.readInt32BE(0), key.readInt32BE(4)));
  await other.until('closed');
  const rest = await client.until('ReadyForQuery');
  const error = rest.find((message) => message !== 'closed' && message.code === 'E');
  assert.ok(error !== undefined && error !== 'closed', 'the cancel came through');
  assert.equal(reportFields(error.body).get('C'), '57014');
  client.close();
});
