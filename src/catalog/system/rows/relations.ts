/** pg_class, pg_attrdef, pg_rewrite, pg_sequence: relations, and what is computed in them. */
import { triggersOf } from '../../trigger-records.ts';
import type { Datum } from '../../../types/datum.ts';
import { defaultFormats } from '../../../types/format-settings.ts';
import { relationObject } from '../access-facts.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { UserIndex, UserRelation } from '../user-relations.ts';
import { ruleOid, schemaOid, toastIndexOid, toastOid } from '../object-ids.ts';
import { methodOid } from '../operator-classes.ts';
import { systemAclTexts } from '../system-access.ts';
import { indexedSystemRelations, systemIndexes, type SystemIndex } from '../system-indexes.ts';
import {
  informationSchema,
  systemRelations,
  toastSchema,
  type SystemRelation,
} from '../system-relations.ts';
import { partitionBound } from '../partitions.ts';
import { hasToast } from '../toast.ts';
import { typeFactByName } from '../type-facts.ts';
import type { FactSource } from './fact-table.ts';

const superuser = 10;
const heap = 2;
const btree = 403;
const pageBytes = 8192;
const rowBytesGuess = 64;

function systemClass(owner: string, relation: SystemRelation): Fields {
  const isTable = relation.kind !== 'v';
  const acl = systemAclTexts(owner, relation.access);
  const isIdentified = relation.kind === 'r' && relation.schema === informationSchema;
  return {
    oid: relation.oid,
    relname: relation.name,
    relnamespace: schemaOid(relation.schema),
    reltype: relation.rowTypeOid,
    relowner: superuser,
    relam: isTable ? heap : 0,
    reltablespace: relation.shared ? 1664 : 0,
    reltuples: isTable ? 0 : -1,
    reltoastrelid: relation.toast,
    relhasindex: indexedSystemRelations().has(relation.oid),
    relisshared: relation.shared,
    relpersistence: 'p',
    relkind: relation.kind,
    relnatts: relation.columns.length,
    relhasrules: !isTable,
    relispopulated: true,
    relreplident: isIdentified ? 'd' : 'n',
    relfrozenxid: isTable ? 716 : 0,
    relminmxid: isTable ? 1 : 0,
    relacl: acl === undefined ? null : arrayOf('aclitem', acl),
    reloptions: relation.isBarrier ? arrayOf('text', ['security_barrier=true']) : null,
  };
}

function userClass(moment: Moment, relation: UserRelation): Fields {
  const isTable = relation.kind === 'r' || relation.kind === 'm';
  const isStored = isTable || relation.kind === 'S';
  const { partitionOf } = relation.definition ?? {};
  return {
    oid: relation.oid,
    relname: relation.name,
    relnamespace: relation.schemaOid,
    reltype: relation.rowTypeOid,
    relowner: moment.ownerOid(relation.owner),
    relam: isTable ? heap : 0,
    relfilenode: isStored ? relation.oid : 0,
    relpages: isStored ? Math.ceil((relation.rowCount * rowBytesGuess) / pageBytes) : 0,
    reltuples: relation.kind === 'p' ? -1 : relation.rowCount,
    reltoastrelid: hasToast(relation) ? toastOid(relation.oid) : 0,
    relhasindex: relation.indexes.length > 0,
    relpersistence: persistence(moment, relation),
    relkind: relation.kind,
    relnatts: relation.columns.length,
    relhasrules: hasQuery(relation),
    relchecks: relation.checks.length,
    relhastriggers: hasForeignKeys(moment, relation) || hasTriggers(moment, relation),
    relrowsecurity: relation.rowSecurity?.isEnabled === true,
    relforcerowsecurity: relation.rowSecurity?.isForced === true,
    relispopulated: relation.isPopulated !== false,
    relreplident: isTable || relation.kind === 'p' ? 'd' : 'n',
    relhassubclass: moment.childrenOf(relation.oid).length > 0,
    relispartition: partitionOf !== undefined,
    relpartbound: partitionBound(moment, relation.oid, defaultFormats) ?? null,
    relfrozenxid: isTable ? 716 : 0,
    relminmxid: isTable ? 1 : 0,
    relacl: relationAcl(moment, relation),
    reloptions: relation.options === undefined ? null : arrayOf('text', relation.options),
  };
}

/** A query is the rule _RETURN of a view. */
function hasQuery({ kind }: UserRelation): boolean {
  return kind === 'v' || kind === 'm';
}

/** Foreign keys are triggers of both tables to PostgreSQL, and clients look for these. */
function hasForeignKeys(moment: Moment, { oid, foreignKeys = [] }: UserRelation): boolean {
  return (
    foreignKeys.length > 0 || moment.foreignKeys.some(({ references }) => references.table === oid)
  );
}

function hasTriggers({ state }: Moment, { oid }: UserRelation): boolean {
  return triggersOf(state.records).some(({ table }) => table === oid);
}

function relationAcl(moment: Moment, relation: UserRelation): Datum | null {
  const { access } = moment;
  const object = relationObject(moment, relation);
  const hasItems = access.listOf(object)?.items !== undefined;
  return hasItems ? arrayOf('aclitem', access.aclTexts(object)) : null;
}

const indexShape: Fields = { relkind: 'i', relispopulated: true, relreplident: 'n' };

/** A column's sequence is as its table. */
function persistence(moment: Moment, relation: UserRelation): 't' | 'u' | 'p' {
  if (relation.temporary) return 't';
  if (relation.isUnlogged === true) return 'u';
  if (relation.kind !== 'S') return 'p';
  const isOwner = ({ isUnlogged, columns }: UserRelation): boolean =>
    isUnlogged === true && columns.some(({ owns }) => owns?.includes(relation.oid) === true);
  return moment.relations.some(isOwner) ? 'u' : 'p';
}

function indexClass(moment: Moment, index: UserIndex): Fields {
  const { table } = index;
  return {
    ...indexShape,
    oid: index.oid,
    relname: index.name,
    relnamespace: table.schemaOid,
    relowner: moment.ownerOid(table.owner),
    relam: methodOid(index.method),
    ...(table.kind === 'p'
      ? { relkind: 'I', relhassubclass: moment.childrenOf(table.oid).length > 0 }
      : { relfilenode: index.oid, relpages: 1, reltuples: table.rowCount }),
    relispartition: index.parent !== undefined,
    relpersistence: persistence(moment, table),
    relnatts: index.parts.length + index.included.length,
  };
}

function systemIndexClass({ oid, schema, name, table, keys }: SystemIndex): Fields {
  return {
    ...indexShape,
    oid,
    relname: name,
    relnamespace: schemaOid(schema),
    relowner: superuser,
    relam: btree,
    reltablespace: table.shared ? 1664 : 0,
    relisshared: table.shared,
    relpersistence: 'p',
    relnatts: keys.length,
  };
}

/** The toast table of a user's table, and the index of that. */
function toastClasses(moment: Moment, table: UserRelation): readonly Fields[] {
  const shape: Fields = {
    relnamespace: schemaOid(toastSchema),
    relowner: moment.ownerOid(table.owner),
    relpersistence: persistence(moment, table),
    relispopulated: true,
    relreplident: 'n',
  };
  const [toast, index] = [toastOid(table.oid), toastIndexOid(table.oid)];
  const name = `pg_toast_${table.oid}`;
  return [
    {
      ...shape,
      oid: toast,
      relname: name,
      relam: heap,
      relfilenode: toast,
      relhasindex: true,
      relkind: 't',
      relnatts: 3,
      relfrozenxid: 716,
      relminmxid: 1,
    },
    {
      ...shape,
      oid: index,
      relname: `${name}_index`,
      relam: btree,
      relfilenode: index,
      relpages: 1,
      relkind: 'i',
      relnatts: 2,
    },
  ];
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
  return moment.relations.filter(hasQuery).map(({ oid, viewSql }) => ({
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

export const relationSources: readonly FactSource[] = [
  {
    name: 'pg_class',
    dependsOn: 'sizes',
    fixed: (owner) => [
      ...systemRelations().map((relation) => systemClass(owner, relation)),
      ...systemIndexes().map(systemIndexClass),
    ],
    current: (moment) => [
      ...moment.relations.map((relation) => userClass(moment, relation)),
      ...[...moment.indexes].map((index) => indexClass(moment, index)),
      ...moment.relations.filter(hasToast).flatMap((table) => toastClasses(moment, table)),
    ],
  },
  { name: 'pg_attrdef', current: defaults },
  { name: 'pg_sequence', current: sequences },
  { name: 'pg_rewrite', current: rules },
];
