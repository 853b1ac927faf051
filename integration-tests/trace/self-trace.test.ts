/** TIMEFUSION_SELF_TRACE: the server's spans as rows of its own table. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { lastTraceId, TracedServer } from './traced-server.ts';

const costly = `SELECT name, count(*) AS spans, sum((attributes->>'op.self_ns')::int8) AS self_ns
  FROM otel_logs_and_spans
  WHERE project_id = 'timefusion' AND timestamp > now() - interval '7 days'
    AND attributes->>'plan.node_id' IS NOT NULL
  GROUP BY name ORDER BY self_ns DESC`;

it('stores every span once, without making spans of that', async () => {
  const server = await TracedServer.start({ TIMEFUSION_SELF_TRACE: 'on' });
  try {
    const client = await server.connect();
    const rowsOf = async (sql: string): Promise<readonly Record<string, unknown>[]> =>
      (await client.query<Record<string, unknown>>(sql)).rows;
    await client.query('CREATE TABLE n AS SELECT i FROM generate_series(1, 1000) g(i)');
    await client.query("SELECT i % 3, 'a\tb\\c' FROM n ORDER BY 1");
    const traceId = await lastTraceId(client);
    const stored = `SELECT name FROM otel_logs_and_spans WHERE context___trace_id = '${traceId}'`;
    let rows: readonly Record<string, unknown>[] = [];
    for (let tries = 0; tries < 100 && rows.length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      rows = await rowsOf(stored);
    }
    const spans = await rowsOf(`SELECT name FROM trace.spans WHERE trace_id = '${traceId}'`);
    const names = (found: readonly Record<string, unknown>[]): readonly unknown[] =>
      found.map((row) => row['name']).toSorted();
    assert.deepEqual(names(rows), names(spans));
    const copies = await rowsOf("SELECT name FROM trace.spans WHERE name LIKE 'COPY%'");
    assert.deepEqual(copies, []);
    const [first] = await rowsOf(costly);
    assert.match(String(first?.['name']), /Exec$/);
    const counts = new Map(
      (await rowsOf("SELECT counter, value FROM trace.stats WHERE exporter = 'self'")).map(
        (row) => [row['counter'], Number(row['value'])] as const,
      ),
    );
    assert.equal(counts.get('dropped'), 0);
    assert.equal(
      counts.get('produced'),
      (counts.get('exported') ?? 0) + (counts.get('queued') ?? 0),
    );
  } finally {
    await server.stop();
  }
});
