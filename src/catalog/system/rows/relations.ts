/** pg_class, pg_attribute, pg_attrdef, pg_rewrite: relations and their columns. */
import type { Datum } from '../../../types/datum.ts';
import { relationObject } from '../access-facts.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment, UserColumn, UserIndex, UserRelation } from '../moment.ts';
import { ruleOid, schemaOid } from '../object-ids.ts';
import {
  catalogSchema,
  systemRelation,
  systemRelations,
  type SystemRelation,
} from '../system-relations.ts';
import { typeFactByName, typeFactByOid, type TypeFact } from '../type-facts.ts';
import type { FactSource } from './fact-table.ts';

const superuser = 10;
const heap = 2;
const btree = 403;
const pageBytes = 8192;
const rowBytesGuess = 64;

function systemClass(relation: SystemRelation): Fields {
  const isTable = relation.kind === 'r';
  return {
    oid: relation.oid,
    relname: relation.name,
    relnamespace: schemaOid(relation.schema),
    reltype: relation.rowTypeOid,
    relowner: superuser,
    relam: isTable ? heap : 0,
    reltablespace: relation.shared ? 1664 : 0,
    reltuples: isTable ? 0 : -1,
    relisshared: relation.shared,
    relpersistence: 'p',
    relkind: relation.kind,
    relnatts: relation.columns.length,
    relhasrules: !isTable,
    relispopulated: true,
    relreplident: 'n',
    relfrozenxid: isTable ? 716 : 0,
    relminmxid: isTable ? 1 : 0,
  };
}

function userClass(moment: Moment, relation: UserRelation): Fields {
  const isTable = relation.kind === 'r';
  const isStored = relation.kind !== 'v';
  return {
    oid: relation.oid,
    relname: relation.name,
    relnamespace: relation.schemaOid,
    reltype: relation.rowTypeOid,
    relowner: moment.ownerOid(relation.owner),
    relam: isTable ? heap : 0,
    relfilenode: isStored ? relation.oid : 0,
    relpages: isStored ? Math.ceil((relation.rowCount * rowBytesGuess) / pageBytes) : 0,
    reltuples: relation.rowCount,
    relhasindex: relation.indexes.length > 0,
    relpersistence: relation.temporary ? 't' : 'p',
    relkind: relation.kind,
    relnatts: relation.columns.length,
    relhasrules: !isStored,
    relchecks: relation.checks.length,
    relispopulated: true,
    relreplident: isTable ? 'd' : 'n',
    relfrozenxid: isTable ? 716 : 0,
    relminmxid: isTable ? 1 : 0,
    relacl: relationAcl(moment, relation),
  };
}

function relationAcl(moment: Moment, relation: UserRelation): Datum | null {
  const { access } = moment;
  const object = relationObject(moment, relation);
  const hasItems = access.listOf(object)?.items !== undefined;
  return hasItems ? arrayOf('aclitem', access.aclTexts(object)) : null;
}

function indexClass(moment: Moment, index: UserIndex): Fields {
  const { table } = index;
  return {
    oid: index.oid,
    relname: index.name,
    relnamespace: table.schemaOid,
    relowner: moment.ownerOid(table.owner),
    relam: btree,
    relfilenode: index.oid,
    relpages: 1,
    reltuples: table.rowCount,
    relpersistence: table.temporary ? 't' : 'p',
    relkind: 'i',
    relnatts: index.columns.length,
    relispopulated: true,
    relreplident: 'n',
  };
}

interface Attribute {
  readonly relation: number;
  readonly number: number;
  readonly name: string;
  readonly type: TypeFact | undefined;
  readonly typmod: number;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly identity?: string;
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
    attislocal: true,
    attcollation: type?.collation ?? 0,
  };
}

function systemAttributes(relation: SystemRelation): readonly Fields[] {
  const own = relation.columns.map(({ name, typeName, notNull }, i) =>
    attributeFields({
      relation: relation.oid,
      number: i + 1,
      name,
      type: typeFactByName(typeName) ?? arrayOfRows(typeName),
      typmod: -1,
      notNull,
      hasDefault: false,
    }),
  );
  if (relation.kind === 'v') return own;
  const columns = relation.schema === catalogSchema ? own.map(inByteOrder) : own;
  return [...hiddenAttributes(relation.oid), ...columns];
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
  return fields['attcollation'] === defaultCollation ? { ...fields, attcollation: 950 } : fields;
}

const defaultCollation = 100;

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

function columnAttribute(relation: number, column: UserColumn, number: number): Attribute {
  return {
    relation,
    number,
    name: column.name,
    type: typeFactByOid(column.typeOid),
    typmod: column.type.typmod,
    notNull: column.notNull,
    hasDefault: column.defaultSql !== undefined && column.identity === undefined,
    identity: column.identity === undefined ? '' : column.identity === 'always' ? 'a' : 'd',
  };
}

function userAttributes(relation: UserRelation): readonly Fields[] {
  const own = relation.columns.map((column) =>
    attributeFields(columnAttribute(relation.oid, column, column.number)),
  );
  return relation.kind === 'v' ? own : [...hiddenAttributes(relation.oid), ...own];
}

function indexAttributes(index: UserIndex): readonly Fields[] {
  return index.columns.map((column, i) =>
    attributeFields({
      ...columnAttribute(index.oid, column, i + 1),
      notNull: false,
      hasDefault: false,
    }),
  );
}

function defaults(moment: Moment): readonly Fields[] {
  return moment.relations.flatMap(({ oid, columns }) =>
    columns
      .filter(({ defaultSql, identity }) => defaultSql !== undefined && identity === undefined)
      .map((column) => ({
        oid: column.defaultOid,
        adrelid: oid,
        adnum: column.number,
        adbin: moment.expressionText(column.defaultSql ?? ''),
      })),
  );
}

function rules(moment: Moment): readonly Fields[] {
  return moment.relations
    .filter(({ kind }) => kind === 'v')
    .map(({ oid, viewSql }) => ({
      oid: ruleOid(oid),
      rulename: '_RETURN',
      ev_class: oid,
      ev_type: '1',
      ev_enabled: 'O',
      is_instead: true,
      ev_qual: '<>',
      ev_action: viewSql,
    }));
}

function sequences(moment: Moment): readonly Fields[] {
  return moment.relations.flatMap(({ sequence }) => {
    if (sequence === undefined) return [];
    const { oid, type, start, increment, min, max, cache, cycles } = sequence.definition;
    const bounds = { seqstart: start, seqincrement: increment, seqmax: max, seqmin: min };
    const seqtypid = typeFactByName(type)?.oid;
    return [{ seqrelid: oid, seqtypid, ...bounds, seqcache: cache, seqcycle: cycles }];
  });
}

const classCatalog = 1259;

/** Sequences depend on the columns that own them. */
function dependences(moment: Moment): readonly Fields[] {
  return moment.relations.flatMap(({ oid: refobjid, columns }) =>
    columns.flatMap(({ owns, number: refobjsubid, identity }) =>
      owns.map((objid) => ({
        classid: classCatalog,
        objid,
        refclassid: classCatalog,
        refobjid,
        refobjsubid,
        deptype: identity === undefined ? 'a' : 'i',
      })),
    ),
  );
}

export const relationSources: readonly FactSource[] = [
  {
    name: 'pg_class',
    fixed: () => systemRelations().map(systemClass),
    current: (moment) => [
      ...moment.relations.map((relation) => userClass(moment, relation)),
      ...[...moment.indexes].map((index) => indexClass(moment, index)),
    ],
  },
  {
    name: 'pg_attribute',
    fixed: () => systemRelations().flatMap(systemAttributes),
    current: (moment) => [
      ...moment.relations.flatMap(userAttributes),
      ...[...moment.indexes].flatMap(indexAttributes),
    ],
  },
  { name: 'pg_attrdef', current: defaults },
  { name: 'pg_sequence', current: sequences },
  { name: 'pg_depend', current: dependences },
  { name: 'pg_rewrite', current: rules },
];
