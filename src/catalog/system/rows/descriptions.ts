/** pg_description, pg_shdescription: what PostgreSQL says of its own objects, and comments. */
import { languageOids } from '../../extensions.ts';
import {
  catalogOids,
  commentedObject,
  commentKey,
  type CommentedObject,
} from '../../comment-records.ts';
import { isDomainRecord, userTypesOf, type UserTypeRecord } from '../../type-records.ts';
import type { Fields } from '../fact-rows.ts';
import { operatorDescriptions } from '../facts/operator-descriptions.ts';
import { procDescriptions } from '../facts/proc-descriptions.ts';
import { typeDescriptions } from '../facts/type-descriptions.ts';
import type { Moment } from '../moment.ts';
import type { UserRelation } from '../user-relations.ts';
import { once, plainText, recordsOf } from '../static-records.ts';
import type { FactSource } from './fact-table.ts';

const sharedCatalogs: readonly number[] = [
  catalogOids.database,
  catalogOids.role,
  catalogOids.tablespace,
];

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

/** The comment that an object of PostgreSQL's comes with. */
export function fixedComment(oid: number, ofClass: number): string | undefined {
  return fixed().get(`${ofClass} ${oid}`)?.[2];
}

type Description = CommentedObject & { readonly text: string };

function described(
  catalog: number,
  objects: readonly { readonly oid: number; readonly comment?: string | undefined }[],
): readonly Description[] {
  return objects.flatMap(({ oid, comment }) =>
    comment === undefined ? [] : [{ catalog, oid, column: 0, text: comment }],
  );
}

function ofRelation(relation: UserRelation): readonly Description[] {
  const { oid, columns, indexes, checks, foreignKeys = [] } = relation;
  const keys = indexes.map(({ constraintOid, constraintComment }) => {
    return { oid: constraintOid ?? 0, comment: constraintComment };
  });
  return [
    ...described(catalogOids.class, [relation, ...indexes]),
    ...columns.flatMap(({ number, comment }) =>
      comment === undefined
        ? []
        : [{ catalog: catalogOids.class, oid, column: number, text: comment }],
    ),
    ...described(catalogOids.constraint, [...keys, ...checks, ...foreignKeys]),
  ];
}

function ofType(record: UserTypeRecord): readonly Description[] {
  const checks = isDomainRecord(record) ? record.checks : [];
  return [...described(catalogOids.type, [record]), ...described(catalogOids.constraint, checks)];
}

/** Comments that statements gave, those on shared objects among them. */
function given(moment: Moment): readonly Description[] {
  const kept = [...moment.comments].flatMap(([key, text]) =>
    text === undefined ? [] : [{ ...commentedObject(key), text }],
  );
  return [
    ...moment.relations.flatMap(ofRelation),
    ...userTypesOf(moment.state.records).flatMap(ofType),
    ...kept,
  ];
}

const givenTexts = new WeakMap<Moment, ReadonlyMap<string, string>>();

function givenText(moment: Moment, key: string): string | undefined {
  const known = givenTexts.get(moment);
  if (known !== undefined) return known.get(key);
  const texts = new Map(given(moment).map((each) => [commentKey(each), each.text]));
  givenTexts.set(moment, texts);
  return texts.get(key);
}

/** Undefined when there is none. */
export function commentOn(moment: Moment, object: CommentedObject): string | undefined {
  const { catalog, oid, column } = object;
  const key = commentKey(object);
  if (moment.comments.has(key)) return moment.comments.get(key);
  const builtIn = column === 0 ? fixedComment(oid, catalog) : undefined;
  return givenText(moment, key) ?? builtIn;
}

/** The comment on a database, a role or a tablespace. */
export function sharedCommentOn(moment: Moment, object: CommentedObject): string | undefined {
  const key = commentKey(object);
  return sharedDescriptions(moment).find((each) => commentKey(each) === key)?.text;
}

function fieldsOf({ catalog, oid, column, text }: Description): Fields {
  return { objoid: oid, classoid: catalog, objsubid: column, description: text };
}

function fixedFields(comments: Iterable<Comment>): readonly Fields[] {
  return [...comments].map(([oid, catalog, text]) => fieldsOf({ catalog, oid, column: 0, text }));
}

/** PostgreSQL's own descriptions without those that a statement replaced. */
function changedDescriptions(moment: Moment): readonly Fields[] | undefined {
  const { comments } = moment;
  const isKept = ([oid, catalog]: Comment): boolean =>
    !comments.has(commentKey({ catalog, oid, column: 0 }));
  const kept = [...fixed().values()].filter(isKept);
  return kept.length === fixed().size ? undefined : fixedFields(kept);
}

function sharedDescriptions(moment: Moment): readonly Description[] {
  const isDefault = moment.state.firstDatabase === 'postgres';
  const own: readonly (readonly [oid: number, text: string])[] = [
    [1, 'default template for new databases'],
    [4, 'unmodifiable empty database'],
    ...(isDefault ? ([[5, 'default administrative connection database']] as const) : []),
  ];
  const builtIn = own
    .map(([oid, text]) => ({ catalog: catalogOids.database, oid, column: 0, text }))
    .filter((each) => !moment.comments.has(commentKey(each)));
  return [...builtIn, ...given(moment).filter(isShared)];
}

function isShared({ catalog }: CommentedObject): boolean {
  return sharedCatalogs.includes(catalog);
}

export const descriptionSources: readonly FactSource[] = [
  {
    name: 'pg_description',
    fixed: () => fixedFields(fixed().values()),
    changed: changedDescriptions,
    current: (moment) =>
      given(moment)
        .filter((each) => !isShared(each))
        .map(fieldsOf),
  },
  {
    name: 'pg_shdescription',
    dependsOn: 'session',
    current: (moment) => sharedDescriptions(moment).map(fieldsOf),
  },
];
