import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { SqlError } from '../../src/errors/sql-error.ts';
import { decodeMessage, FrameDecoder, FramingError } from '../../src/wire/codec.ts';
import { build, frame, int32, startup } from './frontend-frames.ts';
import { logIn, startLocalServer, type LocalServer } from './local-server.ts';

const session = Buffer.concat([
  startup({ user: 'postgres', application_name: 'splits' }),
  build('Query', { sql: 'select 1 as a; select 1/0' }),
  build('Parse', { name: 's', sql: 'select $1::int4 as x, $2::text as y' }),
  build('Describe', { statement: 's' }),
  build('Bind', { statement: 's', values: ['1', 'ünï'] }),
  build('Execute', {}),
  build('Sync', {}),
  build('Parse', { sql: 'selec' }),
  build('Execute', {}),
  build('Sync', {}),
  build('Query', { sql: 'copy wire_copy from stdin' }),
  build('CopyData', { text: '1\ta\n' }),
  build('CopyDone', {}),
  build('Terminate', {}),
]);
const mutationCount = 4_000;

let local: LocalServer;
before(async () => {
  local = await startLocalServer();
});
after(() => local.server.close());

/** Everything the server says to a session sent in these pieces; keys differ per connection. */
async function replies(pieces: readonly Buffer[]): Promise<string> {
  const socket = connect({ port: local.port, host: '127.0.0.1', noDelay: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'connect');
  for (const piece of pieces) {
    socket.write(piece);
    await nextTurn();
  }
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  return text.replace(/K\0\0\0\x0c[^]{8}/, 'K');
}

test('a session cut at any byte boundary gets the same replies', async () => {
  const whole = await replies([session]);
  assert.match(whole, /COPY 1/);
  for (let cut = 1; cut < session.length; cut += 1) {
    const pieces = [session.subarray(0, cut), session.subarray(cut)];
    assert.equal(await replies(pieces), whole, `cut at ${cut}`);
  }
});

test('a session sent byte by byte gets the same replies', async () => {
  const bytes = [...session].map((byte) => Buffer.from([byte]));
  assert.equal(await replies(bytes), await replies([session]));
});

/** The messages after the startup packet, as the decoder sees them. */
const body = session.subarray(session.readInt32BE(0));

function decodeAll(pieces: readonly Buffer[]): readonly string[] {
  const decoder = new FrameDecoder(1 << 20);
  const heard: string[] = [];
  for (const piece of pieces) {
    decoder.push(piece, 1);
    for (let taken = decoder.take(); taken !== undefined; taken = decoder.take()) {
      if (taken.record === undefined) return [...heard, `unknown ${taken.code}`];
      heard.push(JSON.stringify(decodeMessage(taken.record, taken.body)));
    }
  }
  return heard;
}

test('the decoder finds the same messages however the bytes are cut', () => {
  const whole = decodeAll([body]);
  assert.equal(whole.length, 13);
  const cuts = fc.uniqueArray(fc.nat(body.length), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, (places) => {
      const edges = [0, ...places.toSorted((a, b) => a - b), body.length];
      const pieces = edges.slice(1).map((end, index) => body.subarray(edges[index], end));
      assert.deepEqual(decodeAll(pieces), whole);
    }),
    { numRuns: 300 },
  );
});

test('arrival times are those of the first and the last byte of a message', () => {
  const decoder = new FrameDecoder(1 << 20);
  const query = build('Query', { sql: 'select 1' });
  decoder.push(Buffer.concat([query, query.subarray(0, 3)]), 10);
  decoder.push(query.subarray(3, 6), 20);
  const first = decoder.take();
  assert.deepEqual([first?.firstByteNs, first?.lastByteNs], [10, 10]);
  assert.equal(decoder.take(), undefined);
  decoder.push(Buffer.concat([query.subarray(6), query]), 30);
  const second = decoder.take();
  assert.deepEqual([second?.firstByteNs, second?.lastByteNs], [10, 30]);
  const third = decoder.take();
  assert.deepEqual([third?.firstByteNs, third?.lastByteNs], [30, 30]);
});

test('mutated frames end in messages or SqlErrors, never in another error', () => {
  const bytes = fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(bytes, (changes) => {
      const mutated = Buffer.from(body);
      for (const [place, value] of changes) mutated[place] = value;
      const decoder = new FrameDecoder(1 << 20);
      decoder.push(mutated, 1);
      drain(decoder);
    }),
    { numRuns: mutationCount },
  );
});

function drain(decoder: FrameDecoder): void {
  for (;;) {
    try {
      const taken = decoder.take();
      if (taken?.record === undefined) return;
      decodeMessage(taken.record, taken.body);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (error instanceof FramingError) return;
    }
  }
}

test('mutated sessions never harm the server', async () => {
  const canary = await logIn(local.port);
  for (let seed = 0; seed < 200; seed += 1) {
    const mutated = Buffer.from(session);
    for (let change = 0; change < 3; change += 1) {
      mutated[(seed * 7919 + change * 104_729) % mutated.length] = (seed * 31 + change * 17) & 255;
    }
    const socket = connect({ port: local.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.resume();
    socket.end(mutated);
    await once(socket, 'close');
  }
  canary.send(build('Query', { sql: 'select 1' }));
  const messages = await canary.until('ReadyForQuery');
  assert.equal(messages.length, 4);
  assert.deepEqual(local.bugs, []);
  canary.close();
});

test('a length that was only announced allocates nothing', () => {
  const decoder = new FrameDecoder(64 << 20);
  const before = process.memoryUsage().arrayBuffers;
  decoder.push(Buffer.concat([Buffer.from('Q'), int32(60 << 20), Buffer.from('select')]), 1);
  assert.equal(decoder.take(), undefined);
  assert.ok(process.memoryUsage().arrayBuffers - before < 65_536);
});

test('a message above the limit is refused with 54000, a name above its own with 08P01', () => {
  for (const [code, byteSize, state] of [
    ['Q', 1 << 21, '54000'],
    ['C', 20_000, '08P01'],
    ['Q', -5, '08P01'],
  ] as const) {
    const decoder = new FrameDecoder(1 << 20);
    decoder.push(Buffer.concat([Buffer.from(code), int32(byteSize + 4)]), 1);
    assert.throws(
      () => decoder.take(),
      (error) => error instanceof FramingError && error.code === state,
    );
  }
});

test('a Bind that announces 65,535 parameters and sends none is 08P01', () => {
  const decoder = new FrameDecoder(1 << 20);
  decoder.push(frame('B', '\0\0\0\0', Buffer.from([0xff, 0xff])), 1);
  const taken = decoder.take();
  assert.ok(taken?.record !== undefined);
  const { record, body: fields } = taken;
  assert.throws(() => decodeMessage(record, fields), { code: '08P01' });
});
