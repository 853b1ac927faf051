/**
 * RecursiveQueryExec: WITH RECURSIVE. Rounds until one yields no new row; each round reads the
 * rows of the one before through WorkTableExec.
 *
 *     initial ──▶ work table ──▶ recursive ──▶ work table ──▶ … ──▶ empty
 *
 * UNION (distinct) drops rows that any earlier round gave. Memory: one round's rows, and for
 * distinct a key per row of the whole result.
 */
import { withSelection, type Batch } from '../../columns/batch.ts';
import { kernels } from '../../kernels/kernels.ts';
import { KeptRows } from '../kept-rows.ts';
import { GroupKeys } from '../keys/group-keys.ts';
import { rowsAtPositions } from '../keys/key-column.ts';
import type { Operator, OperatorContext } from '../operator.ts';

export const recursiveQuery: Operator<'RecursiveQueryExec'> = function* (node, context) {
  const { query, state, scratch, facts } = context;
  const name = `work table ${node.workTable}`;
  const types = node.fields.map((field) => field.type);
  const known = node.distinct
    ? new GroupKeys(types, { state, scratch, skipsNulls: false })
    : undefined;
  let source = node.initial;
  for (let round = 0; ; round++) {
    const next = new KeptRows(types, query.budget);
    let isWhole = false;
    try {
      for (const batch of query.open(source)) {
        const fresh = known === undefined ? batch : unknownRows(batch, known, context);
        if (fresh.rowCount === 0) continue;
        next.append(fresh);
        yield fresh;
      }
      isWhole = true;
    } finally {
      if (!isWhole) next.free();
    }
    (query.shared.get(name) as KeptRows | undefined)?.free();
    query.shared.set(name, next);
    facts['iterations'] = round;
    if (next.rowCount === 0) return;
    source = node.recursive;
  }
};

/** The rows that were not met before; remembers them. */
function unknownRows(batch: Batch, known: GroupKeys, { scratch }: OperatorContext): Batch {
  scratch.reset();
  const before = known.count;
  const columns = Array.from({ length: batch.columnCount }, (_, i) => batch.column(i));
  const ids = known.intern(columns, batch);
  const added = known.count - before;
  const positions = scratch.allocate(added * 4);
  kernels().firstPositions(ids, batch.rowCount, before, positions);
  return withSelection(batch, added, rowsAtPositions(positions, added, batch, scratch));
}
