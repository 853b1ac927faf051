/** What every trace promises, whatever the query: checked against EXPLAIN, rows and all exports. */
import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { overhanging, spanTrees, type SpanTree } from './span-tree.ts';
import type { JsonLine, TracedServer } from './traced-server.ts';

/** Share of a query that nobody may have counted. */
const tolerance = 0.05;

interface ExplainedNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly ExplainedNode[];
}

export interface Ran {
  readonly sql: string;
  readonly traceId: string;
  /** Undefined: it failed. */
  readonly rows: number | undefined;
  readonly code: string | undefined;
  readonly plan: ExplainedNode | undefined;
}

/** A connection whose queries are run, explained and checked. */
export class CheckedClient {
  readonly #client: pg.Client;
  readonly #server: TracedServer;
  readonly #collector: Collector;
  readonly #greeting: string;
  #traceId = '';

  private constructor(client: pg.Client, server: TracedServer, collector: Collector) {
    this.#client = client;
    this.#server = server;
    this.#collector = collector;
    const [greeting = ''] = server.output.split('{');
    this.#greeting = greeting;
    const { connection } = client as unknown as { readonly connection: EventEmitter };
    connection.on('parameterStatus', (message: Readonly<Record<string, string>>) => {
      if (message['parameterName'] === 'trace_id') this.#traceId = message['parameterValue'] ?? '';
    });
  }

  static async open(server: TracedServer, collector: Collector): Promise<CheckedClient> {
    const client = await server.connect();
    const checked = new CheckedClient(client, server, collector);
    await client.query('SET trace.echo = on');
    return checked;
  }

  async run(sql: string, isExtended: boolean): Promise<Ran> {
    const query = isExtended ? { text: sql, queryMode: 'extended' } : sql;
    try {
      const { rows } = await this.#client.query<object>(query);
      const traceId = this.#traceId;
      return { sql, traceId, rows: rows.length, code: undefined, plan: await this.#explained(sql) };
    } catch (error) {
      const { code = 'none' } = error as { readonly code?: string };
      return { sql, traceId: this.#traceId, rows: undefined, code, plan: undefined };
    }
  }

  async #explained(sql: string): Promise<ExplainedNode> {
    const { rows } = await this.#client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`);
    const [{ Plan }] = Object.values(rows[0] as object)[0] as [{ Plan: ExplainedNode }];
    return Plan;
  }

  /** Forgets what came before. */
  forget(): void {
    this.#collector.clear();
    this.#server.output = this.#greeting;
  }

  /**
   * Returns whether nearly all of its time has an owner.
   * Errors: an assertion's, for the first promise that the trace breaks.
   */
  async check(ran: Ran): Promise<boolean> {
    const jaeger = await this.#collector.jaegerTrace(ran.traceId);
    const otlp = await this.#collector.otlpTrace(ran.traceId);
    await this.#server.untilOutput(new RegExp(`"query","phase":"query".*${ran.traceId}`));
    const lines = this.#server.lines.filter((line) => line['trace_id'] === ran.traceId);
    checkTree(ran, jaeger);
    if (ran.plan !== undefined) checkOperators(ran.plan, jaeger);
    checkTime(jaeger);
    assert.deepEqual(jaeger.map(identityOf).toSorted(), otlp.map(identityOf).toSorted());
    checkLines(otlp, lines);
    return isOwned(jaeger);
  }
}

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
  const unowned = Number(root?.attributes.get('unowned_ns') ?? 0) / 1000;
  const owned = owners.reduce((sum, span) => sum + activeUs(span), unowned);
  const rounding = owners.length + 2;
  assert.ok(
    Math.abs(owned - total) <= rounding,
    `${owned} of ${total} µs are owned: ${owners.map((span) => `${span.name} ${activeUs(span)}`).join(', ')}`,
  );
}

/** Nearly all: what nobody counted is below a twentieth of the query, or 100 µs. */
function isOwned(spans: readonly DecodedSpan[]): boolean {
  const root = spans.find(({ isServer }) => isServer);
  const unownedUs = Number(root?.attributes.get('unowned_ns') ?? 0) / 1000;
  return unownedUs <= Math.max(100, activeUs(root as DecodedSpan) * tolerance);
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
