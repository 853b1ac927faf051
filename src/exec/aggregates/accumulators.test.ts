/** Answers are PostgreSQL's for the same rows and calls. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sqlType } from '../../types/type-table.ts';
import type { AggregateCall, SortKey } from '../../plan/physical.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import {
  call,
  column,
  constant,
  field,
  planNode,
  readAll,
  requestOf,
  valuesOf,
  testExecutor,
} from '../in-memory-table.ts';
import { openTestMemory } from '../test-memory.ts';

const { memory } = openTestMemory();
const executor = testExecutor(memory, 0);
after(() => executor.close());

const types = {
  i: 'int4',
  s: 'text',
  b: 'int8',
  f: 'float8',
  n: 'numeric',
  v: 'interval',
} as const;
type Name = keyof typeof types;
const names = Object.keys(types) as Name[];

const numeric = (digits: bigint, scale: number) => ({ digits, scale });
const interval = (months: number, days: number, seconds: bigint) => ({
  months,
  days,
  micros: seconds * 1_000_000n,
});
const rows: (Datum | null)[][] = [
  [1, 'b', 10n, 1.5, numeric(150n, 2), interval(0, 1, 7_384n)],
  [2, 'a', -7n, 2.25, numeric(-3125n, 3), interval(1, -3, 0n)],
  [3, null, 9_223_372_036_854_775_807n, -4, numeric(1_000_000n, 0), interval(120, 0, 0n)],
  [null, 'c', null, null, null, null],
  [7, 'b', 9_223_372_036_854_775_806n, 1e10, numeric(1n, 3), interval(0, 0, -1n)],
];

function scanOfRows() {
  const fields = names.map((name) => field(name, types[name]));
  return valuesOf(fields, rows);
}

const arg = (name: Name) => column(names.indexOf(name), types[name]);
const ascending = (name: Name): SortKey => ({
  expr: arg(name),
  descending: false,
  nullsFirst: false,
});
const descending = (name: Name): SortKey => ({
  expr: arg(name),
  descending: true,
  nullsFirst: true,
});

type Options = Partial<AggregateCall>;

async function aggregated(
  functionId: string,
  type: TypeName,
  options: Options & { readonly accumulator?: string },
): Promise<string | null> {
  const accumulator = options.accumulator ?? functionId.slice(0, functionId.indexOf('('));
  const whole: AggregateCall = {
    functionId,
    args: [],
    distinct: false,
    orderBy: [],
    ...options,
    accumulator,
    type: sqlType(type),
  };
  const plan = planNode({
    kind: 'AggregateExec' as const,
    mode: 'single' as const,
    input: scanOfRows(),
    groupBy: [],
    aggregates: [whole],
    fields: [field('answer', type)],
  });
  const run = executor.start(requestOf(plan, undefined));
  const answer = await readAll(run);
  await run.close('exhausted');
  return answer[0]?.[0] ?? null;
}

type Case = readonly [functionId: string, type: TypeName, options: Options, answer: string | null];

const one = (name: Name): Options => ({ args: [arg(name)] });
const fxi: Options = { args: [arg('f'), arg('i')] };
const joined = (delimiter: string): Options => ({ args: [arg('s'), constant('text', delimiter)] });
const fractions = {
  element: 'float8',
  dimensions: [{ length: 2, lowerBound: 1 }],
  values: [0.1, 0.9],
} as const;
const isOne = call('=(int4,int4)', 'bool', arg('i'), constant('int4', 1));

const cases: readonly Case[] = [
  ['sum(int8)', 'numeric', one('b'), '18446744073709551616'],
  ['avg(int8)', 'numeric', one('b'), '4611686018427387904'],
  ['avg(int4)', 'numeric', one('i'), '3.2500000000000000'],
  ['stddev_samp(int4)', 'numeric', one('i'), '2.6299556396765833'],
  ['stddev_pop(int4)', 'numeric', one('i'), '2.2776083947860747'],
  ['var_samp(int4)', 'numeric', one('i'), '6.9166666666666667'],
  ['var_pop(int8)', 'numeric', one('b'), '21267647932558653952625854909203349543'],
  ['stddev_samp(int8)', 'numeric', one('b'), '5325116328314171699'],
  ['var_samp(numeric)', 'numeric', one('n'), '250000270670.45209400'],
  ['stddev_pop(numeric)', 'numeric', one('n'), '433012.93629964'],
  ['avg(numeric)', 'numeric', one('n'), '249999.594000000000'],
  ['sum(numeric)', 'numeric', one('n'), '999998.376'],
  ['var_samp(float8)', 'float8', one('f'), '2.5000000000416666e+19'],
  ['stddev_pop(float8)', 'float8', one('f'), '4330127018.958278'],
  ['sum(interval)', 'interval', one('v'), '10 years 1 mon -2 days +02:03:03'],
  ['avg(interval)', 'interval', one('v'), '2 years 6 mons 7 days 00:30:45.75'],
  ['min(interval)', 'interval', one('v'), '-00:00:01'],
  ['max(numeric)', 'numeric', one('n'), '1000000'],
  ['min(text)', 'text', one('s'), 'a'],
  ['max(text)', 'text', one('s'), 'c'],
  ['string_agg(text,text)', 'text', joined(','), 'b,a,c,b'],
  ['string_agg(text,text)', 'text', { ...joined(','), orderBy: [descending('s')] }, 'c,b,b,a'],
  ['string_agg(text,text)', 'text', { ...joined('-'), distinct: true }, 'a-b-c'],
  ['array_agg(anynonarray)', '_int4', one('i'), '{1,2,3,NULL,7}'],
  ['array_agg(anynonarray)', '_text', { ...one('s'), distinct: true }, '{a,b,c,NULL}'],
  ['json_agg(anyelement)', 'json', one('i'), '[1, 2, 3, null, 7]'],
  ['jsonb_agg(anyelement)', 'jsonb', one('s'), '["b", "a", null, "c", "b"]'],
  [
    'json_object_agg(any,any)',
    'json',
    { args: [arg('f'), arg('s')], filter: isOne },
    '{ "1.5" : "b" }',
  ],
  [
    'jsonb_object_agg(any,any)',
    'jsonb',
    { args: [constant('text', 'k'), arg('n')] },
    '{"k": 0.001}',
  ],
  [
    'percentile_cont(float8,float8)',
    'float8',
    { args: [constant('float8', 0.4), arg('f')], orderBy: [ascending('f')] },
    '1.6500000000000001',
  ],
  [
    'percentile_cont(_float8,float8)',
    '_float8',
    { args: [constant('_float8', fractions), arg('f')], orderBy: [descending('f')] },
    '{7000000000.674999,-2.350000000000001}',
  ],
  [
    'percentile_cont(float8,interval)',
    'interval',
    { args: [constant('float8', 0.3), arg('v')], orderBy: [ascending('v')] },
    '23:26:45.5',
  ],
  [
    'percentile_disc(float8,anyelement)',
    'text',
    { args: [constant('float8', 0.5), arg('s')], orderBy: [ascending('s')] },
    'b',
  ],
  ['mode(anyelement)', 'text', { ...one('s'), orderBy: [ascending('s')] }, 'b'],
  ['corr(float8,float8)', 'float8', { args: fxi.args ?? [] }, '0.9505863756472975'],
  ['covar_pop(float8,float8)', 'float8', fxi, '9374999998.703125'],
  ['covar_samp(float8,float8)', 'float8', fxi, '12499999998.270834'],
  ['regr_slope(float8,float8)', 'float8', fxi, '1807228915.4126506'],
  ['regr_intercept(float8,float8)', 'float8', fxi, '-3373493975.153614'],
  ['regr_r2(float8,float8)', 'float8', fxi, '0.9036144575662651'],
  ['regr_count(float8,float8)', 'int8', fxi, '4'],
  ['regr_avgx(float8,float8)', 'float8', fxi, '3.25'],
  ['bit_xor(int4)', 'int4', one('i'), '7'],
  ['var_samp(int4)', 'numeric', { ...one('i'), filter: isOne }, null],
  ['var_pop(int4)', 'numeric', { ...one('i'), filter: isOne }, '0'],
];

describe('aggregates answer as PostgreSQL does', () => {
  for (const [functionId, type, options, answer] of cases) {
    test(`${functionId} is ${answer}`, async () => {
      const args = options.args?.map((expr) =>
        functionId.endsWith('float8)') && expr.type.name === 'int4'
          ? call('cast(int4,float8)', 'float8', expr)
          : expr,
      );
      const coerced = args === undefined ? options : { ...options, args };
      assert.equal(await aggregated(functionId, type, coerced), answer);
    });
  }
});

describe('sums of floats', () => {
  test('finite values that add up beyond the range are an error', async () => {
    const huge = { args: [constant('float8', 1.7e308)] };
    await assert.rejects(aggregated('sum(float8)', 'float8', huge), {
      code: '22003',
      message: 'value out of range: overflow',
    });
  });

  test('an infinite value gives an infinite sum', async () => {
    const infinite = { args: [constant('float8', Number.POSITIVE_INFINITY)] };
    assert.equal(await aggregated('sum(float8)', 'float8', infinite), 'Infinity');
  });
});
