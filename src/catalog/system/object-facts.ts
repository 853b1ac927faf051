/** Kinds, visibility, comments and sizes of objects, by OID. */
import type { Fields } from './fact-rows.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { relationByOid } from './lookup.ts';
import type { Moment } from './moment.ts';
import { commentOn, sharedCommentOn } from './rows/descriptions.ts';
import { collationNames, databaseOids, tablespaceNames } from './rows/databases.ts';
import { languageNames, operatorNames } from './rows/procs.ts';
import { isListedSetting, settingFields } from './setting-facts.ts';
import { systemIndexByOid } from './system-indexes.ts';
import { catalogSchema, systemRelation, systemRelationByOid } from './system-relations.ts';
import { typeFactByOid } from './type-facts.ts';

export function classKind(moment: Moment, oid: number): string | undefined {
  const relation = systemRelationByOid(oid) ?? moment.relationByOid(oid);
  const index =
    relation === undefined ? (moment.indexByOid(oid) ?? systemIndexByOid(oid)) : undefined;
  if (index === undefined) return relation?.kind ?? moment.toastByOid(oid)?.kind;
  return 'table' in index && index.table.kind === 'p' ? 'I' : 'i';
}

/** `kind OID` → t or f; undefined when there is no such object. */
export function objectVisible(moment: Moment, key: string): string | undefined {
  const [kind = '', text = ''] = key.split(' ');
  const isVisible = visibilityOf(moment, kind, Number(text));
  if (isVisible === undefined) return undefined;
  return isVisible ? 't' : 'f';
}

function visibilityOf(moment: Moment, kind: string, oid: number): boolean | undefined {
  if (kind === 'class') {
    const relation = relationByOid(moment, oid);
    return relation && moment.isVisible(relation.schema, relation.name);
  }
  if (kind === 'type') return typeVisibility(moment, oid);
  if (kind === 'proc') {
    const proc = moment.procByOid(oid);
    return proc && moment.procsNamed(undefined, proc.name).includes(proc);
  }
  const known = catalogObjects[kind]?.(oid);
  return known === true ? true : undefined;
}

/** Everything of these kinds is in pg_catalog, which every search path begins with. */
const catalogObjects: Readonly<Record<string, (oid: number) => boolean>> = {
  oper: (oid) => operatorNames().has(oid),
  opclass: () => true,
  opfamily: () => true,
  collation: (oid) => collationNames.some(([collation]) => collation === oid),
};

function typeVisibility(moment: Moment, oid: number): boolean | undefined {
  const fact = typeFactByOid(oid);
  if (fact !== undefined) return fact.schema === catalogSchema || isSearched(moment, fact.schema);
  const made = moment.typeByOid(oid);
  if (made !== undefined) return moment.isTypeVisible(made.schema, made.name);
  const row = moment.relations.find(
    ({ rowTypeOid, arrayTypeOid }) => rowTypeOid === oid || arrayTypeOid === oid,
  );
  return row && moment.isVisible(row.schema, row.name);
}

function isSearched(moment: Moment, schema: string): boolean {
  return moment.visibleSchemas.includes(schema);
}

/** `OID.column name` → attnum. */
export function columnNumber(moment: Moment, key: string): number | undefined {
  const dot = key.indexOf('.');
  const oid = Number(key.slice(0, dot));
  const name = key.slice(dot + 1);
  const own = moment.relationByOid(oid)?.columns.find((column) => column.name === name)?.number;
  if (own !== undefined) return own;
  const position = systemRelationByOid(oid)?.columns.findIndex((column) => column.name === name);
  return position === undefined || position < 0 ? undefined : position + 1;
}

/** `16385.2` → the name of column 2. */
export function columnName(moment: Moment, key: string): string | undefined {
  const [oid = 0, number = 0] = key.split('.').map(Number);
  const own = moment.relationByOid(oid)?.columns.find((column) => column.number === number);
  return (own ?? systemRelationByOid(oid)?.columns[number - 1])?.name;
}

/** `pg_class.16385.2` → the comment on column 2. */
export function objectComment(moment: Moment, key: string): string | undefined {
  const [catalog = '', oidText, subIdText] = key.split('.');
  return commentOn(moment, {
    catalog: systemRelation(catalogSchema, catalog)?.oid ?? 0,
    oid: Number(oidText),
    column: Number(subIdText),
  });
}

export function sharedComment(moment: Moment, key: string): string | undefined {
  const [catalog = '', oid] = key.split('.');
  const classId = systemRelation(catalogSchema, catalog)?.oid ?? 0;
  return sharedCommentOn(moment, { catalog: classId, oid: Number(oid), column: 0 });
}

export function databaseOid(moment: Moment, name: string): number | undefined {
  return databaseOids(moment).find(([, database]) => database === name)?.[0];
}

export function databaseName(moment: Moment, oid: number): string | undefined {
  return databaseOids(moment).find(([database]) => database === oid)?.[1];
}

export function languageOid(name: string): number | undefined {
  return languageNames.find(([, language]) => language === name)?.[0];
}

export function tablespaceOid(name: string): number | undefined {
  return tablespaceNames.find(([, tablespace]) => tablespace === name)?.[0];
}

export function tablespaceName(oid: number): string | undefined {
  return tablespaceNames.find(([tablespace]) => tablespace === oid)?.[1];
}

/** `OID.column name` → `schema.name` of the sequence that the column owns. */
export function serialSequence(moment: Moment, key: string): string | undefined {
  const dot = key.indexOf('.');
  const relation = moment.relationByOid(Number(key.slice(0, dot)));
  const column = relation?.columns.find(({ name }) => name === key.slice(dot + 1));
  const sequence = moment.relationByOid(column?.owns[0] ?? 0);
  if (sequence === undefined) return undefined;
  return `${quoteIdentifier(sequence.schema)}.${quoteIdentifier(sequence.name)}`;
}

/** OID → last value of a sequence; undefined when none was handed out. */
export function sequenceValue(moment: Moment, key: string): string | undefined {
  const value = moment.relationByOid(Number(key))?.sequence?.value;
  return value?.isCalled === true ? String(value.last) : undefined;
}

/** Only live rows are counted per table; views and indexes have no counters. */
export function relationBytes(moment: Moment, key: string): number | undefined {
  const [oid, part] = key.split('.');
  const relation = moment.relationByOid(Number(oid));
  return part === 'indexes' ? 0 : relation?.byteSize;
}

export function databaseBytes(moment: Moment, oid: number): number {
  if (databaseName(moment, oid) === moment.state.database) return storedBytes(moment);
  return moment.state.otherDatabaseBytes?.get(oid) ?? 0;
}

export function storedBytes(moment: Moment): number {
  return moment.relations.reduce((sum, { byteSize }) => sum + byteSize, 0);
}

export function relationStatistics(moment: Moment, key: string): string | undefined {
  const [oid, counter] = key.split('.');
  const relation = moment.relationByOid(Number(oid));
  if (relation === undefined) return undefined;
  return counter === 'live_tuples' ? String(Math.max(0, relation.rowCount)) : '0';
}

/** JSON array of the rows of pg_settings, each an array of texts. */
export function allSettings(moment: Moment): string {
  const names = systemRelation(catalogSchema, 'pg_settings')?.columns.map(({ name }) => name) ?? [];
  const rows = moment.state.settings
    .filter(({ name }) => isListedSetting(name))
    .map((setting) => {
      const fields: Fields = settingFields(setting);
      return names.map((name) => fields[name] ?? null);
    });
  return JSON.stringify(rows);
}
