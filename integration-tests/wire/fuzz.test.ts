/**
 * Mutated and cut sessions: FUZZ_FRAMES mutated frames against the decoder in this process,
 * FUZZ_SESSIONS mutated sessions over sockets beside a canary, and sessions cut in two at every
 * FUZZ_CUT_STEP-th byte, whose answers must stay the same. FUZZ_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SqlError } from '../../src/errors/sql-error.ts';
import { decodeMessage, FrameDecoder, FramingError } from '../../src/wire/codec.ts';
import { ServerProcess } from '../server/server-process.ts';
import { BackendDecoder, type BackendMessage } from './backend-decoder.ts';
import { build, startup } from './frontend-frames.ts';
import { logIn } from './local-server.ts';
import { mutatedFrame, mutatedSession, seededRandom, type Random } from './mutations.ts';
import { recordedSessions } from './recorded-sessions.ts';

const setting = (name: string, initial: number): number => Number(process.env[name] ?? initial);
const frameCount = setting('FUZZ_FRAMES', 300_000);
const sessionCount = setting('FUZZ_SESSIONS', 200);
const cutStep = setting('FUZZ_CUT_STEP', 29);
const seed = setting('FUZZ_SEED', Date.now() % 1_000_000);
const sessions = recordedSessions();
const cutSessions = 50;
const messageBytesMax = 1 << 20;
const leakBytesMax = 32 * 1024 * 1024;

let server: ServerProcess;
before(async () => {
  server = await ServerProcess.start();
});
after(() => server.stop());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Takes what is whole; frames that the stream could still be understood after. */
function drain(decoder: FrameDecoder): 'alive' | 'over' {
  for (;;) {
    try {
      const taken = decoder.take();
      if (taken === undefined) return 'alive';
      if (taken.record === undefined) return 'over';
      decodeMessage(taken.record, taken.body);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (error instanceof FramingError) return 'over';
    }
  }
}

function pushInPieces(decoder: FrameDecoder, bytes: Buffer, random: Random): void {
  const cut = random(bytes.length + 1);
  decoder.push(Buffer.from(bytes.subarray(0, cut)), 1);
  decoder.push(Buffer.from(bytes.subarray(cut)), 2);
}

test(`${frameCount} mutated frames end in messages or SqlErrors, and leave nothing`, (t) => {
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const frames = sessions.flatMap((session) => session.frames);
  const startedMs = performance.now();
  const before = heapBytes();
  let decoder = new FrameDecoder(messageBytesMax);
  for (let count = 0; count < frameCount; count += 1) {
    const frame = frames[random(frames.length)] ?? Buffer.alloc(0);
    pushInPieces(decoder, mutatedFrame(frame, random), random);
    const isOver = drain(decoder) === 'over' || decoder.buffered > messageBytesMax;
    if (isOver) decoder = new FrameDecoder(messageBytesMax);
  }
  decoder = new FrameDecoder(messageBytesMax);
  const grown = heapBytes() - before;
  const seconds = (performance.now() - startedMs) / 1000;
  t.diagnostic(`${frameCount} frames in ${seconds.toFixed(1)} s, heap ${grown} bytes more`);
  assert.ok(grown < leakBytesMax, `the heap grew by ${grown} bytes`);
});

const login = startup({ user: 'postgres', database: 'postgres' });

/** What the server says to these pieces, until it or we close; keys differ per connection. */
async function replies(pieces: readonly Buffer[]): Promise<string> {
  const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const piece of pieces) {
    socket.write(piece);
    await sleep(1);
  }
  socket.end();
  await closed;
  const messages = new BackendDecoder().push(Buffer.concat(chunks));
  return messages.map(ownBytes).join('');
}

/** The message without what differs by connection: keys and process ids. */
function ownBytes({ code, body }: BackendMessage): string {
  if (code === 'K') return code;
  const text = (code === 'A' ? body.subarray(4) : body).toString('latin1');
  return `${code}${text.replaceAll(/pg_temp_\d+/g, 'pg_temp')}`;
}

function openFiles(): number | undefined {
  try {
    return readdirSync(`/proc/${server.child.pid}/fd`).length;
  } catch {
    return undefined;
  }
}

function residentMiB(): number {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

/** Round trips of SELECT 1 on a connection of its own, in milliseconds, until told to stop. */
async function canary(signal: AbortSignal): Promise<readonly number[]> {
  const client = await logIn(server.port);
  const tookMs: number[] = [];
  while (!signal.aborted) {
    const startedMs = performance.now();
    client.send(build('Query', { sql: 'select 1' }));
    const heard = await client.until('ReadyForQuery');
    assert.ok(heard.some((message) => message !== 'closed' && message.code === 'D'));
    tookMs.push(performance.now() - startedMs);
    await sleep(20);
  }
  client.close();
  return tookMs.toSorted((a, b) => a - b);
}

test(`${sessionCount} mutated sessions harm nobody and leave nothing`, async (t) => {
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed + 1);
  await replies([login]);
  const base = openFiles();
  const baseMiB = base === undefined ? 0 : residentMiB();
  const stop = new AbortController();
  const watched = canary(stop.signal);
  for (let count = 0; count < sessionCount; count += 1) {
    const { frames } = sessions[random(sessions.length)] ?? { frames: [] };
    await replies([Buffer.concat([login, ...mutatedSession(frames, random)])]);
  }
  stop.abort();
  const tookMs = await watched;
  const at = (share: number) => (tookMs[Math.floor(tookMs.length * share)] ?? 0).toFixed(1);
  t.diagnostic(`canary: ${tookMs.length} round trips, median ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  await sleep(200);
  if (base === undefined) return;
  t.diagnostic(`resident ${baseMiB} MiB before, ${residentMiB()} MiB after`);
  assert.ok((openFiles() ?? 0) <= base, 'every connection was let go');
});

test(`${cutSessions} sessions cut in two are answered alike`, async () => {
  for (const { name, frames } of sessions.slice(0, cutSessions)) {
    const bytes = Buffer.concat(frames);
    const whole = await replies([Buffer.concat([login, bytes])]);
    for (let cut = 1; cut < bytes.length; cut += cutStep) {
      const pieces = [Buffer.concat([login, bytes.subarray(0, cut)]), bytes.subarray(cut)];
      assert.equal(await replies(pieces), whole, `${name}, cut at ${cut}`);
    }
  }
});
