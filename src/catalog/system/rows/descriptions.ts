/** pg_description: what PostgreSQL says of its own objects, and the comments on users' tables. */
import { languageOids } from '../../extensions.ts';
import { isDomainRecord, userTypesOf, type DomainRecord } from '../../type-records.ts';
import type { Fields } from '../fact-rows.ts';
import { operatorDescriptions } from '../facts/operator-descriptions.ts';
import { procDescriptions } from '../facts/proc-descriptions.ts';
import { typeDescriptions } from '../facts/type-descriptions.ts';
import type { UserRelation } from '../user-relations.ts';
import { once, plainText, recordsOf } from '../static-records.ts';
import type { FactSource } from './fact-table.ts';

const classOid = 1259;
const typeClass = 1247;
const constraintClass = 2606;

type Comment = readonly [oid: number, classOid: number, text: string];

const otherComments: readonly Comment[] = [
  [11, 2615, 'system catalog schema'],
  [99, 2615, 'reserved schema for TOAST tables'],
  [2200, 2615, 'standard public schema'],
  [12, 2612, 'built-in functions'],
  [13, 2612, 'dynamically-loaded C functions'],
  [14, 2612, 'SQL-language functions'],
  [languageOids.language, 2612, 'PL/pgSQL procedural language'],
  [languageOids.extension, 3079, 'PL/pgSQL procedural language'],
  [2, 2601, 'heap table access method'],
  [403, 2601, 'b-tree index access method'],
  [405, 2601, 'hash index access method'],
  [783, 2601, 'GiST index access method'],
  [2742, 2601, 'GIN index access method'],
  [3580, 2601, 'block range index (BRIN) access method'],
  [4000, 2601, 'SP-GiST index access method'],
];

function commentsIn(facts: string, ofClass: number): readonly Comment[] {
  return recordsOf(facts).flatMap(([oids = '', ...words]) =>
    oids.split(',').map((oid): Comment => [Number(oid), ofClass, plainText(words)]),
  );
}

const fixed = once((): ReadonlyMap<string, Comment> => {
  const all = [
    ...otherComments,
    ...commentsIn(typeDescriptions, 1247),
    ...commentsIn(operatorDescriptions, 2617),
    ...commentsIn(procDescriptions, 1255),
  ];
  return new Map(all.map((comment) => [`${comment[1]} ${comment[0]}`, comment]));
});

/** The comment on an object that is no relation of users. */
export function fixedComment(oid: number, ofClass: number): string | undefined {
  return fixed().get(`${ofClass} ${oid}`)?.[2];
}

function comments(relation: UserRelation): readonly Fields[] {
  const { oid, comment, columns } = relation;
  const own = comment === undefined ? [] : [{ objsubid: 0, description: comment }];
  const ofColumns = columns.flatMap(({ number, comment: description }) =>
    description === undefined ? [] : [{ objsubid: number, description }],
  );
  return [...own, ...ofColumns].map((fields) => ({ objoid: oid, classoid: classOid, ...fields }));
}

function ofChecks({ checks }: DomainRecord): readonly Fields[] {
  return checks.flatMap(({ oid: objoid, comment: description }) =>
    description === undefined
      ? []
      : [{ objoid, classoid: constraintClass, objsubid: 0, description }],
  );
}

export const descriptionSources: readonly FactSource[] = [
  {
    name: 'pg_description',
    fixed: () =>
      [...fixed().values()].map(([objoid, classoid, description]) => ({
        objoid,
        classoid,
        description,
      })),
    current: (moment) => [
      ...moment.relations.flatMap(comments),
      ...userTypesOf(moment.state.records).flatMap(({ oid: objoid, comment: description }) =>
        description === undefined
          ? []
          : [{ objoid, classoid: typeClass, objsubid: 0, description }],
      ),
      ...moment.types.flatMap(({ record }) => (isDomainRecord(record) ? ofChecks(record) : [])),
    ],
  },
];
