/** pg_export_snapshot and SET TRANSACTION SNAPSHOT between sessions. Judged by PostgreSQL 15. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { useBothServers } from './both-servers.ts';

const both = useBothServers();

async function connected(port: number): Promise<pg.Client> {
  const user = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
  const client = new pg.Client(user);
  await client.connect();
  return client;
}

/** The values of the first column, or the SQLSTATE and text of the error. */
async function heard(client: pg.Client, sql: string): Promise<string> {
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.map(([value]) => String(value)).join(' ');
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    return `${code} ${message}`;
  }
}

async function answers(port: number, level: string): Promise<readonly string[]> {
  const [exporter, importer, writer] = await Promise.all([0, 1, 2].map(() => connected(port)));
  const lines: string[] = [];
  const say = async (client: pg.Client, sql: string): Promise<void> => {
    lines.push(await heard(client, sql));
  };
  const clients = [exporter, importer, writer] as [pg.Client, pg.Client, pg.Client];
  const [a, b, c] = clients;
  await say(c, 'create table snapped (a int)');
  await say(c, 'insert into snapped values (1), (2)');
  await say(a, `begin isolation level ${level}`);
  const name = await heard(a, 'select pg_export_snapshot()');
  const imports = `set transaction snapshot '${name}'`;
  const told = (sql: string): string => sql.replaceAll(name, 'NAME');
  await say(a, 'insert into snapped values (99)');
  await say(c, 'insert into snapped values (3)');
  await say(c, 'delete from snapped where a = 1');
  await say(b, 'begin isolation level repeatable read');
  await say(b, imports);
  await say(b, 'select a from snapped order by a');
  await say(b, 'commit');
  await say(b, 'begin isolation level repeatable read');
  await say(b, 'select 1');
  await say(b, imports);
  await say(b, 'rollback');
  await say(b, imports);
  await say(b, 'begin isolation level serializable');
  await say(b, imports);
  await say(b, 'rollback');
  await say(a, 'savepoint s');
  await say(a, 'select pg_export_snapshot()');
  await say(a, 'rollback');
  await say(b, 'begin isolation level repeatable read');
  await say(b, imports);
  await say(b, 'rollback');
  await say(c, 'select a from snapped order by a');
  await say(c, 'drop table snapped');
  await Promise.all(clients.map((client) => client.end()));
  return lines.map(told);
}

for (const level of ['repeatable read', 'read committed', 'serializable']) {
  test(`another session sees what a ${level} transaction exported`, async () => {
    const { server, postgres } = both;
    const ours = await answers(server.port, level);
    assert.ok(ours.includes('1 2'));
    assert.ok(ours.includes('22023 invalid snapshot identifier: "NAME"'));
    if (postgres !== undefined) assert.deepEqual(ours, await answers(postgres.port, level));
  });
}
