/**
 * Types that change: whoever has the whole definition of one in a name of a type, or in kept text,
 * gets the new one. Rows stay as they are, since values are read by the fields and labels of now.
 */
import { unsupported } from '../../../errors/sql-error.ts';
import {
  isDomainRecord,
  keptCast,
  sqlTypeOf,
  type DomainRecord,
  type UserTypeRecord,
} from '../../../catalog/type-records.ts';
import { rowTypeRecord, type RowRelation } from '../../../catalog/system/row-types.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import type { Datum } from '../../../types/datum.ts';
import { keepFields, type KeptFields } from '../../../types/kept-fields.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { refuseExpanded, refuseNamedFields } from './field-uses.ts';
import { newRows } from '../new-rows.ts';
import { TableDraft } from '../table-draft.ts';
import type { Expr, RowExpr } from '../../../expr/expr.ts';
import { mapExpr } from '../../../expr/walk.ts';
import { expressionOf } from '../../../plan/binder/write/assignments.ts';
import {
  bindCheck,
  bindExpression,
  bindRowExpression,
} from '../../../plan/binder/bind-statement.ts';
import { nullOf } from '../../../plan/binder/literals.ts';
import { exprText } from '../../../plan/explain/expr-text.ts';
import { fromStorageBytes, storageBytes } from '../../../types/type-binary.ts';
import { layoutOf } from '../../../types/type-table.ts';
import type { SqlType, TypeName } from '../../../types/sql-type.ts';
import { isCompositeName, knownComposite, userTypeOid } from '../../../types/user-type.ts';
import { lockRelation } from '../../transaction/locks.ts';
import type { SqlSession } from '../../sql-session.ts';
import { castsTo } from './type-uses.ts';
import { columnsOver, compositesOver, domainsOver } from './user-types.ts';

/**
 * Replaces the type, and its name in the tables that have columns of it: rows stay as they are.
 * Statements that are under way go on with the labels that they began with.
 */
export async function putType(
  session: SqlSession,
  [before, after]: readonly [before: UserTypeRecord, after: UserTypeRecord],
  lost?: LostFields,
): Promise<void> {
  // Tables name a domain by its OID, and have its base type.
  if (!isDomainRecord(before)) await renameInUses(session, [before, after], lost);
  session.transaction.forWriting().putRecord(after);
}

/** Fields that the type, or one within it, has no more: rows with values of it are written anew. */
export interface LostFields extends KeptFields {
  readonly context: StatementContext;
  /** Of the fields that went. */
  readonly names: readonly string[];
}

/** The same of the row type of a relation, which is about to change. */
export async function putRowType(
  session: SqlSession,
  [before, after]: readonly [before: RowRelation, after: RowRelation],
  lost?: LostFields,
): Promise<void> {
  await renameInUses(session, [rowTypeRecord(before), rowTypeRecord(after)], lost);
}

/** Whatever is of the type, or has the type's name in its text, names it as it is now. */
async function renameInUses(
  session: SqlSession,
  [before, after]: readonly [before: UserTypeRecord, after: UserTypeRecord],
  lost: LostFields | undefined,
): Promise<void> {
  const names = { before: sqlTypeOf(before).name, after: sqlTypeOf(after).name };
  if (names.before === names.after) return;
  for (const domain of domainsOver(session, before.oid)) {
    await putBase(session, domain, sqlTypeOf(after).name);
  }
  for (const composite of compositesOver(session, before.oid)) {
    const attributes = composite.attributes.map((attribute) => {
      return { ...attribute, type: retyped(attribute.type, names) };
    });
    await putType(session, [composite, { ...composite, attributes }], lost);
  }
  const mode = lost === undefined ? 'share update exclusive' : 'access exclusive';
  for (const oid of tablesNaming(session, before)) await lockRelation(session, oid, mode);
  const { store } = session.environment;
  const transaction = session.transaction.forWriting();
  for (const oid of tablesNaming(session, before)) {
    const table = store.tableByOid(oid, transaction)?.definition;
    if (table === undefined) continue;
    const altered = withType(session, table, { ...names, cast: keptCast(before), lost });
    await putRowType(session, [table, altered], lost);
    if (isCompositeName(names.before)) refuseExpanded(session, oid);
    if (lost !== undefined) refuseNamedFields(session, table, lost.names);
    const isOver = altered.columns.some(({ type }, i) => type.name !== table.columns[i]?.type.name);
    if (lost === undefined || !isOver) transaction.alterTable(altered);
    else await rewriteRows(altered, lost);
  }
  await renameInViews(session, [before, names], lost);
}

/** The table's rows with what is left of values of the type. */
async function rewriteRows(
  altered: TableDefinition,
  { context, oid, kept }: LostFields,
): Promise<void> {
  const { environment, transaction } = context.session;
  const table = must(environment.store.tableByOid(altered.oid, transaction.forWriting()), 'table');
  const draft = new TableDraft(context, table.definition, table);
  draft.columns.forEach((column, i) => {
    const definition = must(altered.columns[i], 'column');
    if (definition.type.name !== column.definition.type.name) column.fields = { oid, kept };
    column.definition = definition;
  });
  await newRows(draft, altered);
}

/** OIDs of the tables with columns of the type, or with expressions that cast to it. */
function tablesNaming(session: SqlSession, type: UserTypeRecord): readonly number[] {
  const columns = columnsOver(session, type.oid).map(({ table }) => table.oid);
  const casts = castsTo(session, type).flatMap((use) => {
    return use.kind === 'domain' ? [] : [use.table.oid];
  });
  return [...new Set([...columns, ...casts])];
}

/** What a view shows is kept with it. */
async function renameInViews(
  session: SqlSession,
  [{ oid }, names]: readonly [UserTypeRecord, TypeNames],
  lost: LostFields | undefined,
): Promise<void> {
  const transaction = session.transaction.forWriting();
  for (const view of session.environment.store.views(transaction)) {
    const { columns } = view;
    if (columns?.some(({ type }) => userTypeOid(type.name) === oid) !== true) continue;
    const now = columns.map(({ name, type }) => ({ name, type: retyped(type, names) }));
    await putRowType(
      session,
      [
        { ...view, columns },
        { ...view, columns: now },
      ],
      lost,
    );
    transaction.alterView({ ...view, columns: now });
  }
}

/** Errors: 0A000: tables of the domain would have to be told, too. */
async function putBase(session: SqlSession, domain: DomainRecord, name: TypeName): Promise<void> {
  const isUsed =
    columnsOver(session, domain.oid).length > 0 || compositesOver(session, domain.oid).length > 0;
  if (isUsed || domainsOver(session, domain.oid).length > 0 || domain.checks.length > 0) {
    throw unsupported('changing a type that a domain in use is over');
  }
  const base = { ...domain.base, name };
  session.transaction.forWriting().putRecord({ ...domain, base });
}

interface TypeNames {
  readonly before: TypeName;
  readonly after: TypeName;
}

interface Names extends TypeNames {
  /** How kept text names it. */
  readonly cast: string;
  readonly lost: LostFields | undefined;
}

/** Text is printed anew where it names the type: labels in it may be called otherwise now. */
function withType(session: SqlSession, table: TableDefinition, names: Names): TableDefinition {
  const options = session.plannerOptions({ positionOf: () => 0 });
  const isNaming = (sql: string): boolean => sql.includes(names.cast);
  const print = (expr: Expr): string => {
    return exprText(retypedExpr(expr, names), { maskLiterals: false, isStored: true });
  };
  return {
    ...table,
    columns: table.columns.map((old) => {
      const { defaultSql, missing } = old;
      const type = retyped(old.type, names);
      const column =
        missing === undefined || type === old.type
          ? old
          : { ...old, missing: valueOfNow(missing, [old.type, type], names.lost) ?? missing };
      // A row is kept as it was written, and becomes one of the column's type.
      const isOfType = type !== column.type && isCompositeName(names.before);
      if (defaultSql === undefined || !(isOfType || isNaming(defaultSql))) {
        return { ...column, type };
      }
      const tree = expressionOf(defaultSql);
      const expr =
        column.generated === undefined
          ? bindExpression(tree, options, isOfType ? column.type : undefined)
          : bindRowExpression(tree, options, table);
      return { ...column, type, defaultSql: print(expr) };
    }),
    constraints: table.constraints.map((constraint) => {
      const { checkSql } = constraint;
      if (checkSql === undefined || !isNaming(checkSql)) return constraint;
      const expr = bindCheck(expressionOf(checkSql), options, table);
      return { ...constraint, checkSql: print(expr) };
    }),
  };
}

function retyped(type: SqlType, { before, after }: TypeNames): SqlType {
  if (type.name === before) return { ...type, name: after };
  return type.name === `_${before}` ? { ...type, name: `_${after}` as TypeName } : type;
}

function retypedExpr(expr: Expr, names: Names): Expr {
  return mapExpr(expr, (part) => {
    const type = retyped(part.type, names);
    if (part.kind === 'row' && type !== part.type) return rowOfNow(part, type, names.lost);
    if (part.kind !== 'constant' || type === part.type) return { ...part, type };
    return { ...part, type, value: valueOfNow(part.value, [part.type, type], names.lost) };
  });
}

/** Values of composite types have the fields of now; labels keep their codes. */
function valueOfNow(
  value: Datum | null,
  [before, after]: readonly [before: SqlType, after: SqlType],
  lost: LostFields | undefined,
): Datum | null {
  if (value === null || layoutOf(after.name) !== 'varlen') return value;
  if (lost !== undefined) return keepFields(value, [before.name, after.name], lost);
  return fromStorageBytes(after, storageBytes(before, value));
}

/** A row as written: fields that the type has got since are NULL. */
function rowOfNow(row: RowExpr, type: SqlType, lost: LostFields | undefined): RowExpr {
  if (!isCompositeName(type.name)) return { ...row, type };
  const { fields } = knownComposite(type.name);
  const isShorter = lost !== undefined && userTypeOid(type.name) === lost.oid;
  const args = fields.map((field, i) => {
    const place = isShorter ? lost.kept[i] : i;
    return (place === undefined ? undefined : row.args[place]) ?? nullOf(field.type);
  });
  return { ...row, type, args, names: fields.map(({ name }) => name) };
}
