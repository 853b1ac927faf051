/** SELECT FOR UPDATE between sessions: who waits, fails or skips. Judged by PostgreSQL 15. */
import { testScripts, type Step } from './two-servers.ts';

const schema: readonly Step[] = [
  ['a', 'drop table if exists t'],
  ['a', 'create table t (id int primary key, v int)'],
  ['a', 'insert into t values (1, 1), (2, 2), (3, 3)'],
  ['a', 'begin'],
];

const cases: Readonly<Record<string, readonly Step[]>> = {
  'an update waits for a locked row, one of another row does not': [
    ['a', 'select v from t where id = 1 for update'],
    ['b', 'update t set v = 20 where id = 2'],
    ['b', 'update t set v = 10 where id = 1'],
    ['a', 'commit'],
  ],
  'a lock waits for an update and sees its value': [
    ['a', 'update t set v = 10 where id = 1'],
    ['b', 'select v from t where id = 1 for update'],
    ['a', 'commit'],
  ],
  'a lock waits for a delete and finds nothing': [
    ['a', 'delete from t where id = 1'],
    ['b', 'select v from t where id = 1 for update'],
    ['a', 'commit'],
  ],
  'NOWAIT fails at once': [
    ['a', 'select v from t where id = 1 for update'],
    ['b', 'select v from t order by id for update nowait'],
    ['b', 'select v from t where id > 1 order by id for update nowait'],
    ['a', 'commit'],
  ],
  'SKIP LOCKED takes the next rows, whatever the limit': [
    ['a', 'select id from t order by id limit 1 for update skip locked'],
    ['b', 'begin'],
    ['b', 'select id from t order by id limit 1 for update skip locked'],
    ['c', 'select id from t order by id limit 5 for update skip locked'],
    ['b', 'commit'],
    ['a', 'commit'],
  ],
  'shared locks go together, and keep writers away': [
    ['a', 'select v from t where id = 1 for share'],
    ['b', 'select v from t where id = 1 for share'],
    ['b', 'update t set v = 10 where id = 1'],
    ['a', 'commit'],
  ],
  'rows that were written or locked since a savepoint are free when it is gone back to': [
    ['a', 'savepoint s'],
    ['a', 'update t set v = 10 where id = 1'],
    ['a', 'select v from t where id = 2 for update'],
    ['b', 'update t set v = 11 where id = 1'],
    ['c', 'delete from t where id = 2'],
    ['a', 'rollback to s'],
    ['a', 'commit'],
  ],
  'an error frees what was written since the savepoint, and nothing else': [
    ['a', 'update t set v = 30 where id = 3'],
    ['a', 'savepoint s'],
    ['a', 'update t set v = 10 where id = 1'],
    ['b', 'update t set v = 11 where id = 1'],
    ['c', 'update t set v = 33 where id = 3'],
    ['a', 'select 1 / 0'],
    ['a', 'rollback to s'],
    ['a', 'commit'],
  ],
  'a table lock that was taken since a savepoint goes with it': [
    ['a', 'savepoint s'],
    ['a', 'lock table t'],
    ['b', 'select count(*) from t'],
    ['a', 'rollback to s'],
    ['a', 'commit'],
  ],
  'cursors, COPY and CREATE TABLE AS wait for a change of the table': [
    ['a', 'alter table t add column x int default 7'],
    ['b', 'begin'],
    ['b', 'declare c cursor for select * from t order by id'],
    ['c', 'copy (select 1 from t where id > 100) to stdout'],
    ['d', 'create temporary table u as select * from t'],
    ['a', 'commit'],
    ['b', 'fetch 1 from c'],
    ['b', 'commit'],
  ],
  'a repeatable read sees what was committed before it waited for a table': [
    ['a', 'lock table t'],
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select v from t where id = 1'],
    ['a', 'update t set v = 10 where id = 1'],
    ['a', 'commit'],
    ['b', 'rollback'],
  ],
  'readers without a lock do not wait': [
    ['a', 'select v from t for update'],
    ['b', 'select sum(v) from t'],
    ['a', 'commit'],
  ],
  'a lock goes with its transaction': [
    ['a', 'select v from t where id = 1 for update'],
    ['b', 'delete from t where id = 1'],
    ['a', 'rollback'],
  ],
  'a repeatable read fails for a row that changed': [
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select count(*) from t'],
    ['a', 'update t set v = 10 where id = 1'],
    ['a', 'commit'],
    ['b', 'select v from t where id = 1 for update'],
    ['b', 'rollback'],
  ],
  'workers take rows of a queue by an update, each its own': [
    [
      'a',
      'update t set v = 10 where id = (select id from t order by id limit 1 for update skip locked) returning id',
    ],
    ['b', 'begin'],
    [
      'b',
      'update t set v = 20 where id = (select id from t order by id limit 1 for update skip locked) returning id',
    ],
    [
      'c',
      'with j as (select id from t order by id for update skip locked limit 2) update t set v = 30 from j where j.id = t.id returning t.id',
    ],
    ['d', 'update t set v = 40 where id in (select id from t for update skip locked) returning id'],
    ['b', 'rollback'],
    [
      'd',
      'delete from t using (select id from t order by id limit 1 for update skip locked) j where j.id = t.id returning j.id',
    ],
    ['a', 'commit'],
  ],
  'a lock inside a statement waits, and the statement sees what was committed': [
    ['a', 'update t set v = 10 where id = 1'],
    [
      'b',
      'update t set v = v + 1 where id in (select id from t where v < 5 or v = 10 order by id for update)',
    ],
    ['a', 'commit'],
  ],
  'a lock inside a statement fails at once with NOWAIT': [
    ['a', 'update t set v = 10 where id = 1'],
    ['b', 'delete from t where id = (select id from t order by id limit 1 for update nowait)'],
    ['a', 'commit'],
  ],
  'a repeatable read fails for a row that a lock inside finds changed': [
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select count(*) from t'],
    ['a', 'update t set v = 10 where id = 1'],
    ['a', 'commit'],
    ['b', 'with j as (select v from t where id = 1 for update) select v from j'],
    ['b', 'rollback'],
  ],
  'a circle of locks is broken': [
    ['a', 'select v from t where id = 1 for update'],
    ['b', 'begin'],
    ['b', 'select v from t where id = 2 for update'],
    ['a', "set local lock_timeout = '3s'"],
    ['b', "set local lock_timeout = '300ms'"],
    ['b', 'select v from t where id = 1 for update'],
    ['b', 'rollback'],
    ['a', 'commit'],
  ],
};

testScripts(cases, { schema, left: [['a', 'select id, v from t order by id']] });
