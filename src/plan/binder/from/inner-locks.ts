/**
 * A query that locks rows inside another statement: it runs before the rest, which reads the rows that
 * it locked.
 *
 *     update jobs set … where id in (select id from jobs … for update skip locked limit 5)
 *       ──▶  the locking query, its rows  ──▶  update jobs set … where id in (those rows)
 */
import { freeColumns } from '../../rules/logical-tree.ts';
import type { EarlierRows } from '../../planner.ts';
import type { Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { earlierScan } from './earlier-rows.ts';
import { bindQuery } from '../select/query.ts';
import { lockedSelect } from './row-locks.ts';
import type { BoundQuery, Env } from '../scope.ts';

/** Errors: 0A000 in a view, and where it reads columns of the statement around it. */
export function bindInnerLocks(
  context: BindContext,
  written: Ast<'SelectStmt'>,
  parent: Env | undefined,
): BoundQuery {
  const { select, locks, hidden } = lockedSelect(context, written);
  const around = context.locksRows;
  context.locksRows = true;
  const query = bindQuery(context, select, parent);
  context.locksRows = around;
  if (freeColumns(query.node).size > 0) {
    throw context.unsupported(
      'SELECT FOR UPDATE/SHARE over columns of the query around it',
      undefined,
    );
  }
  const shown = query.output.slice(0, query.output.length - hidden);
  const fields = shown.map(({ name, column }) => ({ name, type: column.type }));
  const rows: EarlierRows = [];
  context.earlier.push({ locking: { query, locks, hidden }, rows });
  const node = earlierScan(context, { name: 'locked', rows, fields });
  return { node, output: node.columns.map((column) => ({ name: column.name, column })) };
}
