import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqlType } from '../../types/type-table.ts';
import { explained } from '../explain/explain.ts';
import { foldConstant } from '../rules/fold-constant.ts';
import { registryFacts } from '../rules/function-facts.ts';
import { optimize } from '../rules/optimize.ts';
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
} from '../rules/test-plan.ts';
import { createPhysicalPlan } from './physical-planner.ts';
import type { LogicalNode } from '../logical.ts';
import type { PhysicalPlan } from '../physical.ts';

const spans = testTable('spans', 1, 500_000, [
  { name: 'ts', type: 'timestamptz', statistics: { nullFraction: 0, min: 0n, max: 1_000_000n } },
  { name: 'kind', type: 'int4', statistics: { nullFraction: 0, distinct: 4 } },
  { name: 'n', type: 'int4' },
]);
const kinds = testTable('kinds', 2, 4, [
  { name: 'kind', type: 'int4' },
  { name: 'label', type: 'text' },
]);

function planned(builder: PlanBuilder, root: LogicalNode, workers = 2): PhysicalPlan {
  const logical = optimize(builder.plan(root), { fold: foldConstant, nowNs: () => 0 });
  return createPhysicalPlan(logical, { workers, functions: registryFacts });
}

function lines(plan: PhysicalPlan): string[] {
  const off = { analyze: false, verbose: false, costs: false, timing: false, summary: false };
  return [...explained(plan, { ...off, format: 'text' })];
}

test('a big scan is aggregated in two phases', () => {
  const builder = new PlanBuilder();
  const scan = builder.scan(spans);
  const ranged = filter(scan, compare('>=', of(scan, 'ts'), constant('timestamptz', 900_000n)));
  const calls = [aggregateCall('count', [], 'int8')];
  const plan = planned(builder, builder.aggregate(ranged, [of(scan, 'kind')], calls));
  assert.deepEqual(lines(plan), [
    'AggregateExec',
    '  Group Key: kind',
    '  ->  CoalescePartitionsExec',
    '        ->  AggregateExec',
    '              Group Key: kind',
    '              ->  FilterExec',
    "                    Filter: (ts >= '1970-01-01 00:00:00.9+00'::timestamp with time zone)",
    '                    ->  SeqScanExec on spans',
    "                          Pruning: (ts >= '1970-01-01 00:00:00.9+00'::timestamp with time zone)",
  ]);
  assert.equal(plan.small, false);
  assert.deepEqual(plan.tables, [1]);
});

test('without workers no fragment is cut', () => {
  const builder = new PlanBuilder();
  const scan = builder.scan(spans);
  const calls = [aggregateCall('count', [], 'int8')];
  const plan = planned(builder, builder.aggregate(scan, [], calls), 0);
  assert.deepEqual(lines(plan), ['AggregateExec', '  ->  SeqScanExec on spans']);
});

test('an aggregate whose answer depends on the order of rows is not split', () => {
  const builder = new PlanBuilder();
  const scan = builder.scan(spans);
  const calls = [aggregateCall('array_agg', [of(scan, 'n')], '_int4')];
  const plan = planned(builder, builder.aggregate(scan, [], calls));
  assert.deepEqual(lines(plan), [
    'AggregateExec',
    '  ->  CoalescePartitionsExec',
    '        ->  SeqScanExec on spans',
  ]);
});

test('a limit over a sort keeps the first rows in every worker and hints the scan', () => {
  const builder = new PlanBuilder();
  const scan = builder.scan(spans);
  const keys = [{ expr: of(scan, 'ts'), descending: true, nullsFirst: true }];
  const sort: LogicalNode = { kind: 'sort', input: scan, keys, columns: scan.columns };
  const out = project(sort, of(scan, 'ts'), of(scan, 'kind'));
  const fetch = constant('int8', 10n);
  const { columns } = out;
  const root: LogicalNode = { kind: 'limit', input: out, skip: undefined, fetch, columns };
  assert.deepEqual(lines(planned(builder, root)), [
    'GlobalLimitExec',
    '  Limit: 10',
    '  ->  SortExec',
    '        Sort Key: ts DESC',
    '        Fetch: 10',
    '        ->  CoalescePartitionsExec',
    '              ->  SortExec',
    '                    Sort Key: ts DESC',
    '                    Fetch: 10',
    '                    ->  SeqScanExec on spans',
    '                          Top Key: ts DESC',
  ]);
});

test('the small side of a join is built and the big scan streams in its fragment', () => {
  const builder = new PlanBuilder();
  const [left, right] = [builder.scan(kinds), builder.scan(spans)];
  const crossed = join(left, right, 'inner');
  const joined = filter(crossed, compare('=', of(left, 'kind'), of(right, 'kind')));
  const plan = planned(builder, project(joined, of(left, 'label'), of(right, 'n')));
  assert.deepEqual(lines(plan), [
    'CoalescePartitionsExec',
    '  ->  ProjectionExec',
    '        ->  HashJoinExec',
    '              Join Type: Inner',
    '              Hash Cond: (kind = kind)',
    '              ->  SeqScanExec on kinds',
    '              ->  SeqScanExec on spans',
  ]);
});

test('EXISTS with an equality becomes a semi join that builds the subquery', () => {
  const builder = new PlanBuilder();
  const [outer, inner] = [builder.scan(spans), builder.scan(kinds)];
  const match = filter(inner, compare('=', of(inner, 'kind'), of(outer, 'kind')));
  builder.subqueries.push(match);
  const root = filter(outer, {
    kind: 'subplan',
    form: 'exists',
    planIndex: 0,
    arguments: [of(outer, 'kind')],
    type: sqlType('bool'),
  });
  const plan = planned(builder, project(root, of(outer, 'n')));
  assert.deepEqual(lines(plan), [
    'CoalescePartitionsExec',
    '  ->  ProjectionExec',
    '        ->  HashJoinExec',
    '              Join Type: Right Semi',
    '              Hash Cond: (kind = kind)',
    '              ->  SeqScanExec on kinds',
    '              ->  SeqScanExec on spans',
  ]);
  assert.equal(plan.subplans.length, 0);
});

test('a correlated subquery that no rule unnests gets its columns as parameters', () => {
  const builder = new PlanBuilder();
  const [outer, inner] = [builder.scan(kinds), builder.scan(kinds)];
  const match = filter(inner, compare('>', of(inner, 'kind'), of(outer, 'kind')));
  builder.subqueries.push(project(match, of(inner, 'label')));
  const root: LogicalNode = {
    kind: 'project',
    input: outer,
    exprs: [
      {
        kind: 'subplan',
        form: 'scalar',
        planIndex: 0,
        arguments: [of(outer, 'kind')],
        type: sqlType('text'),
      },
    ],
    columns: [builder.column('label', 'text')],
  };
  const plan = planned(builder, root);
  assert.deepEqual(lines(plan), [
    'ProjectionExec',
    '  SubPlan 1',
    '    ->  ProjectionExec',
    '          ->  FilterExec',
    '                Filter: (kind > $1)',
    '                ->  SeqScanExec on kinds',
    '                      Pruning: (kind > $1)',
    '  ->  SeqScanExec on kinds',
  ]);
  assert.equal(plan.subplans[0]?.firstParameter, 0);
  assert.equal(plan.small, true);
});

test('nodes are numbered in preorder, subplans after the root', () => {
  const builder = new PlanBuilder();
  const scan = builder.scan(spans);
  const plan = planned(builder, builder.aggregate(scan, [], [aggregateCall('count', [], 'int8')]));
  const { root } = plan;
  assert.equal(root.id, 0);
  assert.equal(root.kind === 'AggregateExec' && root.input.id, 1);
});
