import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  build,
  cancelRequest,
  frame,
  gssRequest,
  int32,
  sslRequest,
  startup,
} from './frontend-frames.ts';
import { logIn, startLocalServer, type LocalServer } from './local-server.ts';
import { messageText } from './message-text.ts';
import { RawClient } from './raw-client.ts';

let local: LocalServer;
before(async () => {
  local = await startLocalServer({ authenticationTimeoutMs: 300, maxConnections: 20 });
});
after(() => local.server.close());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function bufferBytes(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

/** Buffers are freed by a thread of its own, which may lag behind. */
async function staysBelow(bytesMax: number): Promise<void> {
  const deadline = performance.now() + 3_000;
  while (bufferBytes() >= bytesMax && performance.now() < deadline) await sleep(50);
  const bytes = bufferBytes();
  assert.ok(bytes < bytesMax, `${bytes} bytes of at most ${bytesMax}`);
}

/** What a fresh connection hears for these bytes until the server closes it. */
async function hear(...frames: readonly Buffer[]): Promise<readonly string[]> {
  const client = await RawClient.open(local.port);
  client.send(...frames);
  const messages = await client.until('closed');
  client.close();
  return messages.map((message) => (message === 'closed' ? 'closed' : messageText(message)));
}

/** What a logged-in client hears. */
async function hearLoggedIn(...frames: readonly Buffer[]): Promise<readonly string[]> {
  const client = await logIn(local.port);
  client.send(...frames);
  const messages = await client.until('closed');
  client.close();
  return messages.map((message) => (message === 'closed' ? 'closed' : messageText(message)));
}

for (const [name, bytes] of [
  ['nothing', ''],
  ['one byte', '00'],
  ['a length of 0', '00000000'],
  ['a length of 7', '00000007'],
  ['a length of 2^32-1', 'ffffffff'],
  ['a length above 10,004', '00002715'],
  ['an SSH banner', Buffer.from('SSH-2.0-x\r\n').toString('hex')],
  ['a TLS ClientHello without TLS here', '16030100050100000100'],
  ['a CancelRequest of 12 bytes', '0000000c04d2162e00000001'],
  ['a CancelRequest of 20 bytes', '0000001404d2162e000000010000000100000001'],
] as const) {
  test(`a first packet of ${name} is closed without a word`, async () => {
    assert.deepEqual(await hear(Buffer.from(bytes, 'hex')), ['closed']);
  });
}

test('a client that trickles one byte at a time is closed at the login timeout', async () => {
  const client = await RawClient.open(local.port);
  const startNs = performance.now();
  const timer = setInterval(() => client.send(Buffer.from([0])), 50);
  client.send(Buffer.from([0, 0, 0, 200]));
  await client.until('closed');
  clearInterval(timer);
  assert.ok(performance.now() - startNs < 1_500);
});

test('encryption may be asked for once each', async () => {
  const client = await RawClient.open(local.port);
  assert.equal(await client.ask(sslRequest), 'N');
  assert.equal(await client.ask(gssRequest), 'N');
  assert.equal(await client.ask(sslRequest), '');
  client.close();
});

test('bytes behind an SSLRequest are refused and never read as messages', async () => {
  const heard = await hear(Buffer.concat([sslRequest, startup({ user: 'postgres' })]));
  assert.equal(heard.length, 2);
  assert.match(heard[0] ?? '', /FATAL 08P01 "received unencrypted data after SSL request"/);
});

test('protocol 2.0 gets its old form of an error', async () => {
  const socket = connect({ port: local.port, host: '127.0.0.1' });
  socket.write(startup({ user: 'postgres' }, 0x20000));
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  assert.equal(
    bytes.toString('latin1'),
    'EFATAL:  unsupported frontend protocol 2.0: server supports 3.0 to 3.0\n\0',
  );
  socket.destroy();
});

test('replication is not offered', async () => {
  const heard = await hear(startup({ user: 'postgres', replication: 'true' }));
  assert.match(heard[0] ?? '', /FATAL 0A000/);
});

test('the client above the limit is told so, and cancel requests still get through', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => logIn(local.port)));
  const heard = await hear(startup({ user: 'postgres' }));
  assert.deepEqual(heard, [
    'ErrorResponse FATAL 53300 "sorry, too many clients already"',
    'closed',
  ]);
  const session = local.host.sessions.at(-1);
  assert.ok(session !== undefined);
  await hear(cancelRequest(session.processId, session.secretKey));
  assert.equal(session.cancelled, 1);
  for (const client of clients) {
    client.send(build('Terminate', {}));
    await client.until('closed');
  }
  (await logIn(local.port)).close();
});

for (const code of [0, 1, 0x7a, 255, 0x70]) {
  test(`message type ${code} after login is FATAL 08P01`, async () => {
    const heard = await hearLoggedIn(Buffer.from([code, 0, 0, 0, 4]));
    assert.deepEqual(heard, [
      `ErrorResponse FATAL 08P01 "invalid frontend message type ${code}"`,
      'closed',
    ]);
  });
}

test('a message with an impossible length is FATAL', async () => {
  for (const length of [0, 3, -1]) {
    const heard = await hearLoggedIn(Buffer.concat([Buffer.from('Q'), int32(length)]));
    assert.match(heard[0] ?? '', /FATAL 08P01 "invalid message length"/);
  }
  for (const length of [900 << 20, 0x7fff_ffff]) {
    const heard = await hearLoggedIn(Buffer.concat([Buffer.from('Q'), int32(length)]));
    assert.match(heard[0] ?? '', /FATAL 54000/);
  }
  const heard = await hearLoggedIn(frame('C', 'S', 'x'.repeat(20_000), '\0'));
  assert.match(heard[0] ?? '', /FATAL 08P01 "invalid message length"/);
});

test('a query before the end of the login is FATAL 08P01', async () => {
  const guarded = await startLocalServer({ authentication: 'scram-sha-256' });
  const client = await RawClient.open(guarded.port);
  client.send(startup({ user: 'postgres' }), build('Query', { sql: 'select 1' }));
  const heard = (await client.until('closed')).map((message) =>
    message === 'closed' ? 'closed' : messageText(message),
  );
  assert.deepEqual(heard, [
    'Authentication sasl SCRAM-SHA-256',
    'ErrorResponse FATAL 08P01 "expected SASL response, got message type 81"',
    'closed',
  ]);
  await guarded.server.close();
});

test('a client that half-closes still gets its answer', async () => {
  const client = await logIn(local.port);
  client.send(build('Query', { sql: 'select 1' }));
  client.socket.end();
  const messages = await client.until('closed');
  assert.deepEqual(
    messages.map((message) => (message === 'closed' ? message : message.name)),
    ['RowDescription', 'DataRow', 'CommandComplete', 'ReadyForQuery', 'closed'],
  );
});

for (const [how, leave] of [
  ['closes', (client: RawClient) => client.socket.destroy()],
  ['resets', (client: RawClient) => client.socket.resetAndDestroy()],
] as const) {
  test(`a client that ${how} in the middle of a statement closes its session soon`, async () => {
    const client = await logIn(local.port);
    const closings = local.host.closings.length;
    client.send(build('Query', { sql: 'select pg_sleep(60)' }));
    await client.until('RowDescription');
    leave(client);
    const deadline = performance.now() + 1_000;
    while (local.host.closings.length === closings && performance.now() < deadline) await sleep(5);
    assert.deepEqual(local.host.closings.slice(closings), ['disconnect']);
  });
}

test('a client that does not read costs at most 1 MiB', async () => {
  const client = await logIn(local.port);
  const session = local.host.sessions.at(-1);
  client.socket.pause();
  const before = bufferBytes();
  client.send(build('Query', { sql: 'bulk' }));
  await sleep(300);
  await staysBelow(before + (1 << 20));
  client.close();
  await sleep(50);
  assert.ok((session?.flushedBytes ?? 0) < 1_000, 'the statement went on');
  assert.equal(local.host.closings.at(-1), 'disconnect');
});

test('a client that takes nothing for the stall time is cut off', async () => {
  const strict = await startLocalServer({ stallTimeoutMs: 100 });
  const client = await logIn(strict.port);
  client.socket.pause();
  client.send(build('Query', { sql: 'bulk' }));
  const deadline = performance.now() + 2_000;
  while (strict.server.connectionCount > 0 && performance.now() < deadline) await sleep(10);
  assert.equal(strict.server.connectionCount, 0);
  client.close();
  await strict.server.close();
});

test('a flood of Syncs that nobody reads pauses the reader', async () => {
  const client = await logIn(local.port);
  client.socket.pause();
  const flood = Buffer.concat(Array.from({ length: 50_000 }, () => build('Sync', {})));
  const before = bufferBytes();
  client.send(flood);
  await sleep(400);
  await staysBelow(before + (4 << 20));
  client.socket.resume();
  let count = 0;
  while (count < 50_000) {
    await client.until('ReadyForQuery');
    count += 1;
  }
  client.close();
});

test('no error of ours was seen', () => {
  assert.deepEqual(local.bugs, []);
});
