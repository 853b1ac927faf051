/** Random queries over three tables of one shape: joins, groups, windows, sets, subqueries. */
import {
  expression,
  kinds,
  storedValue,
  type Kind,
  type ScopeColumn,
} from './random-expressions.ts';
import type { RandomChoice } from './random-choice.ts';

const tableColumns: readonly (readonly [name: string, type: string, kind: Kind])[] = [
  ['id', 'int', 'int'],
  ['k', 'int', 'int'],
  ['n', 'numeric(8,2)', 'num'],
  ['f', 'float8', 'float'],
  ['s', 'text', 'text'],
  ['b', 'bool', 'bool'],
  ['t', 'timestamptz', 'time'],
  ['d', 'date', 'date'],
  ['v', 'interval', 'span'],
  ['j', 'jsonb', 'json'],
  ['l', 'int[]', 'list'],
];

const rowCounts = { alpha: 40, beta: 25, empty: 0 };
const tables = Object.keys(rowCounts);

/** Makes and fills the tables. */
export function tableStatements(random: RandomChoice): readonly string[] {
  return Object.entries(rowCounts).flatMap(([name, rowCount]) => {
    const definition = tableColumns.map(([column, type]) => `${column} ${type}`).join(', ');
    const rows = Array.from({ length: rowCount }, (_, index) => {
      const values = tableColumns.slice(1).map(([, , kind]) => storedValue(random, kind));
      return `(${[index + 1, ...values].join(', ')})`;
    });
    const fill = rows.length === 0 ? [] : [`insert into ${name} values ${rows.join(', ')}`];
    return [`create table ${name} (${definition})`, ...fill];
  });
}

interface Source {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
}

/** A query whose rows are compared in no order, or in the total order that it asks for. */
export function randomQuery(random: RandomChoice): string {
  const forms = [
    plainQuery,
    plainQuery,
    groupedQuery,
    groupedQuery,
    windowQuery,
    setQuery,
    cteQuery,
  ];
  return random.of(forms)(random);
}

function tableSource(random: RandomChoice, alias: string): Source {
  const table = random.chance(0.97) ? random.of(tables.slice(0, 2)) : 'empty';
  const columns = tableColumns.map(([name, , kind]) => ({ sql: `${alias}.${name}`, kind }));
  return { sql: `${table} ${alias}`, columns };
}

function derivedSource(random: RandomChoice, alias: string): Source {
  const inner = tableSource(random, `${alias}i`);
  const picked = random.list(2, 4, (index) => ({ name: `c${index}`, kind: random.of(kinds) }));
  const items = picked.map(
    ({ name, kind }) => `${expression(random, inner.columns, kind, 1)} as ${name}`,
  );
  const where = random.chance(0.5) ? ` where ${expression(random, inner.columns, 'bool', 1)}` : '';
  const columns = picked.map(({ name, kind }) => ({ sql: `${alias}.${name}`, kind }));
  const head = random.chance(0.3) ? 'select distinct' : 'select';
  return { sql: `(${head} ${items.join(', ')} from ${inner.sql}${where}) ${alias}`, columns };
}

function anySource(random: RandomChoice, alias: string): Source {
  return random.chance(0.8) ? tableSource(random, alias) : derivedSource(random, alias);
}

function joinCondition(random: RandomChoice, left: Source, right: Source): string {
  const pairs = left.columns.flatMap((one) =>
    right.columns
      .filter(({ kind }) => kind === one.kind)
      .map((other) => `${one.sql} = ${other.sql}`),
  );
  const both = [...left.columns, ...right.columns];
  if (pairs.length === 0) return expression(random, both, 'bool', 1);
  const parts = random.list(1, random.chance(0.2) ? 2 : 1, () => random.of(pairs));
  if (random.chance(0.15)) parts.push(expression(random, both, 'bool', 1));
  return parts.join(' and ');
}

function fromClause(random: RandomChoice): Source {
  let source = anySource(random, 'x');
  for (const alias of random.list(0, 2, (index) => 'yz'[index] ?? 'w')) {
    const next = anySource(random, alias);
    const columns = [...source.columns, ...next.columns];
    if (random.chance(0.1)) {
      source = { sql: `${source.sql} cross join ${next.sql}`, columns };
      continue;
    }
    const isFull = random.chance(0.12);
    const kind = isFull ? 'full' : random.of(['inner', 'left', 'right', 'left']);
    // PostgreSQL has full joins on equalities only.
    const condition = isFull
      ? fullCondition(random, source, next)
      : joinCondition(random, source, next);
    source = { sql: `${source.sql} ${kind} join ${next.sql} on ${condition}`, columns };
  }
  return source;
}

function fullCondition(random: RandomChoice, left: Source, right: Source): string {
  const ints = (source: Source): readonly ScopeColumn[] =>
    source.columns.filter(({ kind }) => kind === 'int');
  const [one, other] = [ints(left), ints(right)];
  if (one.length === 0 || other.length === 0) return 'true';
  return `${random.of(one).sql} = ${random.of(other).sql}`;
}

function whereClause(random: RandomChoice, columns: readonly ScopeColumn[]): string {
  if (random.chance(0.5)) return '';
  const parts = random.list(1, random.chance(0.3) ? 2 : 1, () =>
    random.chance(0.3)
      ? subqueryCondition(random, columns)
      : expression(random, columns, 'bool', 2),
  );
  return ` where ${parts.join(random.chance(0.5) ? ' and ' : ' or ')}`;
}

function subqueryCondition(random: RandomChoice, outer: readonly ScopeColumn[]): string {
  const inner = tableSource(random, 'q');
  const kind = random.of<Kind>(['int', 'text', 'num', 'date']);
  const value = expression(random, outer, kind, 1);
  const item = expression(random, inner.columns, kind, 1);
  const scope = random.chance(0.6) ? [...inner.columns, ...outer] : inner.columns;
  const where = ` where ${expression(random, scope, 'bool', 1)}`;
  const not = random.chance(0.3) ? 'not ' : '';
  const forms = [
    () => `${not}exists (select 1 from ${inner.sql}${where})`,
    () => `${value} ${not}in (select ${item} from ${inner.sql}${where})`,
    () => `${value} ${random.of(['=', '<', '>='])} (select max(${item}) from ${inner.sql}${where})`,
    () => `${value} ${random.of(['>', '<>'])} all (select ${item} from ${inner.sql}${where})`,
    () => `(select count(*) from ${inner.sql}${where}) > ${random.below(5)}`,
  ];
  return random.of(forms)();
}

function selectItems(random: RandomChoice, columns: readonly ScopeColumn[]): string[] {
  return random.list(1, 4, () =>
    random.chance(0.08)
      ? scalarSubquery(random, columns)
      : expression(random, columns, random.of(kinds), 2),
  );
}

function scalarSubquery(random: RandomChoice, outer: readonly ScopeColumn[]): string {
  const inner = tableSource(random, 'q');
  const scope = [...inner.columns, ...outer];
  return `(select ${aggregate(random, inner.columns)} from ${inner.sql} where ${expression(random, scope, 'bool', 1)})`;
}

/** Sometimes cut off after a total order: every column of the result. */
function ending(random: RandomChoice, width: number): string {
  if (random.chance(0.5)) return '';
  const keys = Array.from({ length: width }, (_, index) => {
    const order = random.of(['', ' desc', ' nulls first', ' desc nulls last']);
    return `${index + 1}${order}`;
  });
  const limit = random.chance(0.5) ? ` limit ${1 + random.below(12)}` : '';
  const offset = random.chance(0.2) ? ` offset ${random.below(4)}` : '';
  return ` order by ${keys.join(', ')}${limit}${offset}`;
}

function plainQuery(random: RandomChoice): string {
  const source = fromClause(random);
  const items = selectItems(random, source.columns);
  const head = random.chance(0.25) ? 'select distinct' : 'select';
  const where = whereClause(random, source.columns);
  return `${head} ${items.join(', ')} from ${source.sql}${where}${ending(random, items.length)}`;
}

function aggregate(random: RandomChoice, columns: readonly ScopeColumn[]): string {
  const of = (kind: Kind): string => expression(random, columns, kind, 1);
  const distinct = random.chance(0.2) ? 'distinct ' : '';
  const forms = [
    () => 'count(*)',
    () => `count(${distinct}${of(random.of(kinds))})`,
    () => `sum(${distinct}${of('int')})`,
    () => `sum(${of('num')})`,
    () => `sum(${of('float')})`,
    () => `avg(${of('int')})`,
    () => `avg(${distinct}${of('num')})`,
    () => `min(${of(random.of<Kind>(['int', 'text', 'time', 'num', 'date']))})`,
    () => `max(${of(random.of<Kind>(['int', 'text', 'time', 'float', 'date']))})`,
    () => `bool_or(${of('bool')})`,
    () => `bool_and(${of('bool')})`,
    () => `sum(${of('span')})`,
    () => `max(${of('span')})`,
    () => `min(${of('list')})`,
    () => {
      const text = of('text');
      return `string_agg(${text}, ',' order by ${text})`;
    },
    () => {
      const list = of('list');
      return `array_agg(${distinct}${list} order by ${list})`.replaceAll(
        list,
        `cardinality(${list})`,
      );
    },
    () => `variance(${of('int')})`,
    () => `stddev_pop(${of('num')})`,
    () => `percentile_disc(0.5) within group (order by ${of('int')})`,
    () => `percentile_cont(0.25) within group (order by ${of('float')})`,
    () => `mode() within group (order by ${of('text')})`,
    () => `bit_or(${of('int')})`,
  ];
  const filter = random.chance(0.15) ? ` filter (where ${of('bool')})` : '';
  return `${random.of(forms)()}${filter}`;
}

function groupedQuery(random: RandomChoice): string {
  const source = fromClause(random);
  const keys = [
    ...new Set(random.list(0, 3, () => expression(random, source.columns, random.of(kinds), 1))),
  ];
  const aggregates = random.list(1, 3, () => aggregate(random, source.columns));
  const items = [...keys, ...aggregates];
  const where = whereClause(random, source.columns);
  const having = random.chance(0.25) ? ` having count(*) > ${random.below(3)}` : '';
  const end = ending(random, items.length);
  return `select ${items.join(', ')} from ${source.sql}${where}${groupBy(random, keys.length)}${having}${end}`;
}

/** Keys by their numbers, so that constant keys stay keys. */
function groupBy(random: RandomChoice, keyCount: number): string {
  if (keyCount === 0) return '';
  const numbers = Array.from({ length: keyCount }, (_, index) => index + 1).join(', ');
  const isPlain = random.chance(0.8);
  return ` group by ${isPlain ? numbers : `${random.of(['rollup', 'cube'])} (${numbers})`}`;
}

function windowQuery(random: RandomChoice): string {
  const source = random.chance(0.7) ? tableSource(random, 'x') : fromClause(random);
  const { columns } = source;
  const plain = random.list(1, 2, () => expression(random, columns, random.of(kinds), 1));
  const windows = random.list(1, 2, () => windowCall(random, columns));
  const items = [...plain, ...windows];
  const where = whereClause(random, columns);
  return `select ${items.join(', ')} from ${source.sql}${where}${ending(random, items.length)}`;
}

/** Ties make rank-like functions and peers' frames only: their answers depend on no order. */
function windowCall(random: RandomChoice, columns: readonly ScopeColumn[]): string {
  const key = (): string => expression(random, columns, random.of(kinds), 1);
  const partition = random.chance(0.6) ? `partition by ${key()} ` : '';
  const order = `order by ${key()}${random.of(['', ' desc', ' nulls first'])}`;
  const ranks = ['rank()', 'dense_rank()', 'percent_rank()', 'cume_dist()'];
  if (random.chance(0.4)) return `${random.of(ranks)} over (${partition}${order})`;
  const frame = random.of([
    '',
    '',
    ' groups between 1 preceding and 1 following',
    ' groups current row',
  ]);
  const isOrdered = random.chance(0.7);
  return `${aggregateOverRows(random, columns)} over (${partition}${isOrdered ? order + frame : ''})`;
}

function aggregateOverRows(random: RandomChoice, columns: readonly ScopeColumn[]): string {
  const of = (kind: Kind): string => expression(random, columns, kind, 1);
  const forms = [
    () => 'count(*)',
    () => `count(${of('text')})`,
    () => `sum(${of('int')})`,
    () => `sum(${of('num')})`,
    () => `max(${of('int')})`,
    () => `min(${of('date')})`,
    () => `avg(${of('int')})`,
  ];
  return random.of(forms)();
}

function setQuery(random: RandomChoice): string {
  const shape = random.list(1, 3, () => random.of(kinds));
  const arm = (): string => {
    const source = tableSource(random, 'x');
    const items = shape.map((kind) => expression(random, source.columns, kind, 1));
    return `select ${items.join(', ')} from ${source.sql}${whereClause(random, source.columns)}`;
  };
  const all = random.chance(0.4) ? ' all' : '';
  const operator = random.of(['union', 'intersect', 'except']);
  return `${arm()} ${operator}${all} ${arm()}${ending(random, shape.length)}`;
}

function cteQuery(random: RandomChoice): string {
  const inner = derivedSource(random, 'i');
  const names = inner.columns.map(({ sql }) => sql.slice(2));
  const columns = (alias: string): readonly ScopeColumn[] =>
    inner.columns.map(({ kind }, index) => ({ sql: `${alias}.${names[index]}`, kind }));
  const left = { sql: 'w x', columns: columns('x') };
  const right = random.chance(0.5)
    ? { sql: 'w y', columns: columns('y') }
    : tableSource(random, 'y');
  const scope = [...left.columns, ...right.columns];
  const items = selectItems(random, scope);
  const join = `${left.sql} join ${right.sql} on ${joinCondition(random, left, right)}`;
  const hint = random.of(['', ' materialized', ' not materialized']);
  return `with w as${hint} (select * from ${inner.sql}) select ${items.join(', ')} from ${join}${ending(random, items.length)}`;
}
