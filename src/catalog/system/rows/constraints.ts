/** pg_index, pg_constraint: keys of tables. */
import { arrayOf, int2Vector, oidVector, type Fields } from '../fact-rows.ts';
import type { Moment, UserCheck, UserIndex } from '../moment.ts';
import { typeFactByOid } from '../type-facts.ts';
import type { FactSource } from './fact-table.ts';
import { indexClassOf } from './procs.ts';

function indexFields(index: UserIndex): Fields {
  const { columns } = index;
  const types = columns.map(({ typeOid }) => typeFactByOid(typeOid));
  return {
    indexrelid: index.oid,
    indrelid: index.table.oid,
    indnatts: columns.length,
    indnkeyatts: columns.length,
    indisunique: index.isUnique,
    indisprimary: index.isPrimary,
    indimmediate: true,
    indisvalid: true,
    indisready: true,
    indislive: true,
    indkey: int2Vector(columns.map(({ number }) => number)),
    indcollation: oidVector(types.map((type) => type?.collation ?? 0)),
    indclass: oidVector(types.map((type) => indexClassOf(type?.oid ?? 0, type?.category === 'A'))),
    indoption: int2Vector(columns.map(() => 0)),
  };
}

function checkFields(check: UserCheck): Fields {
  return {
    oid: check.oid,
    conname: check.name,
    connamespace: check.table.schemaOid,
    contype: 'c',
    convalidated: true,
    conrelid: check.table.oid,
    confupdtype: ' ',
    confdeltype: ' ',
    confmatchtype: ' ',
    conislocal: true,
    conkey: arrayOf(
      'int2',
      check.columns.map(({ number }) => number),
    ),
    conbin: check.sql,
  };
}

function constraintFields(index: UserIndex): Fields {
  return {
    oid: index.constraintOid,
    conname: index.name,
    connamespace: index.table.schemaOid,
    contype: index.isPrimary ? 'p' : 'u',
    convalidated: true,
    conrelid: index.table.oid,
    conindid: index.oid,
    confupdtype: ' ',
    confdeltype: ' ',
    confmatchtype: ' ',
    conislocal: true,
    connoinherit: true,
    conkey: arrayOf(
      'int2',
      index.columns.map(({ number }) => number),
    ),
  };
}

export const constraintSources: readonly FactSource[] = [
  { name: 'pg_index', current: (moment: Moment) => [...moment.indexes].map(indexFields) },
  {
    name: 'pg_constraint',
    current: (moment) => [
      ...[...moment.indexes]
        .filter(({ constraintOid }) => constraintOid !== 0)
        .map(constraintFields),
      ...moment.checks.map(checkFields),
    ],
  },
];
