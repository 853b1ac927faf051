/**
 * The build side of a hash join: all rows of `left`, their key ids, and a chain of rows per id.
 */
import { batchRowsMax, makeBatch, type Batch } from '../../columns/batch.ts';
import { kernels } from '../../kernels/kernels.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import type { NodeOf, PlanNode } from '../../plan/physical.ts';
import { inSlices } from '../checkpoint.ts';
import { prepareExprs } from '../expressions.ts';
import { GroupKeys } from '../keys/group-keys.ts';
import { Growable } from '../keys/growable.ts';
import { RowBuffer } from '../keys/row-buffer.ts';
import type { OperatorContext } from '../operator.ts';

export interface JoinTable {
  readonly rows: RowBuffer;
  readonly keys: GroupKeys;
  /** u32 first row by id, and next row by row; 0xFFFFFFFF ends a chain. */
  readonly head: number;
  readonly next: number;
  /** A byte per build row: 1 once it was part of a match. */
  readonly matched: number;
  readonly hasNullKey: boolean;
  /** No two build rows have the same key. */
  readonly isUnique: boolean;
}

export function buildJoinTable(node: NodeOf<'HashJoinExec'>, context: OperatorContext): JoinTable {
  const { query, state, scratch } = context;
  const rows = new RowBuffer(
    node.left.fields.map((field) => field.type),
    state,
    scratch,
  );
  const types = node.leftKeys.map((expr) => expr.type);
  const keys = new GroupKeys(types, { state, scratch, skipsNulls: !node.nullsEqual });
  const evaluate = prepareExprs(node.leftKeys, context);
  const ids = new Growable(state);
  let hasNullKey = false;
  for (const batch of query.open(node.left)) {
    scratch.reset();
    const columns = evaluate(batch);
    const batchIds = keys.intern(columns, batch);
    const used = rows.rowCount * 4;
    const added = batch.rowCount * 4;
    ids.reserve(used + added, used);
    kernels().copyBytes(batchIds, added, ids.pointer + used);
    hasNullKey ||= node.nullAware && hasNull(columns, batch, scratch);
    rows.append(batch);
  }
  const { rowCount } = rows;
  const head = state.allocate(keys.count * 4);
  const next = state.allocate(rowCount * 4);
  const matched = state.allocate(rowCount);
  const k = kernels();
  k.fill32(head, 0xffffffff, keys.count);
  let followers = 0;
  inSlices(rowCount, (from, count) => {
    const end = rowCount - from;
    followers += k.chainRows(ids.pointer, end - count, end, head, next);
  });
  k.fillBytes(matched, 0, rowCount);
  const isUnique = followers === 0;
  return { rows, keys, head, next, matched, hasNullKey, isUnique };
}

function hasNull(columns: readonly Column[], batch: Batch, scratch: Arena): boolean {
  return columns.some((column) => notNullRows(column, batch, scratch).rowCount < batch.rowCount);
}

/** Rows of the batch in which the column is not NULL. */
export function notNullRows(
  column: Column,
  batch: Batch,
  arena: Arena,
): { readonly rowCount: number; readonly selection: number } {
  const { rowCount, selection } = batch;
  if (column.validity === 0) return { rowCount, selection };
  const out = arena.allocate(rowCount * 4 + 4);
  if (column.encoding === 'constant') {
    const isThere = kernels().rowsNotNull(column.validity, 0, 1, out) === 1;
    return { rowCount: isThere ? rowCount : 0, selection };
  }
  const found = kernels().rowsNotNull(column.validity, selection, rowCount, out);
  return { rowCount: found, selection: out };
}

/** Build rows that an outer, semi or anti join owes after the probe side has ended. */
export function* restOfBuild(
  node: NodeOf<'HashJoinExec'>,
  table: JoinTable,
  context: OperatorContext,
): Generator<Batch> {
  const { joinType, right } = node;
  const isOuter = joinType === 'left' || joinType === 'full';
  if (!isOuter && joinType !== 'leftSemi' && joinType !== 'leftAnti') return;
  const { state, scratch } = context;
  const { rowCount } = table.rows;
  const rows = state.allocate(rowCount * 4 + 4);
  const wanted = joinType === 'leftSemi' ? 1 : 0;
  const count = kernels().rowsFlagged(0, rowCount, table.matched, wanted, rows);
  for (let from = 0; from < count; from += batchRowsMax) {
    const part = Math.min(batchRowsMax, count - from);
    const list = { rows: rows + from * 4, count: part, hasNullRows: false };
    const nulls = isOuter ? nullColumns(right, part, scratch) : [];
    yield makeBatch([...table.rows.gather(list, scratch), ...nulls], part);
  }
}

/** Columns of NULLs for the absent side of an outer join. */
export function nullColumns(side: PlanNode, count: number, arena: Arena): Column[] {
  const zeros = arena.allocate(64);
  kernels().fillBytes(zeros, 0, 64);
  return side.fields.map(({ type }) => ({
    encoding: 'constant',
    type,
    length: count,
    validity: zeros,
    values: zeros,
    offsets: zeros,
  }));
}
