/**
 * The library in one page: open a folder, make a table, insert, query, stream.
 *
 *     npm run build && node dist/examples/library.js [FOLDER]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, initTelemetry } from '../src/index.ts';

const given = process.argv[2];
const dataDir = given ?? (await mkdtemp(join(tmpdir(), 'timefusion-')));

/** Reads RUST_LOG and OTEL_*: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 sends every query. */
const telemetry = await initTelemetry();
const db = await Database.open({ dataDir, tracer: telemetry.tracer });
const ctx = db.createSessionContext();

await ctx.sql(`CREATE TABLE IF NOT EXISTS reading (
  at timestamptz NOT NULL, sensor text NOT NULL, celsius float8, tags text[], extra jsonb)`);

for (let hour = 0; hour < 24; hour++) {
  await ctx.sql('INSERT INTO reading VALUES ($1, $2, $3, $4, $5)', [
    new Date(Date.UTC(2025, 5, 1, hour)),
    hour % 2 === 0 ? 'roof' : 'cellar',
    15 + 8 * Math.sin((hour / 24) * 2 * Math.PI),
    ['demo', `hour ${hour}`],
    { battery: 100 - hour },
  ]);
}

const warm = await ctx.sql(
  `SELECT sensor, count(*) AS readings, round(avg(celsius)::numeric, 2) AS mean
   FROM reading WHERE at >= $1 AND celsius > $2 GROUP BY sensor ORDER BY sensor`,
  [new Date(Date.UTC(2025, 5, 1)), 10],
);
await warm.show();

const batches = await (await ctx.sql('SELECT at, celsius FROM reading ORDER BY at')).collect();
const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
process.stdout.write(`collected ${rows} rows in ${batches.length} Arrow batches\n`);

const series = await ctx.sql('SELECT n, n * n AS square FROM generate_series(1, 1000000) AS n');
for await (const batch of series.stream()) {
  process.stdout.write(
    `first batch: ${batch.numRows} rows, ${batch.schema.fields.length} columns\n`,
  );
  break;
}

await ctx.span('nightly report', { team: 'facilities' }, async () => {
  await (await ctx.sql("SELECT max(extra->>'battery') AS battery FROM reading")).show();
});

await ctx.close();
await db.close();
await telemetry.shutdown();
if (given === undefined) await rm(dataDir, { recursive: true });
