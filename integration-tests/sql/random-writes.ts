/** Random writes, upserts, changes of the table and transactions over one table with keys. */
import {
  expression,
  literal,
  storedValue,
  type Kind,
  type ScopeColumn,
} from './random-expressions.ts';
import type { RandomChoice } from './random-choice.ts';

const columns: readonly ScopeColumn[] = [
  { sql: 'id', kind: 'int' },
  { sql: 'k', kind: 'int' },
  { sql: 'n', kind: 'num' },
  { sql: 'f', kind: 'float' },
  { sql: 's', kind: 'text' },
  { sql: 'b', kind: 'bool' },
  { sql: 't', kind: 'time' },
  { sql: 'd', kind: 'date' },
];

export const tables = `create table kept (id int primary key, k int not null default 7,
  n numeric(30,2), f float8, s text, b bool, t timestamptz, d date, unique (k, s));
  create unique index kept_half on kept ((id / 2), lower(s)) where b`;

export const contents = 'select * from kept order by id';

/** A statement; most succeed, some violate a key or a type. */
export function randomWrite(random: RandomChoice): string {
  const forms = [
    insert,
    insert,
    insert,
    update,
    update,
    remove,
    insertSelect,
    upsert,
    upsert,
    updateFrom,
    writeInWith,
    merge,
    merge,
    change,
    transaction,
    transaction,
  ];
  return random.of(forms)(random);
}

function value(random: RandomChoice, kind: Kind): string {
  if (random.chance(0.05)) return 'default';
  return random.chance(0.3) ? expression(random, [], kind, 2) : storedValue(random, kind);
}

function insert(random: RandomChoice): string {
  const chosen = columns.slice(1).filter(() => random.chance(0.7));
  const names = ['id', ...chosen.map(({ sql }) => sql)];
  const rows = random.list(1, 4, () => {
    const values = chosen.map(({ kind }) => value(random, kind));
    return `(${[String(random.below(200)), ...values].join(', ')})`;
  });
  const conflict = random.chance(0.3) ? ' on conflict do nothing' : '';
  return `insert into kept (${names.join(', ')}) values ${rows.join(', ')}${conflict}${returning(random)}`;
}

/** Keys of one statement differ; the other key of the table may still be violated. */
function upsert(random: RandomChoice): string {
  const first = random.below(200);
  const chosen = columns.slice(1).filter(() => random.chance(0.5));
  const names = ['id', ...chosen.map(({ sql }) => sql)];
  const rows = random.list(1, 3, () => chosen.map(({ kind }) => value(random, kind)));
  const values = rows.map((row, i) => `(${[String(first + i * 7), ...row].join(', ')})`);
  const { sql: set, kind } = random.of(columns.slice(2));
  const where = random.chance(0.3) ? ' where excluded.id % 2 = 0 or kept.b' : '';
  const source = random.chance(0.5)
    ? `excluded.${set}`
    : expression(random, [{ sql: `kept.${set}`, kind }], kind, 1);
  const conflict = `on conflict (id) do update set ${set} = ${source}${where}`;
  const ids = random.chance(0.5) ? ' returning kept.id' : '';
  return `insert into kept (${names.join(', ')}) values ${values.join(', ')} ${conflict}${ids}`;
}

function updateFrom(random: RandomChoice): string {
  const list = random.list(1, 3, () => random.below(150));
  const rows = [...new Set(list)].map((id) => `(${id}, ${storedValue(random, 'num')})`);
  const source = `(values ${rows.join(', ')}) as x(id, v)`;
  return `update kept set n = x.v from ${source} where kept.id = x.id returning kept.id, x.id`;
}

function writeInWith(random: RandomChoice): string {
  const moved = `delete from kept where id = ${random.below(150)} returning *`;
  const id = 1000 + random.below(100_000);
  const insertion = `insert into kept (id, k, s) select ${id}, k, s || 'w' from gone returning id`;
  return `with gone as (${moved}), made as (${insertion}) select count(*) from gone, made`;
}

/** A row of the table has one row of the source at most, as a key may be violated otherwise. */
function merge(random: RandomChoice): string {
  const ids = [...new Set(random.list(1, 5, () => random.below(200)))];
  const rows = ids.map(
    (id) => `(${id}, ${storedValue(random, 'num')}, ${storedValue(random, 'text')})`,
  );
  const source = `(values ${rows.join(', ')}) as x(xid, v, w)`;
  const kept = columns.map(({ sql, kind }) => ({ sql: `kept.${sql}`, kind }));
  const forms = [
    () => `then update set n = x.v, f = ${expression(random, kept, 'float', 1)}`,
    () => 'then update set s = x.w || kept.id, k = default',
    () => 'then delete',
    () => 'then do nothing',
  ];
  const matched = random.list(0, 2, () => {
    const when = `when matched and ${expression(random, kept, 'bool', 1)}`;
    return `${when} ${random.of(forms)()}`;
  });
  if (random.chance(0.5)) matched.push(`when matched ${random.of(forms)()}`);
  const inserted = [
    'when not matched and x.v > 0 then do nothing',
    'when not matched then insert (id, s, n) values (x.xid, x.w, x.v)',
  ];
  const clauses = [...matched, ...inserted.filter(() => random.chance(0.7))];
  if (clauses.length === 0) clauses.push('when not matched then do nothing');
  return `merge into kept using ${source} on kept.id = x.xid ${clauses.join(' ')}`;
}

const changes = [
  'alter table kept add column if not exists x int default 3',
  "alter table kept add column if not exists y text not null default 'y'",
  'alter table kept drop column if exists x',
  'alter table kept drop column if exists y',
  'alter table kept alter column k set default 8',
  'alter table kept alter column n type numeric(32,3)',
  'alter table kept alter column n type numeric(30,2)',
];

function change(random: RandomChoice): string {
  return random.of(changes);
}

function insertSelect(random: RandomChoice): string {
  const shift = 200 + random.below(400);
  const where = `${condition(random)} and id < 100`;
  return `insert into kept (id, k, s, n) select id + ${shift}, k, s, n + 1 from kept where ${where}`;
}

function update(random: RandomChoice): string {
  const chosen = random.list(1, 3, () => random.of(columns.slice(1)));
  const unique = [...new Map(chosen.map((column) => [column.sql, column])).values()];
  const sets = unique.map(({ sql, kind }) => `${sql} = ${expression(random, columns, kind, 2)}`);
  return `update kept set ${sets.join(', ')} where ${condition(random)}${returning(random)}`;
}

function remove(random: RandomChoice): string {
  if (random.chance(0.03)) return 'truncate kept';
  return `delete from kept where ${condition(random)} and id % 3 = ${random.below(3)}${returning(random)}`;
}

function condition(random: RandomChoice): string {
  const forms = [
    () => expression(random, columns, 'bool', 1),
    () => `id between ${random.below(150)} and ${random.below(250)}`,
    () => `id = ${random.below(150)}`,
    () => `s = ${literal(random, 'text')}`,
    () => `k in (select k from kept where ${expression(random, columns, 'bool', 1)})`,
  ];
  return `(${random.of(forms)()})`;
}

function returning(random: RandomChoice): string {
  if (random.chance(0.7)) return '';
  return ` returning id, ${expression(random, columns, random.of<Kind>(['int', 'text', 'num']), 1)}`;
}

const controls = [
  'begin',
  'begin',
  'commit',
  'commit',
  'rollback',
  'savepoint a',
  'rollback to a',
  'release a',
];

function transaction(random: RandomChoice): string {
  return random.of(controls);
}
