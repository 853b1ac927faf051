/**
 * The relations of pg_catalog and information_schema: OIDs and columns as PostgreSQL 15 has them.
 * Those without rows of ours are empty, with the right columns.
 */
import { must } from '../../errors/assert.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { findTypeByName } from '../../types/type-table.ts';
import { catalogRelations } from './facts/catalog-relations.ts';
import { informationRelations } from './facts/information-relations.ts';
import { once, recordsOf, type Words } from './static-records.ts';

export interface SystemColumn {
  readonly name: string;
  /** pg_type.typname; domains of information_schema under their own names. */
  readonly typeName: string;
  /** The type that the engine computes with: a domain's base type. */
  readonly type: SqlType;
  readonly notNull: boolean;
}

export interface SystemRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly rowTypeOid: number;
  readonly arrayTypeOid: number;
  readonly kind: 'r' | 'v';
  readonly shared: boolean;
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

/** A relation that PostgreSQL does not have: counters of the server. */
const statisticsRelation: Words =
  'timefusion_stats 9990 9991 9992 v component:text key:text value:text'.split(' ');

const all = once((): readonly SystemRelation[] => [
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
    kind: kind.startsWith('v') ? 'v' : 'r',
    shared: kind.endsWith('s'),
    columns: columns.map(columnOf),
  };
}

function columnOf(word: string): SystemColumn {
  const [name = '', typed = ''] = word.split(':');
  const typeName = typed.replace('!', '');
  const known = findTypeByName(typeName)?.name as TypeName | undefined;
  const type = standIns[typeName] ?? { name: must(known, typeName), typmod: -1 };
  return { name, typeName, type, notNull: typed.endsWith('!') };
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
