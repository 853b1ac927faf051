/** Sessions that share plans of catalog queries: each sees its own definitions, names and rights. */
import { testScripts, type Step } from './two-servers.ts';

const kinds = "select relkind::text from pg_class where oid = 'shared'::regclass";
const columns =
  "select attname::text from pg_attribute where attrelid = 'shared'::regclass and attnum > 0 " +
  'and not attisdropped order by 1';
const secrets = 'select count(*) > 0 as some from pg_authid';

const cases: Readonly<Record<string, readonly Step[]>> = {
  'a definition that another session makes is seen when it commits': [
    ['a', columns],
    ['b', columns],
    ['a', 'begin'],
    ['a', 'alter table shared add b int'],
    ['a', columns],
    ['b', columns],
    ['a', 'commit'],
    ['b', columns],
    ['a', columns],
    ['a', 'begin'],
    ['a', 'alter table shared drop b'],
    ['a', columns],
    ['a', 'rollback'],
    ['a', columns],
    ['b', columns],
  ],
  'a temporary view hides the table from its own session alone': [
    ['a', kinds],
    ['b', 'create temporary view shared as select 1 as one'],
    ['b', kinds],
    ['a', kinds],
    ['c', kinds],
    ['b', 'drop view shared'],
    ['b', kinds],
  ],
  'a name means what the search path says': [
    ['a', kinds],
    ['b', 'set search_path = shared_other'],
    ['b', kinds],
    ['a', kinds],
    ['b', 'reset search_path'],
    ['b', kinds],
  ],
  'a plan of one role is none for another': [
    ['a', secrets],
    ['b', 'set role shared_reader'],
    ['b', secrets],
    ['b', 'reset role'],
    ['b', secrets],
  ],
};

testScripts(cases, {
  schema: [
    ['admin', 'create table shared (a int)'],
    ['admin', 'create schema shared_other'],
    ['admin', 'create view shared_other.shared as select 1 as other'],
    ['admin', 'create role shared_reader'],
  ],
  left: [
    ['admin', 'drop view shared_other.shared'],
    ['admin', 'drop schema shared_other'],
    ['admin', 'drop table shared'],
    ['admin', 'drop role shared_reader'],
  ],
});
