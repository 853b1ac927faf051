import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyResource } from '@opentelemetry/resources';
import { EncodedSpan } from './encoded-span.ts';
import { ExportFailure } from './export-failure.ts';
import { PatientExporter } from './patient-exporter.ts';
import type { SpanShipper } from './span-shipper.ts';

/** A number: so many spans are refused. */
type Answer = number | Error | 'silence' | { readonly afterMs: number };

/** Answers each attempt as told; afterwards takes everything. */
class ScriptedShipper implements SpanShipper {
  readonly #answers: Answer[];
  declare readonly probe?: (signal: AbortSignal) => Promise<void>;
  attempts = 0;
  running = 0;
  runningMax = 0;

  constructor(answers: readonly Answer[], probe: SpanShipper['probe']) {
    this.#answers = [...answers];
    if (probe !== undefined) this.probe = probe;
  }

  async ship(_spans: unknown, signal: AbortSignal): Promise<number> {
    this.attempts++;
    this.runningMax = Math.max(this.runningMax, ++this.running);
    const answer = this.#answers.shift() ?? 0;
    await new Promise<void>((resolve) => {
      if (answer === 'silence') signal.addEventListener('abort', () => resolve());
      else if (typeof answer === 'object' && 'afterMs' in answer)
        setTimeout(resolve, answer.afterMs);
      else setImmediate(resolve);
    });
    this.running--;
    if (answer instanceof Error) throw answer;
    return typeof answer === 'number' ? answer : 0;
  }

  close(): void {}
}

const three = Array.from({ length: 3 }, () => new EncodedSpan(Buffer.alloc(8), emptyResource()));
const refused = new Error('connect ECONNREFUSED');

interface Run {
  readonly batches?: number;
  readonly intervalMs?: number;
  readonly attemptMs?: number;
  readonly probe?: SpanShipper['probe'] | undefined;
}

function run(answers: readonly Answer[], options: Run = {}) {
  const { batches = 1, intervalMs = 10 } = options;
  const { attemptMs = answers.includes('silence') ? 200 : 60_000 } = options;
  const scripted = new ScriptedShipper(answers, options.probe);
  const account = { exported: 0, dropped: 0, failures: [] as string[] };
  const exporter = new PatientExporter({
    shipper: scripted,
    attemptMs,
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
    const { scripted, account, done } = run([], { batches: 10 });
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

  it('sends anew what hangs as soon as a silent collector answers a probe', async () => {
    let probes = 0;
    const { scripted, account, exporter, done } = run(['silence'], {
      intervalMs: 300,
      attemptMs: 60_000,
      probe: async () => {
        if (++probes < 3) throw refused;
      },
    });
    await done;
    assert.equal(scripted.attempts, 2, 'hung until the third probe, well');
    assert.equal(probes, 3);
    assert.deepEqual([account.exported, account.dropped], [3, 0]);
    assert.deepEqual(account.failures, [], 'what a probe ends is no failure');
    await exporter.shutdown();
  });

  it('asks at once a collector that was silent for a whole attempt', async () => {
    let probes = 0;
    const { scripted, account, exporter, done } = run(['silence', 'silence'], {
      intervalMs: 300,
      attemptMs: 350,
      probe: async () => {
        if (++probes < 4) throw refused;
      },
    });
    await done;
    assert.deepEqual([scripted.attempts, probes], [3, 4]);
    assert.equal(account.failures.length, 1);
    assert.equal(account.exported, 3);
    await exporter.shutdown();
  });

  for (const [answer, probe] of [
    ['answers probes', async () => undefined],
    ['answers probes that it is busy', () => Promise.reject(new ExportFailure('HTTP 503'))],
  ] as const) {
    it(`sends once to a collector that is slow and ${answer}`, async () => {
      const { scripted, account, exporter, done } = run([{ afterMs: 1000 }], {
        intervalMs: 300,
        probe,
      });
      await done;
      assert.equal(scripted.attempts, 1);
      assert.deepEqual([account.exported, account.failures.length], [3, 0]);
      await exporter.shutdown();
    });
  }

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
    const { scripted, account, done } = run(['silence'], { intervalMs: 200 });
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
      { batches: 2, intervalMs: 3_600_000 },
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
      Array.from({ length: 7200 }, () => refused),
      { batches: 1000, intervalMs: 1000 },
    );
    await settle();
    for (let half = 1; half <= 7199; half++) {
      test.mock.timers.tick(500);
      await settle();
    }
    assert.equal(scripted.attempts, 7200);
    assert.deepEqual([account.exported, account.dropped], [0, (7200 / 10) * 3]);
    test.mock.timers.tick(500);
    await done;
    assert.deepEqual([account.exported, account.dropped], [3000 - 2160, 2160]);
  });
});
