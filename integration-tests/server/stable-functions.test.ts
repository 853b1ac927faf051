/** Functions that are not volatile see what their statement sees. Judged by PostgreSQL 15. */
import { testScripts, type Step } from './two-servers.ts';

const schema: readonly Step[] = [
  ['a', 'drop table if exists t, u'],
  ['a', 'create table t (id int primary key)'],
  ['a', 'create table u (n bigint)'],
  ['a', 'insert into t values (1), (2)'],
  [
    'a',
    `create or replace function hold(i int) returns int language plpgsql as
     'begin perform pg_advisory_xact_lock(i); return i; end'`,
  ],
  [
    'a',
    `create or replace function counted() returns bigint language plpgsql stable as
     'begin return count(*) from t; end'`,
  ],
  [
    'a',
    `create or replace function deeper() returns bigint language plpgsql stable as
     'begin return counted() + 100; end'`,
  ],
  [
    'a',
    `create or replace function fresh() returns bigint language plpgsql as
     'begin return counted(); end'`,
  ],
  ['b', 'begin'],
  ['b', 'select pg_advisory_xact_lock(2)'],
];

/** What b commits while a waits within its statement. */
const meanwhile: readonly Step[] = [
  ['b', 'insert into t select generate_series(3, 7)'],
  ['b', 'delete from t where id = 1'],
  ['b', 'commit'],
];

const cases: Readonly<Record<string, readonly Step[]>> = {
  'a stable function shows what there was when its statement began': [
    ['a', 'select hold(i), counted() from generate_series(1, 3) i'],
    ...meanwhile,
    ['a', 'select counted()'],
  ],
  'so does one that another one calls': [
    ['a', 'select hold(i), deeper() from generate_series(1, 3) i'],
    ...meanwhile,
  ],
  'a volatile one shows what there is, also by stable ones': [
    ['a', 'select hold(i), fresh() from generate_series(1, 3) i'],
    ...meanwhile,
  ],
  'a repeatable read sees its own moment': [
    ['a', 'begin isolation level repeatable read'],
    ['a', 'select hold(i), counted(), fresh() from generate_series(1, 3) i'],
    ...meanwhile,
    ['a', 'select counted()'],
    ['a', 'commit'],
  ],
  'a transaction sees its own rows beside the moment': [
    ['a', 'begin'],
    ['a', 'insert into t values (100)'],
    ['a', 'select hold(i), counted() from generate_series(1, 3) i'],
    ...meanwhile,
    ['a', 'commit'],
  ],
  'a statement that writes': [
    ['a', 'insert into u select counted() from generate_series(1, 3) i where hold(i) = i'],
    ...meanwhile,
    ['a', 'select n from u'],
  ],
};

testScripts(cases, { schema, left: [['a', 'select id from t order by id']] });
