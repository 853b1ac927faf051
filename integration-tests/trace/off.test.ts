import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { TracedServer } from './traced-server.ts';

/** A loader that writes down every module URL, from all threads. */
function moduleRecorder(folder: string): {
  readonly flags: readonly string[];
  readonly read: () => string;
} {
  const list = join(folder, 'modules.txt');
  writeFileSync(list, '');
  const preload = join(folder, 'record.cjs');
  writeFileSync(
    preload,
    `
    const Module = require('node:module');
    const { appendFileSync } = require('node:fs');
    const { isMainThread } = require('node:worker_threads');
    const compile = Module.prototype._compile;
    Module.prototype._compile = function (content, filename) {
      appendFileSync(${JSON.stringify(list)}, (isMainThread ? 'main ' : 'worker ') + filename + '\\n');
      return compile.call(this, content, filename);
    };
  `,
  );
  return { flags: ['--require', preload], read: () => readFileSync(list, 'utf8') };
}

async function modulesWith(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly modules: string; readonly output: string; readonly threads: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'timefusion-modules-'));
  const recorder = moduleRecorder(folder);
  const server = await TracedServer.start(environment, recorder.flags);
  const client = await server.connect();
  await client.query('SELECT n FROM generate_series(1, 10) g(n) WHERE n > 5');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  const threads = Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]);
  await server.stop();
  const found = { modules: recorder.read(), output: server.output, threads };
  rmSync(folder, { recursive: true, force: true });
  return found;
}

describe('tracing that is off', { concurrency: false, skip: process.platform !== 'linux' }, () => {
  const offs: readonly Readonly<Record<string, string>>[] = [
    {},
    { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://127.0.0.1:9' },
    { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://127.0.0.1:9' },
    { RUST_LOG: 'off', LOG_FORMAT: 'json', OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://127.0.0.1:9' },
  ];
  let threadsOff = 0;
  for (const environment of offs) {
    it(`loads no OpenTelemetry module and writes no line with ${JSON.stringify(environment)}`, async () => {
      const { modules, output, threads } = await modulesWith(environment);
      threadsOff = threads;
      assert.doesNotMatch(modules, /opentelemetry|jaeger|thrift/);
      assert.doesNotMatch(output, /datafusion_tracing/);
    });
  }

  it('is on when an exporter is named: then the worker loads them', async () => {
    const { modules, threads } = await modulesWith({
      OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://127.0.0.1:9',
    });
    assert.match(modules, /worker .*exporter-jaeger/);
    assert.doesNotMatch(modules, /main .*(opentelemetry|jaeger|thrift)/);
    assert.ok(threads > threadsOff, 'the export worker is one more thread');
  });

  it('loads no OpenTelemetry module when only lines are on', async () => {
    const { modules, output } = await modulesWith({ LOG_FORMAT: 'json' });
    assert.doesNotMatch(modules, /exporter-jaeger|sdk-trace/);
    assert.match(output, /"target":"datafusion_tracing"/);
  });
});
