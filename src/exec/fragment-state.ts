/**
 * What all threads of a fragment share: the rows of its build sides. The driver computes them
 * once, before the offer; every thread then makes its own join table of them.
 *
 * Computed rows stand in QueryContext.shared by node, and `open` of that node yields them.
 */
import { Arena } from '../memory/arena.ts';
import { batchRowsMax, makeBatch, type Batch } from '../columns/batch.ts';
import { sliceColumn, type Column } from '../columns/column.ts';
import { childrenOf, type JoinType, type PlanNode } from '../plan/physical.ts';
import { RowBuffer } from './keys/row-buffer.ts';
import type { QueryContext } from './operator.ts';

/** Plain data: pointers into shared memory that lives until the fragment ends. */
export interface ComputedRows {
  readonly columns: readonly Column[];
  readonly rowCount: number;
}

export interface FragmentState {
  readonly shared: ReadonlyMap<string, ComputedRows>;
  free(): void;
}

/** Joins that need no memory of which build rows were matched. */
const sharedJoins: ReadonlySet<JoinType> = new Set<JoinType>([
  'inner',
  'right',
  'rightSemi',
  'rightAnti',
]);

/** Whether several threads may run the plan, each with its own morsels. */
export function isShareable(node: PlanNode): boolean {
  switch (node.kind) {
    case 'SeqScanExec':
      return node.parallel;
    case 'FilterExec':
    case 'ProjectionExec':
    case 'ProjectSetExec':
    case 'SortExec':
      return isShareable(node.input);
    case 'AggregateExec':
      return node.mode === 'partial' && isShareable(node.input);
    case 'HashJoinExec':
    case 'NestedLoopJoinExec':
      return sharedJoins.has(node.joinType) && isShareable(node.right);
    default:
      return false;
  }
}

/** Computes the build sides of a shareable plan. */
export function shareState(node: PlanNode, context: QueryContext): FragmentState {
  const arena = new Arena(context.budget);
  const shared = new Map<string, ComputedRows>();
  let isReady = false;
  try {
    for (const build of buildSides(node)) {
      shared.set(computedName(build), computeRows(build, context, arena));
    }
    isReady = true;
  } finally {
    if (!isReady) arena.free();
  }
  return { shared, free: () => arena.free() };
}

function buildSides(node: PlanNode): readonly PlanNode[] {
  if (node.kind === 'HashJoinExec' || node.kind === 'NestedLoopJoinExec') {
    return [node.left, ...buildSides(node.right)];
  }
  return childrenOf(node).flatMap(buildSides);
}

function computeRows(node: PlanNode, context: QueryContext, arena: Arena): ComputedRows {
  const scratch = new Arena(context.budget);
  try {
    const rows = new RowBuffer(
      node.fields.map((field) => field.type),
      arena,
      scratch,
    );
    for (const batch of context.open(node)) {
      rows.append(batch);
      scratch.reset();
    }
    return { columns: rows.columns(), rowCount: rows.rowCount };
  } finally {
    scratch.free();
  }
}

function computedName(node: PlanNode): string {
  return `computed ${node.id}`;
}

/** The rows of a node that was computed before; undefined: it is to be run. */
export function computedRows(
  node: PlanNode,
  shared: ReadonlyMap<string, unknown>,
): Iterable<Batch> | undefined {
  const rows = shared.get(computedName(node)) as ComputedRows | undefined;
  return rows === undefined ? undefined : batchesOf(rows);
}

function* batchesOf({ columns, rowCount }: ComputedRows): Generator<Batch> {
  for (let from = 0; from < rowCount; from += batchRowsMax) {
    const count = Math.min(batchRowsMax, rowCount - from);
    yield makeBatch(
      columns.map((column) => sliceColumn(column, from, count)),
      count,
    );
  }
}
