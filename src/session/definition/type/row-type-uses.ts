/** What the change of a relation means for its row type, and for columns that are of it. */
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { rowTypeRecord, type RowRelation } from '../../../catalog/system/row-types.ts';
import type { StoredView, TableDefinition } from '../../../catalog/table.ts';
import {
  keptCast,
  sqlTypeOf,
  type CompositeRecord,
  type DomainRecord,
} from '../../../catalog/type-records.ts';
import { knownComposite, isCompositeName, userTypeOid } from '../../../types/user-type.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import type { SqlSession } from '../../sql-session.ts';
import { putRowType, type LostFields } from './put-type.ts';
import type { TableDraft } from '../table-draft.ts';
import { castsTo, isDefaultOf, refuseTypeInPolicies, viewsNaming } from './type-uses.ts';
import { columnsOver, compositesOver } from './user-types.ts';

/** Errors: 0A000 where values of the domain lie within other values. */
export function refuseWithin(session: SqlSession, { oid, name }: DomainRecord): void {
  const composites = compositesOver(session, oid).map((type) => type.oid);
  const tables = columnsOver(session, oid).map(({ table }) => rowTypeRecord(table).oid);
  for (const type of [...composites, ...tables]) {
    const use = useOf(session, type);
    if (use === undefined) continue;
    const message = `cannot alter type "${name}" because column "${use}" uses it`;
    throw new SqlError('feature_not_supported', message);
  }
}

/** A column with values of the type within, as `table.column`: PostgreSQL looks at arrays first. */
function useOf(session: SqlSession, oid: number): string | undefined {
  return useAs(session, oid, true) ?? useAs(session, oid, false);
}

function useAs(session: SqlSession, oid: number, isOfArrays: boolean): string | undefined {
  const isIt = ({ type }: { readonly type: { readonly name: TypeName } }): boolean =>
    userTypeOid(type.name) === oid && type.name.startsWith('_') === isOfArrays;
  const tables = columnsOver(session, oid).flatMap(({ table }) => {
    const column = table.columns.find(isIt);
    return column === undefined
      ? []
      : [{ at: table.oid, use: () => `${table.name}.${column.name}` }];
  });
  const composites = compositesOver(session, oid).flatMap((type) => {
    if (!type.attributes.some(isIt)) return [];
    return [{ at: type.relationOid, use: () => useOf(session, type.oid) }];
  });
  // The oldest is found first.
  for (const { use } of [...tables, ...composites].toSorted((a, b) => a.at - b.at)) {
    const found = use();
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * ALTER TABLE: columns of the row type are told of new columns and new names, and their rows are
 * written anew without what was dropped. Errors: 0A000, as PostgreSQL's for values that would have
 * to be computed.
 */
export async function alterRowType(
  { context, columns, hasOwnValues }: TableDraft,
  before: TableDefinition,
  after: TableDefinition,
): Promise<void> {
  const { session } = context;
  const type = rowTypeRecord(before);
  const use = useOf(session, type.oid);
  const kept = columns.flatMap(({ position }) => position ?? []);
  const isShorter = kept.length < before.columns.length;
  const isRetyped = columns.some((column) => column.isRetyped);
  const isFilled = columns.some(({ position, definition }) => {
    return position === undefined && definition.defaultSql !== undefined;
  });
  const isComputed = isRetyped || isFilled || hasOwnValues;
  if (use !== undefined && isComputed) {
    const message = `cannot alter table "${before.name}" because column "${use}" uses its row type`;
    throw new SqlError('feature_not_supported', message);
  }
  const isNamed = castsTo(session, type).some((each) => !isDefaultOf(each, type));
  if (isNamed && (isShorter || isRetyped)) {
    throw unsupported('dropping a column of a table whose row type expressions name');
  }
  const gone = before.columns.filter((_column, i) => !kept.includes(i));
  const names = gone.map(({ name }) => name);
  const lost = isShorter ? { context, oid: type.oid, kept, names } : undefined;
  await changeRowType(session, [before, after], lost);
}

/** Another name, schema, or other columns. Errors: 0A000 where kept texts would name what was. */
export async function renameRowType(
  session: SqlSession,
  before: RowRelation,
  after: RowRelation,
): Promise<void> {
  await changeRowType(session, [before, after], undefined);
}

async function changeRowType(
  session: SqlSession,
  [before, after]: readonly [before: RowRelation, after: RowRelation],
  lost: LostFields | undefined,
): Promise<void> {
  const type = rowTypeRecord(before);
  if (sqlTypeOf(type).name === sqlTypeOf(rowTypeRecord(after)).name) return;
  if (viewsNaming(session, type).some((view) => isCasting(view, type))) {
    throw unsupported('changing a relation whose row type views name');
  }
  refuseTypeInPolicies(session, type, 'changing a relation whose row type');
  if (castsTo(session, type).some((use) => isOwn(use, type))) {
    throw unsupported('changing a relation whose row type its own expressions or domains name');
  }
  await putRowType(session, [before, after], lost);
}

/** The same of a view, whose columns are kept or not known. */
export async function changeViewRows(
  session: SqlSession,
  before: StoredView,
  after: StoredView,
): Promise<void> {
  const { columns } = before;
  const { columns: now = columns } = after;
  if (columns === undefined || now === undefined) return;
  await renameRowType(session, { ...before, columns }, { ...after, columns: now });
}

/** Whole rows of the relation are shown with a cast, too. */
function isCasting({ definition, sql }: StoredView, type: CompositeRecord): boolean {
  const cast = keptCast(type);
  return (definition ?? sql).replaceAll(`.*${cast}`, '').includes(cast);
}

function isOwn(use: ReturnType<typeof castsTo>[number], type: CompositeRecord): boolean {
  return use.kind === 'domain' || use.table.oid === type.relationOid;
}

/** Errors: 42P16 for a new column whose values would have rows of the table within. */
export function refuseSelfMember({ oid, name }: CompositeRecord, column: TypeName): void {
  if (!hasWithin(column, oid)) return;
  const message = `composite type ${name} cannot be made a member of itself`;
  throw new SqlError('invalid_table_definition', message);
}

function hasWithin(name: TypeName, oid: number): boolean {
  if (userTypeOid(name) === oid) return true;
  const element = name.startsWith('_') ? name.slice(1) : name;
  if (!isCompositeName(element)) return false;
  return knownComposite(element).fields.some(({ type }) => hasWithin(type.name, oid));
}
