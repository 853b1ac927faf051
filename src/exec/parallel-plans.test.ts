import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sqlType } from '../types/type-table.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { Expr, SubplanExpr } from '../expr/expr.ts';
import type { PlanNode } from '../plan/physical.ts';
import {
  bool,
  call,
  column,
  constant,
  field,
  makeTable,
  planNode,
  readAll,
  requestOf,
  scanOf,
  testExecutor,
} from './in-memory-table.ts';
import { openTestMemory } from './test-memory.ts';

const { memory, arena } = openTestMemory();
const rowCount = 300_000;
const table = makeTable(
  [
    { type: 'int8', value: (row) => BigInt(row) },
    { type: 'int4', value: (row) => row % 100 },
    { type: 'text', value: (row) => `service ${row % 3}` },
  ],
  rowCount,
  131_072,
  arena,
);
const executor = testExecutor(memory, 2);
after(() => executor.close());
const types = ['int8', 'int4', 'text'] as const;

function coalesce(input: PlanNode) {
  return planNode({ kind: 'CoalescePartitionsExec' as const, input, fields: input.fields });
}

/** count and sum by `group`, in two phases over all workers. */
function twoPhase(input: PlanNode, group: Expr) {
  const calls = [
    { accumulator: 'count', functionId: 'count()', args: [], type: sqlType('int8') },
    {
      accumulator: 'sum',
      functionId: 'sum(int4)',
      args: [column(1, 'int4')],
      type: sqlType('int8'),
    },
  ].map((found) => ({ ...found, distinct: false, orderBy: [] }));
  const partial = planNode({
    kind: 'AggregateExec' as const,
    mode: 'partial' as const,
    input,
    groupBy: [group],
    aggregates: calls,
    fields: [
      { ...field('group', 'text'), type: group.type },
      field('count', 'bytea'),
      field('sum', 'bytea'),
    ],
  });
  return planNode({
    kind: 'AggregateExec' as const,
    mode: 'final' as const,
    input: coalesce(partial),
    groupBy: [{ ...column(0, 'text'), type: group.type }],
    aggregates: calls.map((found, index) => ({ ...found, args: [column(index + 1, 'bytea')] })),
    fields: [
      { ...field('group', 'text'), type: group.type },
      field('count', 'int8'),
      field('sum', 'int8'),
    ],
  });
}

async function rowsFrom(root: PlanNode, subplans: readonly PlanNode[] = []) {
  const request = requestOf(root, table);
  const plan = {
    ...request.plan,
    subplans: subplans.map((found) => ({ plan: found, firstParameter: 0 })),
  };
  const run = executor.start({ ...request, plan });
  const rows = await readAll(run);
  const report = await run.close('exhausted');
  return { rows, report };
}

describe('a plan on all workers', () => {
  test('folds groups in two phases', async () => {
    const scan = scanOf(types, { parallel: true });
    const { rows } = await rowsFrom(twoPhase(scan, column(2, 'text')));
    assert.deepEqual(rows.toSorted(), [
      ['service 0', '100000', '4950000'],
      ['service 1', '100000', '4950000'],
      ['service 2', '100000', '4950000'],
    ]);
  });

  test('joins with a build side that is computed once', async () => {
    const scan = scanOf(types, { parallel: true });
    const build = planNode({
      kind: 'ValuesExec' as const,
      rows: [[constant('int4', 7)], [constant('int4', 8)], [constant('int4', 1000)]],
      fields: [field('key', 'int4')],
    });
    const join = planNode({
      kind: 'HashJoinExec' as const,
      left: build,
      right: scan,
      joinType: 'inner' as const,
      leftKeys: [column(0, 'int4')],
      rightKeys: [column(1, 'int4')],
      nullsEqual: false,
      nullAware: false,
      fields: [...build.fields, ...scan.fields],
    });
    const { rows, report } = await rowsFrom(coalesce(join));
    assert.equal(rows.length, rowCount / 50);
    assert.deepEqual(new Set(rows.map((row) => row[0])), new Set(['7', '8']));
    const builds = report.nodes.filter((node) => node.nodeId === build.id);
    assert.deepEqual(
      builds.map((node) => [node.partition, node.rows]),
      [[0, 3]],
    );
  });

  test('stays correct while helpers give way to other queries', async () => {
    const started = clockNs();
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const scan = scanOf(types, { parallel: true });
        return (await rowsFrom(twoPhase(scan, column(2, 'text')))).rows.toSorted();
      }),
    );
    for (const rows of answers) assert.deepEqual(rows, answers[0]);
    assert.deepEqual(
      answers[0]?.map((row) => row[1]),
      ['100000', '100000', '100000'],
    );
    assert.ok(clockNs() - started < 4e9);
  });
});

describe('a subplan', () => {
  const two = planNode({
    kind: 'ValuesExec' as const,
    rows: [[constant('int8', 5n)], [constant('int8', 9n)]],
    fields: [field('x', 'int8')],
  });
  const uncorrelated = { kind: 'subplan' as const, planIndex: 0, arguments: [] };

  function rowsWhere(predicate: Expr) {
    const scan = scanOf(types);
    const filter = planNode({
      kind: 'FilterExec' as const,
      input: scan,
      predicate,
      fields: scan.fields,
    });
    return planNode({
      kind: 'ProjectionExec' as const,
      input: filter,
      exprs: [column(0, 'int8')],
      fields: [field('c0', 'int8')],
    });
  }

  test('is compared with by ANY', async () => {
    const any: SubplanExpr = {
      ...uncorrelated,
      form: 'any',
      left: column(0, 'int8'),
      functionId: '=(int8,int8)',
      type: bool,
    };
    const small = call('<(int8,int8)', 'bool', column(0, 'int8'), constant('int8', 100n));
    const both: Expr = { kind: 'and', args: [small, any], type: bool };
    assert.deepEqual((await rowsFrom(rowsWhere(both), [two])).rows, [['5'], ['9']]);
  });

  test('of more than one row is no scalar', async () => {
    const scalar: SubplanExpr = { ...uncorrelated, form: 'scalar', type: sqlType('int8') };
    const equal = call('=(int8,int8)', 'bool', column(0, 'int8'), scalar);
    await assert.rejects(rowsFrom(rowsWhere(equal), [two]), {
      code: '21000',
      message: 'more than one row returned by a subquery used as an expression',
    });
  });

  test('sees the values of the row it belongs to', async () => {
    const parameter: Expr = { kind: 'parameter', index: 0, type: sqlType('int8') };
    const inner = planNode({
      kind: 'FilterExec' as const,
      input: two,
      predicate: call('=(int8,int8)', 'bool', column(0, 'int8'), parameter),
      fields: two.fields,
    });
    const exists: SubplanExpr = {
      ...uncorrelated,
      form: 'exists',
      arguments: [column(0, 'int8')],
      type: bool,
    };
    const small = call('<(int8,int8)', 'bool', column(0, 'int8'), constant('int8', 100n));
    const both: Expr = { kind: 'and', args: [small, exists], type: bool };
    assert.deepEqual((await rowsFrom(rowsWhere(both), [inner])).rows, [['5'], ['9']]);
  });
});
