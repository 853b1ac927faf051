/** pg_stat_statements: PostgreSQL 15's columns, and what statements did, by user and text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type pg from 'pg';
import { useTraced } from './traced-setup.ts';

/** Version 1.10 of the extension: names and types, in order. */
const columns = `
userid oid, dbid oid, toplevel bool, queryid int8, query text,
plans int8, total_plan_time float8, min_plan_time float8, max_plan_time float8,
mean_plan_time float8, stddev_plan_time float8,
calls int8, total_exec_time float8, min_exec_time float8, max_exec_time float8,
mean_exec_time float8, stddev_exec_time float8, rows int8,
shared_blks_hit int8, shared_blks_read int8, shared_blks_dirtied int8, shared_blks_written int8,
local_blks_hit int8, local_blks_read int8, local_blks_dirtied int8, local_blks_written int8,
temp_blks_read int8, temp_blks_written int8, blk_read_time float8, blk_write_time float8,
temp_blk_read_time float8, temp_blk_write_time float8,
wal_records int8, wal_fpi int8, wal_bytes numeric,
jit_functions int8, jit_generation_time float8, jit_inlining_count int8, jit_inlining_time float8,
jit_optimization_count int8, jit_optimization_time float8, jit_emission_count int8,
jit_emission_time float8`;

const typeNames: Readonly<Record<number, string>> = {
  16: 'bool',
  20: 'int8',
  25: 'text',
  26: 'oid',
  701: 'float8',
  1700: 'numeric',
  1184: 'timestamptz',
};

type Row = Readonly<Record<string, unknown>>;

function fieldsOf({ fields }: pg.QueryResult): string {
  return fields.map(({ name, dataTypeID }) => `${name} ${typeNames[dataTypeID]}`).join(', ');
}

describe('pg_stat_statements', { concurrency: false }, () => {
  const traced = useTraced({
    settings: { OTEL_SDK_DISABLED: 'true' },
    statements: [
      'CREATE TABLE birds (n int, label text)',
      'CREATE ROLE keeper LOGIN',
      'GRANT ALL ON birds TO keeper',
    ],
  });

  async function rowOf(template: string, client: pg.Client = traced.client): Promise<Row> {
    const { rows } = await client.query<Row>('SELECT * FROM pg_stat_statements WHERE query = $1', [
      template,
    ]);
    assert.equal(rows.length, 1, template);
    return rows[0] ?? {};
  }

  it('has the columns and types of PostgreSQL 15', async () => {
    const all = await traced.client.query('SELECT * FROM public.pg_stat_statements LIMIT 0');
    assert.equal(fieldsOf(all), columns.trim().replaceAll('\n', ' '));
    const info = await traced.client.query('SELECT * FROM pg_stat_statements_info');
    assert.equal(fieldsOf(info), 'dealloc int8, stats_reset timestamptz');
    assert.equal(info.rows.length, 1);
  });

  it('plans catalog queries that differ in literals twice: as it is, then for all literals', async () => {
    const ask = (name: string): Promise<pg.QueryResult> =>
      traced.client.query(`SELECT relkind FROM pg_class WHERE relname = '${name}'`);
    const found = [await ask('birds'), await ask('none'), await ask('birds'), await ask('pg_type')];
    const kinds = found.map(({ rows }) => rows.map(({ relkind }: Row) => relkind).join());
    assert.deepEqual(kinds, ['r', '', 'r', 'r']);
    const row = await rowOf('select relkind from pg_class where relname = ?');
    assert.deepEqual([row['calls'], row['plans']], ['4', '2']);
  });

  it('counts statements that differ in values as one, with tracing off too', async () => {
    for (let n = 0; n < 7; n++) {
      await traced.client.query(`INSERT INTO birds VALUES (${n}, 'wren'), (${n}, 'kite')`);
    }
    const row = await rowOf('insert into birds values (?, ?), (?, ?)');
    assert.deepEqual([row['calls'], row['rows'], row['plans']], ['7', '14', '7']);
    assert.ok(Number(row['wal_bytes']) > 0);
    const [least, mean, most, total, deviation] = [
      'min_exec_time',
      'mean_exec_time',
      'max_exec_time',
      'total_exec_time',
      'stddev_exec_time',
    ].map((name) => Number(row[name]));
    assert.ok(Number(least) > 0 && Number(least) <= Number(mean) && Number(mean) <= Number(most));
    assert.ok(Math.abs(Number(mean) * 7 - Number(total)) < 1e-6);
    assert.ok(Number(deviation) <= Number(most) - Number(least));
  });

  it('counts a prepared statement’s executions, its plan once, and no failure', async () => {
    for (let n = 0; n < 5; n++) {
      await traced.client.query({
        name: 'p',
        text: 'SELECT label FROM birds WHERE n = $1',
        values: [n],
      });
    }
    const row = await rowOf('select label from birds where n = $1');
    assert.deepEqual([row['calls'], row['rows'], row['plans']], ['5', '10', '1']);
    await traced.client.query('SELECT 1 / (n - n) FROM birds').catch(() => undefined);
    const { rows } = await traced.client.query(
      "SELECT 1 FROM pg_stat_statements WHERE query LIKE 'select ? / (n%'",
    );
    assert.deepEqual(rows, []);
  });

  it('tells statements of several users apart, and hides the text of others', async () => {
    const keeper = await traced.server.connect({ user: 'keeper' });
    await keeper.query('SELECT label FROM birds WHERE n = 3');
    await traced.client.query('SELECT label FROM birds WHERE n = 4');
    const both = 'SELECT userid::regrole::text AS role, query FROM pg_stat_statements';
    const { rows } = await traced.client.query<Row>(`${both} WHERE query LIKE '%where n = ?'`);
    assert.deepEqual(rows.map((row) => row['role']).toSorted(), ['keeper', 'postgres']);
    const { rows: seen } = await keeper.query<Row>(`${both} WHERE userid <> 'keeper'::regrole`);
    assert.ok(seen.length > 5);
    assert.deepEqual([...new Set(seen.map((row) => row['query']))], ['<insufficient privilege>']);
    await assert.rejects(keeper.query('SELECT pg_stat_statements_reset()'), {
      code: '42501',
      message: 'permission denied for function pg_stat_statements_reset',
    });
  });

  it('forgets one statement, or all', async () => {
    const { queryid } = await rowOf('select label from birds where n = $1');
    await traced.client.query(`SELECT pg_stat_statements_reset(0, 0, ${queryid})`);
    const count = async (): Promise<unknown> => {
      const { rows } = await traced.client.query<Row>(
        `SELECT count(*) FILTER (WHERE queryid = ${queryid}) AS one, count(*) > 3 AS others
         FROM pg_stat_statements`,
      );
      return rows[0];
    };
    assert.deepEqual(await count(), { one: '0', others: true });
    await traced.client.query('SELECT pg_stat_statements_reset()');
    assert.deepEqual(await count(), { one: '0', others: false });
  });
});
