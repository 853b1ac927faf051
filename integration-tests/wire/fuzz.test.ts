/**
 * Mutated and cut sessions, each beside a canary: FUZZ_FRAMES frames, many of them mutated, through
 * the whole of the wire over the session twin; FUZZ_SESSIONS mutated sessions against the server;
 * and sessions cut in two at every FUZZ_CUT_STEP-th byte, whose answers must stay the same.
 * FUZZ_SEED repeats a run. By hand, some minutes each: FUZZ_FRAMES=10000000, FUZZ_CUT_STEP=1.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from '../server/server-process.ts';
import { BackendDecoder, type BackendMessage } from './backend-decoder.ts';
import { startCanary } from './canary.ts';
import { startFlood } from './frame-flood.ts';
import { build, startup } from './frontend-frames.ts';
import { logIn } from './local-server.ts';
import { mutatedSession, pick, seededRandom } from './mutations.ts';
import type { RawClient } from './raw-client.ts';
import { recordedSessions } from './recorded-sessions.ts';

const setting = (name: string, initial: number): number => Number(process.env[name] ?? initial);
const frameCount = setting('FUZZ_FRAMES', 20_000);
const sessionCount = setting('FUZZ_SESSIONS', 200);
const cutStep = setting('FUZZ_CUT_STEP', 29);
const seed = setting('FUZZ_SEED', Date.now() % 1_000_000);
const sessions = recordedSessions();
const cutSessions = 50;
const leakBytesMax = 32 * 1024 * 1024;

let server: ServerProcess;
before(async () => {
  server = await ServerProcess.start();
});
after(() => server.stop());

const login = startup({ user: 'postgres', database: 'postgres' });
test(`${frameCount} mutated frames end in messages or errors, and leave nothing`, async (t) => {
  const flood = await startFlood({ frameCount, seed });
  const canary = startCanary(flood.port);
  const report = await flood.report;
  t.diagnostic(`seed ${seed}; ${(await canary.stop()).text}`);
  t.diagnostic(
    `${report.seconds.toFixed(1)} s, heap ${report.heapBefore} bytes before, ` +
      `${report.heapGrown} more after`,
  );
  flood.end();
  assert.deepEqual(report.bugs, []);
  assert.ok(report.heapGrown < leakBytesMax, `the heap grew by ${report.heapGrown} bytes`);
});

/** A connection to the server that takes down all it hears. */
class Recorder {
  readonly #socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
  readonly #chunks: Buffer[] = [];
  readonly connected = once(this.#socket, 'connect');
  readonly #closed = once(this.#socket, 'close');

  constructor() {
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /**
   * Sends the last bytes, unless the first ones ended the session; all answers, once the server has
   * closed, without what is its own.
   */
  async finish(bytes: Buffer): Promise<string> {
    if (this.#socket.writable) this.#socket.end(bytes);
    await this.#closed;
    const messages = new BackendDecoder().push(Buffer.concat(this.#chunks));
    return messages
      .filter((message) => !isProbe(message))
      .map(ownBytes)
      .join('');
  }
}

async function replies(bytes: Buffer): Promise<string> {
  const recorder = new Recorder();
  await recorder.connected;
  return recorder.finish(bytes);
}

/** What is sent to a client that has ended its side, now and then, to see whether it is there. */
function isProbe({ code, body }: BackendMessage): boolean {
  return code === 'S' && body.toString('latin1') === 'integer_datetimes\0on\0';
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

test(`${sessionCount} mutated sessions harm nobody and leave nothing`, async (t) => {
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed + 1);
  await replies(login);
  const base = openFiles();
  const baseMiB = base === undefined ? 0 : residentMiB();
  const canary = startCanary(server.port);
  for (let count = 0; count < sessionCount; count += 1) {
    const { frames } = pick(sessions, random);
    await replies(Buffer.concat([login, ...mutatedSession(frames, random)]));
  }
  t.diagnostic((await canary.stop()).text);
  await sleep(200);
  if (base === undefined) return;
  t.diagnostic(`resident ${baseMiB} MiB before, ${residentMiB()} MiB after`);
  assert.ok((openFiles() ?? 0) <= base, 'every connection was let go');
});

/** Sessions that would hear one another. */
const isHeardByOthers = /listen|notify/i;
const cutsAtOnce = 16;

/**
 * The replies to the session cut in two at each of these bytes. Every server thread of sockets reads
 * in the order of arrival: once `barrier` has its answer, all first pieces have been read.
 */
async function repliesToCuts(
  bytes: Buffer,
  cuts: readonly number[],
  barrier: RawClient,
): Promise<readonly string[]> {
  const recorders = cuts.map(() => new Recorder());
  await Promise.all(recorders.map(({ connected }) => connected));
  for (const [index, recorder] of recorders.entries()) {
    recorder.send(Buffer.concat([login, bytes.subarray(0, cuts[index])]));
  }
  barrier.send(build('Query', { sql: 'select 1' }));
  await barrier.until('ReadyForQuery');
  return Promise.all(
    recorders.map((recorder, index) => recorder.finish(bytes.subarray(cuts[index]))),
  );
}

test(`${cutSessions} sessions cut in two are answered alike`, async (t) => {
  const canary = startCanary(server.port);
  const barrier = await logIn(server.port);
  const startedMs = performance.now();
  const baseMiB = residentMiB();
  let count = 0;
  for (const { name, frames } of sessions.slice(0, cutSessions)) {
    const bytes = Buffer.concat(frames);
    const whole = await replies(Buffer.concat([login, bytes]));
    const atOnce = isHeardByOthers.test(bytes.toString('latin1')) ? 1 : cutsAtOnce;
    for (let first = 1; first < bytes.length; first += atOnce * cutStep) {
      const cuts = Array.from({ length: atOnce }, (_, index) => first + index * cutStep);
      const inside = cuts.filter((cut) => cut < bytes.length);
      const answers = await repliesToCuts(bytes, inside, barrier);
      for (const [index, answer] of answers.entries()) {
        assert.equal(answer, whole, `${name}, cut at ${inside[index]}`);
      }
      count += inside.length;
    }
  }
  barrier.close();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  t.diagnostic(`${count} cuts in ${seconds} s; ${(await canary.stop()).text}`);
  t.diagnostic(`resident ${baseMiB} MiB before, ${residentMiB()} MiB after`);
});
