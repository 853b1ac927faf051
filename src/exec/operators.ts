/** The table of operators, one per kind of plan node. */
import type { Operators } from './operator.ts';
import { aggregate } from './operators/aggregate.ts';
import { coalescePartitions } from './operators/coalesce-partitions.ts';
import { distinctOn } from './operators/distinct-on.ts';
import { empty } from './operators/empty.ts';
import { factScan } from './operators/fact-scan.ts';
import { filter } from './operators/filter.ts';
import { globalLimit } from './operators/global-limit.ts';
import { hashJoin } from './operators/hash-join.ts';
import { lateralJoin } from './operators/lateral-join.ts';
import { materialize } from './operators/materialize.ts';
import { nestedLoopJoin } from './operators/nested-loop-join.ts';
import { placeholderRow } from './operators/placeholder-row.ts';
import { projectSet } from './operators/project-set.ts';
import { projection } from './operators/projection.ts';
import { recursiveQuery } from './operators/recursive-query.ts';
import { routineCall } from './operators/routine-call.ts';
import { seqScan } from './operators/seq-scan.ts';
import { setOperation } from './operators/set-operation.ts';
import { sort } from './operators/sort.ts';
import { tableFunction } from './operators/table-function.ts';
import { union } from './operators/union.ts';
import { values } from './operators/values.ts';
import { windowAgg } from './operators/window-agg.ts';
import { workTable } from './operators/work-table.ts';

export const operators: Operators = {
  SeqScanExec: seqScan,
  FactScanExec: factScan,
  FilterExec: filter,
  ProjectionExec: projection,
  AggregateExec: aggregate,
  SortExec: sort,
  GlobalLimitExec: globalLimit,
  HashJoinExec: hashJoin,
  NestedLoopJoinExec: nestedLoopJoin,
  LateralJoinExec: lateralJoin,
  UnionExec: union,
  SetOperationExec: setOperation,
  ValuesExec: values,
  PlaceholderRowExec: placeholderRow,
  EmptyExec: empty,
  TableFunctionExec: tableFunction,
  ProjectSetExec: projectSet,
  RoutineCallExec: routineCall,
  WindowAggExec: windowAgg,
  DistinctOnExec: distinctOn,
  RecursiveQueryExec: recursiveQuery,
  WorkTableExec: workTable,
  MaterializeExec: materialize,
  CoalescePartitionsExec: coalescePartitions,
};
