/** pg_index, pg_constraint: keys of tables. */
import { isDomainRecord } from '../../type-records.ts';
import { arrayOf, int2Vector, oidVector, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { UserCheck, UserForeignKey, UserIndex, UserRelation } from '../user-relations.ts';
import { schemaOid, toastIndexOid, toastOid } from '../object-ids.ts';
import { methodOid, operatorClassOf } from '../operator-classes.ts';
import { systemIndexes, toastClasses, type SystemIndex } from '../system-indexes.ts';
import { informationSchema } from '../system-relations.ts';
import { hasToast } from '../toast.ts';
import { typeFactByOid } from '../type-facts.ts';
import { systemColumnCollation } from './attributes.ts';
import { domainChecks, type DomainCheck } from './domain-checks.ts';
import type { FactSource } from './fact-table.ts';
import { equalityOf } from './procs.ts';

const alive: Fields = { indimmediate: true, indisvalid: true, indisready: true, indislive: true };

function indexFields(index: UserIndex): Fields {
  const { parts, included, method } = index;
  const expressions = parts.flatMap(({ column, sql }) => (column === undefined ? [sql] : []));
  const methodId = methodOid(method);
  const classes = parts.map(({ typeOid, operatorClass }) =>
    operatorClassOf(methodId, typeOid, operatorClass),
  );
  return {
    ...alive,
    indexrelid: index.oid,
    indrelid: index.table.oid,
    indnatts: parts.length + included.length,
    indnkeyatts: parts.length,
    indisunique: index.isUnique,
    indnullsnotdistinct: index.nullsEqual,
    indisprimary: index.isPrimary,
    indisvalid: index.isIncomplete !== true,
    indkey: int2Vector([
      ...parts.map(({ column }) => column?.number ?? 0),
      ...included.map(({ number }) => number),
    ]),
    indcollation: oidVector(parts.map(({ typeOid }) => typeFactByOid(typeOid)?.collation ?? 0)),
    indclass: oidVector(classes.map((each) => each?.oid ?? 0)),
    indoption: int2Vector(parts.map(({ option }) => option)),
    indexprs: expressions.length === 0 ? null : expressions.join(', '),
    indpred: index.where ?? null,
  };
}

function systemIndexFields(index: SystemIndex): Fields {
  const { keys, table, classes } = index;
  const columns = keys.map((key) => systemColumnCollation(table, key));
  return {
    ...alive,
    indexrelid: index.oid,
    indrelid: table.oid,
    indnatts: keys.length,
    indnkeyatts: keys.length,
    indisunique: index.isUnique,
    indisprimary: index.isPrimary,
    indkey: int2Vector(keys),
    indcollation: oidVector(columns),
    indclass: oidVector(classes),
    indoption: int2Vector(keys.map(() => 0)),
  };
}

/** Of PostgreSQL's toast tables and of users'. */
function toastIndexFields(table: UserRelation): Fields {
  return {
    ...alive,
    indexrelid: toastIndexOid(table.oid),
    indrelid: toastOid(table.oid),
    indnatts: 2,
    indnkeyatts: 2,
    indisunique: true,
    indisprimary: true,
    indkey: int2Vector([1, 2]),
    indcollation: oidVector([0, 0]),
    indclass: oidVector(toastClasses),
    indoption: int2Vector([0, 0]),
  };
}

function checkFields(moment: Moment, check: UserCheck): Fields {
  return {
    oid: check.oid,
    conname: check.name,
    connamespace: check.table.schemaOid,
    contype: 'c',
    convalidated: !check.isUnchecked,
    conrelid: check.table.oid,
    confupdtype: ' ',
    confdeltype: ' ',
    confmatchtype: ' ',
    conislocal: !check.isInherited,
    connoinherit: check.noInherit,
    coninhcount: inheritedBy(moment, check),
    conkey: arrayOf(
      'int2',
      check.columns.map(({ number }) => number),
    ),
    conbin: moment.expressionText(check.sql),
  };
}

/** Of how many parents a partition has the check: of its one, by name. */
function inheritedBy(moment: Moment, { name, table }: UserCheck): number {
  const parent = moment.relationByOid(table.definition?.partitionOf?.parent ?? 0);
  return Number(parent?.checks.some((check) => check.name === name) === true);
}

function parentKey(moment: Moment, { name, table }: UserForeignKey): UserForeignKey | undefined {
  const parent = moment.relationByOid(table.definition?.partitionOf?.parent ?? 0);
  return parent?.foreignKeys?.find((key) => key.name === name);
}

const actionLetters = {
  'no action': 'a',
  restrict: 'r',
  cascade: 'c',
  'set null': 'n',
  'set default': 'd',
} as const;

function foreignKeyFields(moment: Moment, key: UserForeignKey): Fields {
  const { references, columns, table } = key;
  const target = moment.relationByOid(references.table);
  const keys = references.columns.flatMap(
    (name) => target?.columns.find((column) => column.name === name) ?? [],
  );
  const equal = (pairs: readonly (readonly [left: number, right: number])[]) =>
    arrayOf(
      'oid',
      pairs.map(([left, right]) => equalityOf(left, right)),
    );
  const ownTypes = columns.map(({ typeOid }) => typeOid);
  const keyTypes = keys.map(({ typeOid }) => typeOid);
  const set = references.setOnDelete?.flatMap(
    (name) => columns.find((column) => column.name === name)?.number ?? [],
  );
  return {
    oid: key.oid,
    conname: key.name,
    connamespace: table.schemaOid,
    contype: 'f',
    condeferrable: references.deferral !== 'never',
    condeferred: references.deferral === 'deferred',
    convalidated: references.isUnchecked !== true,
    conrelid: table.oid,
    conindid: moment.referencedIndex(key)?.oid ?? 0,
    confrelid: references.table,
    confupdtype: actionLetters[references.onUpdate],
    confdeltype: actionLetters[references.onDelete],
    confmatchtype: references.isFull ? 'f' : 's',
    conislocal: !key.isInherited,
    coninhcount: Number(key.isInherited),
    conparentid: key.isInherited ? (parentKey(moment, key)?.oid ?? 0) : 0,
    connoinherit: !key.isInherited && table.kind !== 'p',
    conkey: arrayOf(
      'int2',
      columns.map(({ number }) => number),
    ),
    confkey: arrayOf(
      'int2',
      keys.map(({ number }) => number),
    ),
    conpfeqop: equal(keyTypes.map((type, i) => [type, ownTypes[i] ?? type])),
    conppeqop: equal(keyTypes.map((type) => [type, type])),
    conffeqop: equal(ownTypes.map((type) => [type, type])),
    confdelsetcols: set === undefined ? null : arrayOf('int2', set),
  };
}

interface Key {
  readonly oid: number;
  readonly constraintOid: number;
  readonly name: string;
  readonly isPrimary: boolean;
  readonly table: { readonly oid: number };
  readonly parent?: UserIndex;
}

function keyFields(key: Key, schema: number, columns: readonly number[]): Fields {
  return {
    oid: key.constraintOid,
    conname: key.name,
    connamespace: schema,
    contype: key.isPrimary ? 'p' : 'u',
    convalidated: true,
    conrelid: key.table.oid,
    conindid: key.oid,
    confupdtype: ' ',
    confdeltype: ' ',
    confmatchtype: ' ',
    conislocal: key.parent === undefined,
    coninhcount: Number(key.parent !== undefined),
    conparentid: key.parent?.constraintOid ?? 0,
    connoinherit: key.parent === undefined,
    conkey: arrayOf('int2', columns),
  };
}

function domainCheckFields({ oid, name, domain, condition }: DomainCheck): Fields {
  return {
    oid,
    conname: name,
    connamespace: schemaOid(informationSchema),
    contype: 'c',
    convalidated: true,
    contypid: domain,
    confupdtype: ' ',
    confdeltype: ' ',
    confmatchtype: ' ',
    conislocal: true,
    conbin: condition,
  };
}

function userDomainChecks(moment: Moment): readonly Fields[] {
  return moment.types.flatMap(({ record }) => {
    if (!isDomainRecord(record)) return [];
    const byName = record.checks.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    return byName.map(({ oid, name, sql, isUnchecked }) => ({
      ...domainCheckFields({ oid, name, domain: record.oid, condition: sql }),
      connamespace: schemaOid(record.schema),
      convalidated: isUnchecked !== true,
    }));
  });
}

function fixedConstraints(): readonly Fields[] {
  const keys = systemIndexes().filter(({ constraintOid }) => constraintOid !== 0);
  return [
    ...domainChecks().map(domainCheckFields),
    ...keys.map((key) => keyFields(key, schemaOid(key.schema), key.keys)),
  ];
}

export const constraintSources: readonly FactSource[] = [
  {
    name: 'pg_index',
    fixed: () => systemIndexes().map(systemIndexFields),
    current: (moment: Moment) => [
      ...[...moment.indexes].map(indexFields),
      ...moment.relations.filter(hasToast).map(toastIndexFields),
    ],
  },
  {
    name: 'pg_constraint',
    fixed: fixedConstraints,
    current: (moment) => [
      ...[...moment.indexes]
        .filter(({ constraintOid }) => constraintOid !== 0)
        .map((index) => {
          const numbers = index.parts.flatMap(({ column }) => column?.number ?? []);
          return keyFields(index, index.table.schemaOid, numbers);
        }),
      ...moment.checks.map((check) => checkFields(moment, check)),
      ...moment.foreignKeys.map((key) => foreignKeyFields(moment, key)),
      ...userDomainChecks(moment),
    ],
  },
];
