/**
 * Mutated frames through the whole of the wire over the session twin, in a process of its own: a
 * test runner's hooks take longer than the wire, and a canary shall wait for the server alone.
 *
 *     test ──fork──▶ flood: server ◀─frames in memory─ clients, 32 at once
 *       └─ canary ───────▶ (the same server, by its port)
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BackendDecoder, reportFields } from './backend-decoder.ts';
import { startup } from './frontend-frames.ts';
import { startLocalServer, type LocalServer } from './local-server.ts';
import { mutatedSession, pick, seededRandom, type Random } from './mutations.ts';
import { recordedSessions, twinSessions } from './recorded-sessions.ts';

export interface FloodOptions {
  readonly frameCount: number;
  readonly seed: number;
}

export interface FloodReport {
  readonly seconds: number;
  /** Errors of the server that are not the client's. */
  readonly bugs: readonly string[];
  readonly heapBefore: number;
  /** Bytes by which the heap grew, garbage left out. */
  readonly heapGrown: number;
}

export interface Flood {
  readonly port: number;
  /** Errors: an answer that is no whole message, or one after a FATAL error. */
  readonly report: Promise<FloodReport>;
  /** Lets the process end, once its canary is gone. */
  end(): void;
}

const me = fileURLToPath(import.meta.url);

export async function startFlood({ frameCount, seed }: FloodOptions): Promise<Flood> {
  const child = fork(me, [String(frameCount), String(seed)]);
  const [port] = (await once(child, 'message')) as [number];
  const report = new Promise<FloodReport>((resolve, reject) => {
    child.once('message', (message) => resolve(message as FloodReport));
    child.once('exit', (code) => reject(new Error(`the flood ended with ${code}`)));
  });
  return { port, report, end: () => child.disconnect() };
}

/** Messages to a connection, of which some are mutated; a FATAL error ends it before the last. */
const framesOfConnection = 6;
const connectionsAtOnce = 32;
const sessionsKept = 1000;
const login = startup({ user: 'postgres', database: 'postgres' });
const sessions = recordedSessions();

/** One connection in memory: what it was sent, it answers in whole messages, and then it is gone. */
async function converse(local: LocalServer, frames: readonly Buffer[]): Promise<void> {
  const client = local.connect();
  const decoder = new BackendDecoder();
  let isOver = false;
  client.on('data', (chunk: Buffer) => {
    for (const { code, body } of decoder.push(chunk)) {
      assert.ok(!isOver, `${code} after a FATAL error`);
      isOver = code === 'E' && reportFields(body).get('V') === 'FATAL';
    }
  });
  const closed = once(client, 'close');
  client.write(login);
  for (const frame of frames) client.write(frame);
  client.end();
  await closed;
  assert.equal(decoder.rest.length, 0, 'answers are whole messages');
}

function someFrames(random: Random): readonly Buffer[] {
  const { frames } = pick(random(2) === 0 ? twinSessions : sessions, random);
  const from = random(Math.max(1, frames.length - framesOfConnection));
  return mutatedSession(frames.slice(from, from + framesOfConnection), random);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function flood({ frameCount, seed }: FloodOptions): Promise<void> {
  const random = seededRandom(seed);
  const local = await startLocalServer({ maxConnections: 1000 });
  const startedMs = performance.now();
  const heapBefore = heapBytes();
  process.send?.(local.port);
  let sent = 0;
  const talk = async (): Promise<void> => {
    while (sent < frameCount) {
      const frames = someFrames(random);
      sent += frames.length;
      await converse(local, frames);
      if (local.host.sessions.length > sessionsKept) local.host.forget();
    }
  };
  await Promise.all(Array.from({ length: connectionsAtOnce }, talk));
  const seconds = (performance.now() - startedMs) / 1000;
  await sleep(100);
  const report: FloodReport = {
    seconds,
    bugs: local.bugs.map((error) => error.stack ?? error.message),
    heapBefore,
    heapGrown: heapBytes() - heapBefore,
  };
  process.send?.(report);
  await once(process, 'disconnect');
  await local.server.close();
}

const [script, frameCount, seed] = process.argv.slice(1);
if (script === me) await flood({ frameCount: Number(frameCount), seed: Number(seed) });
