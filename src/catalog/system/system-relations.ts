/**
 * The relations of pg_catalog and information_schema: OIDs and columns as PostgreSQL 15 has them.
 * Those without rows of ours are empty, with the right columns.
 */
import { must } from '../../errors/assert.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { findTypeByName } from '../../types/type-table.ts';
import { catalogRelations } from './facts/catalog-relations.ts';
import { informationRelations } from './facts/information-relations.ts';
import { toastTables } from './facts/toast-tables.ts';
import { once, recordsOf, type Words } from './static-records.ts';

export interface SystemColumn {
  readonly name: string;
  /** pg_type.typname; domains of information_schema under their own names. */
  readonly typeName: string;
  /** The type that the engine computes with: a domain's base type. */
  readonly type: SqlType;
  readonly notNull: boolean;
  /** Whether everybody may read it although not the whole relation. */
  readonly isOpen: boolean;
}

/** Who may read a relation beside its owner; `none`: it has no list. */
export type SystemAccess = 'all' | 'all, and write' | 'statistics' | 'owner' | 'none';

export interface SystemRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly rowTypeOid: number;
  readonly arrayTypeOid: number;
  readonly kind: 'r' | 'v' | 't';
  readonly shared: boolean;
  readonly isBarrier: boolean;
  readonly access: SystemAccess;
  /** OID of its toast table, or 0. */
  readonly toast: number;
  readonly columns: readonly SystemColumn[];
}

/** Types of columns that the engine does not know, or that are domains. */
const standIns: Readonly<Record<string, SqlType>> = {
  sql_identifier: { name: 'name', typmod: -1 },
  character_data: { name: 'varchar', typmod: -1 },
  cardinal_number: { name: 'int4', typmod: -1 },
  yes_or_no: { name: 'varchar', typmod: 7 },
  time_stamp: { name: 'timestamptz', typmod: 2 },
  pg_ndistinct: { name: 'bytea', typmod: -1 },
  pg_dependencies: { name: 'bytea', typmod: -1 },
  pg_mcv_list: { name: 'bytea', typmod: -1 },
  _pg_statistic: { name: 'anyarray', typmod: -1 },
};

export const catalogSchema = 'pg_catalog';
export const informationSchema = 'information_schema';
export const toastSchema = 'pg_toast';

/** A relation that PostgreSQL does not have: counters of the server. */
const statisticsRelation: Words =
  'timefusion_stats 9990 9991 9992 vr component:text key:text value:text'.split(' ');

/** Toast tables by table. */
const toasts = once(
  () => new Map(recordsOf(toastTables).map(([table, toast]) => [Number(table), Number(toast)])),
);

/** What every toast table holds, after its name, its OID and its kind. */
export const toastColumns = 'chunk_id:oid chunk_seq:int4 chunk_data:bytea';

const all = once((): readonly SystemRelation[] => [
  ...[...toasts()].map(([table, toast]) =>
    relationOf(toastSchema, `pg_toast_${table} ${toast} 0 0 t ${toastColumns}`.split(' ')),
  ),
  ...recordsOf(catalogRelations).map((words) => relationOf(catalogSchema, words)),
  relationOf(catalogSchema, statisticsRelation),
  ...recordsOf(informationRelations).map((words) => relationOf(informationSchema, words)),
]);

const byName = once(() => new Map(all().map((each) => [`${each.schema}.${each.name}`, each])));

const byOid = once(() => new Map(all().map((each) => [each.oid, each])));

export function relationOf(schema: string, words: Words): SystemRelation {
  const [name = '', oid, rowTypeOid, arrayTypeOid, kind = 'r', ...columns] = words;
  return {
    oid: Number(oid),
    schema,
    name,
    rowTypeOid: Number(rowTypeOid),
    arrayTypeOid: Number(arrayTypeOid),
    kind: kind.startsWith('v') ? 'v' : kind.startsWith('t') ? 't' : 'r',
    shared: kind.includes('s', 1),
    isBarrier: kind.includes('b', 1),
    access: accessLetters.find(([letter]) => kind.includes(letter, 1))?.[1] ?? 'none',
    toast: toasts().get(Number(oid)) ?? 0,
    columns: columns.map(columnOf),
  };
}

const accessLetters: readonly (readonly [letter: string, access: SystemAccess])[] = [
  ['r', 'all'],
  ['w', 'all, and write'],
  ['t', 'statistics'],
  ['o', 'owner'],
];

function columnOf(word: string): SystemColumn {
  const [name = '', typed = ''] = word.split(':');
  const typeName = typed.replace(/[!+]+$/, '');
  const known = findTypeByName(typeName)?.name as TypeName | undefined;
  const type = standIns[typeName] ?? { name: must(known, typeName), typmod: -1 };
  return { name, typeName, type, notNull: typed.includes('!'), isOpen: typed.endsWith('+') };
}

export function systemRelations(): readonly SystemRelation[] {
  return all();
}

export function systemRelation(schema: string, name: string): SystemRelation | undefined {
  return byName().get(`${schema}.${name}`);
}

export function systemRelationByOid(oid: number): SystemRelation | undefined {
  return byOid().get(oid);
}
