import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import { EncodedSpan } from './encoded-span.ts';
import { ExportFailure } from './export-failure.ts';
import { PatientExporter } from './patient-exporter.ts';
import type { SpanShipper } from './span-shipper.ts';

/** A number: so many spans are refused. */
type Answer = number | Error | 'silence';

/** Answers each attempt as told; afterwards takes everything. */
class ScriptedShipper implements SpanShipper {
  readonly #answers: Answer[];
  attempts = 0;
  running = 0;
  runningMax = 0;

  constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  async ship(_spans: unknown, signal: AbortSignal): Promise<number> {
    this.attempts++;
    this.runningMax = Math.max(this.runningMax, ++this.running);
    const answer = this.#answers.shift() ?? 0;
    await new Promise<void>((resolve) => {
      if (answer === 'silence') signal.addEventListener('abort', () => resolve());
      else setImmediate(resolve);
    });
    this.running--;
    if (answer instanceof Error) throw answer;
    return answer === 'silence' ? 0 : answer;
  }

  close(): void {}
}

const three = Array.from({ length: 3 }, () => new EncodedSpan(Buffer.alloc(8), emptyResource()));
const refused = new Error('connect ECONNREFUSED');

function run(answers: readonly Answer[], batches = 1, intervalMs = 10) {
  const scripted = new ScriptedShipper(answers);
  const account = { exported: 0, dropped: 0, failures: [] as string[] };
  const exporter = new PatientExporter({
    shipper: scripted,
    attemptMs: answers.includes('silence') ? 200 : 60_000,
    intervalMs,
    settled: (exported, dropped) => {
      account.exported += exported;
      account.dropped += dropped;
    },
    failure: (message) => account.failures.push(message),
  });
  const all = Array.from(
    { length: batches },
    () => new Promise<void>((resolve) => exporter.export(three, () => resolve())),
  );
  return { scripted, account, exporter, done: Promise.all(all) };
}

/** Until nothing goes on but timers. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the patient exporter', () => {
  it('sends one batch at a time, even when many are flushed at once', async () => {
    const { scripted, account, done } = run([], 10);
    await done;
    assert.equal(scripted.runningMax, 1);
    assert.deepEqual([account.exported, account.dropped], [30, 0]);
  });

  it('tries again after a failure', async () => {
    const { scripted, account, done } = run([refused]);
    await done;
    assert.equal(scripted.attempts, 2);
    assert.deepEqual([account.exported, account.dropped], [3, 0]);
  });

  it('asks a silent collector every interval whether it is back', async () => {
    const { scripted, account, exporter, done } = run(['silence', 'silence']);
    let probes = 0;
    Object.assign(scripted, {
      probe: async () => {
        if (++probes < 2) throw refused;
      },
    });
    await done;
    assert.equal(scripted.attempts, 3, 'by time, by the second probe, well');
    assert.equal(probes, 2);
    assert.deepEqual([account.exported, account.dropped], [3, 0]);
    assert.equal(account.failures.length, 1, 'what a probe ends is no failure');
    await exporter.shutdown();
  });

  it('drops at once what the collector refuses for good', async () => {
    const { scripted, account, done } = run([new ExportFailure('HTTP 400', { isFinal: true })]);
    await done;
    assert.equal(scripted.attempts, 1);
    assert.deepEqual([account.exported, account.dropped], [0, 3]);
  });

  it('counts what the collector takes in part', async () => {
    const { account, done } = run([2]);
    await done;
    assert.deepEqual([account.exported, account.dropped], [1, 2]);
    assert.deepEqual(account.failures, ['the collector refuses 2 spans']);
  });

  it('ends an attempt that gets no answer, and tries again', async () => {
    const { scripted, account, done } = run(['silence']);
    await done;
    assert.equal(scripted.attempts, 2);
    assert.deepEqual(account.failures, ['no answer within 200 ms']);
    assert.deepEqual([account.exported, account.dropped], [3, 0]);
  });

  it('makes no pause after an attempt that took all its time', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { scripted, account, done } = run(['silence'], 1, 200);
    await settle();
    test.mock.timers.tick(200);
    await done;
    assert.deepEqual([scripted.attempts, account.exported], [2, 3]);
  });

  it('waits as long as the collector asks for', async () => {
    const busy = new ExportFailure('HTTP 503', { retryAfterMs: 80 });
    const began = performance.now();
    const { account, done } = run([busy]);
    await done;
    assert.ok(performance.now() - began >= 79);
    assert.equal(account.exported, 3);
  });

  it('does not wait any more when the process ends', async () => {
    const { account, exporter, done } = run(
      Array.from({ length: 9 }, () => refused),
      2,
      3_600_000,
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    exporter.hasten();
    await done;
    assert.deepEqual([account.exported, account.dropped], [0, 6]);
  });

  it('puts messages on one line', async () => {
    const { account, done } = run([
      new ExportFailure('HTTP 400\nforged line\u0007', { isFinal: true }),
    ]);
    await done;
    assert.deepEqual(account.failures, ['HTTP 400 forged line ']);
  });

  it('gives a collector that was away for an hour its first spans within one interval', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { scripted, account, done } = run(
      Array.from({ length: 3600 }, () => refused),
      1000,
      1000,
    );
    await settle();
    for (let second = 1; second <= 3599; second++) {
      test.mock.timers.tick(1000);
      await settle();
    }
    assert.equal(scripted.attempts, 3600);
    assert.deepEqual([account.exported, account.dropped], [0, (3600 / 5) * 3]);
    test.mock.timers.tick(1000);
    await done;
    assert.deepEqual([account.exported, account.dropped], [3000 - 2160, 2160]);
  });
});
