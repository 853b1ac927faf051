import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqlType } from '../../types/type-table.ts';
import { explained as explainedLines } from '../explain/explain.ts';
import { createPhysicalPlan } from '../physical/physical-planner.ts';
import { conjunctionOf } from './expr-tree.ts';
import { foldConstant } from './fold-constant.ts';
import { registryFacts } from './function-facts.ts';
import { optimize } from './optimize.ts';
import {
  aggregateCall,
  compare,
  constant,
  filter,
  join,
  of,
  PlanBuilder,
  project,
  testTable,
} from './test-plan.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalNode } from '../logical.ts';

const a = testTable('a', 1, 100, [
  { name: 'x', type: 'int4' },
  { name: 'y', type: 'int4' },
]);
const b = testTable('b', 2, 100, [
  { name: 'u', type: 'int4' },
  { name: 'v', type: 'int4' },
]);
const c = testTable('c', 3, 10, [
  { name: 'w', type: 'int4' },
  { name: 'z', type: 'int4' },
]);
const one = constant('int4', 1);
const bool = sqlType('bool');

function explained(builder: PlanBuilder, root: LogicalNode): string[] {
  const logical = optimize(builder.plan(root), { fold: foldConstant, nowNs: () => 0 });
  const plan = createPhysicalPlan(logical, { workers: 0, functions: registryFacts });
  const off = { analyze: false, verbose: false, costs: false, timing: false, summary: false };
  return explainedLines(plan, { ...off, format: 'text' }).map((line) => line.replace(/->  /, ''));
}

function tree(...lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/->  /, ''));
}

function subplan(
  form: 'exists' | 'any' | 'scalar',
  planIndex: number,
  outer: readonly Expr[],
): Expr {
  return { kind: 'subplan', form, planIndex, arguments: outer, type: bool };
}

test('a filter over a left join reaches the kept side and makes the join inner when it rejects NULLs', () => {
  const builder = new PlanBuilder();
  const [left, right] = [builder.scan(a), builder.scan(b)];
  const joined = join(left, right, 'left', compare('=', of(left, 'x'), of(right, 'u')));
  const root = filter(joined, compare('=', of(left, 'y'), one), compare('>', of(right, 'v'), one));
  assert.deepEqual(
    explained(builder, root),
    tree(
      'ProjectionExec',
      '  HashJoinExec',
      '        Join Type: Inner',
      '        Hash Cond: (u = x)',
      '        FilterExec',
      '              Filter: (v > 1)',
      '              SeqScanExec on b',
      '                    Pruning: (v > 1)',
      '        FilterExec',
      '              Filter: (y = 1)',
      '              SeqScanExec on a',
      '                    Pruning: (y = 1)',
    ),
  );
});

test('IS NULL over the nullable side keeps the outer join and stays above it', () => {
  const builder = new PlanBuilder();
  const [left, right] = [builder.scan(a), builder.scan(b)];
  const joined = join(left, right, 'left', compare('=', of(left, 'x'), of(right, 'u')));
  const root = filter(joined, { kind: 'isNull', arg: of(right, 'v'), type: bool });
  assert.deepEqual(explained(builder, project(root, of(left, 'x'))), [
    'ProjectionExec',
    '  FilterExec',
    '        Filter: (v IS NULL)',
    '        HashJoinExec',
    '              Join Type: Right',
    '              Hash Cond: (u = x)',
    '              SeqScanExec on b',
    '              SeqScanExec on a',
  ]);
});

test('a constant crosses an equality to the other side of a join', () => {
  const builder = new PlanBuilder();
  const [left, right] = [builder.scan(a), builder.scan(b)];
  const joined = join(left, right, 'inner', compare('=', of(left, 'x'), of(right, 'u')));
  const lines = explained(builder, filter(joined, compare('=', of(left, 'x'), one)));
  assert.ok(
    lines.some((line) => line.trim() === 'Filter: (u = 1)'),
    lines.join('\n'),
  );
  assert.ok(
    lines.some((line) => line.trim() === 'Filter: (x = 1)'),
    lines.join('\n'),
  );
});

for (const [joinType, condition] of [
  ['left', 'over the join'],
  ['leftSemi', 'over the join'],
  ['leftAnti', 'over the join'],
  ['left', 'over a projection of the join'],
] as const) {
  test(`a constant ${condition} crosses to the rows that a ${joinType} join matches`, () => {
    const builder = new PlanBuilder();
    const [left, right] = [builder.scan(a), builder.scan(b)];
    const joined = join(left, right, joinType, compare('=', of(left, 'x'), of(right, 'u')));
    const isDirect = condition === 'over the join';
    const input = isDirect ? joined : project(joined, of(left, 'x'), of(left, 'y'));
    const lines = explained(builder, filter(input, compare('=', of(left, 'x'), one)));
    assert.deepEqual(
      lines.filter((line) => line.includes('Filter:')).map((line) => line.trim()),
      ['Filter: (u = 1)', 'Filter: (x = 1)'],
      lines.join('\n'),
    );
  });
}

test('a constant of the rows that an outer join matches stays where it is', () => {
  const builder = new PlanBuilder();
  const [left, right] = [builder.scan(a), builder.scan(b)];
  const condition = conjunctionOf([
    compare('=', of(left, 'x'), of(right, 'u')),
    compare('=', of(left, 'x'), one),
  ]);
  const lines = explained(builder, join(left, right, 'left', condition));
  assert.ok(
    lines.some((line) => line.trim() === 'Filter: (u = 1)'),
    lines.join('\n'),
  );
  assert.ok(!lines.some((line) => line.trim() === 'Filter: (x = 1)'), lines.join('\n'));
});

test('NOT IN becomes a NULL-aware anti join that builds the subquery', () => {
  const builder = new PlanBuilder();
  const [outer, inner] = [builder.scan(a), builder.scan(b)];
  builder.subqueries.push(project(inner, of(inner, 'u')));
  const member: Expr = {
    kind: 'subplan',
    form: 'any',
    planIndex: 0,
    left: of(outer, 'x'),
    functionId: '=(int4,int4)',
    arguments: [],
    type: bool,
  };
  assert.deepEqual(explained(builder, filter(outer, { kind: 'not', arg: member, type: bool })), [
    'HashJoinExec',
    '  Join Type: Right Anti (null-aware)',
    '  Hash Cond: (u = x)',
    '  SeqScanExec on b',
    '  SeqScanExec on a',
  ]);
});

test('a correlated count becomes a left join with groups and 0 where there is none', () => {
  const builder = new PlanBuilder();
  const [outer, inner] = [builder.scan(a), builder.scan(b)];
  const matched = filter(inner, compare('=', of(inner, 'u'), of(outer, 'x')));
  builder.subqueries.push(builder.aggregate(matched, [], [aggregateCall('count', [], 'int8')]));
  const root: LogicalNode = {
    kind: 'project',
    input: outer,
    exprs: [subplan('scalar', 0, [of(outer, 'x')])],
    columns: [builder.column('n', 'int8')],
  };
  const logical = optimize(builder.plan(root), { fold: foldConstant, nowNs: () => 0 });
  const plan = createPhysicalPlan(logical, { workers: 0, functions: registryFacts });
  assert.equal(plan.subplans.length, 0);
  const { root: top } = plan;
  assert.ok(top.kind === 'ProjectionExec');
  assert.equal(top.exprs[0]?.kind, 'coalesce');
  assert.ok(top.input.kind === 'HashJoinExec' && top.input.joinType === 'right');
});

test('EXISTS that is correlated by an inequality becomes a nested loop', () => {
  const builder = new PlanBuilder();
  const [outer, inner] = [builder.scan(a), builder.scan(b)];
  builder.subqueries.push(filter(inner, compare('<', of(inner, 'u'), of(outer, 'x'))));
  assert.deepEqual(explained(builder, filter(outer, subplan('exists', 0, [of(outer, 'x')]))), [
    'NestedLoopJoinExec',
    '  Join Type: Right Semi',
    '  Join Filter: (u < x)',
    '  SeqScanExec on b',
    '  SeqScanExec on a',
  ]);
});

test('three relations are joined along their conditions, the smallest result first', () => {
  const builder = new PlanBuilder();
  const [first, second, third] = [builder.scan(a), builder.scan(b), builder.scan(c)];
  const crossed = join(join(first, second, 'inner'), third, 'inner');
  const root = filter(
    crossed,
    compare('=', of(first, 'x'), of(third, 'w')),
    compare('=', of(third, 'z'), of(second, 'u')),
  );
  const lines = explained(builder, project(root, of(first, 'y'), of(second, 'v')));
  assert.ok(!lines.some((line) => line.includes('NestedLoop')), lines.join('\n'));
});

test('a filter that is never true leaves an empty plan', () => {
  const builder = new PlanBuilder();
  const scan = builder.scan(a);
  const root = filter(scan, compare('=', of(scan, 'x'), constant('int4', null)));
  assert.deepEqual(explained(builder, root), ['EmptyExec']);
});

test('OR of equalities becomes a list that prunes', () => {
  const builder = new PlanBuilder();
  const scan = builder.scan(a);
  const args = [1, 2].map((value) => compare('=', of(scan, 'x'), constant('int4', value)));
  assert.deepEqual(explained(builder, filter(scan, { kind: 'or', args, type: bool })), [
    'FilterExec',
    "  Filter: (x = ANY ('{1,2}'::integer[]))",
    '  SeqScanExec on a',
    '        Pruning: (x IN (1, 2))',
  ]);
});
