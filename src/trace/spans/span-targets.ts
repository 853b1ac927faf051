/** Names by which directives rule: target and level of every kind of span, and its line's phase. */
import { must } from '../../errors/assert.ts';
import type { PlanKind } from '../../plan/physical.ts';
import type { Level } from '../choice/filter.ts';
import type { PhaseName } from '../query-trace.ts';

export const linesTarget = 'datafusion_tracing';
export const rootTarget = 'pgwire::query';
export const ruleTarget = 'datafusion::optimizer';
export const storageTarget = 'storage::read';

interface PhaseRecord {
  readonly target: string;
  readonly level: Level;
  /** `phase` of the JSON line. */
  readonly line: string;
  /** The phase that this one is a part of. */
  readonly within?: PhaseName;
}

// prettier-ignore
export const phaseRecords: Readonly<Record<PhaseName, PhaseRecord>> = {
  'pgwire.receive': { target: 'pgwire::message', level: 'debug', line: 'receive' },
  'queue.wait': { target: 'scheduler', level: 'info', line: 'queue' },
  'session.begin': { target: 'session', level: 'info', line: 'session' },
  'parse': { target: 'datafusion::sql', level: 'info', line: 'parse' },
  'bind': { target: 'pgwire::message', level: 'info', line: 'bind' },
  'plan': { target: 'datafusion::planner', level: 'info', line: 'logical_plan' },
  'create_logical_plan': { target: 'datafusion::planner', level: 'info', line: 'logical_plan', within: 'plan' },
  'analyze_logical_plan': { target: ruleTarget, level: 'info', line: 'analyze', within: 'plan' },
  'optimize_logical_plan': { target: ruleTarget, level: 'info', line: 'optimize', within: 'plan' },
  'create_physical_plan': { target: 'datafusion::planner', level: 'info', line: 'physical_optimize', within: 'plan' },
  'execute_trial': { target: 'datafusion::physical_plan', level: 'info', line: 'physical_plan' },
  'execute_plan': { target: 'datafusion::physical_plan', level: 'info', line: 'physical_plan' },
  'optimize_physical_plan': { target: ruleTarget, level: 'info', line: 'physical_optimize', within: 'create_physical_plan' },
  'execute_utility': { target: 'datafusion::sql', level: 'info', line: 'utility' },
  'dml.execute': { target: 'datafusion::physical_plan::dml', level: 'info', line: 'dml' },
  'result.encode': { target: 'pgwire::encode', level: 'info', line: 'encode' },
  'client.write_wait': { target: 'pgwire::encode', level: 'info', line: 'write_wait' },
  'session.end': { target: 'session', level: 'info', line: 'session' },
  'commit': { target: 'txn', level: 'info', line: 'commit' },
  'log.append': { target: 'storage::log', level: 'debug', line: 'commit', within: 'commit' },
  'log.sync': { target: 'storage::log', level: 'debug', line: 'commit', within: 'commit' },
  'copy.receive': { target: 'pgwire::message', level: 'info', line: 'copy' },
};

interface OperatorRecord {
  /** Behind `datafusion::physical_plan::`. */
  readonly module: string;
  /** Prefix of the attributes that hold the operator's own facts. */
  readonly facts: string;
  readonly emission: 'Incremental' | 'Final' | 'Both';
}

// prettier-ignore
const operatorRecords: { readonly [K in PlanKind]: OperatorRecord } = {
  SeqScanExec: { module: 'scan', facts: 'scan', emission: 'Incremental' },
  FactScanExec: { module: 'scan', facts: 'scan', emission: 'Incremental' },
  FilterExec: { module: 'filter', facts: 'filter', emission: 'Incremental' },
  ProjectionExec: { module: 'projection', facts: 'projection', emission: 'Incremental' },
  AggregateExec: { module: 'aggregates', facts: 'aggregate', emission: 'Final' },
  SortExec: { module: 'sorts::sort', facts: 'sort', emission: 'Final' },
  GlobalLimitExec: { module: 'limit', facts: 'limit', emission: 'Incremental' },
  HashJoinExec: { module: 'joins::hash_join', facts: 'join', emission: 'Incremental' },
  NestedLoopJoinExec: { module: 'joins::nested_loop_join', facts: 'join', emission: 'Incremental' },
  LateralJoinExec: { module: 'joins::nested_loop_join', facts: 'join', emission: 'Incremental' },
  UnionExec: { module: 'union', facts: 'union', emission: 'Incremental' },
  SetOperationExec: { module: 'union', facts: 'set', emission: 'Final' },
  ValuesExec: { module: 'values', facts: 'values', emission: 'Incremental' },
  PlaceholderRowExec: { module: 'placeholder_row', facts: 'values', emission: 'Incremental' },
  EmptyExec: { module: 'empty', facts: 'values', emission: 'Incremental' },
  TableFunctionExec: { module: 'table_function', facts: 'function', emission: 'Incremental' },
  ProjectSetExec: { module: 'unnest', facts: 'unnest', emission: 'Incremental' },
  RoutineCallExec: { module: 'routine_call', facts: 'routine', emission: 'Incremental' },
  WindowAggExec: { module: 'windows', facts: 'window', emission: 'Final' },
  DistinctOnExec: { module: 'distinct_on', facts: 'distinct', emission: 'Incremental' },
  RecursiveQueryExec: { module: 'recursive_query', facts: 'recursive', emission: 'Incremental' },
  WorkTableExec: { module: 'work_table', facts: 'recursive', emission: 'Incremental' },
  MaterializeExec: { module: 'materialize', facts: 'cte', emission: 'Incremental' },
  CoalescePartitionsExec: { module: 'coalesce_partitions', facts: 'coalesce', emission: 'Incremental' },
};

type TargetedRecord = OperatorRecord & { readonly target: string };

const kinds = Object.keys(operatorRecords) as PlanKind[];
const targeted = new Map<PlanKind, TargetedRecord>(
  kinds.map((kind) => {
    const record = operatorRecords[kind];
    return [kind, { ...record, target: `datafusion::physical_plan::${record.module}` }];
  }),
);

export function operatorRecord(kind: PlanKind): TargetedRecord {
  return must(targeted.get(kind), 'a record of every operator');
}

export const operatorTargets: readonly string[] = [
  ...new Set(kinds.map((kind) => operatorRecord(kind).target)),
];
