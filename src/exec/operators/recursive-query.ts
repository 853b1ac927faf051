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
import { columnReader } from '../../columns/read.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import { datumsKey } from '../datum-key.ts';
import { KeptRows } from '../kept-rows.ts';
import { selectedRow } from '../selected-row.ts';
import type { Operator } from '../operator.ts';

export const recursiveQuery: Operator<'RecursiveQueryExec'> = function* (node, context) {
  const { query, scratch, facts } = context;
  const name = `work table ${node.workTable}`;
  const types = node.fields.map((field) => field.type);
  const known = node.distinct ? new Set<string>() : undefined;
  let source = node.initial;
  for (let round = 0; ; round++) {
    const next = new KeptRows(types, query.budget);
    for (const batch of query.open(source)) {
      const fresh = known === undefined ? batch : unknownRows(batch, known, scratch);
      if (fresh.rowCount === 0) continue;
      next.append(fresh);
      yield fresh;
    }
    (query.shared.get(name) as KeptRows | undefined)?.free();
    query.shared.set(name, next);
    facts['iterations'] = round;
    if (next.rowCount === 0) return;
    source = node.recursive;
  }
};

/** The rows that were not met before; remembers them. */
function unknownRows(batch: Batch, known: Set<string>, arena: Arena): Batch {
  const readers = Array.from({ length: batch.columnCount }, (_, i) =>
    columnReader(batch.column(i)),
  );
  const selection = arena.allocate(batch.rowCount * 4);
  const { u32 } = heap();
  let rowCount = 0;
  for (let at = 0; at < batch.rowCount; at++) {
    const row = selectedRow(batch.selection, at);
    const key = datumsKey(readers.map((read) => read(row)));
    if (known.has(key)) continue;
    known.add(key);
    u32[(selection >>> 2) + rowCount++] = row;
  }
  return withSelection(batch, rowCount, selection);
}
