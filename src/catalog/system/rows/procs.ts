/** pg_proc, pg_operator, operator classes, pg_language, pg_am. */
import type { Datum } from '../../../types/datum.ts';
import { languageExtension, languageOids } from '../../extensions.ts';
import { operatorOverloads } from '../../../functions/registry.ts';
import { operatorFacts } from '../facts/operators.ts';
import { arrayOf, oidVector, type Fields } from '../fact-rows.ts';
import { accessMethods, operatorClasses, type OperatorClass } from '../operator-classes.ts';
import type { Moment } from '../moment.ts';
import type { UserProc } from '../user-procs.ts';
import { allProcs, procByOid, type ProcFact } from '../proc-facts.ts';
import { schemaOid } from '../object-ids.ts';
import { once, recordsOf } from '../static-records.ts';
import { procAclTexts } from '../system-access.ts';
import { typeFactByOid } from '../type-facts.ts';
import type { FactSource } from './fact-table.ts';

const catalogSchemaOid = 11;
const superuser = 10;

function procFields(owner: string, proc: ProcFact): Fields {
  const { argNames, allArgs, argModes, args, variadic, defaults } = proc;
  const acl = procAclTexts(owner, proc.oid);
  return {
    oid: proc.oid,
    proname: proc.name,
    pronamespace: schemaOid(proc.schema),
    proowner: superuser,
    prolang: proc.language,
    procost: 1,
    prorows: proc.returnsSet ? 1000 : 0,
    provariadic: variadic ? elementOf(args.at(-1) ?? 0) : 0,
    prokind: proc.kind,
    proisstrict: proc.strict,
    proretset: proc.returnsSet,
    provolatile: proc.volatility,
    proparallel: proc.parallel,
    pronargs: args.length,
    pronargdefaults: defaults === undefined ? 0 : defaults.split(', ').length,
    proargdefaults: defaults ?? null,
    proacl: acl === undefined ? null : arrayOf('aclitem', acl),
    prorettype: proc.result,
    proargtypes: oidVector(args),
    proallargtypes: allArgs === undefined ? null : arrayOf('oid', allArgs),
    proargmodes: argModes === undefined ? null : arrayOf('char', argModes),
    proargnames: argNames === undefined ? null : arrayOf('text', argNames),
    prosrc: proc.name,
  };
}

/** PostgreSQL's own functions, where something was granted or revoked on one. */
function changedProcs({ access }: Moment): readonly Fields[] | undefined {
  const listOf = (oid: number) => access.listOf({ kind: 'function', id: oid })?.items;
  if (!allProcs().some(({ oid }) => listOf(oid) !== undefined)) return undefined;
  const owner = access.roleByOid(superuser)?.name ?? '';
  return allProcs().map((proc) => {
    const items = listOf(proc.oid);
    const fields = procFields(owner, proc);
    if (items === undefined) return fields;
    return { ...fields, proacl: arrayOf('aclitem', access.itemTexts(items)) };
  });
}

function userProcFields(moment: Moment, proc: UserProc): Fields {
  const { record } = proc;
  const { cost, rows, body, standardText, isDefiner, isLeakproof } = record;
  const array = proc.args.at(-1) ?? 0;
  const element = moment.typeByOid(array)?.element ?? 0;
  const list = moment.access.listOf({ kind: 'function', id: proc.oid });
  const items = list?.items;
  const { settings = {} } = record;
  const texts = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return {
    ...procFields('', proc),
    proowner: moment.ownerOid(record.owner),
    procost: cost,
    prorows: rows,
    provariadic: proc.variadic ? (variadicElements[array] ?? element) : 0,
    prosecdef: isDefiner,
    proconfig: texts.length === 0 ? null : arrayOf('text', texts),
    proleakproof: isLeakproof,
    proacl: items === undefined ? null : arrayOf('aclitem', moment.access.itemTexts(items)),
    pronargdefaults: record.parameters.filter(({ defaultSql }) => defaultSql !== undefined).length,
    prosrc: standardText === undefined ? body : '',
    prosqlbody: standardText ?? null,
  };
}

/** `VARIADIC text[]` takes texts; `VARIADIC "any"` anything. */
function elementOf(typeOid: number): number {
  return variadicElements[typeOid] ?? typeOid;
}

const variadicElements: Readonly<Record<number, number>> = {
  1009: 25,
  1007: 23,
  2277: 2283,
  5078: 5077,
  2276: 2276,
};

const operatorRecords = once(() => {
  const words = recordsOf(operatorFacts);
  return words.filter(([symbol = '']) => operatorOverloads(symbol).length > 0);
});

function operators(): readonly Fields[] {
  return operatorRecords().map(([symbol = '', ...rest]) => {
    const [oid = 0, left = 0, right = 0, result = 0, proc = 0, commutator = 0, negator = 0] = rest
      .slice(0, 7)
      .map(Number);
    return {
      oid,
      oprname: symbol,
      oprnamespace: catalogSchemaOid,
      oprowner: superuser,
      oprkind: left === 0 ? 'l' : 'b',
      oprcanmerge: rest.includes('m'),
      oprcanhash: rest.includes('h'),
      oprleft: left,
      oprright: right,
      oprresult: result,
      oprcom: commutator,
      oprnegate: negator,
      oprcode: proc,
    };
  });
}

/** Names of operators by OID, for regoper and regoperator. */
export const operatorNames = once(
  (): ReadonlyMap<number, { readonly symbol: string; readonly args: readonly number[] }> =>
    new Map(
      operatorRecords().map(([symbol = '', oid, left, right]) => [
        Number(oid),
        { symbol, args: [Number(left), Number(right)] },
      ]),
    ),
);

function operatorClassFields({ oid, name, ...each }: OperatorClass): Fields {
  return {
    oid,
    opcmethod: each.method,
    opcname: name,
    opcnamespace: catalogSchemaOid,
    opcowner: superuser,
    opcfamily: each.family,
    opcintype: each.typeOid,
    opcdefault: each.isDefault,
    opckeytype: each.keyType,
  };
}

function operatorFamilies(): readonly Fields[] {
  const families = new Map(
    operatorClasses().map(({ method, family, familyName }): [number, Fields] => [
      family,
      {
        oid: family,
        opfmethod: method,
        opfname: familyName,
        opfnamespace: catalogSchemaOid,
        opfowner: superuser,
      },
    ]),
  );
  return [...families.values()];
}

function methodFields({ oid, name, handler, kind }: (typeof accessMethods)[number]): Fields {
  return { oid, amname: name, amhandler: handler, amtype: kind };
}

export const languageNames: readonly (readonly [
  oid: number,
  name: string,
  trusted: boolean,
  validator: number,
])[] = [
  [12, 'internal', false, 2246],
  [13, 'c', false, 2247],
  [14, 'sql', true, 2248],
  [languageOids.language, languageExtension, true, languageOids.validator],
];

/** Languages, where something was granted or revoked on one. */
function changedLanguages({ access }: Moment): readonly Fields[] | undefined {
  const lists = new Map(
    languageNames.flatMap(([oid, name]) => {
      const items = access.listOf({ kind: 'language', id: name })?.items;
      return items === undefined
        ? []
        : [[oid, arrayOf('aclitem', access.itemTexts(items))] as const];
    }),
  );
  return lists.size === 0 ? undefined : languages(lists);
}

function languages(lists: ReadonlyMap<number, Datum> = new Map()): readonly Fields[] {
  return languageNames.map(([oid, lanname, lanpltrusted, lanvalidator]) => ({
    oid,
    lanname,
    lanowner: superuser,
    lanispl: oid === languageOids.language,
    lanpltrusted,
    lanplcallfoid: oid === languageOids.language ? languageOids.callHandler : 0,
    laninline: oid === languageOids.language ? languageOids.inlineHandler : 0,
    lanvalidator,
    lanacl: lists.get(oid) ?? null,
  }));
}

function aggregates(): readonly Fields[] {
  return allProcs()
    .filter(({ kind }) => kind === 'a')
    .map((proc) => ({
      aggfnoid: proc.oid,
      aggkind: 'n',
      aggfinalmodify: 'r',
      aggmfinalmodify: 'r',
      aggtranstype: procByOid(proc.oid)?.result,
    }));
}

export const procSources: readonly FactSource[] = [
  {
    name: 'pg_proc',
    fixed: (owner) => allProcs().map((proc) => procFields(owner, proc)),
    changed: changedProcs,
    current: (moment) => moment.procs.map((proc) => userProcFields(moment, proc)),
  },
  { name: 'pg_operator', fixed: operators },
  { name: 'pg_opclass', fixed: () => operatorClasses().map(operatorClassFields) },
  { name: 'pg_opfamily', fixed: operatorFamilies },
  { name: 'pg_am', fixed: () => accessMethods.map(methodFields) },
  { name: 'pg_language', fixed: () => languages(), changed: changedLanguages },
  { name: 'pg_aggregate', fixed: aggregates },
];

const text = 25;
const anyArray = 2277;
const anyEnum = 3500;
const binaryText = new Set([1043, 25]);

/** The operator `=` of two types: text's for varchar, any array's and any enum's. */
export function equalityOf(left: number, right: number): number {
  const args = [left, right].map((oid) => (binaryText.has(oid) ? text : oid));
  const all = [...operatorNames()].filter(([, { symbol }]) => symbol === '=');
  const found = all.find(([, operator]) => operator.args.join() === args.join());
  if (found !== undefined) return found[0];
  const category = typeFactByOid(left)?.category;
  const generic = category === 'A' ? anyArray : anyEnum;
  return all.find(([, operator]) => operator.args[0] === generic)?.[0] ?? 0;
}
