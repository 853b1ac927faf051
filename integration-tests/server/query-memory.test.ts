/** Queries that need more memory than one query may have: 53200, and nothing is kept. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Database } from '../../src/index.ts';
import type { SessionContext } from '../../src/index.ts';
import { allocatedBytes } from '../../src/memory/allocator.ts';

const rowCount = 60_000;
const limit = 3 * 2 ** 20;

let db: Database;
let session: SessionContext;

before(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'timefusion-memory-'));
  db = await Database.open({
    dataDir,
    memoryBytes: 2 ** 29,
    queryMemoryBytes: limit,
    workers: 2,
  });
  session = db.createSessionContext();
  await rows('create table wide (id int8, grp int8, text text)');
  for (let from = 0; from < rowCount; from += 15_000) {
    await rows(`insert into wide select x, x * 7919 % ${rowCount}, 'some longer text ' || x
      from generate_series(${from}, ${from + 14_999}) x`);
  }
});
after(() => db.close());

async function rows(sql: string): Promise<readonly unknown[]> {
  const batches = await (await session.sql(sql)).collect();
  return batches.flatMap((batch) => batch.toArray().map((row) => ({ ...row?.toJSON() })));
}

const tooLarge: Readonly<Record<string, string>> = {
  'a sort': 'select * from wide order by text desc offset 50000 limit 3',
  'a grouping': 'select text, count(*) from wide group by text',
  'a hash join': 'select count(a.text || b.text) from wide a join wide b on a.text = b.text',
  'a distinct': 'select count(*) from (select distinct text, id from wide) d',
  'a window':
    'select max(n) from (select row_number() over (order by text) n, text, id from wide) w',
  'a collected array': 'select length(array_agg(text)::text) from wide',
  'a set of a subquery':
    'select count(*) from wide where id < 0 or text in (select text from wide)',
  'a set operation': 'select text, id from wide except all select text, grp from wide',
  'a recursive query': `with recursive r as (select text, id, 1 as n from wide
    union all select text, id, n + 1 from r where n < 3) select count(*) from r`,
};

describe('a query beyond its memory', () => {
  for (const [what, sql] of Object.entries(tooLarge)) {
    test(`ends with 53200 and gives all back: ${what}`, async () => {
      // The first round may make cells and caches that stay.
      await assert.rejects(rows(sql), { code: '53200' });
      const before = allocatedBytes();
      await assert.rejects(rows(sql), { code: '53200' });
      assert.equal(allocatedBytes(), before);
      assert.deepEqual(await rows('select count(*)::int4 as n from wide'), [{ n: rowCount }]);
    });
  }
});
