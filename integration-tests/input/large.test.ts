import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateInto } from '../../src/commands/generate.ts';
import { SpanCsv } from '../../src/commands/generate/span-csv.ts';
import { generateSpans } from '../../src/commands/generate/spans.ts';
import { sessionTarget } from '../../src/commands/import/folder-target.ts';
import { importFile } from '../../src/commands/import/import-file.ts';
import { Database, type SessionContext } from '../../src/index.ts';
import { duckdb, vegaFile } from './command.ts';

let dataDir: string;
let db: Database;
let ctx: SessionContext;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'timefusion-large-'));
  db = await Database.open({ dataDir, memoryBytes: 2 ** 30, workers: 2 });
  ctx = db.createSessionContext();
});

after(async () => {
  await ctx.close();
  await db.close();
  await rm(dataDir, { recursive: true });
});

async function rows(sql: string): Promise<string[][]> {
  const batches = await (await ctx.sql(sql)).collect();
  return batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) =>
      batch.schema.fields.map((_field, column) => String(batch.getChildAt(column)?.get(row))),
    ),
  );
}

const options = { rows: 20_000, seed: 7, startMicros: 1_748_736_000_000_000, days: 1 };

async function* csv(): AsyncGenerator<Uint8Array> {
  const { columns } = db.environment.store.findTable('public', 'otel_logs_and_spans', undefined)
    ?.definition ?? { columns: [] };
  const maker = new SpanCsv(columns);
  yield Buffer.from(maker.header);
  for (const spans of generateSpans(options)) {
    for (let from = 0; from < spans.count; from += 100) {
      yield Buffer.from(maker.lines(spans, from, Math.min(spans.count, from + 100)));
    }
  }
}

test('generated rows are the same in the folder and as CSV through COPY', async () => {
  await generateInto(db, options);
  await ctx.sql('CREATE TABLE copied AS SELECT * FROM otel_logs_and_spans LIMIT 0');
  assert.equal(
    await ctx.copyFrom('COPY copied FROM STDIN WITH (FORMAT csv, HEADER)', csv()),
    20_000,
  );
  for (const [one, other] of [
    ['copied', 'otel_logs_and_spans'],
    ['otel_logs_and_spans', 'copied'],
  ]) {
    const sql = `SELECT count(*) FROM (SELECT * FROM ${one} EXCEPT ALL SELECT * FROM ${other}) AS d`;
    assert.deepEqual(await rows(sql), [['0']]);
  }
});

test('three million flights of a Parquet file are as DuckDB counts them', async () => {
  const path = vegaFile('flights-3m.parquet');
  await importFile(sessionTarget(ctx), { path, table: 'flights', create: true, project: '' });
  const sql = (table: string): string =>
    `SELECT origin, count(*), sum(delay), sum(distance), count(DISTINCT destination), min(date)::text,
       max(date)::text FROM ${table} GROUP BY origin ORDER BY origin`;
  assert.deepEqual(await rows(sql('flights')), await duckdb(sql(`'${path}'`)));
});
