/** The table of operators, one per kind of plan node. */
import { unsupported } from '../errors/sql-error.ts';
import type { PlanKind } from '../plan/physical.ts';
import type { Operator, Operators } from './operator.ts';
import { aggregate } from './operators/aggregate.ts';
import { coalescePartitions } from './operators/coalesce-partitions.ts';
import { empty } from './operators/empty.ts';
import { factScan } from './operators/fact-scan.ts';
import { filter } from './operators/filter.ts';
import { globalLimit } from './operators/global-limit.ts';
import { placeholderRow } from './operators/placeholder-row.ts';
import { projection } from './operators/projection.ts';
import { seqScan } from './operators/seq-scan.ts';
import { union } from './operators/union.ts';
import { values } from './operators/values.ts';

export const operators: Operators = {
  SeqScanExec: seqScan,
  FactScanExec: factScan,
  FilterExec: filter,
  ProjectionExec: projection,
  AggregateExec: aggregate,
  SortExec: absent('SortExec'),
  GlobalLimitExec: globalLimit,
  HashJoinExec: absent('HashJoinExec'),
  NestedLoopJoinExec: absent('NestedLoopJoinExec'),
  LateralJoinExec: absent('LateralJoinExec'),
  UnionExec: union,
  SetOperationExec: absent('SetOperationExec'),
  ValuesExec: values,
  PlaceholderRowExec: placeholderRow,
  EmptyExec: empty,
  TableFunctionExec: absent('TableFunctionExec'),
  ProjectSetExec: absent('ProjectSetExec'),
  WindowAggExec: absent('WindowAggExec'),
  DistinctOnExec: absent('DistinctOnExec'),
  RecursiveQueryExec: absent('RecursiveQueryExec'),
  WorkTableExec: absent('WorkTableExec'),
  MaterializeExec: absent('MaterializeExec'),
  CoalescePartitionsExec: coalescePartitions,
};

function absent<K extends PlanKind>(kind: K): Operator<K> {
  return () => {
    throw unsupported(`the plan node ${kind}`);
  };
}
