import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { sqlType } from '../../types/type-table.ts';
import type { AggregateCall, PlanNode } from '../../plan/physical.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import {
  bool,
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

type Row = readonly (Datum | null)[];
/** Columns: group number, group text, int4, int8, float8, bool. */
const types: readonly TypeName[] = ['int4', 'text', 'int4', 'int8', 'float8', 'bool'];

const row = fc.tuple(
  fc.option(fc.integer({ min: 0, max: 3 }), { nil: null, freq: 4 }),
  fc.option(fc.constantFrom('a', 'b', ''), { nil: null, freq: 4 }),
  fc.option(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer()), { nil: null, freq: 4 }),
  fc.option(
    fc.oneof(fc.bigInt({ min: -5n, max: 5n }), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n))),
    { nil: null, freq: 4 },
  ),
  fc.option(
    fc.integer({ min: -64, max: 64 }).map((x) => x / 4),
    { nil: null, freq: 4 },
  ),
  fc.option(fc.boolean(), { nil: null, freq: 4 }),
);

function valuesScan(rows: readonly Row[]) {
  const fields = types.map((type, index) => field(`c${index}`, type));
  return valuesOf(fields, rows);
}

interface CallSpec {
  readonly accumulator: string;
  readonly functionId: string;
  readonly type: TypeName;
  readonly arg?: number;
  readonly distinct?: boolean;
  readonly filter?: AggregateCall['filter'];
}

const isPositive = call('>(int4,int4)', 'bool', column(2, 'int4'), constant('int4', 0));

const specs: readonly CallSpec[] = [
  { accumulator: 'count', functionId: 'count()', type: 'int8' },
  { accumulator: 'count', functionId: 'count(any)', type: 'int8', arg: 2 },
  { accumulator: 'count', functionId: 'count(any)', type: 'int8', arg: 1, distinct: true },
  { accumulator: 'sum', functionId: 'sum(int4)', type: 'int8', arg: 2 },
  { accumulator: 'sum', functionId: 'sum(int4)', type: 'int8', arg: 2, filter: isPositive },
  { accumulator: 'sum', functionId: 'sum(int8)', type: 'numeric', arg: 3 },
  { accumulator: 'sum', functionId: 'sum(float8)', type: 'float8', arg: 4 },
  { accumulator: 'min', functionId: 'min(int8)', type: 'int8', arg: 3 },
  { accumulator: 'max', functionId: 'max(float8)', type: 'float8', arg: 4 },
  { accumulator: 'max', functionId: 'max(text)', type: 'text', arg: 1 },
  { accumulator: 'bool_and', functionId: 'bool_and(bool)', type: 'bool', arg: 5 },
  { accumulator: 'bit_xor', functionId: 'bit_xor(int4)', type: 'int4', arg: 2 },
];

function callOf(spec: CallSpec): AggregateCall {
  const { accumulator, functionId, type, arg, distinct = false, filter } = spec;
  return {
    accumulator,
    functionId,
    args: arg === undefined ? [] : [column(arg, types[arg] as TypeName)],
    distinct,
    orderBy: [],
    type: sqlType(type),
    ...(filter === undefined ? {} : { filter }),
  };
}

function expectedValue(spec: CallSpec, rows: readonly Row[]): string | null {
  const kept = spec.filter === undefined ? rows : rows.filter((r) => Number(r[2] ?? 0) > 0);
  if (spec.arg === undefined) return String(kept.length);
  const all = kept.map((r) => r[spec.arg as number]).filter((x) => x !== null) as Datum[];
  const values = spec.distinct === true ? [...new Set(all)] : all;
  if (spec.accumulator === 'count') return String(values.length);
  if (values.length === 0) return null;
  switch (spec.accumulator) {
    case 'sum':
      return spec.type === 'float8'
        ? String(values.reduce<number>((sum, x) => sum + (x as number), 0))
        : String(values.reduce<bigint>((sum, x) => sum + BigInt(x as number), 0n));
    case 'bool_and':
      return values.every((x) => x === true) ? 't' : 'f';
    case 'bit_xor':
      return String(values.reduce<number>((sum, x) => sum ^ (x as number), 0));
    default:
      return String(
        values.reduce((best, x) => ((spec.accumulator === 'min' ? x < best : x > best) ? x : best)),
      );
  }
}

function textOf(value: Datum): string {
  return typeof value === 'boolean' ? String(value).slice(0, 1) : String(value);
}

function twin(rows: readonly Row[], groupBy: readonly number[], calls: readonly CallSpec[]) {
  const groups = new Map<string, Row[]>();
  if (groupBy.length === 0) groups.set('[]', []);
  for (const r of rows) {
    const key = JSON.stringify(groupBy.map((index) => r[index]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [r]);
    else group.push(r);
  }
  return [...groups.values()].map((group) => [
    ...groupBy.map((index) => {
      const value = group[0]?.[index] ?? null;
      return value === null ? null : textOf(value);
    }),
    ...calls.map((spec) => expectedValue(spec, group)),
  ]);
}

function aggregateNode(
  mode: 'single' | 'partial' | 'final',
  input: PlanNode,
  groupBy: readonly number[],
  calls: readonly CallSpec[],
) {
  const isFinal = mode === 'final';
  return planNode({
    kind: 'AggregateExec' as const,
    mode,
    input,
    groupBy: groupBy.map((index, at) => column(isFinal ? at : index, types[index] as TypeName)),
    aggregates: calls.map((spec, at) => {
      const whole = callOf(spec);
      return isFinal ? { ...whole, args: [column(groupBy.length + at, 'bytea')] } : whole;
    }),
    fields: [
      ...groupBy.map((index) => field(`c${index}`, types[index] as TypeName)),
      ...calls.map((spec) => field(spec.accumulator, mode === 'partial' ? 'bytea' : spec.type)),
    ],
  });
}

const groupings = fc.constantFrom([], [0], [1], [0, 1], [1, 5, 0]);

test('aggregates over any groups equal their plain twin', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), groupings, async (rows, groupBy) => {
      const plan = aggregateNode('single', valuesScan(rows), groupBy, specs);
      const run = executor.start(requestOf(plan, undefined));
      const answer = await readAll(run);
      await run.close('exhausted');
      assert.deepEqual(answer, twin(rows, groupBy, specs));
    }),
    { numRuns: 60 },
  );
});

test('merged partial aggregates equal one aggregate over all rows', async () => {
  const rowLists = fc.array(fc.array(row, { maxLength: 20 }), { minLength: 1, maxLength: 3 });
  const mergeable = specs.filter((spec) => spec.distinct !== true);
  await fc.assert(
    fc.asyncProperty(rowLists, groupings, async (lists, groupBy) => {
      const partials = lists.map((rows) =>
        aggregateNode('partial', valuesScan(rows), groupBy, mergeable),
      );
      const union = planNode({
        kind: 'UnionExec' as const,
        inputs: partials,
        fields: partials[0]?.fields ?? [],
      });
      const run = executor.start(
        requestOf(aggregateNode('final', union, groupBy, mergeable), undefined),
      );
      const answer = await readAll(run);
      await run.close('exhausted');
      assert.deepEqual(answer, twin(lists.flat(), groupBy, mergeable));
    }),
    { numRuns: 40 },
  );
});

test('rows that a FILTER drops are not computed, so they raise no error', async () => {
  const rows: Row[] = [
    [0, null, 0, null, null, null],
    [0, null, 2, null, null, null],
  ];
  const divided = call('/(int4,int4)', 'int4', constant('int4', 10), column(2, 'int4'));
  const plan = planNode({
    kind: 'AggregateExec' as const,
    mode: 'single' as const,
    input: valuesScan(rows),
    groupBy: [],
    aggregates: [
      {
        accumulator: 'sum',
        functionId: 'sum(int4)',
        args: [divided],
        distinct: false,
        orderBy: [],
        type: sqlType('int8'),
        filter: { ...isPositive, type: bool },
      },
    ],
    fields: [field('sum', 'int8')],
  });
  const run = executor.start(requestOf(plan, undefined));
  assert.deepEqual(await readAll(run), [['5']]);
  await run.close('exhausted');
});
