/** Views over a table that changes: what they show must stay as it is. */
import { SqlError } from '../../../errors/sql-error.ts';
import type { StoredView, TableDefinition } from '../../../catalog/table.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { typeRecord } from '../../../types/type-table.ts';
import { userTypeOid } from '../../../types/user-type.ts';
import { viewColumns } from '../../facts/session-state.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { definedViews, viewNoun } from './defined-views.ts';
import { displayRelation } from '../relation-names.ts';
import type { DraftColumn, TableDraft } from '../table-draft.ts';

export interface ViewShape {
  readonly view: StoredView;
  readonly columns: ReturnType<typeof viewColumns>;
}

/** The views that name the relation, with their columns now. */
export function viewShapes(session: SqlSession, oid: number): readonly ViewShape[] {
  return definedViews(session)
    .filter(({ uses }) => uses?.includes(oid) === true)
    .map((view) => ({ view, columns: viewColumns(session, view) }));
}

/** The views that would not be without the column: asked of a table that lacks it. */
export function dependentViews(draft: TableDraft, column: DraftColumn): readonly StoredView[] {
  const { before, context } = draft;
  if (before === undefined) return [];
  return viewsOverColumn(context.session, before.definition, column.definition.name);
}

export function viewsOverColumn(
  session: SqlSession,
  definition: TableDefinition,
  name: string,
): readonly StoredView[] {
  const shapes = viewShapes(session, definition.oid);
  if (shapes.length === 0) return [];
  const transaction = session.transaction.forWriting();
  const hidden = `${definition.columns.length} ${name}`;
  const columns = definition.columns.map((each) =>
    each.name === name ? { ...each, name: hidden } : each,
  );
  const mark = transaction.mark();
  transaction.alterTable({ ...definition, columns });
  const broken = shapes.filter(({ view, columns: shown }) => {
    return viewColumns(session, view).length !== shown.length;
  });
  transaction.rollbackTo(mark);
  // Views over those views depend on them, not on the column.
  const oids = broken.map(({ view }) => view.oid);
  const direct = broken.filter(({ view }) => !view.uses?.some((oid) => oids.includes(oid)));
  return direct.map(({ view }) => view).toSorted((a, b) => b.oid - a.oid);
}

/** Errors: 0A000 when a view shows a column whose type changed. */
export function refuseBrokenViews(
  { session }: StatementContext,
  shapes: readonly ViewShape[],
  draft: TableDraft,
): void {
  const retyped = draft.columns.find(({ isRetyped }) => isRetyped);
  if (retyped === undefined) return;
  const left = definedViews(session);
  for (const { view, columns } of shapes) {
    if (!left.some(({ oid }) => oid === view.oid)) continue;
    const now = viewColumns(session, view);
    const isSame = columns.every(({ type }, i) => isSameType(type, now[i]?.type));
    if (isSame && now.length === columns.length) continue;
    const column = `column "${retyped.definition.name}"`;
    const message = 'cannot alter type of a column used by a view or rule';
    const detail = `rule _RETURN on ${viewNoun(view)} ${displayRelation(session, view)} depends on ${column}`;
    throw new SqlError('feature_not_supported', message, { detail });
  }
}

/** A row of the table is of its row type, whatever that has become. */
function isSameType(before: SqlType, now: SqlType | undefined): boolean {
  const oid = userTypeOid(before.name);
  if (now === undefined || before.typmod !== now.typmod) return false;
  return (
    before.name === now.name ||
    (oid !== undefined && typeRecord(before.name).oid === typeRecord(now.name).oid)
  );
}
