import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lastTraceId } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

const query = 'SELECT a % 3, count(*) FROM generate_series(1, 500) g(a) WHERE a > 5 GROUP BY 1';

interface Node {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly Node[];
}

function explainedRows(node: Node, found: Record<string, number> = {}): Record<string, number> {
  const name = node['Node Type'];
  found[name] = (found[name] ?? 0) + node['Actual Rows'];
  for (const child of node.Plans ?? []) explainedRows(child, found);
  return found;
}

describe('metrics', { concurrency: false }, () => {
  const traced = useTraced({ settings: { RUST_LOG: 'info' } });

  /** Values of one metric by the label `operator`. */
  async function byOperator(name: string): Promise<Map<string, number>> {
    const pattern = new RegExp(`^${name}{operator="(\\w+)"} (\\S+)$`, 'gm');
    const found = (await traced.server.metrics()).matchAll(pattern);
    return new Map([...found].map(([, operator, value]) => [String(operator), Number(value)]));
  }

  it('say the same as spans, lines and EXPLAIN ANALYZE', async () => {
    const rowsBefore = await byOperator('db_server_operator_rows_total');
    const selfBefore = await byOperator('db_server_operator_self_seconds_total');
    await traced.client.query(query);
    const traceId = await lastTraceId(traced.client);
    const spans = (await traced.collector.otlpTrace(traceId)).filter(({ name }) =>
      name.endsWith('Exec'),
    );
    await traced.server.untilOutput(new RegExp(`"query","phase":"query".*${traceId}`));
    const plan = await traced.client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`);
    const [{ Plan: top }] = Object.values(plan.rows[0] as object)[0] as [{ Plan: Node }];

    const ofSpans: Record<string, number> = {};
    for (const { name, attributes } of spans) {
      ofSpans[name] =
        (ofSpans[name] ?? 0) + Number(attributes.get('datafusion.metrics.output_rows'));
    }
    const ofLines: Record<string, number> = {};
    for (const line of traced.server.lines) {
      if (line['trace_id'] !== traceId || !('span' in line)) continue;
      const span = line['span'] as { operator?: string; rows_produced?: number };
      if (span.operator === undefined) continue;
      ofLines[span.operator] = (ofLines[span.operator] ?? 0) + (span.rows_produced ?? 0);
    }
    assert.deepEqual(ofSpans, explainedRows(top));
    assert.deepEqual(ofLines, ofSpans);

    const rows = await byOperator('db_server_operator_rows_total');
    const self = await byOperator('db_server_operator_self_seconds_total');
    for (const { name, attributes } of spans) {
      const counted = (rows.get(name) ?? 0) - (rowsBefore.get(name) ?? 0);
      // The EXPLAIN's own run is counted too: rows twice, its time beside the query's.
      assert.ok([ofSpans[name], 2 * (ofSpans[name] ?? 0)].includes(counted), `${name} ${counted}`);
      const seconds = (self.get(name) ?? 0) - (selfBefore.get(name) ?? 0);
      assert.ok(seconds * 1e9 >= Number(attributes.get('op.self_ns')) - 1);
    }
  });

  it('carry trace ids as exemplars for who reads OpenMetrics', async () => {
    await traced.client.query(query);
    const traceId = await lastTraceId(traced.client);
    await traced.collector.otlpTrace(traceId);
    const port = /:(\d+)\/metrics/.exec(traced.server.output)?.[1];
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
      headers: { accept: 'application/openmetrics-text; version=1.0.0' },
    });
    assert.match(String(answer.headers.get('content-type')), /^application\/openmetrics-text/);
    const text = await answer.text();
    assert.ok(text.endsWith('# EOF\n'));
    const exemplars = [...text.matchAll(/ # \{trace_id="([0-9a-f]{32})"\} \S+ \d+\.\d{3}$/gm)];
    assert.ok(exemplars.length > 0);
    const areExported = (): boolean => {
      const known = new Set(traced.collector.otlp.map((span) => span.traceId));
      return exemplars.every(([, id]) => known.has(String(id)));
    };
    await traced.collector.until(areExported);
    assert.doesNotMatch(
      await traced.server.metrics(),
      /trace_id=/,
      'Prometheus text has no exemplars',
    );
    const counters = [...text.matchAll(/^# TYPE (\S+) counter$/gm)];
    assert.ok(counters.length > 5);
    for (const [, family] of counters) {
      assert.doesNotMatch(String(family), /_total$/);
      assert.match(text, new RegExp(`^${family}_total[{ ]`, 'm'));
    }
  });

  it('tell sessions by state and memory by pool, in SQL as over HTTP', async () => {
    const text = await traced.server.metrics();
    assert.match(text, /^db_server_connections\{state="idle"\} 1$/m);
    assert.match(text, /^db_server_memory_bytes\{pool="columns"\} \d+$/m);
    const { rows } = await traced.client.query(
      "SELECT key, value FROM timefusion_stats WHERE component = 'connections' ORDER BY key",
    );
    assert.deepEqual(rows, [
      { key: 'active', value: '1' },
      { key: 'idle', value: '0' },
      { key: 'idle_in_transaction', value: '0' },
      { key: 'idle_in_transaction_aborted', value: '0' },
    ]);
  });
});
