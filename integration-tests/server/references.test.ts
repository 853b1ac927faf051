/** Foreign keys between sessions: no interleaving breaks a reference. Judged by PostgreSQL 15. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerProcess } from './server-process.ts';
import { testScripts, transcript, type Step } from './two-servers.ts';

const schema: readonly Step[] = [
  ['a', 'drop table if exists c, p'],
  ['a', 'create table p (id int primary key, v int)'],
  ['a', 'insert into p values (1, 1), (2, 2), (3, 3)'],
];

const plain: Step = ['a', 'create table c (pid int references p, note text)'];
const cascading: Step = [
  'a',
  'create table c (pid int references p on delete cascade on update cascade, note text)',
];

const left: readonly Step[] = [
  ['a', 'select id, v from p order by id'],
  ['a', 'select pid, note from c order by pid, note'],
];

const cases: Readonly<Record<string, readonly Step[]>> = {
  'a row waits for the delete of what it references, and fails with it': [
    plain,
    ['a', 'begin'],
    ['a', 'delete from p where id = 1'],
    ['b', "insert into c values (1, 'b')"],
    ['a', 'commit'],
  ],
  'a row waits for the delete of what it references, and stays when it is undone': [
    plain,
    ['a', 'begin'],
    ['a', 'delete from p where id = 1'],
    ['b', "insert into c values (1, 'b')"],
    ['a', 'rollback'],
  ],
  'a delete waits for a row that references the key, and fails': [
    plain,
    ['a', 'begin'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'delete from p where id = 1'],
    ['a', 'commit'],
  ],
  'a delete goes on when the row that references the key is undone': [
    plain,
    ['a', 'begin'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'delete from p where id = 1'],
    ['a', 'rollback'],
  ],
  'two rows may reference the same key at the same time': [
    plain,
    ['a', 'begin'],
    ['a', "insert into c values (1, 'a')"],
    ['b', "insert into c values (1, 'b')"],
    ['a', 'commit'],
  ],
  'updates of other columns do not wait for references': [
    plain,
    ['a', 'begin'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'update p set v = 10 where id = 1'],
    ['a', 'commit'],
  ],
  'a change of the key waits for references': [
    plain,
    ['a', 'begin'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'update p set id = 10 where id = 1'],
    ['a', 'commit'],
  ],
  'other keys are free': [
    plain,
    ['a', 'begin'],
    ['a', 'delete from p where id = 1'],
    ['b', "insert into c values (2, 'b')"],
    ['a', 'commit'],
  ],
  'a cascade takes rows that were committed while it waited': [
    cascading,
    ['a', 'begin'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'delete from p where id = 1'],
    ['a', 'commit'],
  ],
  'a key that is not committed is not there': [
    plain,
    ['a', 'begin'],
    ['a', 'insert into p values (9, 9)'],
    ['b', "insert into c values (9, 'b')"],
    ['a', 'commit'],
  ],
  'a repeatable read references a key that came after its snapshot': [
    plain,
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select count(*) from p'],
    ['a', 'insert into p values (9, 9)'],
    ['b', "insert into c values (9, 'b')"],
    ['b', 'commit'],
  ],
  'a repeatable read cannot reference a key that went after its snapshot': [
    plain,
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select count(*) from p'],
    ['a', 'delete from p where id = 1'],
    ['b', "insert into c values (1, 'b')"],
    ['b', 'commit'],
  ],
  'a delete waits for one of the row that references the key, and goes on': [
    plain,
    ['a', "insert into c values (1, 'a')"],
    ['a', 'begin'],
    ['a', 'delete from c where pid = 1'],
    ['b', 'delete from p where id = 1'],
    ['a', 'commit'],
  ],
  'a key that rows reference stays when their delete is undone': [
    plain,
    ['a', "insert into c values (1, 'a')"],
    ['a', 'begin'],
    ['a', 'delete from c where pid = 1'],
    ['b', 'update p set id = 11 where id = 1'],
    ['a', 'rollback'],
  ],
  'a repeatable read cascades to no row that changed since its snapshot': [
    cascading,
    ['a', "insert into c values (1, 'a')"],
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select count(*) from c'],
    ['a', "update c set note = 'new'"],
    ['b', 'delete from p where id = 1'],
    ['b', 'rollback'],
  ],
  'a repeatable read cascades to no row that came since its snapshot': [
    cascading,
    ['b', 'begin isolation level repeatable read'],
    ['b', 'select count(*) from c'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'delete from p where id = 1'],
    ['b', 'rollback'],
  ],
  'read uncommitted cascades to rows that came since its first statement': [
    cascading,
    ['b', 'begin isolation level read uncommitted'],
    ['b', 'select count(*) from c'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'delete from p where id = 1'],
    ['b', 'rollback'],
  ],
  'truncate waits for who writes references': [
    plain,
    ['a', 'begin'],
    ['a', "insert into c values (1, 'a')"],
    ['b', 'truncate p, c'],
    ['a', 'commit'],
  ],
  'a new foreign key waits for writers of the referenced table': [
    ['a', 'create table c (pid int, note text)'],
    ['a', "insert into c values (1, 'a')"],
    ['a', 'begin'],
    ['a', 'delete from p where id = 1'],
    ['b', 'alter table c add foreign key (pid) references p'],
    ['a', 'commit'],
  ],
  'deferred checks wait, too': [
    ['a', 'create table c (pid int references p initially deferred, note text)'],
    ['a', 'begin'],
    ['a', 'delete from p where id = 1'],
    ['b', 'begin'],
    ['b', "insert into c values (1, 'b')"],
    ['b', 'commit'],
    ['a', 'commit'],
  ],
};

testScripts(cases, { schema, left });

test('types and foreign keys are there after a kill', async () => {
  const one = await ServerProcess.start();
  const made: readonly Step[] = [
    ['a', "create type mood as enum ('sad', 'ok')"],
    ['a', 'create table p (m mood primary key)'],
    ['a', 'create table c (m mood references p on delete cascade)'],
    ['a', "insert into p values ('ok')"],
    ['a', "insert into c values ('ok')"],
    ['a', "alter type mood add value 'meh' before 'ok'"],
    ['a', "alter type mood rename value 'ok' to 'fine'"],
  ];
  await transcript(one.port, made);
  await one.kill();
  const again = await ServerProcess.start({ dataDir: one.dataDir });
  const answers = await transcript(again.port, [
    ['a', 'select m, enum_range(m) from c'],
    ['a', "insert into c values ('meh')"],
    ['a', 'delete from p'],
    ['a', 'select count(*) from c'],
  ]);
  await again.stop();
  assert.deepEqual(answers, [
    'a: select m, enum_range(m) from c ─ SELECT 1 fine,{sad,meh,fine}',
    `a: insert into c values ('meh') ─ 23503 insert or update on table "c" violates foreign key constraint "c_m_fkey"`,
    'a: delete from p ─ DELETE 1',
    'a: select count(*) from c ─ SELECT 1 0',
  ]);
});
