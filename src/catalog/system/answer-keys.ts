/**
 * Answers as data, for threads that cannot ask: every key that a fact has an answer for. Made
 * only for queries that are too large for the main thread and read the catalog.
 */
import { findTypeByOid } from '../../types/type-table.ts';
import { answers } from './answers.ts';
import type { Moment } from './moment.ts';
import { allProcs } from './proc-facts.ts';
import { collationNames, databaseOids, roleNames, tablespaceNames } from './rows/databases.ts';
import { operatorNames } from './rows/procs.ts';
import { systemRelations } from './system-relations.ts';
import { builtInTypes } from './type-facts.ts';

type Keys = (moment: Moment) => readonly (string | number)[];

const classes: Keys = (moment) => [
  ...systemRelations().map(({ oid }) => oid),
  ...moment.relations.map(({ oid }) => oid),
  ...[...moment.indexes].map(({ oid }) => oid),
];

const classNames: Keys = (moment) => {
  const named = [
    ...systemRelations(),
    ...moment.relations,
    ...[...moment.indexes].map(({ name, table }) => ({ name, schema: table.schema })),
  ];
  return named.flatMap(({ schema, name }) => [`${schema}.${name}`, name]);
};

const relations: Keys = (moment) => moment.relations.map(({ oid }) => oid);
const indexes: Keys = (moment) => [...moment.indexes].map(({ oid }) => oid);
const procs: Keys = () => allProcs().map(({ oid }) => oid);
const operators: Keys = () => [...operatorNames().keys()];

const types: Keys = (moment) => [
  ...[...builtInTypes()].map(({ oid }) => oid).filter((oid) => findTypeByOid(oid) === undefined),
  ...moment.relations.flatMap(({ rowTypeOid, arrayTypeOid }) => [rowTypeOid, arrayTypeOid]),
];

const comments: Keys = (moment) =>
  moment.relations.flatMap(({ oid, columns, comment }) => [
    ...(comment === undefined ? [] : [`pg_class.${oid}.0`]),
    ...columns
      .filter((column) => column.comment !== undefined)
      .map(({ number }) => `pg_class.${oid}.${number}`),
  ]);

const visible: Keys = (moment) => [
  ...classes(moment).map((oid) => `class ${oid}`),
  ...types(moment).map((oid) => `type ${oid}`),
  ...procs(moment).map((oid) => `proc ${oid}`),
];

const keysOf: Readonly<Record<string, Keys>> = {
  class_oid: classNames,
  class_name: classes,
  class_kind: classes,
  type_name: types,
  proc_name: procs,
  procedure_name: procs,
  oper_name: operators,
  operator_name: operators,
  namespace_oid: ({ schemas }) => schemas.map(({ name }) => name),
  namespace_name: ({ schemas }) => schemas.map(({ oid }) => oid),
  role_oid: (moment) => [...roleNames(moment).values()],
  role_name: (moment) => [...roleNames(moment).keys()],
  collation_name: () => collationNames.map(([oid]) => oid),
  database_name: (moment) => databaseOids(moment).map(([oid]) => oid),
  tablespace_name: () => tablespaceNames.map(([oid]) => oid),
  object_visible: visible,
  object_comment: comments,
  index_definition: indexes,
  index_column: (moment) =>
    [...moment.indexes].flatMap(({ oid, columns }) => columns.map((_, i) => `${oid}.${i + 1}`)),
  constraint_definition: (moment) => [...moment.indexes].map((index) => index.constraintOid),
  view_definition: relations,
  function_arguments: procs,
  function_identity_arguments: procs,
  function_result: procs,
  relation_bytes: (moment) =>
    moment.relations.flatMap(({ oid }) =>
      ['main', 'total', 'table', 'indexes'].map((part) => `${oid}.${part}`),
    ),
};

export const listedFacts: readonly string[] = Object.keys(keysOf);

/** Answers to one fact by key; empty for facts whose keys cannot be listed. */
export function answersOf(moment: Moment, fact: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const ask = answers[fact];
  for (const key of keysOf[fact]?.(moment) ?? []) {
    const answer = ask?.(moment, String(key));
    if (answer !== undefined) found[String(key)] = String(answer);
  }
  return found;
}
