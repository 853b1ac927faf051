/**
 * What holds for every query, whatever it is: generated queries over both protocols, checked
 * against EXPLAIN, the client's rows, and the three ways by which spans leave. TRACE_QUERIES says
 * how many, TRACE_SEED which; a failure names the seed and the query.
 */
import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { RandomChoice } from '../sql/random-choice.ts';
import { randomQuery, tableStatements } from '../sql/random-queries.ts';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { overhanging, spanTrees, type SpanTree } from './span-tree.ts';
import { TracedServer, type JsonLine } from './traced-server.ts';

const count = Number(process.env['TRACE_QUERIES'] ?? 150);
const firstSeed = Number(process.env['TRACE_SEED'] ?? 1);
const batchSize = 25;
/** The identity of a query's time, as a share of it. */
const tolerance = 0.05;

interface ExplainedNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly ExplainedNode[];
}

interface Ran {
  readonly seed: number;
  readonly sql: string;
  readonly traceId: string;
  /** Undefined: it failed. */
  readonly rows: number | undefined;
  readonly code: string | undefined;
  readonly plan: ExplainedNode | undefined;
}

/** Queries that run on workers, in parallel fragments. */
function largeQuery(random: RandomChoice): string {
  const modulus = 2 + random.below(9);
  return random.of([
    `SELECT n % ${modulus}, count(*), sum(v) FROM large GROUP BY 1 ORDER BY 1`,
    `SELECT n, v FROM large WHERE n % ${modulus} = 1 ORDER BY v DESC, n LIMIT 20`,
    `SELECT count(*) FROM large a JOIN alpha b ON a.n = b.id WHERE a.v > ${modulus}`,
    `SELECT v FROM large WHERE n % ${modulus} = 0`,
  ]);
}

function queryOf(seed: number): { readonly sql: string; readonly isExtended: boolean } {
  const random = new RandomChoice(seed);
  const isExtended = random.chance(0.5);
  return { sql: random.chance(0.1) ? largeQuery(random) : randomQuery(random), isExtended };
}

describe(`${count} generated queries from seed ${firstSeed}`, { concurrency: false }, () => {
  let collector: Collector;
  let server: TracedServer;
  let client: pg.Client;
  let traceId = '';
  let greeting = '';
  let ran: readonly Ran[] = [];
  const problems: string[] = [];

  before(async () => {
    collector = await Collector.listen();
    server = await TracedServer.start({
      OTEL_EXPORTER_JAEGER_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      RUST_LOG: 'debug',
      TRACE_MAX_TRACES_PER_SEC: '0',
    });
    client = await server.connect();
    const { connection } = client as unknown as { readonly connection: EventEmitter };
    connection.on('parameterStatus', (message: Readonly<Record<string, string>>) => {
      if (message['parameterName'] === 'trace_id') traceId = message['parameterValue'] ?? '';
    });
    for (const sql of tableStatements(new RandomChoice(7))) await client.query(sql);
    await client.query('CREATE TABLE large (n int, v int)');
    await client.query(
      'INSERT INTO large SELECT i, i * 37 % 1009 FROM generate_series(1, 60000) g(i)',
    );
    await client.query('SET trace.echo = on');
    [greeting = ''] = server.output.split('{');
  });
  after(async () => {
    await server?.stop();
    collector?.close();
  });

  async function run(seed: number): Promise<Ran> {
    const { sql, isExtended } = queryOf(seed);
    const query = isExtended ? { text: sql, queryMode: 'extended' } : sql;
    try {
      const { rows } = await client.query<object>(query);
      return { seed, sql, traceId, rows: rows.length, code: undefined, plan: await explained(sql) };
    } catch (error) {
      const { code = 'none' } = error as { readonly code?: string };
      return { seed, sql, traceId, rows: undefined, code, plan: undefined };
    }
  }

  async function explained(sql: string): Promise<ExplainedNode> {
    const own = traceId;
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`);
    traceId = own;
    const [{ Plan }] = Object.values(rows[0] as object)[0] as [{ Plan: ExplainedNode }];
    return Plan;
  }

  async function runBatch(seeds: readonly number[]): Promise<void> {
    collector.clear();
    server.output = greeting;
    const batch: Ran[] = [];
    for (const seed of seeds) batch.push(await run(seed));
    ran = batch;
    await Promise.all(ran.map((each) => collector.jaegerTrace(each.traceId)));
    await Promise.all(ran.map((each) => collector.otlpTrace(each.traceId)));
    const { traceId: last = '' } = ran.at(-1) ?? {};
    await server.untilOutput(new RegExp(`"query","phase":"query".*${last}`));
  }

  async function check(each: Ran): Promise<void> {
    const jaeger = await collector.jaegerTrace(each.traceId);
    const otlp = await collector.otlpTrace(each.traceId);
    const lines = server.lines.filter((line) => line['trace_id'] === each.traceId);
    checkTree(each, jaeger);
    if (each.plan !== undefined) checkOperators(each.plan, jaeger);
    checkTime(jaeger);
    assert.deepEqual(jaeger.map(identityOf).toSorted(), otlp.map(identityOf).toSorted());
    checkLines(otlp, lines);
  }

  it('keep every promise of a trace', async () => {
    for (let from = firstSeed; from < firstSeed + count; from += batchSize) {
      const size = Math.min(batchSize, firstSeed + count - from);
      await runBatch(Array.from({ length: size }, (_, index) => from + index));
      for (const each of ran) {
        await check(each).catch((error: Error) => {
          problems.push(`seed ${each.seed}: ${each.sql}\n  ${error.message}`);
        });
      }
    }
    assert.deepEqual(problems, []);
    assert.match(await server.metrics(), /spans_dropped_total\{[^}]*jaeger[^}]*\} 0/);
  });
});

function checkTree(each: Ran, spans: readonly DecodedSpan[]): void {
  const servers = spans.filter(({ isServer }) => isServer);
  assert.deepEqual(servers.length, 1, 'roots of kind SERVER');
  assert.equal(spanTrees(spans).length, 1, 'spans without a parent in the trace');
  assert.deepEqual(overhanging(spans), []);
  const [root] = servers;
  assert.equal(root?.parentSpanId, '');
  assert.equal(root?.attributes.get('error.type'), each.code);
  assert.equal(root?.attributes.get('db.response.returned_rows'), each.rows ?? 0);
}

function find(tree: SpanTree, name: string): SpanTree | undefined {
  if (tree.span.name === name) return tree;
  for (const child of tree.children) {
    const found = find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Operators that ran, with their rows where they ran once, children in any order. */
function explainedShape(node: ExplainedNode): string {
  const inner = (node.Plans ?? []).map(explainedShape).filter((text) => text !== '');
  if (node['Actual Loops'] === 0) return inner.toSorted().join(',');
  const rows = node['Actual Loops'] === 1 ? node['Actual Rows'] : '';
  return `${node['Node Type']} ${rows}(${inner.toSorted().join(',')})`;
}

function tracedShape({ span, children }: SpanTree): string {
  const inner = children
    .filter((child) => child.span.attributes.has('plan.node_id'))
    .map(tracedShape);
  const isOnce = span.attributes.get('op.loops') === 1;
  const rows = isOnce ? span.attributes.get('datafusion.metrics.output_rows') : '';
  return `${span.name} ${rows}(${inner.toSorted().join(',')})`;
}

function checkOperators(plan: ExplainedNode, spans: readonly DecodedSpan[]): void {
  const [root] = spanTrees(spans);
  const execute = root === undefined ? undefined : find(root, 'execute_plan');
  const [top] = execute?.children ?? [];
  assert.ok(top, 'an operator under execute_plan');
  const [traced, shown] = [tracedShape(top), explainedShape(plan)];
  // Who takes which morsels differs from run to run, and with it the rows below a limit.
  const plain = (text: string): string => text.replaceAll(/ \d+\(/g, '(');
  if (shown.includes('CoalescePartitionsExec')) assert.equal(plain(traced), plain(shown));
  else assert.equal(traced, shown, 'operators, their rows and parents');
}

function activeUs(span: DecodedSpan): number {
  return Number(span.attributes.get('active_ns') ?? (span.endUs - span.startUs) * 1000) / 1000;
}

/** Every moment has one owner; rounding to whole microseconds is not counted. */
function checkTime(spans: readonly DecodedSpan[]): void {
  const root = spans.find(({ isServer }) => isServer);
  const owners = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
  const total = root === undefined ? 0 : root.endUs - root.startUs;
  const owned = owners.reduce((sum, span) => sum + activeUs(span), 0);
  const rounding = owners.length + 1;
  assert.ok(
    Math.abs(owned - total) <= total * tolerance + rounding,
    `${owned} of ${total} µs are owned: ${owners.map((span) => `${span.name} ${activeUs(span)}`).join(', ')}`,
  );
}

function identityOf({ spanId, name, startUs, endUs, parentSpanId, isError }: DecodedSpan): string {
  return [spanId, name, startUs, endUs, parentSpanId, isError].join(' ');
}

function checkLines(spans: readonly DecodedSpan[], lines: readonly JsonLine[]): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const own = lines.filter((line) => 'span' in line);
  const ids = new Set(own.map((line) => line['span_id']));
  const unwritten = spans.filter(({ spanId }) => !ids.has(spanId)).map(({ name }) => name);
  assert.deepEqual(unwritten, [], 'spans without a line');
  assert.equal(own.length, spans.length, 'lines without a span');
  for (const line of own) {
    const span = byId.get(String(line['span_id']));
    const fields = line['span'] as Readonly<Record<string, unknown>>;
    assert.ok(span);
    assert.equal(fields['elapsed_ms'], (span.endUs - span.startUs) / 1000);
    const rows = span.attributes.get('datafusion.metrics.output_rows');
    if (rows !== undefined) assert.equal(fields['rows_produced'], rows);
  }
}
