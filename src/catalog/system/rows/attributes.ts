/** pg_attribute: columns of relations and of indexes. */
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { UserColumn, UserIndex, UserRelation } from '../user-relations.ts';
import { toastIndexOid, toastOid } from '../object-ids.ts';
import { openColumnAcl } from '../system-access.ts';
import { systemIndexes, type SystemIndex } from '../system-indexes.ts';
import {
  catalogSchema,
  systemRelation,
  systemRelations,
  toastColumns,
  type SystemRelation,
} from '../system-relations.ts';
import { hasToast } from '../toast.ts';
import { typeFactByName, typeFactByOid, type TypeFact } from '../type-facts.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { FactSource } from './fact-table.ts';

interface Attribute {
  readonly relation: number;
  readonly number: number;
  readonly name: string;
  readonly type: TypeFact | undefined;
  readonly typmod: number;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly identity?: string;
  readonly generated?: boolean;
  readonly acl?: readonly string[] | undefined;
  /** Of a partition: whether the column is its own, too. */
  readonly inherited?: 'only' | 'and own' | undefined;
}

function attributeFields(attribute: Attribute): Fields {
  const { type } = attribute;
  return {
    attrelid: attribute.relation,
    attname: attribute.name,
    atttypid: type?.oid ?? 0,
    attstattarget: attribute.number < 0 ? 0 : -1,
    attlen: type?.length ?? -1,
    attnum: attribute.number,
    attndims: type?.category === 'A' ? 1 : 0,
    attcacheoff: -1,
    atttypmod: attribute.typmod,
    attbyval: type?.byValue ?? false,
    attalign: type?.align ?? 'i',
    attstorage: type?.storage ?? 'x',
    attnotnull: attribute.notNull,
    atthasdef: attribute.hasDefault,
    attidentity: attribute.identity ?? '',
    attgenerated: attribute.generated === true ? 's' : '',
    attislocal: attribute.inherited !== 'only',
    attinhcount: Number(attribute.inherited !== undefined),
    attcollation: type?.collation ?? 0,
    attacl: attribute.acl === undefined ? null : arrayOf('aclitem', attribute.acl),
  };
}

function systemAttributes(owner: string, relation: SystemRelation): readonly Fields[] {
  const own = relation.columns.map(({ name, typeName, notNull, isOpen }, i) =>
    attributeFields({
      relation: relation.oid,
      number: i + 1,
      name,
      type: columnType(typeName),
      typmod: -1,
      notNull,
      hasDefault: false,
      acl: isOpen ? openColumnAcl(owner) : undefined,
    }),
  );
  if (relation.kind === 'v') return own;
  const columns = relation.schema === catalogSchema ? own.map(inByteOrder) : own;
  return [...hiddenAttributes(relation.oid), ...columns];
}

function columnType(typeName: string): TypeFact | undefined {
  return typeFactByName(typeName) ?? arrayOfRows(typeName);
}

/** Collation of a column of a table of pg_catalog, by number: texts have C. */
export function systemColumnCollation(table: SystemRelation, number: number): number {
  const collation = columnType(table.columns[number - 1]?.typeName ?? '')?.collation ?? 0;
  return collation === defaultCollation ? byteOrder : collation;
}

/** `_pg_statistic`: an array of rows of a relation. */
function arrayOfRows(typeName: string): TypeFact | undefined {
  const rows = systemRelation(catalogSchema, typeName.slice(1));
  const anyArray = typeFactByName('_text');
  if (rows === undefined || anyArray === undefined) return undefined;
  return { ...anyArray, oid: rows.arrayTypeOid, align: 'd', collation: 0 };
}

/** Texts in tables of pg_catalog have the collation C. */
function inByteOrder(fields: Fields): Fields {
  const isDefault = fields['attcollation'] === defaultCollation;
  return isDefault ? { ...fields, attcollation: byteOrder } : fields;
}

const defaultCollation = 100;
const byteOrder = 950;

const hiddenColumns: readonly (readonly [number: number, name: string, type: number])[] = [
  [-6, 'tableoid', 26],
  [-5, 'cmax', 29],
  [-4, 'xmax', 28],
  [-3, 'cmin', 29],
  [-2, 'xmin', 28],
  [-1, 'ctid', 27],
];

function hiddenAttributes(relation: number): readonly Fields[] {
  return hiddenColumns.map(([number, name, type]) =>
    attributeFields({
      relation,
      number,
      name,
      type: typeFactByOid(type),
      typmod: -1,
      notNull: true,
      hasDefault: false,
    }),
  );
}

interface Place {
  readonly relation: number;
  readonly number: number;
}

/** A domain's own modifier is part of it. */
function typmodOf({ typmod, domain }: SqlType): number {
  return domain === undefined ? typmod : -1;
}

function columnAttribute(moment: Moment, column: UserColumn, place: Place): Attribute {
  return {
    ...place,
    name: column.name,
    type: moment.typeByOid(column.typeOid),
    typmod: typmodOf(column.type),
    notNull: column.notNull,
    hasDefault: column.defaultSql !== undefined && column.identity === undefined,
    generated: column.generated !== undefined,
    identity: column.identity === undefined ? '' : column.identity === 'always' ? 'a' : 'd',
    acl: columnAcl(moment, column, place),
  };
}

function columnAcl(
  { access }: Moment,
  { name }: UserColumn,
  { relation }: Place,
): readonly string[] | undefined {
  const items = access.columnItems({ kind: 'table', id: relation }, name);
  return items.length === 0 ? undefined : access.itemTexts(items);
}

function inheritanceOf({ definition }: UserRelation): Attribute['inherited'] {
  if (definition?.partitionOf === undefined) return undefined;
  return definition.partitionOf.isAttached === true ? 'and own' : 'only';
}

function userAttributes(moment: Moment, relation: UserRelation): readonly Fields[] {
  const own = relation.columns.map((column) =>
    attributeFields({
      ...columnAttribute(moment, column, { relation: relation.oid, number: column.number }),
      inherited: inheritanceOf(relation),
    }),
  );
  return relation.kind === 'v' || relation.kind === 'c'
    ? own
    : [...hiddenAttributes(relation.oid), ...own];
}

function indexAttributes(moment: Moment, index: UserIndex): readonly Fields[] {
  const included = index.included.map((column) => ({ ...column, column }));
  return [...index.parts, ...included].map(({ column, name, typeOid }, i) =>
    attributeFields({
      relation: index.oid,
      number: i + 1,
      name,
      type: keyTypeOf(moment.typeByOid(typeOid)),
      typmod: column === undefined ? -1 : typmodOf(column.type),
      notNull: false,
      hasDefault: false,
    }),
  );
}

function systemIndexAttributes({ oid, table, keys }: SystemIndex): readonly Fields[] {
  const columns = keys.flatMap((key) => table.columns[key - 1] ?? []);
  const fields = columns.map(({ name, typeName }, i) =>
    attributeFields({
      relation: oid,
      number: i + 1,
      name,
      type: keyTypeOf(columnType(typeName)),
      typmod: -1,
      notNull: false,
      hasDefault: false,
    }),
  );
  return fields.map((each, i) => ({
    ...each,
    attcollation: systemColumnCollation(table, keys[i] ?? 0),
  }));
}

const nameType = 19;

/** A btree keeps names as cstring. */
function keyTypeOf(type: TypeFact | undefined): TypeFact | undefined {
  const text = typeFactByName('cstring');
  if (type?.oid !== nameType || text === undefined) return type;
  return { ...text, collation: type.collation };
}

/** The toast table of a user's table and the index of that. */
function toastAttributes(table: UserRelation): readonly Fields[] {
  const columns = toastColumns.split(' ').map((column, i) => {
    const [name = '', type = ''] = column.split(':');
    return {
      number: i + 1,
      name,
      type: typeFactByName(type),
      typmod: -1,
      notNull: false,
      hasDefault: false,
    };
  });
  const toast = toastOid(table.oid);
  const index = toastIndexOid(table.oid);
  return [
    ...hiddenAttributes(toast),
    ...columns.map((column) => attributeFields({ ...column, relation: toast })),
    ...columns.slice(0, 2).map((column) => attributeFields({ ...column, relation: index })),
  ].map((fields) => ({ ...fields, attstorage: 'p' }));
}

export const attributeSources: readonly FactSource[] = [
  {
    name: 'pg_attribute',
    fixed: (owner) => [
      ...systemRelations().flatMap((relation) => systemAttributes(owner, relation)),
      ...systemIndexes().flatMap(systemIndexAttributes),
    ],
    current: (moment: Moment) => [
      ...moment.relations.flatMap((relation) => userAttributes(moment, relation)),
      ...[...moment.indexes].flatMap((index) => indexAttributes(moment, index)),
      ...moment.relations.filter(hasToast).flatMap(toastAttributes),
    ],
  },
];
