import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { lastTraceId } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

const canary = 'canary7391';
const number = 73_917_391;

/** Every place in which a statement can hold a value. */
const statements: readonly string[] = [
  `SELECT '${canary}', ${number}`,
  `SELECT label FROM birds WHERE label = '${canary}' AND n > ${number}`,
  `SELECT label FROM birds WHERE label LIKE '%${canary}%' ORDER BY n LIMIT ${number}`,
  `SELECT label FROM birds WHERE label IN ('${canary}', 'other') OR n IN (${number}, 2)`,
  `SELECT CASE WHEN n = ${number} THEN '${canary}' ELSE $$${canary}$$ END FROM birds`,
  `SELECT E'${canary}\\n', B'1', '${canary}'::text || label FROM birds OFFSET ${number}`,
  `SELECT count(*) FROM birds a JOIN birds b ON a.label = b.label AND a.n <> ${number}`,
  `SELECT n FROM generate_series(${number}, ${number + 1}) g(n)`,
  `SELECT (SELECT max(label) FROM birds WHERE label < '${canary}')`,
  `VALUES ('${canary}', ${number})`,
  `INSERT INTO birds VALUES (${number}, '${canary}')`,
  `UPDATE birds SET label = '${canary}' WHERE n = ${number}`,
  `DELETE FROM birds WHERE label = '${canary}'`,
  `SELECT '${canary}'::int4`,
  `SELECT n / (n - n), '${canary}' FROM birds WHERE n < ${number}`,
  `SELECT * FROM birds WHERE nosuch = '${canary}'`,
  `SELECT '${canary}' FROM`,
  `SELECT '${canary}`,
  `SET application_name = '${canary.replace('7391', '')}'`,
  `EXPLAIN SELECT '${canary}' FROM birds WHERE n = ${number}`,
  `PREPARE p AS SELECT '${canary}', $1::text`,
  `EXECUTE p('${canary}')`,
  `SELECT 1 /* ${canary} */ -- ${canary}`,
  `COPY birds FROM STDIN /* ${canary} */`,
];

/** What others may read of statements. */
const relations = [
  'timefusion_stats',
  'pg_stat_statements',
  'pg_stat_statements_info',
  'trace.spans',
  'trace.active_spans',
  'trace.stats',
];

describe('values', { concurrency: false }, () => {
  const traced = useTraced({
    exporters: ['jaeger', 'otlp'],
    settings: {
      RUST_LOG: 'trace',
      TRACE_SLOW_STATEMENT_MS: '0',
      TRACE_MAX_TRACES_PER_SEC: '0',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
    },
    statements: [
      'CREATE TABLE birds (n int8, label text)',
      "INSERT INTO birds VALUES (1, 'wren'), (2, 'kite')",
    ],
  });

  it('of statements, parameters and rows appear in no span, line or log', async () => {
    for (const sql of statements) await traced.client.query(sql).catch(() => undefined);
    await traced.client.query('SELECT $1::text, $2::int8', [canary, number]);
    await traced.client.query('SELECT $1::int4', [canary]).catch(() => undefined);
    await traced.client.query('SELECT 1');
    const last = await lastTraceId(traced.client);
    await traced.collector.otlpTrace(last);
    await traced.collector.jaegerTrace(last);
    await traced.server.untilOutput(new RegExp(`"query","phase":"query".*${last}`));
    assert.ok(traced.collector.otlp.length > statements.length * 5);
    const everything = [
      ...traced.collector.jaegerBodies.map((body) => body.toString('latin1')),
      ...traced.collector.otlpBodies.map((body) => body.toString('latin1')),
      traced.server.output,
      traced.server.errors,
      await traced.server.metrics(),
    ].join('\n');
    assert.doesNotMatch(everything, new RegExp(canary));
    assert.doesNotMatch(everything, new RegExp(String(number)));
  });

  it('of many queries, rows copied and passwords appear nowhere, statistics included', async () => {
    const wanted = Number(process.env['CANARY_QUERIES'] ?? 60);
    for (let asked = 0; asked < wanted; asked += 60) {
      for (let index = asked; index < Math.min(wanted, asked + 60); index++) await askOne(index);
      await checkNothingTold();
    }
  });

  /** One statement, its canaries all different from those of others. */
  async function askOne(index: number): Promise<void> {
    const own = `${canary}x${index}`;
    const kind = index % (statements.length + 4);
    const sql = statements[kind]?.replaceAll(canary, own);
    if (sql !== undefined) await traced.client.query(sql).catch(() => undefined);
    else if (kind === statements.length) {
      await traced.client.query('SELECT $1::text || label FROM birds WHERE n <> $2', [
        own,
        number + index,
      ]);
    } else if (kind === statements.length + 1) {
      await pipeline(
        [`${number + index}\t${own}\n`],
        traced.client.query(copyFrom('COPY birds FROM STDIN')),
      );
    } else if (kind === statements.length + 2) {
      await traced.client.query(`CREATE ROLE keeper${index} PASSWORD '${own}'`);
    } else {
      const refused = pipeline(
        [`${own}\t${own}\n`],
        traced.client.query(copyFrom('COPY birds FROM STDIN')),
      );
      await assert.rejects(refused, /invalid input syntax/);
    }
  }

  /** Looks through what left since the last time, and forgets it. */
  async function checkNothingTold(): Promise<void> {
    await traced.client.query('SELECT 1');
    const last = await lastTraceId(traced.client);
    await traced.collector.otlpTrace(last);
    await traced.collector.jaegerTrace(last);
    await traced.server.untilOutput(new RegExp(`"query","phase":"query".*${last}`));
    const statistics: string[] = [];
    for (const relation of relations) {
      const { rows } = await traced.client.query(`SELECT * FROM ${relation}`);
      statistics.push(JSON.stringify(rows));
    }
    const texts = [
      ...traced.collector.jaegerBodies.splice(0).map((body) => body.toString('latin1')),
      ...traced.collector.otlpBodies.splice(0).map((body) => body.toString('latin1')),
      traced.server.output,
      traced.server.errors,
      await traced.server.metrics(),
      ...traced.collector.metricBodies.splice(0).map((body) => body.toString('latin1')),
      ...statistics,
    ];
    for (const text of texts) {
      assert.equal(text.includes(canary), false);
      assert.equal(text.includes('7391739'), false);
    }
    traced.server.output = traced.server.output.slice(
      0,
      traced.server.output.indexOf('\n', 1000) + 1,
    );
  }

  it('are shown in node texts where the session asks for it', async () => {
    await traced.client.query('SET trace.node_literals = on');
    await traced.client.query('SELECT n FROM birds WHERE n > 424242');
    const spans = await traced.collector.otlpTrace(await lastTraceId(traced.client));
    const filter = spans.find(({ name }) => name === 'FilterExec');
    assert.match(String(filter?.attributes.get('datafusion.node')), /424242/);
  });

  it('cannot forge a line', async () => {
    await traced.client.query('CREATE TABLE "a\n{""forged"":true}\u0085\u2028" (n int4)');
    await traced.client.query(
      'SELECT n AS "x\n{""forged"":true}" FROM "a\n{""forged"":true}\u0085\u2028"',
    );
    assert.match(await lastTraceId(traced.client), /^[0-9a-f]{32}$/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const line of traced.server.output.split('\n')) {
      if (line.startsWith('{')) assert.ok(!('forged' in (JSON.parse(line) as object)));
    }
    assert.doesNotMatch(traced.server.output, /[\u0080-\u009f\u2028\u2029]/);
    assert.match(traced.server.output, /a\\n\{/, 'the name itself is there, escaped');
  });
});
