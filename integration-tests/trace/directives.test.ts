import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecodedSpan } from './decoded-span.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

/** Directives of one session | spans and lines of a query that filters and sorts | of one that fails. */
const table = `
info                                         | root phases operators       | root phases operators
info,datafusion::physical_plan::sorts=off    | root phases FilterExec scan | root phases operators
info,datafusion::physical_plan=warn          | root phases                 | root phases
info,datafusion::physical_plan=off           | root phases                 | root phases
info,datafusion=off                          | root pgwire                 | root
warn                                         |                             | root
error                                        |                             | root
off                                          |                             |
debug                                        | root phases operators rules | root phases operators rules
info,datafusion::optimizer=debug             | root phases operators rules | root phases operators rules
info,[SortExec]=off                          | root phases FilterExec scan | root phases operators
`;

const good = 'SELECT n FROM numbers WHERE n > 10 ORDER BY n';
const failing = 'SELECT 1 / n FROM numbers';

/** What a group stands for, given all that exists. */
function groupsOf(spans: readonly { readonly name: string; readonly isServer: boolean }[]): string {
  const names = new Set(spans.map(({ name }) => name));
  const operators = ['SortExec', 'FilterExec', 'SeqScanExec', 'ProjectionExec'].filter((name) =>
    names.has(name),
  );
  const all = names.has('SortExec') || names.has('ProjectionExec');
  return [
    spans.some(({ isServer }) => isServer) ? 'root' : '',
    names.has('plan') ? 'phases' : '',
    !names.has('plan') && names.has('result.encode') ? 'pgwire' : '',
    operators.length === 0 ? '' : all ? 'operators' : 'FilterExec scan',
    [...names].some((name) => /^[a-z_]+( \(modified\))?$/.test(name) && !known.has(name))
      ? 'rules'
      : '',
  ]
    .filter((group) => group !== '')
    .join(' ');
}

const known = new Set([
  'parse',
  'plan',
  'bind',
  'execute_plan',
  'commit',
  'create_logical_plan',
  'analyze_logical_plan',
  'optimize_logical_plan',
  'create_physical_plan',
  'query',
]);

describe('directives', { concurrency: false }, () => {
  const traced = useTraced({
    settings: { LOG_FORMAT: 'json' },
    statements: [
      'CREATE TABLE numbers (n int8)',
      'INSERT INTO numbers SELECT n FROM generate_series(0, 99) g(n)',
    ],
  });

  /** Spans and lines of the statement, under the directives. */
  async function seen(directives: string, sql: string): Promise<readonly [string, string]> {
    await traced.client.query(`SET log.filter = '${directives}'`);
    await traced.client.query(sql).catch(() => undefined);
    const traceId = await lastTraceId(traced.client);
    await traced.client.query("SET log.filter = 'info'");
    await traced.client.query('SELECT 1');
    const marker = await lastTraceId(traced.client);
    await traced.collector.otlpTrace(marker);
    await traced.server.untilOutput(new RegExp(`"query","phase":"query".*${marker}`));
    const spans = traced.collector.otlp.filter((span) => span.traceId === traceId);
    const lines = traced.server.lines
      .filter((line) => line['trace_id'] === traceId)
      .map((line) => {
        const span = line['span'] as {
          name: string;
          phase: string;
          operator?: string;
          rule?: string;
        };
        return { name: span.operator ?? span.rule ?? span.name, isServer: span.phase === 'query' };
      });
    return [groupsOf(spans), groupsOf(lines)];
  }

  for (const line of table.split('\n').filter((text) => text.includes('|'))) {
    const [directives = '', onSuccess = '', onFailure = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    it(`${directives}: a query gives "${onSuccess}", a failing one "${onFailure}"`, async () => {
      assert.deepEqual(await seen(directives, good), [onSuccess, onSuccess]);
      assert.deepEqual(await seen(directives, failing), [onFailure, onFailure]);
    });
  }

  it('for the lines alone leave the spans', async () => {
    const other = await TracedServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: traced.collector.url,
      RUST_LOG: 'info,datafusion_tracing=off',
    });
    const own = await other.connect();
    await own.query('SELECT 5');
    await traced.collector.otlpTrace(await lastTraceId(own));
    await other.stop();
    assert.equal(other.lines.length, 0);
  });

  it('for the spans alone leave the lines', async () => {
    const other = await TracedServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: traced.collector.url,
      RUST_LOG: 'info',
      TRACE_FILTER: 'info,datafusion=off',
    });
    const own = await other.connect();
    await own.query('SELECT 5');
    const traceId = await lastTraceId(own);
    const spans = await traced.collector.otlpTrace(traceId);
    assert.deepEqual(
      spans.filter(({ attributes }) => attributes.has('plan.node_id')),
      [],
    );
    await other.untilOutput(/"operator":"ProjectionExec"/);
    const operators = other.lines.filter((line) => line['trace_id'] === traceId);
    assert.ok(operators.length >= 7);
    const ids = new Set(operators.map((line) => line['span_id']));
    const root = spans.find(({ isServer }) => isServer) as DecodedSpan;
    assert.ok(ids.has(root.spanId), 'the root has one id everywhere');
    await other.stop();
  });

  it('that are none are skipped with one warning that names them', async () => {
    const other = await TracedServer.start({ RUST_LOG: 'info,datafusion=verbose,=' });
    await other.stop();
    assert.match(other.errors, /RUST_LOG: no directives, skipped: datafusion=verbose =/);
  });
});
