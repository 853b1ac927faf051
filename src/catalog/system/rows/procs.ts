/** pg_proc, pg_operator, operator classes, pg_language, pg_am. */
import { operatorOverloads } from '../../../functions/registry.ts';
import { operatorClassFacts } from '../facts/operator-classes.ts';
import { operatorFacts } from '../facts/operators.ts';
import { arrayOf, oidVector, type Fields } from '../fact-rows.ts';
import { allProcs, procByOid, type ProcFact } from '../proc-facts.ts';
import { once, recordsOf } from '../static-records.ts';
import type { FactSource } from './fact-table.ts';

const catalogSchemaOid = 11;
const superuser = 10;
const internalLanguage = 12;

function procFields(proc: ProcFact): Fields {
  const { argNames, allArgs, argModes, args, variadic } = proc;
  return {
    oid: proc.oid,
    proname: proc.name,
    pronamespace: catalogSchemaOid,
    proowner: superuser,
    prolang: internalLanguage,
    procost: 1,
    prorows: proc.returnsSet ? 1000 : 0,
    provariadic: variadic ? elementOf(args.at(-1) ?? 0) : 0,
    prokind: proc.kind,
    proisstrict: proc.strict,
    proretset: proc.returnsSet,
    provolatile: proc.volatility,
    proparallel: proc.parallel,
    pronargs: args.length,
    prorettype: proc.result,
    proargtypes: oidVector(args),
    proallargtypes: allArgs === undefined ? null : arrayOf('oid', allArgs),
    proargmodes: argModes === undefined ? null : arrayOf('char', argModes),
    proargnames: argNames === undefined ? null : arrayOf('text', argNames),
    prosrc: proc.name,
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

function operatorClasses(): readonly Fields[] {
  return recordsOf(operatorClassFacts).map((words) => {
    const [name, oid, method, family, , type, isDefault, keyType] = words;
    return {
      oid: Number(oid),
      opcmethod: Number(method),
      opcname: name,
      opcnamespace: catalogSchemaOid,
      opcowner: superuser,
      opcfamily: Number(family),
      opcintype: Number(type),
      opcdefault: isDefault === 't',
      opckeytype: Number(keyType),
    };
  });
}

/** The default btree operator class of each type. */
const defaultClasses = once(() => {
  const records = recordsOf(operatorClassFacts).filter(
    ([, , method, , , , isDefault]) => method === '403' && isDefault === 't',
  );
  return new Map(records.map(([, oid, , , , type]) => [Number(type), Number(oid)]));
});

const textClass = 3126;
const arrayClass = 10_000;

/** varchar is compared as text, any array by array_ops. */
export function indexClassOf(typeOid: number, isArray: boolean): number {
  return defaultClasses().get(typeOid) ?? (isArray ? arrayClass : textClass);
}

function operatorFamilies(): readonly Fields[] {
  const families = new Map(
    recordsOf(operatorClassFacts).map(([, , method, family, name]): [number, Fields] => [
      Number(family),
      {
        oid: Number(family),
        opfmethod: Number(method),
        opfname: name,
        opfnamespace: catalogSchemaOid,
        opfowner: superuser,
      },
    ]),
  );
  return [...families.values()];
}

function accessMethods(): readonly Fields[] {
  const methods: readonly (readonly [oid: number, name: string, handler: number, kind: string])[] =
    [
      [2, 'heap', 3, 't'],
      [403, 'btree', 330, 'i'],
      [405, 'hash', 331, 'i'],
      [783, 'gist', 332, 'i'],
      [2742, 'gin', 333, 'i'],
      [4000, 'spgist', 334, 'i'],
      [3580, 'brin', 335, 'i'],
    ];
  return methods.map(([oid, amname, amhandler, amtype]) => ({ oid, amname, amhandler, amtype }));
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
];

function languages(): readonly Fields[] {
  return languageNames.map(([oid, lanname, lanpltrusted, lanvalidator]) => ({
    oid,
    lanname,
    lanowner: superuser,
    lanpltrusted,
    lanvalidator,
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
  { name: 'pg_proc', fixed: () => allProcs().map(procFields) },
  { name: 'pg_operator', fixed: operators },
  { name: 'pg_opclass', fixed: operatorClasses },
  { name: 'pg_opfamily', fixed: operatorFamilies },
  { name: 'pg_am', fixed: accessMethods },
  { name: 'pg_language', fixed: languages },
  { name: 'pg_aggregate', fixed: aggregates },
];
