import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { importFile, type ImportRequest } from '../../src/commands/import/import-file.ts';
import { sessionTarget } from '../../src/commands/import/folder-target.ts';
import { Database, type SessionContext } from '../../src/index.ts';
import { duckdb, timefusion, vegaFile } from './command.ts';
import { otlpLogs, otlpTraces } from './otlp-documents.ts';

let folder: string;
let dataDir: string;
let kinds: string;
let db: Database;
let ctx: SessionContext;

/** Every type that import reads, NULLs among them. */
const kindsSql = `SELECT
    i::int8 AS big, (i % 100)::int4 AS medium, (i % 7)::int2 AS small, i * 0.25::float8 AS f,
    (i / 8)::float4 AS r, CASE WHEN i % 5 > 0 THEN 'name ' || (i % 10) END AS t, i % 2 = 0 AS b,
    date '2024-02-27' + (i % 5)::int AS d,
    timestamp '2024-02-29 23:59:59.999999' + to_seconds(i) AS ts,
    timestamptz '2024-02-29 23:59:59.000001+00' + to_minutes(i) AS tz,
    (i * 1.25)::decimal(12, 3) AS small_decimal, (i * 1000000007::hugeint)::decimal(30, 2) AS large_decimal,
    CASE WHEN i % 3 > 0 THEN [('x' || i), NULL] END AS list,
    [i, i + 1]::int8[] AS numbers, {'a': i, 'b': 'x'} AS record,
    ('\\x' || '0a')::blob AS bytes
  FROM range(20000) AS r(i)`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timefusion-import-'));
  dataDir = join(folder, 'data');
  kinds = join(folder, 'kinds.parquet');
  await duckdb(
    `COPY (${kindsSql}) TO '${kinds}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 4096)`,
  );
  await writeFile(join(folder, 'traces.json'), JSON.stringify(otlpTraces, null, 2));
  await writeFile(
    join(folder, 'logs.jsonl'),
    `${JSON.stringify(otlpLogs)}\n\n${JSON.stringify(otlpLogs)}\n`,
  );
  await writeFile(
    join(folder, 'odd.csv'),
    'Zip,Big Name,when\r\n00501,"a ""b""\r\nc",2024-02-29T10:00:00Z\r\n12,,\r\n',
  );
  await writeFile(join(folder, 'late.csv'), `n\n${'1\n'.repeat(600_000)}x\n`);
  const settings = { TIMEFUSION_DATA_DIR: dataDir };
  const args = ['import', vegaFile('seattle-weather.csv'), '--create', '--table', 'weather'];
  const outcome = await timefusion(args, settings);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stderr, /^import: 1,461 in /);
  db = await Database.open({ dataDir, memoryBytes: 2 ** 29, workers: 1, password: 'sesame' });
  ctx = db.createSessionContext();
  await load(vegaFile('flights-200k.arrow'), { table: 'flights' });
  await load(kinds);
  await load(join(folder, 'odd.csv'));
  await load(join(folder, 'traces.json'), { project: 'mine' });
  await load(join(folder, 'logs.jsonl'));
});

/** Imports by a session of this process. */
async function load(path: string, request: Partial<ImportRequest> = {}): Promise<void> {
  await importFile(sessionTarget(ctx), { path, create: true, project: 'default', ...request });
}

after(async () => {
  await ctx.close();
  await db.close();
  await rm(folder, { recursive: true });
});

/** Rows as texts. */
async function rows(sql: string): Promise<(string | null)[][]> {
  const frame = await ctx.sql(sql);
  const names = frame.fields.map((_, index) => `c${index}`);
  const list = names.map((name) => `${name}::text`).join(', ');
  const text = `SELECT ${list} FROM (${sql}) AS q(${names.join(', ')})`;
  const batches = await (await ctx.sql(text)).collect();
  return batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) =>
      batch.schema.fields.map((_, column) => batch.getChildAt(column)?.get(row) as string | null),
    ),
  );
}

test('a CSV file is as DuckDB reads it, types included', async () => {
  const path = vegaFile('seattle-weather.csv');
  const sql = (table: string): string =>
    `SELECT weather, count(*), min(date), sum((precipitation * 10)::int8), max(temp_max)
     FROM ${table} GROUP BY weather ORDER BY weather`;
  const ours = await rows(sql('weather'));
  const theirs = await duckdb(sql(`'${path}'`));
  assert.deepEqual(ours.map(numbersPlain), theirs.map(numbersPlain));
  const { fields } = await ctx.sql('SELECT * FROM weather');
  assert.deepEqual(
    fields.map(({ type }) => type.name),
    ['date', 'float8', 'float8', 'float8', 'float8', 'text'],
  );
});

function numbersPlain(row: readonly (string | null)[]): (string | null)[] {
  return row.map((text) => (text !== null && /^-?\d+\.0$/.test(text) ? text.slice(0, -2) : text));
}

test('numbers with leading zeros stay text, names are kept, lines may end in \\r\\n', async () => {
  const { fields } = await ctx.sql('SELECT * FROM odd');
  assert.deepEqual(
    fields.map(({ name, type }) => `${name} ${type.name}`),
    ['Zip text', 'Big Name text', 'when timestamptz'],
  );
  assert.deepEqual(await rows('SELECT * FROM odd'), [
    ['00501', 'a "b"\r\nc', '2024-02-29 10:00:00+00'],
    ['12', null, null],
  ]);
});

test('an Arrow file has the rows that apache-arrow reads from it', async () => {
  const { tableFromIPC } = await import('apache-arrow');
  const { readFile } = await import('node:fs/promises');
  const table = tableFromIPC(await readFile(vegaFile('flights-200k.arrow')));
  const sum = (name: string): number => {
    const values = table.getChild(name)?.toArray() as Int16Array;
    return values.reduce((total, value) => total + value, 0);
  };
  assert.deepEqual(await rows('SELECT count(*), sum(delay), sum(distance) FROM flights'), [
    [String(table.numRows), String(sum('delay')), String(sum('distance'))],
  ]);
});

test('Parquet values of every type are as DuckDB reads them', async () => {
  const types = (await ctx.sql('SELECT * FROM kinds')).fields.map(({ type }) => type.name);
  assert.deepEqual(types, [
    'int8',
    'int4',
    'int2',
    'float8',
    'float4',
    'text',
    'bool',
    'date',
    'timestamp',
    'timestamptz',
    'numeric',
    'numeric',
    '_text',
    '_int8',
    'jsonb',
    'bytea',
  ]);
  const ours =
    await rows(`SELECT big, medium, small, f, r, t, b, d, ts, extract(epoch FROM tz)::numeric(20,6) AS tz,
      small_decimal, large_decimal, list[1] AS item, cardinality(list) AS items, numbers[2] AS number,
      record->>'a' AS a FROM kinds WHERE big % 997 = 3 ORDER BY big`);
  const theirs =
    await duckdb(`SELECT big, medium, small, f, r, t, b, d, ts, epoch_us(tz) / 1000000::decimal(20,6),
      small_decimal, large_decimal, list[1], len(list), numbers[2], record.a
      FROM '${kinds}' WHERE big % 997 = 3 ORDER BY big`);
  assert.deepEqual(ours.map(numbersAsNumbers), theirs.map(numbersAsNumbers));
  assert.deepEqual(
    await rows('SELECT count(*), sum(big), count(t), count(list), sum(large_decimal) FROM kinds'),
    await duckdb(
      `SELECT count(*), sum(big), count(t), count(list), sum(large_decimal) FROM '${kinds}'`,
    ),
  );
});

/** DuckDB and PostgreSQL write whole floats unlike each other. */
function numbersAsNumbers(row: readonly (string | null)[]): unknown[] {
  return row.map((text) => (text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text));
}

test('spans of OTLP/JSON fill the columns, and what has none goes to jsonb', async () => {
  const found =
    await rows(`SELECT name, kind, status_code, status_message, parent_id, duration, start_time,
      context___trace_id, context___trace_flags, context___is_remote, project_id, summary,
      attributes___http___request___method AS method, attributes___http___response___status_code AS status,
      attributes___network___local__address AS address, attributes___exception___type AS exception,
      attributes, resource___service___name AS service, resource, events->0->>'name' AS event
    FROM otel_logs_and_spans WHERE kind <> 'log' ORDER BY timestamp`);
  assert.deepEqual(found, [
    [
      'GET /orders',
      'server',
      'ERROR',
      'it broke',
      null,
      '1500000000',
      '2025-06-01 12:00:00.000001+00',
      '5b8efff798038103d269b633813fc60c',
      '01',
      'true',
      'mine',
      '{shop,"GET /orders"}',
      'GET',
      '503',
      '10.0.0.1',
      'TimeoutError',
      '{"ids": [1, 2], "cart": {"total": 1.5}, "otel.scope.name": "http"}',
      'shop',
      '{"host.name": "h1"}',
      'exception',
    ],
    [
      'SELECT',
      'client',
      'UNSET',
      null,
      'eee19b7ec3c1b174',
      '1000',
      '2025-06-01 12:00:00.1+00',
      '5b8efff798038103d269b633813fc60c',
      null,
      null,
      'mine',
      '{shop,SELECT}',
      null,
      null,
      null,
      null,
      '{"otel.scope.name": "http"}',
      'shop',
      '{"host.name": "h1"}',
      null,
    ],
  ]);
});

test('log records of OTLP/JSON come from a file of one document a line', async () => {
  const found = await rows(`SELECT name, body, level, severity___severity_text AS text,
      severity___severity_number AS number, timestamp, observed_timestamp, context___span_id AS span,
      project_id, attributes, count(*) AS n
    FROM otel_logs_and_spans WHERE kind = 'log' GROUP BY 1,2,3,4,5,6,7,8,9,10 ORDER BY timestamp`);
  assert.deepEqual(found, [
    [
      'log',
      '{"user": "ann", "tries": 3}',
      'WARN',
      'WARN',
      '13',
      '2025-06-01 12:00:01+00',
      null,
      'eee19b7ec3c1b174',
      'tools',
      null,
      '2',
    ],
    [
      'log',
      '"plain"',
      'ERROR',
      'Error',
      '17',
      '2025-06-01 12:00:02+00',
      '2025-06-01 12:00:02+00',
      null,
      'tools',
      '{"code": "x"}',
      '2',
    ],
  ]);
});

test('a folder that a server has open is refused, and loaded through the server', async () => {
  const file = vegaFile('seattle-weather.csv');
  const refused = await timefusion(['import', file], { TIMEFUSION_DATA_DIR: dataDir });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /is in use.*--server HOST:PORT/);
  const { port } = await db.listen({ port: 0 });
  const through = (...args: string[]) =>
    timefusion(['import', ...args, '--server', `127.0.0.1:${port}`], { PGWIRE_PASSWORD: 'sesame' });
  const parquet = await through(kinds, '--create', '--table', 'kinds_through');
  assert.equal(parquet.code, 0, parquet.stderr);
  assert.deepEqual(await rows('SELECT * FROM kinds EXCEPT SELECT * FROM kinds_through'), []);
  const wrong = await timefusion(['import', file, '--server', `127.0.0.1:${port}`], {
    PGWIRE_PASSWORD: 'no',
  });
  assert.match(wrong.stderr, /password authentication failed/);
});

test('what cannot be loaded says why, and leaves no table behind', async () => {
  const fails = async (message: RegExp, path: string, request: Partial<ImportRequest> = {}) => {
    await assert.rejects(load(path, request), { name: 'ConfigError', message });
  };
  const stocks = vegaFile('stocks.csv');
  const cars = vegaFile('cars.json');
  await fails(/there is no file "nowhere.csv"/, 'nowhere.csv');
  await fails(
    /^there is no table stocks; --create makes it:\nCREATE TABLE stocks \(symbol text/,
    stocks,
    {
      create: false,
    },
  );
  await fails(/^table otel_metrics has no column "symbol", "price"$/, stocks, {
    table: 'otel_metrics',
  });
  await fails(/holds no OTLP\/JSON/, cars);
  await fails(/is not a Parquet file/, cars, { format: 'parquet' });
  await fails(/is not an Arrow IPC file/, cars, { format: 'arrow' });
  await fails(/takes csv, tsv, parquet, arrow or otlp/, cars, { format: 'xlsx' });
  const late = join(folder, 'late.csv');
  await fails(
    /^invalid input syntax for type bigint: "x"\nCOPY late, line 600002, column n: "x"$/,
    late,
  );
  await fails(/^there is no table late/, late, { create: false });
});
