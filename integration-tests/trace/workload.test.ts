/** The queries of the workload over generated telemetry keep every promise of a trace. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'node:test';
import { workload } from '../../bench/workload.ts';
import { CheckedClient } from './checked-client.ts';
import { Collector } from './collector.ts';
import { TracedServer } from './traced-server.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

describe('the workload over 10,000 generated spans', { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'timefusion-workload-'));
  let collector: Collector;
  let server: TracedServer;
  let client: CheckedClient;
  let traceId = '';

  before(async () => {
    await promisify(execFile)(process.execPath, [main, 'generate', '--rows', '10000'], {
      env: { PATH: process.env['PATH'], TIMEFUSION_DATA_DIR: folder },
    });
    collector = await Collector.listen();
    server = await TracedServer.start({
      TIMEFUSION_DATA_DIR: folder,
      OTEL_EXPORTER_JAEGER_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      RUST_LOG: 'debug',
      TRACE_MAX_TRACES_PER_SEC: '0',
    });
    const setup = await server.connect();
    const { rows } = await setup.query(
      'SELECT min(context___trace_id) AS id FROM otel_logs_and_spans',
    );
    traceId = String((rows[0] as { readonly id: string }).id);
    client = await CheckedClient.open(server, collector);
  });
  after(async () => {
    await server?.stop();
    collector?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { id, sql } of workload) {
    for (const protocol of ['simple', 'extended']) {
      it(`${id}, ${protocol} protocol`, async () => {
        client.forget();
        await client.check(
          await client.run(sql.replace('$TRACE', traceId), protocol === 'extended'),
        );
      });
    }
  }
});
