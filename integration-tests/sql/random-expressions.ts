/**
 * Random scalar expressions of a wanted type over columns in scope.
 *
 * Values come from small pools, so that joins, filters and groups meet. Floats are multiples of
 * 1/8, whose sums are exact in any order; divisors are never zero; nothing overflows.
 */
import type { RandomChoice } from './random-choice.ts';

export type Kind =
  'int' | 'num' | 'float' | 'text' | 'bool' | 'time' | 'date' | 'span' | 'json' | 'list';

export interface ScopeColumn {
  readonly sql: string;
  readonly kind: Kind;
}

export const kinds: readonly Kind[] = [
  'int',
  'num',
  'float',
  'text',
  'bool',
  'time',
  'date',
  'span',
  'json',
  'list',
];

const pools: Readonly<Record<Kind, readonly string[]>> = {
  int: ['0', '1', '2', '3', '5', '-1', '-7', '10', '100'],
  num: ['0.00', '1.50', '-2.25', '3.00', '10.10', '99.99', '0.01'],
  float: ['0', '0.5', '-1.25', '2.125', '8', '-0.875', '1024'],
  text: ["''", "'a'", "'b'", "'ab'", "'abc'", "'b c'", "'zz9'", "'10'"],
  bool: ['true', 'false'],
  time: [
    '2025-01-01 00:00:00+00',
    '2025-01-01 12:30:45.5+00',
    '2025-06-30 23:59:59.999999+00',
    '2024-02-29 06:00:00+00',
    '1999-12-31 23:00:00+00',
  ].map((text) => `timestamptz '${text}'`),
  date: ['2025-01-01', '2024-02-29', '2025-12-31', '1999-12-31'].map((text) => `date '${text}'`),
  span: [
    '0',
    '1 day',
    '24 hours',
    '1 month',
    '30 days',
    '-90 minutes',
    '1 year 2 days 00:00:01.5',
  ].map((text) => `interval '${text}'`),
  json: [
    '1',
    '"a"',
    'null',
    '[]',
    '{}',
    '[1, 2.5, "b"]',
    '{"a": 1, "b": {"c": [true]}}',
    '{"a": "x"}',
  ].map((text) => `'${text}'::jsonb`),
  list: ['{}', '{1,2}', '{2,1}', '{NULL,3}', '{5}'].map((text) => `'${text}'::int[]`),
};

const casts: Readonly<Partial<Record<Kind, string>>> = { num: '::numeric', float: '::float8' };

export function literal(random: RandomChoice, kind: Kind): string {
  const value = random.of(pools[kind]);
  return kind === 'float' ? `(${value})::float8` : value.startsWith('-') ? `(${value})` : value;
}

/** A value of a column as it stands in VALUES; NULL one time in five. */
export function storedValue(random: RandomChoice, kind: Kind): string {
  return random.chance(0.2) ? 'null' : literal(random, kind);
}

export function expression(
  random: RandomChoice,
  columns: readonly ScopeColumn[],
  kind: Kind,
  depth: number,
): string {
  const fitting = columns.filter((column) => column.kind === kind);
  if (depth <= 0 || random.chance(0.3)) {
    if (fitting.length > 0 && random.chance(0.8)) return random.of(fitting).sql;
    return random.chance(0.1) ? `null${typed[kind]}` : literal(random, kind);
  }
  const part = (wanted: Kind): string => expression(random, columns, wanted, depth - 1);
  if (random.chance(0.25)) return general(random, kind, part);
  return random.of(makers[kind])(part, random);
}

const typed: Readonly<Record<Kind, string>> = {
  int: '::int',
  num: '::numeric',
  float: '::float8',
  text: '::text',
  bool: '::bool',
  time: '::timestamptz',
  date: '::date',
  span: '::interval',
  json: '::jsonb',
  list: '::int[]',
};

type Part = (kind: Kind) => string;
type Maker = (part: Part, random: RandomChoice) => string;

/** Forms that any type has. */
function general(random: RandomChoice, kind: Kind, part: Part): string {
  const forms: readonly (() => string)[] = [
    () => `case when ${part('bool')} then ${part(kind)} else ${part(kind)} end`,
    () => `case when ${part('bool')} then ${part(kind)} end`,
    () => `coalesce(${part(kind)}, ${part(kind)})`,
    () => `nullif(${part(kind)}, ${part(kind)})`,
    () => `greatest(${part(kind)}, ${part(kind)})`,
    () => `least(${part(kind)}, ${part(kind)}, ${part(kind)})`,
  ];
  return `(${random.of(forms)()})`;
}

const comparisons = ['=', '<>', '<', '<=', '>', '>='];

const makers: Readonly<Record<Kind, readonly Maker[]>> = {
  int: [
    (part, random) => `(${part('int')} % 1000 ${random.of(['+', '-', '*'])} ${part('int')} % 1000)`,
    (part) => `(${part('int')} / ((abs(${part('int')} % 100)) + 1))`,
    (part) => `(${part('int')} % 7)`,
    (part) => `length(${part('text')})`,
    (part) => `abs(${part('int')} % 10000)`,
    (part) => `strpos(${part('text')}, 'b')`,
    (part) => `extract(year from ${part('time')})::int`,
    (part) => `(${part('date')} - date '2025-01-01')`,
    (part) => `sign(${part('num')})::int`,
    (part) => `cardinality(${part('list')})`,
    (part) => `(${part('list')})[1]`,
    (part) => `array_position(${part('list')}, ${part('int')})`,
    (part) => `octet_length(${part('text')})`,
    (part) => `ascii(${part('text')})`,
    (part) => `extract(dow from ${part('date')})::int`,
    (part) => `mod(${part('int')}, 5)`,
    (part) => `(${part('int')} % 1000 & 255)`,
  ],
  num: [
    (part, random) => `(${part('num')} ${random.of(['+', '-'])} ${part('num')})`,
    (part) => `round(${part('num')}, 1)`,
    (part) => `(${part('int')} * 0.5)`,
    (part) => `(${part('num')} / 3.0)`,
    (part) => `extract(epoch from ${part('time')})`,
    (part) => `floor(${part('num')})`,
    (part) => `${part('int')}${casts.num}`,
    (part) => `extract(epoch from ${part('span')})`,
    (part) => `trunc(${part('num')} * 1.5, 1)`,
    (part) => `abs(${part('num')})`,
    (part) => `ceil(${part('num')})`,
  ],
  float: [
    (part, random) => `(${part('float')} ${random.of(['+', '-'])} ${part('float')})`,
    (part) => `(${part('float')} * 2)`,
    (part) => `(${part('float')} / 4)`,
    (part) => `floor(${part('float')})`,
    (part) => `round(${part('float')})`,
    (part) => `abs(${part('float')})`,
    (part) => `(${part('int')} % 1000)${casts.float}`,
  ],
  text: [
    (part) => `(${part('text')} || ${part('text')})`,
    (part) => `upper(${part('text')})`,
    (part) => `substr(${part('text')}, 1, 2)`,
    (part) => `replace(${part('text')}, 'a', '-')`,
    (part) => `left(${part('text')}, 1)`,
    (part) => `${part('int')}::text`,
    (part) => `${part('num')}::text`,
    (part) => `${part('bool')}::text`,
    (part) => `${part('time')}::text`,
    (part) => `concat(${part('text')}, ${part('int')})`,
    (part) => `reverse(${part('text')})`,
    (part) => `lpad(${part('text')}, 4, '.')`,
    (part) => `split_part(${part('text')}, 'b', 1)`,
    (part) => `trim(${part('text')})`,
    (part) => `regexp_replace(${part('text')}, '[ab]+', 'R')`,
    (part) => `initcap(${part('text')})`,
    (part) => `to_char(${part('time')}, 'YYYY-MM-DD HH24:MI:SS.MS')`,
    (part) => `to_char(${part('num')}, '9990.99')`,
    (part) => `(${part('json')} ->> 'a')`,
    (part) => `${part('json')}::text`,
    (part) => `${part('span')}::text`,
    (part) => `${part('list')}::text`,
    (part) => `array_to_string(${part('list')}, '/')`,
    (part) => `jsonb_typeof(${part('json')})`,
    (part) => `md5(${part('text')})`,
    (part) => `${part('float')}::text`,
    (part) => `${part('date')}::text`,
  ],
  bool: [
    (part, random) => compare(part, random, random.of(kinds)),
    (part, random) => compare(part, random, random.of(['int', 'text'])),
    (part, random) => `(${part('bool')} ${random.of(['and', 'or'])} ${part('bool')})`,
    (part) => `(not ${part('bool')})`,
    (part, random) => `(${part(random.of(kinds))} is ${random.of(['', 'not '])}null)`,
    (part) => `(${part('text')} like '${'%b%'}')`,
    (part) => `(${part('text')} like 'a_%')`,
    (part, random) => `(${part('int')} ${random.of(['', 'not '])}in (1, 2, ${part('int')}))`,
    (part) => `(${part('num')} between ${part('num')} and ${part('num')})`,
    (part, random) => distinctFrom(part, random.of(kinds)),
    (part) => `(${part('bool')} is true)`,
    (part) => `(${part('text')} in ('a', 'b', null))`,
    (part) => `(${part('json')} @> ${part('json')})`,
    (part) => `(${part('json')} ? 'a')`,
    (part) => `(${part('int')} = any(${part('list')}))`,
    (part) => `(${part('int')} > all(${part('list')}))`,
    (part) => `(${part('list')} && ${part('list')})`,
    (part) => `(${part('list')} @> ${part('list')})`,
    (part) => `(${part('text')} ~ '^[ab]')`,
    (part) => `(${part('text')} ilike 'A%')`,
    (part) => `((${part('int')}, ${part('text')}) < (${part('int')}, ${part('text')}))`,
  ],
  time: [
    (part, random) =>
      `(${part('time')} + interval '${random.of(['1 day', '1 month', '-90 minutes'])}')`,
    (part, random) =>
      `date_trunc('${random.of(['hour', 'day', 'month', 'year'])}', ${part('time')})`,
    (part) => `${part('date')}::timestamptz`,
    (part) => `(${part('time')} + ${part('span')})`,
    (part) => `date_bin('15 minutes', ${part('time')}, timestamptz '2020-01-01 00:00+00')`,
    (part) => `(${part('time')} at time zone 'America/New_York')::timestamptz`,
  ],
  date: [(part) => `(${part('date')} + (${part('int')} % 100))`, (part) => `${part('time')}::date`],
  span: [
    (part) => `(${part('time')} - ${part('time')})`,
    (part) => `(${part('span')} + ${part('span')})`,
    (part) => `(${part('span')} * 2)`,
    (part) => `(-${part('span')})`,
    (part) => `justify_hours(${part('span')})`,
    (part) => `((${part('int')} % 100) * interval '1 hour')`,
    (part) => `age(${part('time')}, ${part('time')})`,
  ],
  json: [
    (part) => `(${part('json')} -> 'b')`,
    (part) => `(${part('json')} -> 0)`,
    (part) => `to_jsonb(${part('int')})`,
    (part) => `to_jsonb(${part('num')})`,
    (part) => `jsonb_build_object('a', ${part('text')}, 'n', ${part('int')})`,
    (part) => `jsonb_build_array(${part('int')}, ${part('bool')})`,
    (part) => `jsonb_strip_nulls(${part('json')})`,
    (part) => `to_jsonb(${part('list')})`,
    (part) => `(${part('json')} #> '{b,c}')`,
  ],
  list: [
    (part) => `array[${part('int')}, ${part('int')}]`,
    (part) => `(${part('list')} || ${part('int')})`,
    (part) => `(${part('list')} || ${part('list')})`,
    (part) => `array_remove(${part('list')}, ${part('int')})`,
    (part) => `(${part('list')})[1:2]`,
    (part) => `array_append(${part('list')}, ${part('int')})`,
  ],
};

function compare(part: Part, random: RandomChoice, kind: Kind): string {
  return `(${part(kind)} ${random.of(comparisons)} ${part(kind)})`;
}

function distinctFrom(part: Part, kind: Kind): string {
  return `(${part(kind)} is distinct from ${part(kind)})`;
}
