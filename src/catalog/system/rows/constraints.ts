/** pg_index, pg_constraint, pg_description: keys of tables, and comments. */
import { arrayOf, int2Vector, oidVector, type Fields } from '../fact-rows.ts';
import type { Moment, UserIndex, UserRelation } from '../moment.ts';
import { typeFactByOid } from '../type-facts.ts';
import type { FactSource } from './fact-table.ts';
import { indexClassOf } from './procs.ts';

const classOid = 1259;

function indexFields(index: UserIndex): Fields {
  const { columns } = index;
  const types = columns.map(({ typeOid }) => typeFactByOid(typeOid));
  return {
    indexrelid: index.oid,
    indrelid: index.table.oid,
    indnatts: columns.length,
    indnkeyatts: columns.length,
    indisunique: true,
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

function comments(relation: UserRelation): readonly Fields[] {
  const { oid, comment, columns } = relation;
  const own = comment === undefined ? [] : [{ objsubid: 0, description: comment }];
  const ofColumns = columns.flatMap(({ number, comment: description }) =>
    description === undefined ? [] : [{ objsubid: number, description }],
  );
  return [...own, ...ofColumns].map((fields) => ({ objoid: oid, classoid: classOid, ...fields }));
}

export const fixedComments: readonly (readonly [oid: number, classoid: number, text: string])[] = [
  [11, 2615, 'system catalog schema'],
  [99, 2615, 'reserved schema for TOAST tables'],
  [2200, 2615, 'standard public schema'],
  [12, 2612, 'built-in functions'],
  [13, 2612, 'dynamically-loaded C functions'],
  [14, 2612, 'SQL-language functions'],
];

export const constraintSources: readonly FactSource[] = [
  { name: 'pg_index', current: (moment: Moment) => [...moment.indexes].map(indexFields) },
  { name: 'pg_constraint', current: (moment) => [...moment.indexes].map(constraintFields) },
  {
    name: 'pg_description',
    fixed: () =>
      fixedComments.map(([objoid, classoid, description]) => ({ objoid, classoid, description })),
    current: (moment) => moment.relations.flatMap(comments),
  },
];
