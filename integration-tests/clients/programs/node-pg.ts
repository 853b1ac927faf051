/** npm pg with pg-cursor and pg-copy-streams, as applications use them. */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import { project, spanQuery } from '../span-fixture.ts';
import type { Say } from '../program.ts';

const spans = spanQuery(['$1', '$2']);
const parameters = [project, new Date('2000-01-01T00:00:00Z')];

export async function runNodePg(port: number, say: Say): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  await readSpans(client, say);
  await readCursor(client, say);
  await copyBothWays(client, say);
  await writeAndFail(client, say);
  await client.end();
}

async function readSpans(client: pg.Client, say: Say): Promise<void> {
  const simple = await client.query("select 1 as one; select 'two' as two, null as nothing");
  for (const { rows } of simple as unknown as readonly pg.QueryResult[]) say('simple', rows);
  for (const round of [1, 2]) {
    const { rows, fields } = await client.query({ name: 'spans', text: spans, values: parameters });
    say(`named ${round}`, rows);
    say(
      'types',
      fields.map(({ name, dataTypeID }) => `${name}:${dataTypeID}`),
    );
  }
  // The driver reads binary values through UTF-8 texts, so these bytes are ASCII. Its types know
  // nothing of binary results.
  const text = "select 12345::int4 a, 78187493520::int8 b, true c, 'text' d, null::int8 e";
  const binary = { text, binary: true } as pg.QueryConfig;
  say('binary', (await client.query(binary)).rows);
  const echo =
    'select $1::int8 a, $2::float8 b, $3::numeric c, $4::jsonb d, $5::text[] e, $6::bytea f';
  const values = [
    '9007199254740993',
    0.1,
    '12345678901234567890.10',
    { k: [1] },
    ['x', null, 'y"'],
    Buffer.from([0, 255]),
  ];
  say('parameters', (await client.query(echo, values)).rows);
}

async function readCursor(client: pg.Client, say: Say): Promise<void> {
  const cursor = client.query(new Cursor('select n from generate_series(1, 25) as g(n)'));
  say('cursor 10', (await cursor.read(10)).length);
  say('cursor 10', (await cursor.read(10)).at(-1));
  say('cursor rest', (await cursor.read(10)).length);
  await cursor.close();
}

async function copyBothWays(client: pg.Client, say: Say): Promise<void> {
  await client.query('create table copied (a int, b text)');
  const into = client.query(copyStreams.from("copy copied from stdin (format csv, null 'nil')"));
  await pipeline(Readable.from(['1,"a,b"\n2,', 'nil\n3,"li\nne"\n']), into);
  say('copied in', (await client.query('select * from copied order by a')).rows);
  const out = client.query(copyStreams.to('copy (select * from copied order by a) to stdout'));
  const chunks: Buffer[] = [];
  out.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(out, 'end');
  say('copied out', Buffer.concat(chunks).toString());
}

async function writeAndFail(client: pg.Client, say: Say): Promise<void> {
  const write = await client.query('insert into copied values ($1, $2) returning a + 1 as next', [
    4,
    null,
  ]);
  say('insert', { command: write.command, rowCount: write.rowCount, rows: write.rows });
  await client.query('begin');
  await client.query('update copied set b = $1 where a > $2', ['changed', 2]);
  for (const text of ['select nope from copied', 'select 1']) {
    try {
      await client.query(text);
    } catch (error) {
      const { code, message, position } = error as pg.DatabaseError;
      say('error', { code, message, position });
    }
  }
  await client.query('rollback');
  say('after rollback', (await client.query('select * from copied order by a')).rows);
  await client.query('drop table copied');
}
