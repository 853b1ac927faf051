/** Indexes of pg_catalog and pg_toast, as PostgreSQL 15 has them. */
import { must } from '../../errors/assert.ts';
import { catalogIndexes } from './facts/catalog-indexes.ts';
import { toastTables } from './facts/toast-tables.ts';
import { once, recordsOf, type Words } from './static-records.ts';
import { systemRelationByOid, type SystemRelation } from './system-relations.ts';

export interface SystemIndex {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly table: SystemRelation;
  /** Numbers of the table's columns. */
  readonly keys: readonly number[];
  /** Operator classes. */
  readonly classes: readonly number[];
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  /** 0: no constraint is behind it. */
  readonly constraintOid: number;
}

const all = once((): readonly SystemIndex[] => [
  ...recordsOf(catalogIndexes).map(indexOf),
  ...recordsOf(toastTables).map(toastIndex),
]);

const byOid = once(() => new Map(all().map((index) => [index.oid, index])));
const byName = once(() => new Map(all().map((index) => [`${index.schema}.${index.name}`, index])));

function indexOf([name = '', oid, table, keys = '', classes = '', rule, constraint]: Words) {
  return {
    oid: Number(oid),
    schema: 'pg_catalog',
    name,
    table: must(systemRelationByOid(Number(table)), name),
    keys: keys.split(',').map(Number),
    classes: classes.split(',').map(Number),
    isUnique: rule !== undefined,
    isPrimary: rule === 'p',
    constraintOid: Number(constraint ?? 0) || 0,
  };
}

/** oid_ops and int4_ops. */
export const toastClasses: readonly number[] = [1981, 1978];

function toastIndex([table, toast, oid]: Words): SystemIndex {
  return {
    oid: Number(oid),
    schema: 'pg_toast',
    name: `pg_toast_${table}_index`,
    table: must(systemRelationByOid(Number(toast)), 'a toast table'),
    keys: [1, 2],
    classes: toastClasses,
    isUnique: true,
    isPrimary: true,
    constraintOid: 0,
  };
}

export function systemIndexes(): readonly SystemIndex[] {
  return all();
}

export function systemIndexByOid(oid: number): SystemIndex | undefined {
  return byOid().get(oid);
}

export function systemIndexNamed(schema: string, name: string): SystemIndex | undefined {
  return byName().get(`${schema}.${name}`);
}

/** Relations that have an index. */
export const indexedSystemRelations = once(
  (): ReadonlySet<number> => new Set(all().map(({ table }) => table.oid)),
);
