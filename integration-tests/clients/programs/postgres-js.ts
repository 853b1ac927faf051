/** npm postgres (postgres.js): it describes with Flush, pipelines, and loads array types. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import { project, spanQuery } from '../span-fixture.ts';
import type { Say } from '../program.ts';

export async function runPostgresJs(port: number, say: Say): Promise<void> {
  const sql = postgres({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 });
  const since = new Date('2000-01-01T00:00:00Z');
  say('spans', await sql.unsafe(spanQuery(['$1', '$2']), [project, since]));
  const echoed = sql`select ${7}::int4 as a, ${'text'} as b, ${sql.json({ k: [1, null] })}::jsonb as c,
    ${sql.array(['x', 'y"'])}::text[] as d, ${since}::timestamptz as e, ${null}::int8 as f`;
  say('parameters', await echoed);
  const together = await Promise.all([sql`select 1 as a`, sql`select 2 as a`, sql`select 3 as a`]);
  say('pipelined', together.flat());
  const sizes: number[] = [];
  for await (const rows of sql`select n from generate_series(1, 120) as g(n)`.cursor(50)) {
    sizes.push(rows.length);
  }
  say('cursor', sizes);
  await copyAndWrite(sql, say);
  await prepareAnew(sql, say);
  await listenAndCancel(sql, say);
  await sql.end();
}

/** It prepares a statement anew, and unseen, when it knows the routine that reports the error. */
async function prepareAnew(sql: postgres.Sql, say: Say): Promise<void> {
  await sql`create table altered_js (a int)`;
  await sql`insert into altered_js values (1)`;
  const everything = (): Promise<unknown> => sql`select * from altered_js`.execute();
  say('prepared', await everything());
  await sql`alter table altered_js add b int`;
  say('prepared anew', await everything());
  await sql`update altered_js set b = ${'x'}::text`.catch((error: postgres.PostgresError) =>
    say('assigned', { code: error.code, routine: error.routine }),
  );
  await sql`drop table altered_js`;
}

async function listenAndCancel(sql: postgres.Sql, say: Say): Promise<void> {
  const heard = new Promise<string>((resolve) => {
    void sql.listen('channel', resolve).then(() => sql.notify('channel', 'hello'));
  });
  say('heard', await heard);
  const sleeping = sql`select pg_sleep(20)`.execute();
  setTimeout(() => sleeping.cancel(), 300);
  await sleeping.catch((error: postgres.PostgresError) => say('cancelled', error.code));
  say('usable', await sql`select 1 as one`);
}

async function copyAndWrite(sql: postgres.Sql, say: Say): Promise<void> {
  await sql`create table copied_js (a int, b text)`;
  const into = await sql`copy copied_js from stdin`.writable();
  await pipeline(Readable.from(['1\tone\n', '2\t\\N\n']), into);
  const chunks: Buffer[] = [];
  for await (const chunk of await sql`copy copied_js to stdout`.readable()) chunks.push(chunk);
  say('copied', Buffer.concat(chunks).toString());
  const rows = [
    { a: 3, b: 'three' },
    { a: 4, b: null },
  ];
  say('inserted', await sql`insert into copied_js ${sql(rows)} returning *`);
  const kept = await sql.begin(async (transaction) => {
    await transaction`delete from copied_js where a = 1`;
    await transaction
      .savepoint(async (inner) => {
        await inner`delete from copied_js`;
        await inner`select 1/0`;
      })
      .catch((error: postgres.PostgresError) => say('savepoint', error.code));
    return transaction`select count(*) as kept from copied_js`;
  });
  say('kept', kept);
  await sql`drop table copied_js`;
}
