/** Partitioned tables between sessions: who waits, fails or sees what. Judged by PostgreSQL 15. */
import { testScripts, type Step } from './two-servers.ts';

const schema: readonly Step[] = [
  ['a', 'drop table if exists t, t3'],
  ['a', 'create table t (id int, day date, v int, primary key (id, day)) partition by range (day)'],
  ['a', "create table t1 partition of t for values from ('2024-01-01') to ('2024-02-01')"],
  ['a', "create table t2 partition of t for values from ('2024-02-01') to ('2024-03-01')"],
  ['a', "insert into t values (1, '2024-01-05', 1), (2, '2024-01-06', 2), (3, '2024-02-05', 3)"],
  ['a', 'begin'],
];

const cases: Readonly<Record<string, readonly Step[]>> = {
  'rows of one partition and of others are written at once': [
    ['a', "insert into t values (4, '2024-01-07', 4)"],
    ['b', "insert into t values (5, '2024-01-07', 5), (6, '2024-02-07', 6)"],
    ['b', 'select id from t order by id'],
    ['a', 'commit'],
  ],
  'the same key waits and is refused': [
    ['a', "insert into t values (4, '2024-01-07', 4)"],
    ['b', "insert into t values (4, '2024-01-07', 5)"],
    ['a', 'commit'],
  ],
  'a key that is taken back is free': [
    ['a', "insert into t values (4, '2024-01-07', 4)"],
    ['b', "insert into t values (4, '2024-01-07', 5) on conflict do nothing"],
    ['a', 'rollback'],
  ],
  'ON CONFLICT waits and updates what was written': [
    ['a', "insert into t values (4, '2024-01-07', 4)"],
    [
      'b',
      "insert into t values (4, '2024-01-07', 5) on conflict (id, day) do update set v = t.v + 100",
    ],
    ['a', 'commit'],
  ],
  'a move that is taken back leaves the row to who waits': [
    ['a', "update t set day = '2024-02-10' where id = 1"],
    ['b', 'update t set v = 10 where id = 1'],
    ['a', 'rollback'],
  ],
  'a move of a row that another session updates': [
    ['a', 'update t set v = 10 where id = 1'],
    ['b', "update t set day = '2024-02-10', v = v + 1 where id = 1"],
    ['a', 'commit'],
  ],
  'SKIP LOCKED goes on in the next partition': [
    ['a', 'select id from t order by id limit 2 for update skip locked'],
    ['b', 'select id from t order by id limit 2 for update skip locked'],
    ['a', 'commit'],
  ],
  'a repeatable read sees the rows where they were': [
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select tableoid::regclass, id from t order by id'],
    ['a', "update t set day = '2024-02-10' where id = 1"],
    ['a', 'commit'],
    ['b', 'select tableoid::regclass, id from t order by id'],
    ['b', 'update t set v = 10 where id = 1'],
    ['b', 'rollback'],
  ],
  'who inserts waits for a new partition': [
    ['a', "create table t3 partition of t for values from ('2024-03-01') to ('2024-04-01')"],
    ['b', "insert into t values (7, '2024-03-05', 7)"],
    ['a', 'commit'],
  ],
  'who reads waits for a partition that goes, and reads the rest': [
    ['a', 'drop table t2'],
    ['b', 'select id from t order by id'],
    ['a', 'commit'],
  ],
  'a detached partition is a table of its own': [
    ['a', 'alter table t detach partition t2'],
    ['b', 'select id from t order by id'],
    ['a', 'commit'],
    ['b', "insert into t values (8, '2024-02-06', 8)"],
    ['b', 'select id from t2'],
    ['b', 'drop table t2'],
  ],
  'a partition that is attached holds up who writes': [
    ['b', 'create table t3 (id int not null, day date not null, v int)'],
    ['b', "insert into t3 values (9, '2024-03-06', 9)"],
    ['a', "alter table t attach partition t3 for values from ('2024-03-01') to ('2024-04-01')"],
    ['b', "insert into t3 values (10, '2024-04-06', 10)"],
    ['a', 'commit'],
    ['b', 'select id from t order by id'],
  ],
  'who writes one partition lets another be emptied': [
    ['a', "insert into t values (4, '2024-01-07', 4)"],
    ['b', 'truncate t2'],
    ['a', 'commit'],
  ],
  'who writes a partition keeps it from being emptied': [
    ['a', "insert into t values (4, '2024-01-07', 4)"],
    ['b', 'truncate t1'],
    ['a', 'commit'],
  ],
  'two sessions that move rows against each other': [
    ['a', "update t set day = '2024-02-10' where id = 1"],
    ['b', 'begin'],
    ['b', "update t set day = '2024-01-10' where id = 3"],
    ['a', 'commit'],
    ['b', 'commit'],
  ],
};

testScripts(cases, { schema, left: [['c', 'select tableoid::regclass, * from t order by id']] });
