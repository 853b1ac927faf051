import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import pg from 'pg';
import postgres from 'postgres';
import { SqlError } from '../../src/errors/sql-error.ts';
import { createVerifier } from '../../src/session/roles/scram-verifier.ts';
import { build, frame, int32, sslRequest, startup } from './frontend-frames.ts';
import { logIn, startLocalServer, type LocalServer } from './local-server.ts';
import { messageText } from './message-text.ts';
import { RawClient } from './raw-client.ts';

const run = promisify(execFile);
const tools = { psql: installed('psql'), openssl: installed('openssl') };
const folder = mkdtempSync(join(tmpdir(), 'wire-login-'));
const password = 'sécret ½';

let local: LocalServer;
let tls: { readonly certificate: string; readonly key: string } | undefined;

before(async () => {
  if (tools.openssl) tls = makeCertificate();
  local = await startLocalServer(
    { authentication: 'scram-sha-256', ...(tls === undefined ? {} : { tls }) },
    {
      verifiers: new Map([
        ['alice', createVerifier(password)],
        ['carol', createVerifier('plain')],
      ]),
    },
  );
});

after(async () => {
  await local.server.close();
  rmSync(folder, { recursive: true });
});

function installed(program: string): boolean {
  const { PATH = '' } = process.env;
  return PATH.split(':').some((path) => {
    try {
      return readFileSync(join(path, program)).length > 0;
    } catch {
      return false;
    }
  });
}

function makeCertificate(): { readonly certificate: string; readonly key: string } {
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'],
    ],
    { stdio: 'ignore' },
  );
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
}

function clientConfig(user: string, secret: string): pg.ClientConfig {
  return { host: '127.0.0.1', port: local.port, user, password: secret, database: 'postgres' };
}

test('pg logs in with SCRAM and runs simple and prepared statements', async () => {
  const client = new pg.Client(clientConfig('alice', password));
  await client.connect();
  assert.deepEqual((await client.query('select 1 as a')).rows, [{ a: 1 }]);
  const { rows } = await client.query('select $1::int4 as x, $2::text as y', [7, 'z']);
  assert.deepEqual(rows, [{ x: 7, y: 'z' }]);
  await assert.rejects(client.query('select 1/0'), { code: '22012', severity: 'ERROR' });
  await client.end();
});

for (const user of ['alice', 'nobody']) {
  test(`a wrong password of ${user} is 28P01 with the same text`, async () => {
    const client = new pg.Client(clientConfig(user, 'wrong'));
    client.on('error', () => undefined);
    await assert.rejects(client.connect(), {
      code: '28P01',
      severity: 'FATAL',
      message: `password authentication failed for user "${user}"`,
    });
  });
}

test('postgres.js logs in and pipelines statements', async () => {
  const sql = postgres({
    host: '127.0.0.1',
    port: local.port,
    user: 'carol',
    password: 'plain',
    database: 'postgres',
    max: 1,
    fetch_types: false,
  });
  const answers = await Promise.all([sql`select 1 as a`, sql`select 1 as a`, sql`select 2`]);
  assert.deepEqual(
    answers.map((rows) => Object.values(rows[0] ?? {})),
    [[1], [1], [2]],
  );
  await sql.end();
});

test('pg logs in over TLS', { skip: !tools.openssl && 'openssl is not installed' }, async () => {
  const client = new pg.Client({
    ...clientConfig('alice', password),
    ssl: { rejectUnauthorized: false },
  });
  await client.connect();
  assert.deepEqual((await client.query('select 1 as a')).rows, [{ a: 1 }]);
  assert.equal(local.host.sessions.at(-1)?.start.tls, true);
  await client.end();
});

const noPsql = (!tools.psql || !tools.openssl) && 'psql or openssl is not installed';

async function psql(
  options: string,
  statement: string,
): Promise<{ stdout: string; stderr: string }> {
  const target = `host=127.0.0.1 port=${local.port} dbname=postgres ${options}`;
  const env = { ...process.env, PGPASSWORD: password };
  return run('psql', ['-X', '-At', '-v', 'VERBOSITY=verbose', '-c', statement, target], { env });
}

test('psql binds SCRAM to the TLS channel', { skip: noPsql }, async () => {
  const { stdout } = await psql(
    'user=alice sslmode=require channel_binding=require',
    'select 1 as a',
  );
  assert.equal(stdout, '1\n');
});

test('psql logs in without TLS and shows errors in full', { skip: noPsql }, async () => {
  await assert.rejects(psql('user=alice sslmode=disable', 'selec'), (error: { stderr: string }) => {
    assert.match(error.stderr, /ERROR: {2}42601: syntax error at or near "selec"\nLINE 1: selec\n/);
    assert.match(error.stderr, /LOCATION: {2}syntax_error, timefusion:1/);
    return true;
  });
});

test('psql is told why it may not come in', { skip: noPsql }, async () => {
  await assert.rejects(
    psql('user=bob sslmode=require', 'select 1'),
    (error: { stderr: string }) => {
      assert.match(error.stderr, /FATAL: {2}password authentication failed for user "bob"/);
      return true;
    },
  );
});

/** The messages up to the end of the connection, after a first SASL answer. */
async function heardAfter(...answers: readonly Buffer[]): Promise<readonly string[]> {
  const client = await RawClient.open(local.port);
  client.send(startup({ user: 'alice' }), ...answers);
  const heard = (await client.until('closed')).map((message) =>
    message === 'closed' ? 'closed' : messageText(message),
  );
  client.close();
  return heard.slice(1, -1);
}

function initialResponse(mechanism: string, clientFirst: string): Buffer {
  return frame('p', `${mechanism}\0`, int32(clientFirst.length), clientFirst);
}

test('SASL messages that are wrong are FATAL 08P01', async () => {
  const first = initialResponse('SCRAM-SHA-256', 'n,,n=,r=abc');
  const cases: readonly (readonly [Buffer[], RegExp])[] = [
    [
      [initialResponse('PLAIN', 'x')],
      /08P01 "client selected an invalid SASL authentication mechanism"/,
    ],
    [[initialResponse('SCRAM-SHA-256', 'nonsense')], /08P01 "malformed SCRAM message"/],
    [
      [initialResponse('SCRAM-SHA-256', 'p=tls-unique,,n=,r=abc')],
      /08P01 "malformed SCRAM message"/,
    ],
    [[frame('p', 'x'.repeat(70_000))], /08P01 "invalid message length"/],
    [[first, frame('p', 'c=biws,r=wrong,p=AAAA')], /08P01 "invalid SCRAM response"/],
    [[first, frame('p', 'c=eSws,r=wrong,p=AAAA')], /08P01 "unexpected SCRAM channel-binding/],
  ];
  for (const [answers, expected] of cases) {
    assert.match((await heardAfter(...answers)).at(-1) ?? '', expected);
  }
});

test('a client without an initial response is asked for it', async () => {
  const client = await RawClient.open(local.port);
  client.send(startup({ user: 'alice' }), frame('p', 'SCRAM-SHA-256\0', int32(-1)));
  const [offer, challenge] = [await client.next(), await client.next()];
  assert.ok(offer !== 'closed' && challenge !== 'closed');
  assert.equal(challenge.body.toString('hex'), '0000000b');
  client.close();
});

test('an unknown user always shows the same salt', async () => {
  const salts = new Set<string>();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const client = await RawClient.open(local.port);
    client.send(startup({ user: 'nobody' }), initialResponse('SCRAM-SHA-256', 'n,,n=,r=abc'));
    await client.next();
    const challenge = await client.next();
    assert.ok(challenge !== 'closed');
    salts.add(/s=([^,]+)/.exec(challenge.body.toString('latin1'))?.[1] ?? '');
    client.close();
  }
  assert.equal(salts.size, 1);
});

test(
  'TLS from the first byte needs the ALPN name postgresql',
  { skip: !tools.openssl && 'openssl is not installed' },
  async () => {
    const options = { port: local.port, host: '127.0.0.1', rejectUnauthorized: false };
    const named = connectTls({ ...options, ALPNProtocols: ['postgresql'] });
    named.write(startup({ user: 'alice' }));
    const offer = await new Promise<Buffer>((resolve) => named.once('data', resolve));
    assert.match(offer.toString('latin1'), /SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0/);
    named.destroy();
    const unnamed = connectTls(options);
    unnamed.on('error', () => undefined);
    unnamed.write(startup({ user: 'alice' }));
    await new Promise((resolve) => unnamed.once('close', resolve));
  },
);

test(
  'a client that thinks -PLUS was not offered is refused as downgraded',
  { skip: !tools.openssl && 'openssl is not installed' },
  async () => {
    const socket = connectTls({
      port: local.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['postgresql'],
    });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(startup({ user: 'alice' }));
    socket.write(initialResponse('SCRAM-SHA-256', 'y,,n=,r=abc'));
    await new Promise((resolve) => socket.once('close', resolve));
    const text = Buffer.concat(chunks).toString('latin1');
    assert.match(text, /C28000\0MSCRAM channel binding negotiation error/);
  },
);

test(
  'a plain startup packet after the offer of TLS is closed',
  { skip: !tools.openssl && 'openssl is not installed' },
  async () => {
    const client = await RawClient.open(local.port);
    assert.equal(await client.ask(sslRequest), 'S');
    const closed = once(client.socket, 'close');
    client.socket.removeAllListeners('data').resume();
    client.send(startup({ user: 'alice' }));
    await closed;
  },
);

test('CancelRequest through pg stops a statement and leaves the session', async () => {
  const trusting = await startLocalServer();
  const config = { host: '127.0.0.1', port: trusting.port, user: 'postgres', database: 'postgres' };
  const client = new pg.Client(config);
  await client.connect();
  const sleeping = assert.rejects(client.query('select pg_sleep(60)'), { code: '57014' });
  await sleep(50);
  const session = trusting.host.sessions.at(-1);
  trusting.host.cancel(session?.processId ?? 0, session?.secretKey ?? 0);
  await sleeping;
  assert.deepEqual((await client.query('select 1 as a')).rows, [{ a: 1 }]);
  await client.end();
  await trusting.server.close();
});

test('notifications reach an idle client, and terminate ends it with FATAL', async () => {
  const trusting = await startLocalServer();
  const client = await logIn(trusting.port);
  const session = trusting.host.sessions.at(-1);
  session?.notify('news');
  assert.equal(messageOf(await client.next()), 'NotificationResponse ch news');
  session?.peer?.terminate(new SqlError('idle_session_timeout', 'terminating connection'));
  assert.match(messageOf(await client.next()), /FATAL 57P05/);
  assert.equal(await client.next(), 'closed');
  await trusting.server.close();
});

test('closing lets statements finish in the grace time, then ends all with 57P01', async () => {
  const trusting = await startLocalServer({ shutdownGraceMs: 200 });
  const idle = await logIn(trusting.port);
  const busy = await logIn(trusting.port);
  busy.send(build('Query', { sql: 'select pg_sleep(60)' }));
  await busy.until('RowDescription');
  const closed = trusting.server.close();
  const goodbye = /FATAL 57P01 "terminating connection due to administrator command"/;
  assert.match(messageOf(await idle.next()), goodbye);
  const late = await RawClient.open(trusting.port);
  late.send(startup({ user: 'postgres' }));
  assert.match(messageOf(await late.next()), /FATAL 57P03 "the database system is shutting down"/);
  assert.match(messageOf(await busy.next()), goodbye);
  await closed;
  assert.deepEqual(trusting.host.closings, ['shutdown', 'shutdown']);
});

function messageOf(message: Awaited<ReturnType<RawClient['next']>>): string {
  return message === 'closed' ? 'closed' : messageText(message);
}
