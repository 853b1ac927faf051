/** Random steps of two to four sessions over two tables, their keys, a sequence, advisory locks. */
import { lockModes } from '../../src/catalog/locks.ts';
import type { RandomChoice } from '../sql/random-choice.ts';
import type { ScheduleStep } from './schedule-server.ts';

export interface Schedule {
  /** Run before the steps. */
  readonly schema: readonly string[];
  readonly sessions: number;
  readonly steps: readonly ScheduleStep[];
}

/** What is in the tables afterwards. */
export const contents = [
  "select 'p', p.* from p order by p.id",
  "select 'c', c.* from c order by c.id",
];

type Form = (random: RandomChoice) => string;

/** Where the weight of a schedule lies. */
interface Flavour {
  readonly child: Form;
  readonly forms: readonly Form[];
}

const id: Form = (random) => String(1 + random.below(4));
const newId: Form = (random) => String(1 + random.below(6));
const value: Form = (random) => String(random.below(30));
const returning: Form = (random) => (random.chance(0.5) ? ' returning *' : '');

const plainReads: readonly Form[] = [
  (random) => `select * from p where id = ${id(random)}`,
  () => 'select count(*), sum(v), sum(k) from p',
  () => 'select * from c order by id',
];

const waitPolicy: Form = (random) => random.of(['', '', '', ' nowait', ' skip locked']);

function lockingReads(strengths: readonly string[]): readonly Form[] {
  const clause: Form = (random) => `for ${random.of(strengths)}${waitPolicy(random)}`;
  return [
    (random) => `select * from p where id = ${id(random)} ${clause(random)}`,
    (random) => `select * from c where id = ${id(random)} ${clause(random)}`,
  ];
}

/** One of its keys may be there: of two, another one may be waited for first. */
const newRow: Form = (random) => {
  const keys = random.chance(0.5)
    ? `${newId(random)}, null`
    : `${100 + random.below(1_000_000)}, ${10 * random.below(7)}`;
  return `(${keys}, ${value(random)})`;
};

const inserts: readonly Form[] = [
  (random) => {
    return `insert into p values ${newRow(random)}${returning(random)}`;
  },
];

const upserts: readonly Form[] = [
  (random) => {
    const what = random.of([
      '(id) do update set v = p.v + excluded.v',
      '(id) do update set v = p.v + excluded.v where p.v < 15',
      '(id) do update set k = excluded.k',
      '(k) do update set v = p.v * 2',
      '(id) do nothing',
      'do nothing',
    ]);
    return `insert into p values ${newRow(random)} on conflict ${what}${returning(random)}`;
  },
];

const updates: readonly Form[] = [
  (random) => `update p set v = v + 1 where id = ${id(random)}${returning(random)}`,
  (random) => `update p set v = v * 2 where id = ${id(random)} and v > ${value(random)}`,
];

/** Not where rows reference others: their updates are waited for like deletes. */
const childUpdates: Form = (random) =>
  `update c set v = v + 1 where id = ${id(random)}${returning(random)}`;

const idUpdate: Form = (random) =>
  `update p set id = ${newId(random)} where id = ${id(random)}${returning(random)}`;

const keyUpdates: readonly Form[] = [
  (random) => `update p set k = ${10 * random.below(7)} where id = ${id(random)}`,
  idUpdate,
];

const deletes: readonly Form[] = [
  (random) => `delete from p where id = ${id(random)}${returning(random)}`,
  (random) => `delete from c where id = ${id(random)}${returning(random)}`,
];

const merges: readonly Form[] = [
  (random) => {
    const source = `(values (${newId(random)}, ${value(random)})) s (id, v)`;
    const matched = random.of(['update set v = p.v + s.v', 'delete', 'do nothing']);
    const insertion = 'insert values (s.id, s.id * 10, s.v)';
    const clauses = `when matched then ${matched} when not matched then ${insertion}`;
    return `merge into p using ${source} on p.id = s.id ${clauses}`;
  },
];

const children: readonly Form[] = [
  (random) => `insert into c values (${newId(random)}, ${newId(random)}, ${value(random)})`,
];

const savepoints: readonly Form[] = [() => 'savepoint a', () => 'rollback to a', () => 'release a'];

const ends: readonly Form[] = [() => 'commit', () => 'commit', () => 'rollback'];

const failures: readonly Form[] = [() => 'select 1 / 0'];

const sequences: readonly Form[] = [
  () => "select nextval('s')",
  () => "select setval('s', 40)",
  (random) => `update p set v = nextval('s') where id = ${id(random)} returning v`,
];

const cursors: readonly Form[] = [
  () => 'declare h cursor with hold for select * from c order by id',
  () => 'fetch 2 from h',
  () => 'close h',
];

const definitions: readonly Form[] = [
  () => 'alter table p add column if not exists x int default 7',
  () => 'alter table p drop column if exists x',
  () => 'alter table p alter column v set default 5',
  (random) => `lock table p in ${random.of(lockModes)} mode${random.chance(0.2) ? ' nowait' : ''}`,
];

const advisory: readonly Form[] = [
  (random) => `select pg_advisory_lock(${1 + random.below(2)})`,
  (random) => `select pg_advisory_xact_lock(${1 + random.below(2)})`,
  (random) => `select pg_advisory_lock_shared(${1 + random.below(2)})`,
  (random) => `select pg_advisory_xact_lock_shared(${1 + random.below(2)})`,
  (random) => `select pg_try_advisory_lock(${1 + random.below(2)})`,
  (random) => `select pg_try_advisory_xact_lock(${1 + random.below(2)})`,
  (random) => `select pg_advisory_unlock(${1 + random.below(2)})`,
  (random) => `select pg_advisory_unlock_shared(${1 + random.below(2)})`,
];

const unrelated: Form = () => 'create table c (id int primary key, pid int, v int)';
const referencing: Form = (random) => {
  const actions = random.of([
    '',
    ' on delete cascade on update cascade',
    ' on delete set null on update cascade',
    ' on delete restrict',
    ' deferrable initially deferred',
  ]);
  return `create table c (id int primary key, pid int references p${actions}, v int)`;
};

const always = [...plainReads, ...updates, ...updates, ...ends, ...ends, ...savepoints];
const locks = lockingReads(['update', 'no key update', 'share']);
/** A row that is referenced is not waited for by FOR UPDATE. */
const weakLocks = lockingReads(['no key update', 'share']);

const flavours: Readonly<Record<string, Flavour>> = {
  rows: {
    child: unrelated,
    forms: [...always, childUpdates, ...locks, ...deletes, ...inserts, ...failures],
  },
  keys: {
    child: unrelated,
    forms: [...always, ...inserts, ...inserts, ...upserts, ...upserts, ...keyUpdates, ...deletes],
  },
  merges: { child: unrelated, forms: [...always, ...merges, ...merges, ...inserts, ...deletes] },
  references: {
    child: referencing,
    forms: [...always, ...weakLocks, ...children, ...children, ...deletes, idUpdate],
  },
  definitions: {
    child: unrelated,
    forms: [
      ...always,
      childUpdates,
      ...definitions,
      ...definitions,
      ...cursors,
      ...sequences,
      ...deletes,
    ],
  },
  advisory: {
    child: unrelated,
    forms: [...plainReads, ...ends, ...savepoints, ...advisory, ...advisory, ...advisory],
  },
};

const begins = ['begin', 'begin', 'begin isolation level repeatable read'];

const chosen = process.env['FLAVOUR'];

export function randomSchedule(random: RandomChoice): Schedule {
  const names = chosen === undefined ? Object.keys(flavours) : [chosen];
  const flavour = flavours[random.of(names)] as Flavour;
  const sessions = 2 + random.below(3);
  const inBlock = Array.from({ length: sessions }, () => false);
  const steps = random.list(6, 18, (): ScheduleStep => {
    const session = random.below(sessions);
    if (inBlock[session] !== true && random.chance(0.7)) {
      inBlock[session] = true;
      return { session, sql: random.of(begins) };
    }
    const sql = random.of(flavour.forms)(random);
    if (/^(commit|rollback$)/.test(sql)) inBlock[session] = false;
    return { session, sql };
  });
  return { schema: schemaOf(flavour.child(random)), sessions, steps };
}

function schemaOf(child: string): readonly string[] {
  return [
    'drop table if exists c, p',
    'drop sequence if exists s',
    'create table p (id int primary key, k int unique, v int)',
    child,
    'create sequence s',
    'insert into p values (1, 10, 10), (2, 20, 20), (3, 30, 30)',
    'insert into c values (1, 1, 1), (2, 2, 2)',
  ];
}
