import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RecordBatch } from 'apache-arrow';
import { Database, type SessionContext } from '../../src/index.ts';

let dataDir: string;
let db: Database;
let ctx: SessionContext;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'timefusion-library-'));
  db = await Database.open({ dataDir, memoryBytes: 2 ** 28, workers: 1 });
  ctx = db.createSessionContext();
});

after(async () => {
  await ctx.close();
  await db.close();
  await rm(dataDir, { recursive: true });
});

async function batches(sql: string): Promise<RecordBatch[]> {
  return (await ctx.sql(sql)).collect();
}

/** Values of the only column, as Arrow gives them. */
async function values(expressions: string): Promise<unknown[]> {
  const all = await batches(`SELECT * FROM (VALUES ${expressions}) AS v(x)`);
  return all.flatMap((batch) => [...(batch.getChildAt(0) ?? [])].map((value) => plain(value)));
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return [...(value as Iterable<unknown>)];
}

async function shown(sql: string, rowsMax?: number): Promise<string> {
  let text = '';
  await (await ctx.sql(sql)).show(rowsMax, (part) => void (text += part));
  return text;
}

test('values of every kind come as Arrow values, NULLs among them', async () => {
  assert.deepEqual(await values('(true), (NULL), (false)'), [true, null, false]);
  assert.deepEqual(await values('(1), (NULL), (-3)'), [1, null, -3]);
  assert.deepEqual(await values("('1'::int8), (NULL)"), [1n, null]);
  assert.deepEqual(await values("('1.5'::float8), ('NaN')"), [1.5, Number.NaN]);
  assert.deepEqual(await values("('a'), (''), (NULL), ('é')"), ['a', '', null, 'é']);
  assert.deepEqual(await values('(1.50), (NULL), (-0.001), (1e20)'), [
    '1.50',
    null,
    '-0.001',
    '100000000000000000000',
  ]);
  assert.deepEqual(await values(`('{"b":1, "a":[1,2]}'::jsonb), (NULL)`), [
    '{"a": [1, 2], "b": 1}',
    null,
  ]);
  assert.deepEqual(await values("('{a,NULL,c}'::text[]), (NULL), ('{}')"), [
    ['a', null, 'c'],
    null,
    [],
  ]);
  assert.deepEqual(await values("('{1,2}'::int8[])"), [[1n, 2n]]);
  assert.deepEqual(await values("('\\x00ff'::bytea)"), [new Uint8Array([0, 255])]);
  assert.deepEqual(await values("('1 day 2 hours'::interval)"), ['1 day 02:00:00']);
  assert.deepEqual(await values("('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)"), [
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  ]);
});

test('times keep their microseconds in the batch', async () => {
  const [batch] = await batches(
    "SELECT '2025-06-01 12:00:00.000001+00'::timestamptz AS t, '2025-06-01'::date AS d",
  );
  assert.deepEqual(batch?.getChildAt(0)?.data[0]?.values[0], 1_748_779_200_000_001n);
  assert.equal(batch?.schema.fields[0]?.type.toString(), 'Timestamp<MICROSECOND, UTC>');
  assert.equal(batch?.getChildAt(1)?.data[0]?.values[0], 20_240);
});

test('an empty result has a schema and no rows', async () => {
  const frame = await ctx.sql("SELECT 1 AS a, 'x' AS b, '{}'::text[] AS c WHERE false");
  assert.deepEqual(
    frame.schema.fields.map(({ name, type }) => `${name} ${type}`),
    ['a Int32', 'b Utf8', 'c List<Utf8>'],
  );
  const rows = (await frame.collect()).reduce((sum, batch) => sum + batch.numRows, 0);
  assert.equal(rows, 0);
  assert.equal(await shown('SELECT 1 AS a WHERE false'), ' a \n---\n(0 rows)\n');
});

test('leaving the stream early ends the query, and the session goes on', async () => {
  const frame = await ctx.sql('SELECT n FROM generate_series(1, 10000000) AS n');
  let seen = 0;
  for await (const batch of frame.stream()) {
    seen += batch.numRows;
    break;
  }
  assert.ok(seen > 0 && seen < 10_000_000);
  assert.deepEqual(await values('(42)'), [42]);
});

test('a frame runs its query anew for every reader, and sees new rows', async () => {
  await ctx.sql('CREATE TABLE again (n int)');
  const frame = await ctx.sql('SELECT count(*) AS n FROM again');
  const count = async (): Promise<unknown> => (await frame.collect())[0]?.getChildAt(0)?.get(0);
  assert.equal(await count(), 0n);
  await ctx.sql('INSERT INTO again SELECT generate_series(1, 5)');
  assert.equal(await count(), 5n);
});

test('two queries of a session are not read at once', async () => {
  const frame = await ctx.sql('SELECT n FROM generate_series(1, 100000) AS n');
  for await (const _ of frame.stream()) {
    await assert.rejects(ctx.sql('SELECT 1'), { code: '55006' });
    break;
  }
});

test('parameters may be JavaScript values', async () => {
  await ctx.sql(
    'CREATE TABLE given (i int8, f float8, n numeric, t timestamptz, a text[], j jsonb, b bool)',
  );
  await ctx.sql('INSERT INTO given VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    7,
    1.5,
    '2.50',
    new Date(0),
    ['x', null],
    { k: [1] },
    false,
  ]);
  await ctx.sql('INSERT INTO given (i, f) VALUES ($1, $2)', [9n, null]);
  assert.equal(
    await shown('SELECT * FROM given ORDER BY i'),
    [
      ' i |  f  |  n   |           t            |    a     |     j      | b ',
      '---+-----+------+------------------------+----------+------------+---',
      ' 7 | 1.5 | 2.50 | 1970-01-01 00:00:00+00 | {x,NULL} | {"k": [1]} | f',
      ' 9 |     |      |                        |          |            |',
      '(2 rows)',
      '',
    ].join('\n'),
  );
  const frame = await ctx.sql('SELECT i FROM given WHERE i = $1', [7]);
  assert.equal((await frame.collect())[0]?.getChildAt(0)?.get(0), 7n);
  await assert.rejects(ctx.sql('SELECT $1::int', []), { code: '08P01' });
  await assert.rejects(ctx.sql('SELECT $1::int', ['x']), { code: '22P02' });
});

test('rows of RETURNING, SHOW and EXPLAIN are in the frame', async () => {
  await ctx.sql('CREATE TABLE kept (i int, s text)');
  const frame = await ctx.sql(
    "INSERT INTO kept VALUES (1, 'a'), (2, NULL) RETURNING s, i + 1 AS next",
  );
  const [batch] = await frame.collect();
  assert.deepEqual([...(batch?.getChild('s') ?? [])], ['a', null]);
  assert.deepEqual([...(batch?.getChild('next') ?? [])], [2, 3]);
  assert.match(await shown('SHOW TimeZone'), /UTC/);
  assert.match(await shown('EXPLAIN SELECT * FROM kept'), /kept/);
});

test('an error leaves the session usable, and a transaction block failed', async () => {
  await assert.rejects(ctx.sql('SELECT * FROM nowhere'), { code: '42P01' });
  const frame = await ctx.sql('SELECT 1 / n FROM generate_series(0, 3) AS n');
  await assert.rejects(frame.collect(), { code: '22012' });
  assert.deepEqual(await values('(1)'), [1]);
  await ctx.sql('BEGIN');
  await assert.rejects(
    ctx.sql('SELECT 1 / 0').then((one) => one.collect()),
    { code: '22012' },
  );
  await assert.rejects(ctx.sql('SELECT 1'), { code: '25P02' });
  await ctx.sql('ROLLBACK');
  assert.deepEqual(await values('(1)'), [1]);
});

test('show cuts at its limit and counts what it shows', async () => {
  assert.equal(
    await shown('SELECT n FROM generate_series(1, 1000) AS n', 2),
    ' n \n---\n 1\n 2\n(2 rows)\n',
  );
});

test('copyFrom loads text and says how many rows', async () => {
  await ctx.sql('CREATE TABLE loaded (a int, b text)');
  async function* data(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('1\tx\n2\t');
    yield Buffer.from('\\N\n');
  }
  assert.equal(await ctx.copyFrom('COPY loaded FROM STDIN', data()), 2);
  async function* bad(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('3\ty\nz\ty\n');
  }
  await assert.rejects(ctx.copyFrom('COPY loaded FROM STDIN', bad()), {
    code: '22P02',
    fields: { where: 'COPY loaded, line 2, column a: "z"' },
  });
  assert.match(await shown('SELECT count(*), count(b) FROM loaded'), / 2 \| +1/);
});
