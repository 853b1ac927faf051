/**
 * Queries that look up a few rows of a large table: what zone maps and value filters leave is so
 * little that the calling thread reads it sooner than a worker would get the plan.
 *
 *     aggregate, sort, limit, … ─▶ filter id = $1 ─▶ scan of 1 M rows, 1 of 8 segments left
 */
import type { SegmentReader } from '../catalog/table.ts';
import { must } from '../errors/assert.ts';
import type { Expr } from '../expr/expr.ts';
import { childrenOf, type NodeOf, type PhysicalPlan, type PlanNode } from '../plan/physical.ts';
import type { Datum } from '../types/datum.ts';
import type { QueryRequest } from './execution.ts';
import { survivingSegments } from './segment-pruning.ts';

type Scan = NodeOf<'SeqScanExec'>;

/** A segment, and columns that are loaded within a few milliseconds should they be on disk. */
const rowsMax = 140_000;
const columnsMax = 8;

const lookups = new WeakMap<PhysicalPlan, Scan | 'none'>();

/** Whether the calling thread may try the query: it moves to a worker when it takes long. */
export function isPointLookup(request: QueryRequest, segments: SegmentReader): boolean {
  const { plan, parameters, snapshots } = request;
  const scan = scanOf(plan);
  const snapshot = scan === undefined ? undefined : snapshots.get(scan.tableOid);
  if (scan === undefined || snapshot === undefined) return false;
  const scalar = (expr: Expr): Datum | null => valueOf(expr, parameters);
  const left = survivingSegments(scan, snapshot.segments, { segments, scalar });
  return left.reduce((rows, { rowCount }) => rows + rowCount, 0) <= rowsMax;
}

function scanOf(plan: PhysicalPlan): Scan | undefined {
  let found = lookups.get(plan);
  if (found === undefined) {
    found = lookupScan(plan) ?? 'none';
    lookups.set(plan, found);
  }
  return found === 'none' ? undefined : found;
}

const passing: ReadonlySet<PlanNode['kind']> = new Set([
  'CoalescePartitionsExec',
  'FilterExec',
  'ProjectionExec',
  'GlobalLimitExec',
  'SortExec',
  'AggregateExec',
]);

/** The only scan of a plan without joins, when it is for values that are known. */
function lookupScan({ root, subplans, movable }: PhysicalPlan): Scan | undefined {
  if (movable !== true || subplans.length > 0) return undefined;
  let node = root;
  while (passing.has(node.kind)) node = must(childrenOf(node)[0], 'an input');
  if (node.kind !== 'SeqScanExec' || node.columns.length > columnsMax) return undefined;
  const pruning = node.pruning.filter(({ values }) => values.every(isKnown));
  const isLookup = pruning.some(({ op }) => op === '=' || op === 'in');
  return isLookup ? { ...node, pruning } : undefined;
}

function isKnown({ kind }: Expr): boolean {
  return kind === 'constant' || kind === 'parameter';
}

function valueOf(expr: Expr, parameters: readonly (Datum | null)[]): Datum | null {
  if (expr.kind === 'constant') return expr.value;
  return expr.kind === 'parameter' ? (parameters[expr.index] ?? null) : null;
}
