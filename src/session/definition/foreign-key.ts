/** FOREIGN KEY of CREATE and ALTER TABLE: the tables, their columns and the key are found. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import {
  isKey,
  type ForeignReference,
  type ReferentialAction,
  type TableDefinition,
} from '../../catalog/table.ts';
import { canCast } from '../../plan/binder/coercion-rules.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { denied } from '../roles/session-roles.ts';
import { findRelation, missingRelation, nameOf, type RangeVar } from './relation.ts';
import type { DraftColumn, TableDraft } from './table-draft.ts';

type Names = readonly { readonly String?: { readonly sval?: string } }[];

/** libpg-query's Constraint of a foreign key. */
export interface ForeignKeyNode {
  readonly conname?: string;
  readonly pktable?: RangeVar;
  readonly pk_attrs?: Names;
  readonly fk_attrs?: Names;
  readonly fk_matchtype?: string;
  readonly fk_upd_action?: string;
  readonly fk_del_action?: string;
  readonly fk_del_set_cols?: Names;
  readonly deferrable?: boolean;
  readonly initdeferred?: boolean;
  readonly skip_validation?: boolean;
}

/** The table that is being made references itself: its OID is not known yet. */
export const itself = 0;

const actions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

function texts(names: Names | undefined): readonly string[] {
  return (names ?? []).map((name) => name.String?.sval ?? '');
}

/** `own` names the columns. Errors: 42P01, 42809, 42703, 42830, 42704, 42804, 42710, 0A000. */
export function addForeignKey(
  draft: TableDraft,
  node: ForeignKeyNode,
  own: readonly string[] = texts(node.fk_attrs),
): void {
  const target = targetOf(draft, node.pktable);
  checkPersistence(draft, target);
  refusePartitions(target);
  const columns = own.map((name) => referencing(draft, name));
  const wanted = texts(node.pk_attrs);
  const names = wanted.length === 0 ? primaryKeyOf(target) : wanted;
  const keys = names.map((name) => referenced(target, name));
  if (keys.length !== columns.length) {
    const message = 'number of referencing and referenced columns for foreign key disagree';
    throw new SqlError('invalid_foreign_key', message);
  }
  checkUnique(target, names);
  checkMayReference(draft, target, names);
  if (node.fk_matchtype === 'p') throw notYet('MATCH PARTIAL');
  const references: ForeignReference = {
    table: target.oid,
    columns: names,
    onDelete: actions[node.fk_del_action ?? 'a'] ?? 'no action',
    onUpdate: actions[node.fk_upd_action ?? 'a'] ?? 'no action',
    isFull: node.fk_matchtype === 'f',
    deferral: deferralOf(node),
    ...setColumns(draft, node, own),
    ...(node.skip_validation === true && draft.before !== undefined
      ? { isUnchecked: true as const }
      : {}),
  };
  const name = draft.constraintName(node.conname, own.join('_'), 'fkey');
  for (const [index, column] of columns.entries()) {
    checkTypes(name, column, keys[index] ?? { name: '', type: column.definition.type.name });
  }
  draft.constraints.push({
    definition: { name, kind: 'foreignKey', references },
    columns,
    isNew: true,
  });
}

/** By a privilege on the table, or on each of the columns. Errors: 42501. */
function checkMayReference(
  { context: { session } }: TableDraft,
  { oid, name, owner }: Target,
  columns: readonly string[],
): void {
  if (owner === undefined || session.roles.isSuperuser) return;
  const { rights, currentOid } = session.roles;
  const object = session.roles.table({ oid, owner });
  if (rights.may(currentOid, object, 'x')) return;
  if (columns.every((column) => rights.mayColumn(currentOid, object, [column, 'x']))) return;
  throw denied(`table ${name}`);
}

/** Errors: 0A000. */
function refusePartitions({ partitionBy, partitionOf }: Target): void {
  if (partitionBy === undefined && partitionOf === undefined) return;
  throw unsupported('a foreign key that references a partitioned table or a partition');
}

function notYet(what: string): SqlError {
  return new SqlError('feature_not_supported', `${what} not yet implemented`);
}

export function deferralOf({
  deferrable,
  initdeferred,
}: Pick<ForeignKeyNode, 'deferrable' | 'initdeferred'>): ForeignReference['deferral'] {
  if (initdeferred === true) return 'deferred';
  return deferrable === true ? 'immediate' : 'never';
}

type TargetFacts = 'oid' | 'name' | 'temporary' | 'isUnlogged' | 'partitionBy' | 'partitionOf';

interface Target extends Pick<TableDefinition, TargetFacts> {
  readonly columns: readonly { readonly name: string; readonly type: TypeName }[];
  /** Names of the columns of each key, the primary key first where there is one. */
  readonly keys: readonly (readonly string[])[];
  readonly primaryKey: readonly string[] | undefined;
  /** Absent: the table references itself. */
  readonly owner?: string;
}

/** Errors: 42P01, 42809. */
function targetOf(draft: TableDraft, relation: RangeVar | undefined): Target {
  const { context, target: own, before } = draft;
  const name = nameOf(relation);
  const isOwnName = name.name === own.name && (name.schema ?? own.schema) === own.schema;
  if (isOwnName && before === undefined) return draftTarget(draft, itself);
  const found = findRelation(context.session, name);
  if (found === undefined) throw missingRelation(context, name);
  if (found.kind !== 'table') {
    const message = `referenced relation "${name.name}" is not a table`;
    throw new SqlError('wrong_object_type', message);
  }
  const { definition } = found.table;
  if (definition.oid === before?.definition.oid) return draftTarget(draft, definition.oid);
  const columnNames = (positions: readonly number[]): readonly string[] =>
    positions.map((position) => definition.columns[position]?.name ?? '');
  const keys = definition.constraints.filter(isKey);
  const indexes = (definition.indexes ?? []).filter(
    ({ isUnique, where, expressions }) =>
      isUnique && where === undefined && expressions === undefined,
  );
  const primary = keys.find(({ kind }) => kind === 'primaryKey');
  return {
    ...definition,
    columns: definition.columns.map((column) => ({ name: column.name, type: column.type.name })),
    keys: [...keys, ...indexes].map(({ columns }) => columnNames(columns)),
    primaryKey: primary && columnNames(primary.columns),
  };
}

function draftTarget(draft: TableDraft, oid: number): Target {
  const namesOf = (columns: readonly (DraftColumn | undefined)[]): readonly string[] =>
    columns.flatMap((column) => column?.definition.name ?? []);
  const keys = draft.constraints.filter(({ definition }) => isKey(definition));
  const primary = keys.find(({ definition }) => definition.kind === 'primaryKey');
  const { session } = draft.context;
  return {
    oid,
    name: draft.target.name,
    temporary: draft.target.schema === session.temporarySchema,
    isUnlogged: draft.isUnlogged,
    ...(draft.partitionBy === undefined ? {} : { partitionBy: draft.partitionBy }),
    columns: draft.columns.map(({ definition: { name, type } }) => ({ name, type: type.name })),
    keys: keys.map(({ columns }) => namesOf(columns)),
    primaryKey: primary && namesOf(primary.columns),
  };
}

/** Errors: 42P16. */
function checkPersistence(draft: TableDraft, target: Target): void {
  const isTemporary = draft.target.schema === draft.context.session.temporarySchema;
  const own = isTemporary ? 'temporary' : draft.isUnlogged ? 'unlogged' : 'permanent';
  const other = target.temporary
    ? 'temporary'
    : target.isUnlogged === true
      ? 'unlogged'
      : 'permanent';
  if (own === other || (own === 'unlogged' && other === 'permanent')) return;
  const others = own === 'unlogged' ? 'permanent or unlogged' : own;
  const message = `constraints on ${own} tables may reference only ${others} tables`;
  throw new SqlError('invalid_table_definition', message);
}

function missingColumn(name: string): SqlError {
  const message = `column "${name}" referenced in foreign key constraint does not exist`;
  return new SqlError('undefined_column', message);
}

function referencing(draft: TableDraft, name: string): DraftColumn {
  const column = draft.find(name);
  if (column === undefined) throw missingColumn(name);
  return column;
}

function referenced(target: Target, name: string): Target['columns'][number] {
  const column = target.columns.find((each) => each.name === name);
  if (column === undefined) throw missingColumn(name);
  return column;
}

/** Errors: 42704. */
function primaryKeyOf({ name, primaryKey }: Target): readonly string[] {
  if (primaryKey !== undefined) return primaryKey;
  const message = `there is no primary key for referenced table "${name}"`;
  throw new SqlError('undefined_object', message);
}

/** Errors: 42830. */
function checkUnique({ name, keys }: Target, names: readonly string[]): void {
  if (new Set(names).size < names.length) {
    const message = 'foreign key referenced-columns list must not contain duplicates';
    throw new SqlError('invalid_foreign_key', message);
  }
  if (keys.some((key) => sameNames(key, names))) return;
  const words = 'there is no unique constraint matching given keys for referenced table';
  throw new SqlError('invalid_foreign_key', `${words} "${name}"`);
}

export function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}

const families: readonly (readonly TypeName[])[] = [
  ['int2', 'int4', 'int8'],
  ['float4', 'float8'],
  ['date', 'timestamp', 'timestamptz'],
];

/** Errors: 42804. */
function checkTypes(
  constraint: string,
  { definition }: DraftColumn,
  key: Target['columns'][number],
): void {
  const type = definition.type.name;
  const isKin = families.some((family) => family.includes(type) && family.includes(key.type));
  if (isKin || canCast(type, key.type, 'implicit')) return;
  const message = `foreign key constraint "${constraint}" cannot be implemented`;
  const types = `${sqlNameOf(type)} and ${sqlNameOf(key.type)}`;
  throw new SqlError('datatype_mismatch', message, {
    detail: `Key columns "${definition.name}" and "${key.name}" are of incompatible types: ${types}.`,
  });
}

/** ON DELETE SET NULL (a, b). Errors: 42703, 42P10. */
function setColumns(
  draft: TableDraft,
  { fk_del_set_cols: set }: ForeignKeyNode,
  own: readonly string[],
): Pick<ForeignReference, 'setOnDelete'> {
  const names = texts(set);
  if (names.length === 0) return {};
  for (const name of names) {
    referencing(draft, name);
    if (own.includes(name)) continue;
    const words = 'referenced in ON DELETE SET action must be part of foreign key';
    throw new SqlError('invalid_column_reference', `column "${name}" ${words}`);
  }
  return { setOnDelete: names };
}
