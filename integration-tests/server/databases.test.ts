/**
 * Several databases in one server: what is in one is not in the others, roles are in all. The same
 * lines are said to PostgreSQL 15 where it is installed, and the answers must be the same.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { useBothServers } from './both-servers.ts';
import { ServerProcess, temporaryFolder } from './server-process.ts';

const both = useBothServers();

/** Clients by `user@database`, opened when they speak first. */
class Speakers {
  readonly #port: number;
  readonly #clients = new Map<string, pg.Client>();
  readonly #notices: string[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async #client(who: string): Promise<pg.Client> {
    const known = this.#clients.get(who);
    if (known !== undefined) return known;
    const [user = '', database = ''] = who.split('@');
    const client = new pg.Client({ host: '127.0.0.1', port: this.#port, user, database });
    client.on('notice', ({ message }) => this.#notices.push(`notice ${message}`));
    client.on('error', () => this.#clients.delete(who));
    client.on('notification', ({ channel, payload }) => {
      this.#notices.push(`${who} heard ${channel} ${payload}`);
    });
    await client.connect();
    this.#clients.set(who, client);
    return client;
  }

  /** Rows as JSON, the command tag, or the SQLSTATE and texts of the error; then what came beside. */
  async say(who: string, sql: string): Promise<string> {
    const heard = await this.#heard(who, sql);
    return [`${who}: ${sql}`, heard, ...this.#notices.splice(0)].join('\n  ');
  }

  async #heard(who: string, sql: string): Promise<string> {
    try {
      const client = await this.#client(who);
      if (sql === 'end') {
        this.#clients.delete(who);
        await client.end();
        return 'ended';
      }
      const { rows, command } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
      return rows.length > 0 ? JSON.stringify(rows) : command;
    } catch (error) {
      const { code, message, detail } = error as pg.DatabaseError;
      return [code, message, detail].filter((part) => part !== undefined).join(' | ');
    }
  }

  async end(): Promise<void> {
    for (const client of this.#clients.values()) await client.end();
  }
}

async function answers(
  port: number,
  lines: readonly (readonly [who: string, sql: string])[],
): Promise<string> {
  const speakers = new Speakers(port);
  const all: string[] = [];
  for (const [who, sql] of lines) all.push(await speakers.say(who, sql));
  await speakers.end();
  return all.join('\n');
}

async function compare(lines: readonly (readonly [string, string])[]): Promise<string> {
  const ours = await answers(both.server.port, lines);
  if (both.postgres !== undefined) assert.equal(ours, await answers(both.postgres.port, lines));
  return ours;
}

const root = 'postgres@postgres';

test('what is in a database is not in the others', async () => {
  const text = await compare([
    [root, 'create table apart (a int)'],
    [root, 'insert into apart values (1)'],
    [root, 'create database shop'],
    [root, "comment on database shop is 'sells'"],
    ['postgres@shop', 'select a from apart'],
    ['postgres@shop', 'create table apart (a text primary key, b serial)'],
    ['postgres@shop', "insert into apart values ('x'), ('y')"],
    ['postgres@shop', 'create view seen as select a from apart'],
    ['postgres@shop', "create type mood as enum ('sad')"],
    ['postgres@shop', 'create schema inner_'],
    ['postgres@shop', 'create table inner_.apart (c mood)'],
    ['postgres@shop', 'create function one() returns int language sql as $$select 1$$'],
    ['postgres@shop', 'select one(), count(*)::int from apart'],
    [root, 'select one()'],
    [root, 'select * from inner_.apart'],
    [root, "select 'mood'::regtype"],
    [root, 'select a from apart'],
    [root, 'select a from seen'],
    [root, 'create type mood as (a int)'],
    [root, 'select shop.public.apart.a from shop.public.apart'],
    ['postgres@shop', 'select a from shop.public.apart order by 1'],
    [
      'postgres@shop',
      `select table_catalog, table_schema, table_name from information_schema.tables
       where table_schema in ('public', 'inner_') order by 1, 2, 3`,
    ],
    ['postgres@shop', 'select current_database(), current_catalog'],
    [root, "select shobj_description(oid, 'pg_database') from pg_database where datname = 'shop'"],
    [root, "select datname from pg_stat_activity where datname = 'shop'"],
    [root, "select numbackends from pg_stat_database where datname = 'shop'"],
    [root, "select has_database_privilege('shop', 'connect')"],
    [root, "select pg_database_size('shop') is null, pg_database_size('nix')"],
    ['postgres@shop', 'end'],
    [root, 'drop database shop'],
    ['postgres@shop', 'select 1'],
    [root, 'create database shop'],
    ['postgres@shop', 'select a from apart'],
    ['postgres@shop', "select 'mood'::regtype"],
    ['postgres@shop', 'end'],
    [root, 'drop database shop'],
    [root, 'drop table apart'],
    [root, 'drop type mood'],
  ]);
  assert.match(text, /postgres@shop: select one\(\).*\n {2}\[\[1,2\]\]/);
});

test('who may make, change, enter and drop databases', async () => {
  await compare([
    [root, 'create role maker login createdb'],
    [root, 'create role guest login'],
    ['guest@postgres', 'create database no'],
    ['maker@postgres', 'create database hers'],
    ['maker@postgres', 'create database his owner guest'],
    ['maker@hers', 'create table kept (a int)'],
    ['maker@hers', 'create schema made'],
    ['guest@hers', 'create table no (a int)'],
    ['guest@hers', 'create schema no'],
    ['guest@hers', 'end'],
    ['guest@postgres', 'drop database hers'],
    ['guest@postgres', 'alter database hers rename to mine'],
    ['guest@postgres', 'alter database hers connection limit 1'],
    [root, 'revoke connect on database hers from public'],
    ['guest@hers', 'select 1'],
    [root, 'grant connect on database hers to guest'],
    ['guest@hers', 'select 1'],
    ['maker@hers', 'end'],
    [root, 'alter database hers connection limit 1'],
    ['maker@hers', 'select 1'],
    ['guest@hers', 'end'],
    [root, 'alter database hers allow_connections false'],
    ['maker@hers', 'select 1'],
    [root, 'alter database hers with allow_connections true connection limit -1 is_template true'],
    [root, 'drop database hers'],
    [root, 'alter database hers is_template false'],
    ['maker@postgres', 'alter database hers rename to ours'],
    [
      'maker@ours',
      'select datname, datdba::regrole, datacl::text from pg_database where datname = current_database()',
    ],
    [root, 'alter database ours owner to guest'],
    [root, 'alter database ours owner to nobody'],
    ['guest@ours', "select datdba::regrole from pg_database where datname = 'ours'"],
    ['guest@ours', 'create table mine (a int)'],
    [root, 'drop role guest'],
    [root, 'drop role maker'],
    ['guest@ours', 'end'],
    ['maker@ours', 'end'],
    [root, 'drop database ours'],
    ['guest@postgres', 'end'],
    ['maker@postgres', 'end'],
    [root, 'drop role guest, maker'],
  ]);
});

test('what names, options and places are refused', async () => {
  await compare([
    [root, 'create database one'],
    [root, 'create database one'],
    [root, 'create database postgres'],
    [root, 'create database template0'],
    [root, 'create database two template nix'],
    [root, 'create database two owner nobody'],
    [root, "create database two encoding 'unicode' template template0 connection limit 7"],
    [root, "create database three encoding 'nix'"],
    [root, 'create database three tablespace nix'],
    [root, 'create database three connection limit -2'],
    [root, 'create database three foo 1'],
    [root, 'create database three connection limit 1 connection limit 2'],
    [root, 'create database three is_template maybe'],
    [root, 'begin'],
    [root, 'create database three'],
    [root, 'rollback'],
    [root, 'begin'],
    [root, 'drop database one'],
    [root, 'rollback'],
    [root, 'drop database nix'],
    [root, 'drop database if exists nix'],
    [root, 'drop database postgres'],
    [root, 'drop database template1'],
    [root, 'drop database template0'],
    ['postgres@template1', 'select count(*) from pg_class where oid >= 16384'],
    ['postgres@template1', 'end'],
    [root, 'alter database postgres rename to other'],
    [root, 'alter database one rename to two'],
    [root, 'alter database nix rename to three'],
    [root, 'alter database nix connection limit 3'],
    [root, 'alter database nix owner to postgres'],
    [root, 'grant connect on database nix to postgres'],
    [root, "comment on database nix is 'x'"],
    [root, 'drop database one'],
    [root, 'drop database two'],
  ]);
});

test('sessions keep a database, unless they are ended', async () => {
  await compare([
    [root, 'create database kept'],
    ['postgres@kept', 'select 1'],
    [root, 'alter database kept rename to other'],
    [root, 'drop database kept with (force)'],
    ['postgres@kept', 'select 1'],
  ]);
});

test('notifications and advisory locks stay in their database', async () => {
  await compare([
    [root, 'create database other'],
    [root, 'listen news'],
    ['postgres@other', 'listen news'],
    ['postgres@other', "notify news, 'of other'"],
    [root, "notify news, 'of postgres'"],
    [root, 'select pg_advisory_lock(7)'],
    ['postgres@other', 'select pg_try_advisory_lock(7)'],
    [root, 'select pg_advisory_unlock_all()'],
    ['postgres@other', 'end'],
    [root, 'drop database other'],
  ]);
});

test('settings of databases and of roles in them', async () => {
  await compare([
    [root, 'create database tuned'],
    [root, 'create role tuner login'],
    [root, "alter database tuned set work_mem = '5MB'"],
    [root, "alter role tuner in database tuned set work_mem = '6MB'"],
    [root, "alter role all in database tuned set datestyle = 'German, DMY'"],
    ['postgres@tuned', 'show work_mem'],
    ['tuner@tuned', "select current_setting('work_mem'), current_setting('datestyle')"],
    ['tuner@postgres', "select current_setting('work_mem'), current_setting('datestyle')"],
    [
      root,
      `select d.datname, s.setrole::regrole::text, s.setconfig from pg_db_role_setting s
       left join pg_database d on d.oid = s.setdatabase order by 1, 2`,
    ],
    ['tuner@tuned', 'end'],
    ['postgres@tuned', 'end'],
    ['tuner@postgres', 'end'],
    [root, 'drop database tuned'],
    [root, 'select count(*) from pg_db_role_setting'],
    [root, 'drop role tuner'],
  ]);
});

test('a monitor sees what it asks of a server', async () => {
  await compare([
    [root, "select pg_current_wal_lsn() > '0/0', pg_current_logfile() is null"],
    ['postgres@template1', 'select now() > pg_postmaster_start_time()'],
    [
      'postgres@template1',
      "select backend_start > pg_postmaster_start_time() from pg_stat_activity where datname = 'template1'",
    ],
    ['postgres@template1', 'end'],
    [root, 'begin'],
    [root, 'create temporary table position as select pg_current_wal_insert_lsn() as lsn'],
    [root, 'create table positioned (a int)'],
    [root, 'commit'],
    [
      root,
      'select pg_current_wal_flush_lsn() > lsn, pg_wal_lsn_diff(pg_current_wal_lsn(), lsn) > 0 from position',
    ],
    [root, 'drop table positioned'],
  ]);
});

test('a role is changed with what is in a database, or not at all', async () => {
  await compare([
    [root, 'create database mixed'],
    ['postgres@mixed', 'begin'],
    ['postgres@mixed', 'create role brief'],
    ['postgres@mixed', 'create table briefs (a int)'],
    ['postgres@mixed', 'alter table briefs owner to brief'],
    ['postgres@mixed', 'rollback'],
    [root, "select rolname from pg_roles where rolname = 'brief'"],
    ['postgres@mixed', 'end'],
    [root, 'drop database mixed'],
  ]);
});

test('databases, and what is in them, are there after a kill', async () => {
  const dataDir = temporaryFolder('databases');
  const lines = ['select a from t order by a', 'select b from t order by b'];
  let server = await ServerProcess.start({ dataDir });
  await answers(server.port, [
    [root, 'create table t (a int)'],
    [root, 'insert into t values (1)'],
    [root, 'create database second'],
    [root, 'create database gone'],
    ['postgres@gone', 'create table t (c int)'],
    ['postgres@gone', 'end'],
    [root, 'drop database gone'],
    ['postgres@second', 'create schema own'],
    ['postgres@second', 'create table t (b int primary key)'],
    ['postgres@second', 'insert into t values (2), (3)'],
    ['postgres@second', 'delete from t where b = 3'],
  ]);
  const asked = [
    [root, lines[0] ?? ''],
    ['postgres@second', lines[1] ?? ''],
    ['postgres@second', 'insert into t values (2)'],
    ['postgres@second', "select nspname from pg_namespace where nspname = 'own'"],
    ['postgres@gone', 'select 1'],
  ] as const;
  const expected = [
    `${root}: ${lines[0]}\n  [[1]]`,
    `postgres@second: ${lines[1]}\n  [[2]]`,
    'postgres@second: insert into t values (2)\n  23505 | duplicate key value violates unique ' +
      'constraint "t_pkey" | Key (b)=(2) already exists.',
    'postgres@second: select nspname from pg_namespace where nspname = \'own\'\n  [["own"]]',
    'postgres@gone: select 1\n  3D000 | database "gone" does not exist',
  ].join('\n');
  await server.kill();
  server = await ServerProcess.start({ dataDir });
  assert.equal(await answers(server.port, asked), expected, 'from the log');
  await server.stop();
  server = await ServerProcess.start({ dataDir });
  assert.equal(await answers(server.port, asked), expected, 'from the manifest');
  await server.stop();
});
