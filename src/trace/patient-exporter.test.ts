import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { PatientExporter } from './patient-exporter.ts';

type Answer = 'take' | { readonly error: string };

/** Answers each attempt as told; afterwards takes everything. */
class ScriptedExporter implements SpanExporter {
  readonly #answers: Answer[];
  attempts = 0;
  running = 0;
  runningMax = 0;

  constructor(answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  export(_spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.attempts++;
    this.runningMax = Math.max(this.runningMax, ++this.running);
    setImmediate(() => {
      this.running--;
      const answer = this.#answers.shift() ?? 'take';
      done(answer === 'take' ? { code: 0 } : { code: 1, error: new Error(answer.error) });
    });
  }

  async shutdown(): Promise<void> {}
}

const three = [1, 2, 3] as unknown as ReadableSpan[];

async function run(answers: readonly Answer[], batches = 1) {
  const scripted = new ScriptedExporter(answers);
  const account = { exported: 0, dropped: 0, failures: [] as string[] };
  const exporter = new PatientExporter({
    make: () => scripted,
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

describe('the patient exporter', () => {
  it('sends one batch at a time, even when many are flushed at once', async () => {
    const { scripted, account, done } = await run([], 10);
    await done;
    assert.equal(scripted.runningMax, 1);
    assert.deepEqual([account.exported, account.dropped], [30, 0]);
  });

  it('tries again after a failure', async () => {
    const { scripted, account, done } = await run([{ error: 'connect ECONNREFUSED' }]);
    await done;
    assert.equal(scripted.attempts, 2);
    assert.deepEqual([account.exported, account.dropped], [3, 0]);
  });

  it('drops at once what the collector refuses for good', async () => {
    const { scripted, account, done } = await run([{ error: 'server responded with HTTP 400' }]);
    await done;
    assert.equal(scripted.attempts, 1);
    assert.deepEqual([account.exported, account.dropped], [0, 3]);
  });

  it('does not wait any more when the process ends', async () => {
    const failures = Array.from({ length: 9 }, () => ({ error: 'connect ECONNREFUSED' }));
    const { account, exporter, done } = await run(failures, 2);
    exporter.hasten();
    await done;
    assert.deepEqual([account.exported, account.dropped], [0, 6]);
  });

  it('puts messages on one line', async () => {
    const { account, done } = await run([{ error: 'HTTP 400\nforged line\u0007' }]);
    await done;
    assert.deepEqual(account.failures, ['HTTP 400 forged line ']);
  });
});
