/** pg_depend: what users' objects need, as PostgreSQL notes it; its own objects are pinned. */
import { languageExtension, languageOids } from '../../extensions.ts';
import { isDomainRecord, keptCast, type DomainRecord } from '../../type-records.ts';
import type { Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { UserColumn, UserForeignKey, UserIndex, UserRelation } from '../user-relations.ts';
import type { UserProc } from '../user-procs.ts';
import type { UserTypeFact } from '../user-type-facts.ts';
import { conditionsOf, policiesOf, type PolicyRecord } from '../../policy-records.ts';
import { triggersOf, type TriggerRecord } from '../../trigger-records.ts';
import { userTypeOid } from '../../../types/user-type.ts';
import { ruleOid, schemaOid, toastIndexOid, toastOid } from '../object-ids.ts';
import { hasToast } from '../toast.ts';
import type { FactSource } from './fact-table.ts';

const catalogs = {
  class: 1259,
  type: 1247,
  default: 2604,
  constraint: 2606,
  rule: 2618,
  namespace: 2615,
  trigger: 2620,
  policy: 3256,
  proc: 1255,
  language: 2612,
  extension: 3079,
} as const;

const firstUserOid = 16_384;

interface Place {
  readonly catalog: keyof typeof catalogs;
  readonly oid: number;
  readonly column?: number;
}

/**
 * `n` normal, `a` goes with it, `i` is a part of it, `e` an extension brought it, `P` and `S` it is
 * a partition's part of a parent's.
 */
type Kind = 'n' | 'a' | 'i' | 'e' | 'P' | 'S';

function depends(object: Place, on: Place, deptype: Kind): Fields {
  return {
    classid: catalogs[object.catalog],
    objid: object.oid,
    objsubid: object.column ?? 0,
    refclassid: catalogs[on.catalog],
    refobjid: on.oid,
    refobjsubid: on.column ?? 0,
    deptype,
  };
}

/** What the extension plpgsql brought: its functions and the language. */
function languageDependences(): readonly Fields[] {
  const { extension: oid, callHandler, inlineHandler, validator } = languageOids;
  const extension: Place = { catalog: 'extension', oid };
  const functions = [callHandler, inlineHandler, validator].map((each): Place => {
    return { catalog: 'proc', oid: each };
  });
  const language: Place = { catalog: 'language', oid: languageOids.language };
  return [...functions, language].map((object) => depends(object, extension, 'e'));
}

function typeDependences({ type, array, record }: UserTypeFact): readonly Fields[] {
  const own: Place = { catalog: 'type', oid: type.oid };
  const base = isDomainRecord(record) ? baseOid(record) : undefined;
  const checks = isDomainRecord(record) ? record.checks : [];
  return [
    ...(base === undefined ? [] : [depends(own, { catalog: 'type', oid: base }, 'n')]),
    ...checks.map(({ oid }) => depends({ catalog: 'constraint', oid }, own, 'a')),
    depends(own, { catalog: 'namespace', oid: schemaOid(type.schema) }, 'n'),
    depends({ catalog: 'type', oid: array.oid }, own, 'i'),
  ];
}

/** The user's type that a domain is over. */
function baseOid({ base }: DomainRecord): number | undefined {
  return base.domain ?? userTypeOid(base.name);
}

/** Its schema and language, and users' types in its signature; what its text names, where that is bound. */
function routineDependences(
  moment: Moment,
  { oid, schema, result, args, allArgs = args, record }: UserProc,
): readonly Fields[] {
  const own: Place = { catalog: 'proc', oid };
  const types = [...new Set([result, ...allArgs])].filter((type) => type >= firstUserOid);
  const used = (record.uses ?? []).map((each): Place => {
    return { catalog: moment.userProc(each) === undefined ? 'class' : 'proc', oid: each };
  });
  const language: readonly Place[] =
    record.language === languageExtension
      ? [{ catalog: 'language', oid: languageOids.language }]
      : [];
  const owned: readonly Place[] = [
    { catalog: 'namespace', oid: schemaOid(schema) },
    ...language,
    ...types.map((type): Place => ({ catalog: 'type', oid: type })),
    ...used,
  ];
  return owned.map((on) => depends(own, on, 'n'));
}

function relationDependences(moment: Moment, relation: UserRelation): readonly Fields[] {
  const { oid, schemaOid } = relation;
  const own: Place = { catalog: 'class', oid };
  const rowType: Place = { catalog: 'type', oid: relation.rowTypeOid };
  const arrayType: Place = { catalog: 'type', oid: relation.arrayTypeOid };
  const rule: Place = { catalog: 'rule', oid: ruleOid(oid) };
  if (relation.kind === 'c') {
    return [
      depends(rowType, { catalog: 'namespace', oid: schemaOid }, 'n'),
      depends(own, rowType, 'i'),
      depends(arrayType, rowType, 'i'),
      ...relation.columns.flatMap((column) => columnDependences(relation, column)),
    ];
  }
  const parent = relation.definition?.partitionOf?.parent;
  return [
    depends(own, { catalog: 'namespace', oid: schemaOid }, 'n'),
    ...(parent === undefined ? [] : [depends(own, { catalog: 'class', oid: parent }, 'a')]),
    ...(relation.definition?.partitionBy?.columns ?? []).map((name) => {
      const column = relation.columns.findIndex((each) => each.name === name) + 1;
      return depends({ ...own, column }, own, 'i');
    }),
    ...(relation.rowTypeOid === 0
      ? []
      : [depends(rowType, own, 'i'), depends(arrayType, rowType, 'i')]),
    ...relation.columns.flatMap((column) => [
      ...columnDependences(relation, column),
      ...castDependences(moment, { catalog: 'default', oid: column.defaultOid }, column.defaultSql),
    ]),
    ...checkDependences(moment, relation),
    ...relation.indexes.flatMap(indexDependences),
    ...(relation.foreignKeys ?? []).flatMap((key) => foreignKeyDependences(moment, key)),
    ...(hasToast(relation) ? toastDependences(relation) : []),
    ...(relation.viewSql !== undefined ? [depends(rule, own, 'i'), depends(rule, own, 'n')] : []),
    ...castDependences(moment, rule, relation.viewDefinition),
    ...(relation.usedColumns ?? []).map(([used, column]) =>
      depends(rule, { catalog: 'class', oid: used, column }, 'n'),
    ),
  ];
}

/** Sequences depend on the columns that own them, defaults on theirs and on what they call. */
function columnDependences(relation: UserRelation, column: UserColumn): readonly Fields[] {
  const { owns, number, identity, type, defaultSql = '' } = column;
  const place: Place = { catalog: 'class', oid: relation.oid, column: number };
  const sequences = owns.map((oid) =>
    depends({ catalog: 'class', oid }, place, identity === undefined ? 'a' : 'i'),
  );
  if (type.domain !== undefined || userTypeOid(type.name) !== undefined) {
    sequences.push(depends(place, { catalog: 'type', oid: column.typeOid }, 'n'));
  }
  if (defaultSql === '' || identity !== undefined) return sequences;
  const own: Place = { catalog: 'default', oid: column.defaultOid };
  const called = [...defaultSql.matchAll(/nextval\('(\d+)'::regclass\)/g)].map(([, oid]) =>
    depends(own, { catalog: 'class', oid: Number(oid) }, 'n'),
  );
  if (column.generated === undefined) return [...sequences, depends(own, place, 'a'), ...called];
  const used = relation.columns.filter(({ name }) => column.generated?.includes(name));
  const uses = used.map((each) =>
    depends(own, { catalog: 'class', oid: relation.oid, column: each.number }, 'n'),
  );
  return [...sequences, depends(own, place, 'i'), ...uses];
}

/** Types of users that a kept text casts to, rows of relations among them. */
function castDependences(
  moment: Moment,
  own: Place,
  sql: string | undefined = '',
): readonly Fields[] {
  if (!sql.includes('::"')) return [];
  const types = moment.types.map(({ type: { oid, schema, name } }) => ({ oid, schema, name }));
  const rows = moment.relations.flatMap(({ rowTypeOid: oid, schema, name }) => {
    return oid === 0 ? [] : [{ oid, schema, name }];
  });
  return [...types, ...rows]
    .filter((type) => sql.replaceAll(`.*${keptCast(type)}`, '').includes(keptCast(type)))
    .map(({ oid }) => depends(own, { catalog: 'type', oid }, 'n'));
}

function checkDependences(moment: Moment, { oid: table, checks }: UserRelation): readonly Fields[] {
  return checks.flatMap(({ oid, columns, sql }) => {
    const own: Place = { catalog: 'constraint', oid };
    const used = columns.flatMap(({ number }) => {
      const place: Place = { catalog: 'class', oid: table, column: number };
      return [depends(own, place, 'a'), depends(own, place, 'n')];
    });
    return [...used, ...castDependences(moment, own, sql)];
  });
}

function partDependences({ table, parent }: UserIndex, own: Place, whole: number): Fields[] {
  if (parent === undefined) return [];
  return [
    depends(own, { catalog: own.catalog, oid: whole }, 'P'),
    depends(own, { catalog: 'class', oid: table.oid }, 'S'),
  ];
}

function indexDependences(index: UserIndex): Fields[] {
  const { oid, constraintOid, table, parts, included, uses, parent } = index;
  const own: Place = { catalog: 'class', oid };
  const keys = [...parts.flatMap(({ column }) => column ?? []), ...included];
  const places = [...new Set([...keys, ...uses])].map(({ number }): Place => {
    return { catalog: 'class', oid: table.oid, column: number };
  });
  if (constraintOid === 0) {
    // Without a column of its own an index goes with the table.
    const whole: readonly Place[] = keys.length > 0 ? [] : [{ catalog: 'class', oid: table.oid }];
    return [
      ...[...whole, ...places].map((place) => depends(own, place, 'a')),
      ...partDependences(index, own, parent?.oid ?? 0),
    ];
  }
  const constraint: Place = { catalog: 'constraint', oid: constraintOid };
  return [
    depends(own, constraint, 'i'),
    ...places.map((place) => depends(constraint, place, 'a')),
    ...partDependences(index, own, parent?.oid ?? 0),
    ...partDependences(index, constraint, parent?.constraintOid ?? 0),
  ];
}

function foreignKeyDependences(moment: Moment, key: UserForeignKey): readonly Fields[] {
  const own: Place = { catalog: 'constraint', oid: key.oid };
  const target = moment.relationByOid(key.references.table);
  const columns = (target?.columns ?? []).filter(({ name }) => {
    return key.references.columns.includes(name);
  });
  const index = moment.referencedIndex(key);
  const on = (oid: number, { number }: UserColumn): Place => {
    return { catalog: 'class', oid, column: number };
  };
  return [
    ...key.columns.map((column) => depends(own, on(key.table.oid, column), 'a')),
    ...columns.map((column) => depends(own, on(key.references.table, column), 'n')),
    ...(index === undefined ? [] : [depends(own, { catalog: 'class', oid: index.oid }, 'n')]),
  ];
}

function toastDependences({ oid }: UserRelation): readonly Fields[] {
  const toast = toastOid(oid);
  const index: Place = { catalog: 'class', oid: toastIndexOid(oid) };
  return [
    depends({ catalog: 'class', oid: toast }, { catalog: 'class', oid }, 'i'),
    ...[1, 2].map((column) => depends(index, { catalog: 'class', oid: toast, column }, 'a')),
  ];
}

function triggerDependences(moment: Moment, trigger: TriggerRecord): readonly Fields[] {
  const { oid, table, routine, columns, when } = trigger;
  const own: Place = { catalog: 'trigger', oid };
  const named = new Set([...columns, ...(when?.columns ?? [])]);
  const numbers = (moment.relationByOid(table)?.columns ?? []).flatMap(({ name }, i) => {
    return named.has(name) ? [i + 1] : [];
  });
  return [
    depends(own, { catalog: 'proc', oid: routine }, 'n'),
    depends(own, { catalog: 'class', oid: table }, 'a'),
    ...numbers.map((column) => depends(own, { catalog: 'class', oid: table, column }, 'n')),
  ];
}

/** As PostgreSQL notes them, condition by condition: what each names, columns one by one. */
function policyDependences(moment: Moment, policy: PolicyRecord): readonly Fields[] {
  const own: Place = { catalog: 'policy', oid: policy.oid };
  const conditions = conditionsOf(policy);
  const named = new Map<string, Place>();
  const note = (place: Place): void => {
    named.set(`${place.catalog} ${place.oid} ${place.column ?? 0}`, place);
  };
  for (const { uses, columns } of conditions) {
    for (const [oid, name] of columns) {
      const at = moment.relationByOid(oid)?.columns.findIndex((each) => each.name === name) ?? -1;
      if (at >= 0) note({ catalog: 'class', oid, column: at + 1 });
    }
    for (const oid of uses) {
      if (moment.relationByOid(oid) === undefined) note({ catalog: 'proc', oid });
      else if (!columns.some(([each]) => each === oid)) note({ catalog: 'class', oid });
    }
  }
  return [
    depends(own, { catalog: 'class', oid: policy.table }, 'a'),
    ...[...named.values()].map((place) => depends(own, place, 'n')),
  ];
}

export const dependenceSources: readonly FactSource[] = [
  {
    name: 'pg_depend',
    fixed: languageDependences,
    current: (moment: Moment) => [
      ...moment.types.flatMap(typeDependences),
      ...moment.procs.flatMap((proc) => routineDependences(moment, proc)),
      ...moment.relations.flatMap((relation) => relationDependences(moment, relation)),
      ...triggersOf(moment.state.records).flatMap((each) => triggerDependences(moment, each)),
      ...policiesOf(moment.state.records).flatMap((each) => policyDependences(moment, each)),
    ],
  },
];
