/** RUST_LOG, directive by directive: `directives.table` says what exists of a statement. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { readTextTable } from './text-table.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

const statements: Readonly<Record<string, string>> = {
  good: "SELECT n % 3, count(*) FROM many WHERE md5(n::text) <> 'x' GROUP BY 1 ORDER BY 1",
  failing: 'SELECT 1 / n FROM few',
  slow: 'SELECT n FROM few WHERE n = 1 AND pg_sleep(2.1) IS NOT NULL',
};

/** Something that exists of a statement, as a span or as a line. */
interface Seen {
  readonly name: string;
  readonly isRoot: boolean;
  readonly operator: string | undefined;
  /** Of which operator it is a partition. */
  readonly partitionOf: string | undefined;
  readonly hasExpressions: boolean;
}

function seenSpans(spans: readonly DecodedSpan[]): readonly Seen[] {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, isServer, attributes, parentSpanId }) => ({
    name,
    isRoot: isServer,
    operator: attributes.has('plan.node_id') ? name : undefined,
    partitionOf: name.startsWith('partition ') ? (names.get(parentSpanId) ?? '') : undefined,
    hasExpressions: attributes.has('op.expressions'),
  }));
}

interface Line {
  readonly message?: string;
  readonly span?: Readonly<Record<string, string>>;
}

function seenLines(lines: readonly Line[]): readonly Seen[] {
  return lines.map(({ message, span }) => {
    const isPartition = span?.['partition'] !== undefined;
    const segment = span?.['segment'] === undefined ? undefined : 'storage.read';
    const operator = isPartition || segment !== undefined ? undefined : span?.['operator'];
    return {
      name: message ?? segment ?? span?.['rule'] ?? span?.['name'] ?? '',
      isRoot: span?.['phase'] === 'query',
      operator,
      partitionOf: isPartition ? span?.['operator'] : undefined,
      hasExpressions: false,
    };
  });
}

/** `operators`, `operators:-FilterExec` or `operators:SeqScanExec`. */
function named(group: string, found: readonly string[], all: readonly string[]): string {
  const names = [...new Set(found)];
  if (names.length === 0) return '';
  const missing = all.filter((name) => !names.includes(name));
  if (missing.length === 0) return group;
  return missing.length === 1 ? `${group}:-${missing[0]}` : `${group}:${names.toSorted().join()}`;
}

function phasesOf(names: ReadonlySet<string>): string {
  if (names.has('parse') && names.has('plan')) return 'phases';
  return names.has('execute_plan') ? 'execute' : '';
}

const ruleName = /^[a-z_]+( \(modified\))?$/;
const phaseNames =
  /^(parse|plan|bind|commit|query|execute_plan|create_(logical|physical)_plan|(analyze|optimize)_logical_plan)$/;

function groupsOf(all: readonly Seen[], planned: readonly string[]): string {
  const names = new Set(all.map(({ name }) => name));
  const operators = all.flatMap(({ operator }) => operator ?? []);
  const partitions = [...new Set(all.flatMap(({ partitionOf }) => partitionOf ?? []))];
  const detailed = all.flatMap(({ name, hasExpressions }) => (hasExpressions ? name : []));
  const one = (group: string, found: readonly string[]): string => {
    const [first] = new Set(found);
    if (first === undefined) return '';
    return new Set(found).size === 1 ? `${group}:${first}` : group;
  };
  return [
    all.some(({ isRoot }) => isRoot) ? 'root' : '',
    names.has('result.encode') ? 'pgwire' : '',
    phasesOf(names),
    named('operators', operators, planned),
    one('partitions', partitions),
    one('expressions', detailed),
    [...names].some((name) => ruleName.test(name) && !phaseNames.test(name)) ? 'rules' : '',
    names.has('storage.read') ? 'storage' : '',
    names.has('pgwire.slow_statement') ? 'slow' : '',
  ]
    .filter((group) => group !== '')
    .join(' ');
}

interface Plan {
  readonly 'Node Type': string;
  readonly Plans?: readonly Plan[];
}

function nodeTypes({ 'Node Type': type, Plans = [] }: Plan): readonly string[] {
  return [type, ...Plans.flatMap(nodeTypes)];
}

describe('directives', { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'timefusion-directives-'));
  const rows = readTextTable('directives.table');
  let collector: Collector;
  let server: TracedServer | undefined;
  let client: pg.Client;
  let startedWith: string | undefined;

  before(async () => {
    collector = await Collector.listen();
    const setup = await TracedServer.start({ TIMEFUSION_DATA_DIR: folder });
    const owner = await setup.connect();
    await owner.query('CREATE TABLE many AS SELECT n FROM generate_series(1, 60000) g(n)');
    await owner.query('CREATE TABLE few AS SELECT n FROM generate_series(0, 9) g(n)');
    await owner.query('CHECKPOINT');
    await setup.stop();
  });
  after(async () => {
    await server?.stop();
    collector?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A server whose columns are in files, so that it reads them. */
  async function startWith(directives: string, workers: '1' | '2' = '2'): Promise<void> {
    const key = `${workers} ${directives}`;
    if (startedWith === key) return;
    await server?.stop();
    startedWith = key;
    server = await TracedServer.start({
      TIMEFUSION_DATA_DIR: folder,
      TIMEFUSION_WORKERS: workers,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      LOG_FORMAT: 'json',
      TRACE_SLOW_STATEMENT_MS: '2000',
      ...(directives === '' ? {} : { RUST_LOG: directives }),
    });
    client = await server.connect();
  }

  /** Until everything that was told before is here. */
  async function settle(): Promise<void> {
    await client.query("SET log.filter = 'info'");
    await client.query('SELECT 1');
    const marker = await lastTraceId(client);
    await client.query('RESET log.filter');
    if (marker === '') {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return;
    }
    await collector.otlpTrace(marker);
    await server?.untilOutput(new RegExp(`"query","phase":"query".*${marker}`));
  }

  async function planned(sql: string): Promise<readonly string[]> {
    const { rows: found } = await client.query(`EXPLAIN (FORMAT JSON) ${sql}`);
    const [{ Plan: top }] = Object.values(found[0] as object)[0] as [{ Plan: Plan }];
    return [...new Set(nodeTypes(top))];
  }

  for (const { by, RUST_LOG: directives = '', statement = '', spans, lines } of rows) {
    it(`"${directives}" by ${by}: of a ${statement} statement "${spans}" and "${lines}"`, async () => {
      const sql = statements[statement] ?? '';
      // A server starts sooner with one worker; parts of it are seen where there are two.
      const workers = `${spans} ${lines}`.includes('partitions') ? '2' : '1';
      if (by === 'start') await startWith(directives, workers);
      else await startWith('info');
      const operators = await planned(sql);
      if (by === 'session') await client.query(`SET log.filter = '${directives}'`);
      await client.query(sql).catch(() => undefined);
      const traceId = await lastTraceId(client);
      await settle();
      const ownSpans = collector.otlp.filter((span) => span.traceId === traceId);
      const ownLines = server?.lines.filter((line) => line['trace_id'] === traceId) ?? [];
      assert.equal(groupsOf(seenSpans(ownSpans), operators), spans, 'spans');
      assert.equal(groupsOf(seenLines(ownLines as readonly Line[]), operators), lines, 'lines');
    });
  }

  it('that ask for no operator leave the plan bare: nothing is counted', async () => {
    await startWith('info,datafusion=off');
    const before = await server?.metrics();
    await client.query(statements['good'] ?? '');
    assert.doesNotMatch(before ?? '', /db_server_operator_rows_total\{/);
    assert.doesNotMatch((await server?.metrics()) ?? '', /db_server_operator_rows_total\{/);
  });

  it('leave the metrics: columns that were read, and found in memory after that', async () => {
    await startWith('info');
    const counts = async (): Promise<readonly number[]> => {
      const text = (await server?.metrics()) ?? '';
      const requests = 'db_server_storage_cache_requests_total';
      return [
        'db_server_storage_read_bytes_total ',
        `${requests}{result="miss"} `,
        `${requests}{result="hit"} `,
      ].map((name) => Number(text.split(`\n${name}`)[1]?.split('\n')[0]));
    };
    await client.query(statements['good'] ?? '');
    const [bytes, misses, hits] = await counts();
    assert.ok(Number(bytes) > 10_000 && Number(misses) > 0, `${bytes} bytes, ${misses} columns`);
    await client.query(statements['good'] ?? '');
    const again = await counts();
    assert.deepEqual(again.slice(0, 2), [bytes, misses]);
    assert.ok(Number(again[2]) > Number(hits));
  });

  it('for the spans alone leave the lines', async () => {
    const other = await TracedServer.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      RUST_LOG: 'info',
      TRACE_FILTER: 'info,datafusion=off',
    });
    const own = await other.connect();
    await own.query('SELECT 5');
    const traceId = await lastTraceId(own);
    const spans = await collector.otlpTrace(traceId);
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
