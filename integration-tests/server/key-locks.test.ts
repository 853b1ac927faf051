/** Waiting for a key that another transaction writes keeps nobody else away. Judged by PostgreSQL 15. */
import { testScripts, type Step } from './two-servers.ts';

const schema: readonly Step[] = [
  ['a', 'drop table if exists t'],
  ['a', 'create table t (id int primary key, v int)'],
  ['a', 'insert into t values (1, 1), (2, 2), (3, 3)'],
  ['a', 'begin'],
];

const upsert = (id: number, v: number): string =>
  `insert into t values (${id}, ${v}) on conflict (id) do update set v = ${v} + t.v`;

const cases: Readonly<Record<string, readonly Step[]>> = {
  'an upsert waits for an inserted key, its transaction writes on': [
    ['a', upsert(4, 40)],
    ['b', upsert(4, 4)],
    ['a', upsert(5, 50)],
    ['a', 'update t set v = 20 where id = 2'],
    ['a', 'commit'],
  ],
  'an upsert waits for a key that is then not there': [
    ['a', upsert(4, 40)],
    ['b', upsert(4, 4)],
    ['a', upsert(1, 10)],
    ['a', 'rollback'],
  ],
  'an update to an inserted key fails when it is committed': [
    ['a', 'insert into t values (4, 4)'],
    ['b', 'update t set id = 4 where id = 3'],
    ['a', 'update t set v = 20 where id = 2'],
    ['a', 'commit'],
  ],
  'an update to a deleted key succeeds when that is committed': [
    ['a', 'delete from t where id = 1'],
    ['b', 'update t set id = 1 where id = 2'],
    ['a', 'update t set v = 30 where id = 3'],
    ['a', 'commit'],
  ],
  'an update to a deleted key fails when that is undone': [
    ['a', 'delete from t where id = 1'],
    ['b', 'update t set id = 1 where id = 2'],
    ['a', 'update t set v = 30 where id = 3'],
    ['a', 'rollback'],
  ],
  'a running update comes to a key of one that waits for it': [
    ['a', 'insert into t values (4, 4)'],
    ['b', 'update t set id = 4 where id = 3 and (select pg_sleep(0.4)) is not null'],
    ['a', 'update t set v = 20 where id = 2'],
    ['a', 'commit'],
  ],
  'a key that is there is there, whoever writes other rows': [
    ['a', 'update t set v = 20 where id = 2'],
    ['b', 'insert into t values (1, 10)'],
    ['a', 'commit'],
  ],
  'a key whose row is written may go': [
    ['a', 'update t set v = 10 where id = 1'],
    ['b', 'insert into t values (1, 11)'],
    ['a', 'commit'],
  ],
  'a key whose row is locked stays': [
    ['a', 'select v from t where id = 1 for update'],
    ['b', 'insert into t values (1, 11)'],
    ['a', 'commit'],
  ],
  'DO NOTHING waits for a delete of the key, and inserts': [
    ['a', 'delete from t where id = 1'],
    ['b', 'insert into t values (1, 11) on conflict do nothing'],
    ['a', 'commit'],
  ],
  'an upsert locks the row that its WHERE leaves alone': [
    ['a', `${upsert(1, 10)} where t.v > 5`],
    ['b', 'update t set v = 11 where id = 1'],
    ['a', 'commit'],
  ],
  'nobody waits for a key that DO NOTHING left alone': [
    ['a', 'insert into t values (1, 10), (5, 50) on conflict do nothing'],
    ['b', 'insert into t values (1, 11)'],
    ['b', 'insert into t values (5, 11)'],
    ['a', 'commit'],
  ],
  'keys of an update that found nothing in the end are free': [
    ['a', 'delete from t where id = 1'],
    ['b', 'begin'],
    ['b', 'update t set v = 11 where id = 1'],
    ['c', 'update t set v = 12 where id = 1'],
    ['a', 'commit'],
    ['c', 'insert into t values (1, 1)'],
    ['b', 'commit'],
  ],
  'keys of what is undone to a savepoint are free': [
    ['a', 'savepoint s'],
    ['a', 'insert into t values (4, 40)'],
    ['b', 'insert into t values (4, 4)'],
    ['a', 'rollback to s'],
    ['a', 'commit'],
  ],
  'an update of many keys waits for one of them': [
    ['a', 'insert into t values (14, 4)'],
    ['b', 'update t set id = id + 11'],
    ['a', 'delete from t where id = 14'],
    ['a', 'insert into t values (4, 4)'],
    ['a', 'commit'],
  ],
};

testScripts(cases, { schema, left: [['a', 'select id, v from t order by id']] });
