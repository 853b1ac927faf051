/**
 * psql's backslash commands print for TimeFusion what they print for PostgreSQL 15 with the same
 * schema. Without psql or PostgreSQL 15 it is skipped; with REQUIRE_CLIENTS=1 that is a failure.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { PostgresProcess, postgresMissing } from '../server/postgres-process.ts';
import { ServerProcess } from '../server/server-process.ts';

const psqlVersion = spawnSync('psql', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const psqlMissing = psqlVersion.includes(' 15.')
  ? undefined
  : 'psql 15 is not here: apt-get install postgresql-client-15';
const missing = psqlMissing ?? postgresMissing;
const isRequired = process.env['REQUIRE_CLIENTS'] === '1';
const skip = missing !== undefined && !isRequired ? missing : false;

const schema = `
create table t (
  id int primary key, name varchar(80) not null unique, owner text default 'me',
  n numeric(10,2) default 1.5, i bigint default 7, neg int default -1, b boolean default true,
  ts timestamptz not null default now(), ct timestamptz default current_timestamp,
  d date default current_date, u uuid default gen_random_uuid(), j jsonb default '{}',
  ja jsonb default '{"a":1}'::jsonb, arr text[] default '{a,b}', arr2 int[] default array[1,2],
  v varchar default 'x', c char(5) default 'ab', iv interval default '1 day',
  f float8 default 1.5, r real default 2, s smallint default 3,
  up text default upper('a'||'b'), lt text default null, expr int default 1+2,
  usr text default current_user, tm time default '12:00',
  tsm timestamp(3) default '2020-01-01', raw bytea default '\\xdead',
  di date default now()::date, dd timestamptz default now() + interval '1 day',
  big bigint default 9999999999, q text default 'it''s', unique (d, u));
comment on table t is 'A table of every kind of default';
comment on column t.name is 'the name';
create table "Mixed Case" ("Key" int primary key, "select" text);
create view v_errors as
  select id, timestamp, name from otel_logs_and_spans where status_code >= '500';
create index t_lower on t (lower(name), i desc, owner nulls first) where b and n > 1;
create schema mon;
create table mon.metrics (ts timestamptz not null, host text, value float8);
create role maker; create role reader login connection limit 3;
alter default privileges for role maker in schema mon grant select on tables to reader;
alter default privileges for role maker revoke execute on functions from public;
alter default privileges for role maker grant usage on sequences to reader with grant option;
alter default privileges for role maker grant usage on schemas to reader;
alter role reader set work_mem = 1024;
alter role reader in database postgres set search_path = mon, "Mixed Case";
alter user all set lock_timeout = '1s';
alter database postgres set statement_timeout = '1min';
create function guarded(a int) returns int language sql security definer stable
  set search_path = mon, "Mixed Case" set work_mem = '9MB' as 'select a';
create procedure acting() language plpgsql set lock_timeout = 5 as 'begin null; end';
`;

const commands = [
  '\\d',
  '\\dt',
  '\\dv',
  '\\dv+',
  '\\dm',
  '\\ds',
  '\\di',
  '\\dE',
  '\\l',
  '\\dn',
  '\\dn+',
  '\\dnS',
  '\\du',
  '\\du+',
  '\\duS',
  '\\dg',
  '\\df',
  '\\df+',
  '\\da',
  '\\dT',
  '\\dT+',
  '\\dx',
  '\\dx+',
  '\\dp',
  '\\z',
  '\\ddp',
  '\\db',
  '\\dc',
  '\\dc+',
  '\\dd',
  '\\dD',
  '\\dD+',
  '\\des',
  '\\des+',
  '\\det',
  '\\deu',
  '\\dew',
  '\\dl',
  '\\dL',
  '\\dO',
  '\\do',
  '\\dP',
  '\\dPt',
  '\\drds',
  '\\drds reader',
  '\\ddp mon',
  '\\dRp',
  '\\dRs',
  '\\dA',
  '\\dA+',
  '\\dX',
  '\\dy',
  '\\dTS',
  '\\dDS',
  '\\d t',
  '\\d+ t',
  '\\dt t',
  '\\dtS pg_class',
  '\\di t_pkey',
  '\\d otel_logs_and_spans',
  '\\d+ otel_logs_and_spans',
  '\\d otel_metrics',
  '\\d "Mixed Case"',
  '\\d v_errors',
  '\\d+ v_errors',
  '\\sv v_errors',
  '\\sv+ v_errors',
  '\\d t_pkey',
  '\\d t_d_u_key',
  '\\d t_lower',
  '\\d mon.metrics',
  '\\d pg_class',
  '\\d pg_constraint',
  '\\d pg_type_typname_nsp_index',
  '\\d pg_toast.pg_toast_1255',
  '\\dp pg_catalog.pg_*',
  '\\dp information_schema.sql*',
  '\\dconfig+ work_mem',
  '\\dfS _pg_expandarray',
  '\\dt mon.*',
  '\\dt *.t',
  '\\dt public.',
  '\\d pg_tables',
  '\\d information_schema.tables',
  '\\df abs',
  '\\df+ guarded',
  '\\df+ acting',
  '\\sf guarded',
  '\\sf acting',
  '\\df *.substr',
  '\\dfa count',
  '\\da sum',
  '\\dT int4',
  '\\dT+ interval',
  '\\dTS json*',
  '\\dO "C"',
  '\\dL internal',
  '\\dp t',
  '\\dp mon.*',
  '\\dn mon',
  '\\l postgres',
  '\\du postgres',
  '\\dAc btree int4',
  '\\dconfig work_mem',
  '\\dconfig DateStyle',
  '\\sf no_such_function',
  '\\ef no_such_function',
  '\\d no_such_table',
  '\\dt no_such*',
  '\\df no_such_function',
  '\\conninfo',
  '\\encoding',
  '\\copyright',
];

let server: ServerProcess;
let postgres: PostgresProcess;

before(async () => {
  if (missing !== undefined) return;
  server = await ServerProcess.start();
  postgres = await PostgresProcess.start();
  for (const table of ['otel_logs_and_spans', 'otel_metrics']) {
    psql(postgres.port, ['-c', creationOf(table)]);
  }
  for (const { port } of [server, postgres]) assert.equal(psql(port, ['-q', '-c', schema]), '');
});

after(async () => {
  await server?.stop();
  await postgres?.stop();
});

function psql(port: number, args: readonly string[]): string {
  const target = ['-X', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', 'postgres'];
  const { stdout, stderr } = spawnSync('psql', [...target, ...args], { encoding: 'utf8' });
  return stdout + stderr;
}

/** CREATE TABLE for a table that every new store of ours has. */
function creationOf(table: string): string {
  const columns = psql(server.port, [
    '-At',
    '-c',
    `
    select string_agg(format('%I %s%s', attname, format_type(atttypid, atttypmod),
      case when attnotnull then ' not null' else '' end), ', ' order by attnum)
    from pg_attribute where attrelid = '${table}'::regclass and attnum > 0`,
  ]);
  return `create table ${table} (${columns})`;
}

test('psql 15 and PostgreSQL 15 are here when they are required', () => {
  assert.equal(isRequired ? missing : undefined, undefined);
});

for (const command of commands) {
  test(`psql's ${command} prints what it prints for PostgreSQL 15`, { skip }, () => {
    const [ours, theirs] = [server.port, postgres.port].map((port) =>
      psql(port, ['-c', command]).replace(String(port), 'PORT'),
    );
    assert.equal(ours, theirs);
  });
}
