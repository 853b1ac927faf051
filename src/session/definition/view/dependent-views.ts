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
import { rowTypeRecord } from '../../../catalog/system/row-types.ts';
import { routinesOverType } from '../routine/routine-dependents.ts';
import { displayRelation } from '../relation-names.ts';
import type { DraftColumn, TableDraft } from '../table-draft.ts';

export interface ViewShape {
  readonly view: StoredView;
  readonly columns: ReturnType<typeof viewColumns>;
}

/** The views that name one of the relations or functions, with their columns now. */
export function viewShapes(session: SqlSession, oids: readonly number[]): readonly ViewShape[] {
  return definedViews(session)
    .filter(({ uses }) => uses?.some((oid) => oids.includes(oid)) === true)
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
  const hidden = `${definition.columns.length} ${name}`;
  const columns = definition.columns.map((each) =>
    each.name === name ? { ...each, name: hidden } : each,
  );
  return viewsBrokenBy(session, { ...definition, columns });
}

/** Views that show columns beside the key that they group by. */
export function viewsOverKey(
  session: SqlSession,
  definition: TableDefinition,
  name: string,
): readonly StoredView[] {
  const constraints = definition.constraints.filter((each) => each.name !== name);
  return viewsBrokenBy(session, { ...definition, constraints });
}

/** Views that name the table, or call a function of its row type, and need what it lacks. */
function viewsBrokenBy(session: SqlSession, changed: TableDefinition): readonly StoredView[] {
  const routines = routinesOverType(session, [rowTypeRecord(changed).oid]);
  const oids = [changed.oid, ...routines.map(({ oid }) => oid)];
  const shapes = viewShapes(session, oids);
  if (shapes.length === 0) return [];
  const transaction = session.transaction.forWriting();
  const mark = transaction.mark();
  transaction.alterTable(changed);
  const broken = shapes.filter(({ view, columns: shown }) => {
    return viewColumns(session, view).length !== shown.length;
  });
  transaction.rollbackTo(mark);
  // Views over those views depend on them, not on the column.
  const gone = broken.map(({ view }) => view.oid);
  const direct = broken.filter(({ view }) => !view.uses?.some((oid) => gone.includes(oid)));
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
