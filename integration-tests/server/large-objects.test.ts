/** Large objects between sessions: who sees and who waits. Judged by PostgreSQL 15. */
import { testScripts, type Step } from './two-servers.ts';

const schema: readonly Step[] = [
  ['a', 'select count(lo_unlink(oid)) from pg_largeobject_metadata where oid in (71, 72)'],
  ['a', "select lo_from_bytea(71, 'abc')"],
  ['a', 'begin'],
];

const cases: Readonly<Record<string, readonly Step[]>> = {
  'a reader keeps the moment at which it opened the object': [
    ['a', 'select lo_open(71, 262144)'],
    ['b', "select lo_put(71, 0, 'XYZ')"],
    ['a', 'select loread(0, 10)'],
    ['a', 'select lo_get(71)'],
    ['a', 'commit'],
  ],
  'who may write reads what is committed': [
    ['a', 'select lo_open(71, 131072)'],
    ['b', "select lo_put(71, 3, 'XYZ')"],
    ['a', 'select loread(0, 10)'],
    ['a', 'commit'],
  ],
  'nobody sees what is not committed': [
    ['a', "select lo_put(71, 0, 'XYZ')"],
    ['a', "select lo_from_bytea(72, 'new')"],
    ['b', 'select lo_get(71)'],
    ['b', 'select lo_get(72)'],
    ['a', 'rollback'],
    ['b', 'select lo_get(71)'],
  ],
  'an object that another has dropped is gone when he commits': [
    ['a', 'select lo_unlink(71)'],
    ['b', 'select lo_get(71)'],
    ['a', 'commit'],
    ['b', 'select lo_get(71)'],
  ],
  'an open object is read on when another has dropped it': [
    ['a', 'select lo_open(71, 262144)'],
    ['b', 'select lo_unlink(71)'],
    ['a', 'select loread(0, 10)'],
    ['a', 'commit'],
  ],
  'the same OID is given once': [
    ['a', 'select lo_create(72)'],
    ['b', 'select lo_create(72)'],
    ['a', 'commit'],
  ],
  'an OID is free again when who made it has gone back': [
    ['a', 'select lo_create(72)'],
    ['b', 'select lo_create(72)'],
    ['a', 'rollback'],
  ],
  'a repeatable read sees the object as it was': [
    ['a', 'commit'],
    ['a', 'begin isolation level repeatable read'],
    ['a', 'select lo_get(71)'],
    ['b', "select lo_put(71, 0, 'XYZ')"],
    ['a', 'select lo_get(71)'],
    ['a', 'commit'],
    ['a', 'select lo_get(71)'],
  ],
};

testScripts(cases, { schema, left: [['a', 'select lo_get(71)']] });
