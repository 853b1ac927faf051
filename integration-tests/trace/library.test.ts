/** What a user of the library chooses to see in spans: previews, fields, rules. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { allRules, Database, type ContextOptions } from '../../src/index.ts';
import { openTracer } from '../../src/trace/open-tracer.ts';
import type { Tracer } from '../../src/trace/query-trace.ts';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const query = 'SELECT n, label FROM birds WHERE n > 1 ORDER BY n';

describe('instrumentation of a context', { concurrency: false }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'timefusion-library-'));
  let collector: Collector;
  let tracer: Tracer;
  let db: Database;

  before(async () => {
    collector = await Collector.listen();
    const settings: Readonly<Record<string, string>> = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
    };
    tracer = openTracer((name) => settings[name] ?? '', quiet);
    db = await Database.open({ dataDir, workers: 1, memoryBytes: 2 ** 27, tracer });
    const setup = db.createSessionContext();
    await setup.sql(
      "CREATE TABLE birds AS SELECT * FROM (VALUES (1, 'wren'), (2, 'kite'), (3, 'owl')) v(n, label)",
    );
    await setup.close();
  });
  after(async () => {
    await db?.close();
    collector?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Spans of the query: of its planning, and of its run. */
  async function spansOf(options?: ContextOptions): Promise<readonly DecodedSpan[]> {
    await tracer.flush();
    collector.clear();
    const ctx = db.createSessionContext(options);
    await (await ctx.sql(query)).collect();
    await ctx.close();
    await tracer.flush();
    return collector.otlp;
  }

  const named = (spans: readonly DecodedSpan[], name: string): DecodedSpan | undefined =>
    spans.find((span) => span.name === name);

  it('by default counts, and shows no value and no rule', async () => {
    const spans = await spansOf();
    const sort = named(spans, 'SortExec');
    assert.equal(sort?.attributes.get('datafusion.metrics.output_rows'), 2);
    assert.equal(sort.attributes.has('datafusion.preview'), false);
    assert.ok(named(spans, 'optimize_logical_plan'));
    assert.equal(named(spans, 'prune_columns'), undefined);
  });

  it('links the run to its planning', async () => {
    const spans = await spansOf();
    const [planning, run] = spans
      .filter(({ isServer }) => isServer)
      .toSorted((a, b) => a.startUs - b.startUs);
    assert.deepEqual([planning?.name, run?.name], ['PREPARE SELECT birds', 'SELECT birds']);
    assert.ok(run?.links.includes(`${planning?.traceId}-${planning?.spanId}`));
  });

  it('leaves numbers out where they are not wanted, and adds fields', async () => {
    const spans = await spansOf({
      instrumentation: { recordMetrics: false, customFields: { team: 'birds', tier: 2 } },
    });
    const operators = spans.filter(({ attributes }) => attributes.has('plan.node_id'));
    assert.ok(operators.length >= 3);
    for (const { attributes } of operators) {
      assert.deepEqual([attributes.get('team'), attributes.get('tier')], ['birds', 2]);
      const names = [...attributes.keys()].filter((name) =>
        /^(datafusion\.metrics|op\.rows)/.test(name),
      );
      assert.deepEqual(names, []);
      assert.equal(attributes.get('op.close_reason'), 'exhausted');
    }
    assert.equal(named(spans, 'execute_plan')?.attributes.has('team'), false);
  });

  it('previews rows as a table, or as the user writes them', async () => {
    const table = named(await spansOf({ instrumentation: { previewLimit: 1 } }), 'SortExec');
    assert.equal(table?.attributes.get('datafusion.preview_rows'), 1);
    assert.match(String(table.attributes.get('datafusion.preview')), /^\+-+.*\n\| n +\| label/);
    const own = await spansOf({
      instrumentation: {
        previewLimit: 5,
        previewFn: ({ columns, rows }) => JSON.stringify({ columns, rows }),
      },
    });
    assert.deepEqual(
      JSON.parse(String(named(own, 'SortExec')?.attributes.get('datafusion.preview'))),
      {
        columns: ['n', 'label'],
        rows: [
          ['2', 'kite'],
          ['3', 'owl'],
        ],
      },
    );
    const long = await spansOf({
      instrumentation: { previewLimit: 1, previewFn: () => 'x'.repeat(100_000) },
    });
    const text = String(named(long, 'SortExec')?.attributes.get('datafusion.preview'));
    assert.ok(text.length <= 8192, 'cut');
  });

  it('outlives a preview that throws', async () => {
    const spans = await spansOf({
      instrumentation: {
        previewLimit: 1,
        previewFn: () => {
          throw new Error('no preview');
        },
      },
    });
    assert.ok(named(spans, 'SortExec'));
    assert.equal(named(spans, 'SortExec')?.attributes.has('datafusion.preview'), false);
  });

  it('shows rules at INFO, phases alone, or neither', async () => {
    const rules = (spans: readonly DecodedSpan[]): number =>
      spans.filter(({ attributes }) => attributes.has('rule.name')).length;
    const full = await spansOf({ rules: allRules('full') });
    assert.ok(rules(full) > 5);
    assert.equal(
      full.some(({ attributes }) => attributes.has('datafusion.plan_diff')),
      false,
    );
    const diffs = await spansOf({ rules: allRules('full', { planDiff: true }) });
    assert.ok(diffs.some(({ attributes }) => attributes.has('datafusion.plan_diff')));
    const phases = await spansOf({ rules: allRules('phaseOnly') });
    assert.equal(rules(phases), 0);
    assert.ok(named(phases, 'analyze_logical_plan') && named(phases, 'create_physical_plan'));
    const some = await spansOf({ rules: { optimizer: 'full' } });
    assert.ok(rules(some) > 5);
    assert.equal(named(some, 'analyze_logical_plan'), undefined);
    assert.equal(named(some, 'create_physical_plan'), undefined);
    const none = await spansOf({ rules: {} });
    assert.equal(named(none, 'optimize_logical_plan'), undefined);
    assert.ok(named(none, 'plan'));
  });
});
