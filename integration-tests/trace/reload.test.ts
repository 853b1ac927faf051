/** Settings of tracing that change while the server runs: a file of directives, samplers, limits. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { Collector } from './collector.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

it('SIGHUP and pg_reload_conf() read them again; a wrong file changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'timefusion-reload-'));
  const file = join(folder, 'trace.settings');
  writeFileSync(file, '# as at start\nRUST_LOG = info\n');
  const collector = await Collector.listen();
  const server = await TracedServer.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    TRACE_SETTINGS_FILE: file,
    OTEL_TRACES_SAMPLER_RATIO: '1',
  });
  const client = await server.connect();
  const ask = async (): Promise<string> => {
    await client.query('SELECT n FROM generate_series(1, 3) g(n)');
    return lastTraceId(client);
  };
  const reload = async (text: string, told: RegExp): Promise<void> => {
    writeFileSync(file, text);
    server.errors = '';
    process.kill(server.pid, 'SIGHUP');
    while (!told.test(server.errors)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const names = async (traceId: string): Promise<ReadonlySet<string>> =>
    new Set((await collector.otlpTrace(traceId)).map(({ name }) => name));
  try {
    assert.ok((await names(await ask())).has('TableFunctionExec'));

    await reload('RUST_LOG=info,datafusion=off\n', /read again/);
    const bare = await names(await ask());
    assert.ok(bare.has('result.encode') && !bare.has('execute_plan'));

    await reload('RUST_LOG=info\nOTEL_TRACES_SAMPLER_RATIO=0\n', /read again/);
    const unsampled = await ask();

    await reload('OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9\n', /nothing changes/);
    const unchanged = await ask();

    writeFileSync(file, 'RUST_LOG=debug\n');
    await client.query('SELECT pg_reload_conf()');
    assert.ok((await names(await ask())).has('session.begin'), 'spans at DEBUG');
    for (const traceId of [unsampled, unchanged]) {
      assert.equal(
        collector.otlp.some((span) => span.traceId === traceId),
        false,
      );
    }
  } finally {
    await server.stop();
    collector.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it('SIGHUP without a file is told, and ends nothing', async () => {
  const server = await TracedServer.start({});
  process.kill(server.pid, 'SIGHUP');
  while (!server.errors.includes('no TRACE_SETTINGS_FILE')) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const client = await server.connect();
  assert.deepEqual((await client.query('SELECT 1 AS n')).rows, [{ n: 1 }]);
  await server.stop();
});
