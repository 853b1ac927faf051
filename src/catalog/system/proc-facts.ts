/**
 * Functions of pg_proc: PostgreSQL's under its OIDs where we offer a function of that name or
 * another catalog names it, then ours that PostgreSQL does not have.
 */
import { allFunctions, findFunctions } from '../../functions/registry.ts';
import type { FunctionRecord, Overload } from '../../functions/function-record.ts';
import { typeRecord } from '../../types/type-table.ts';
import { isLargeObjectFunction } from '../large-object-records.ts';
import { castFacts } from './facts/casts.ts';
import { informationProcs } from './facts/information-procs.ts';
import { operatorFacts } from './facts/operators.ts';
import { procDefaults } from './facts/proc-defaults.ts';
import { procFacts } from './facts/procs.ts';
import { supportProcFacts } from './facts/support-procs.ts';
import { once, recordsOf, type Words } from './static-records.ts';

export interface ProcFact {
  readonly oid: number;
  readonly name: string;
  readonly result: number;
  readonly args: readonly number[];
  readonly kind: string;
  readonly volatility: string;
  readonly parallel: string;
  readonly strict: boolean;
  readonly returnsSet: boolean;
  readonly variadic: boolean;
  readonly argNames: readonly string[] | undefined;
  readonly allArgs: readonly number[] | undefined;
  readonly argModes: readonly string[] | undefined;
  readonly schema: string;
  readonly language: number;
  /** Expressions of the last arguments. */
  readonly defaults: string | undefined;
}

const languages: Readonly<Record<string, number>> = { c: 13, q: 14 };
const internalLanguage = 12;

const defaultsByOid = once(
  () => new Map(recordsOf(procDefaults).map(([oid, ...words]) => [Number(oid), words.join(' ')])),
);

/** PostgreSQL leaves these OIDs to extensions of its own catalogs. */
const firstOwnOid = 9000;

const procs = once((): readonly ProcFact[] => {
  const known = recordsOf(procFacts).map(procOf);
  const named = namedElsewhere();
  const isOffered = (name: string): boolean =>
    findFunctions(name).length > 0 || isLargeObjectFunction(name);
  const offered = known.filter(({ name, oid }) => isOffered(name) || named.has(oid));
  const support = recordsOf(supportProcFacts).map(procOf);
  const ofInformation = recordsOf(informationProcs)
    .map(procOf)
    .map((proc): ProcFact => ({ ...proc, schema: 'information_schema' }));
  const postgres = [...known, ...support, ...ofInformation];
  const names = new Set(postgres.map(({ name }) => name));
  const informationNames = ofInformation.filter(({ name }) => findFunctions(name).length > 0);
  return [...offered, ...support, ...informationNames, ...ownProcs(names)];
});

/** Functions behind casts and operators. */
function namedElsewhere(): ReadonlySet<number> {
  return new Set([
    ...recordsOf(castFacts).map(([, , , proc]) => Number(proc)),
    ...recordsOf(operatorFacts).map(([, , , , , proc]) => Number(proc)),
  ]);
}

const byOid = once(() => new Map(procs().map((proc) => [proc.oid, proc])));

const byName = once(() => {
  const groups = new Map<string, ProcFact[]>();
  for (const proc of procs()) {
    const group = groups.get(proc.name);
    if (group === undefined) groups.set(proc.name, [proc]);
    else group.push(proc);
  }
  return groups;
});

function procOf(words: Words): ProcFact {
  const [name = '', oid, result, args = '-', flags = '', argNames, allArgs, modes] = words;
  const [kind = 'f', volatility = 'i', parallel = 's', strict] = flags;
  const more = flags.slice(4);
  const language = [...more].find((letter) => languages[letter] !== undefined) ?? '';
  return {
    oid: Number(oid),
    name,
    result: Number(result),
    args: numbersOf(args) ?? [],
    kind,
    volatility,
    parallel,
    strict: strict === 't',
    returnsSet: more.includes('s'),
    variadic: more.includes('v'),
    argNames: argNames === '-' ? undefined : argNames?.split(','),
    allArgs: allArgs === undefined ? undefined : numbersOf(allArgs),
    argModes: modes === undefined ? undefined : [...modes],
    schema: 'pg_catalog',
    language: languages[language] ?? internalLanguage,
    defaults: defaultsByOid().get(Number(oid)),
  };
}

function numbersOf(text: string): readonly number[] | undefined {
  return text === '-' ? undefined : text.split(',').map(Number);
}

/** Functions of ours under names that PostgreSQL does not have. */
function ownProcs(known: ReadonlySet<string>): readonly ProcFact[] {
  const own = allFunctions().filter((record) => isNamed(record) && !known.has(record.name));
  return own
    .flatMap((record) =>
      [record.name, ...(record.aliases ?? [])]
        .filter((name) => !known.has(name))
        .flatMap((name) => record.overloads.map((overload) => [name, overload] as const)),
    )
    .map(([name, overload], i) => ownProc(firstOwnOid + i, name, overload));
}

function isNamed(record: FunctionRecord): boolean {
  return record.operator === undefined && record.name !== 'cast' && /^[a-z_]/.test(record.name);
}

const kinds = { scalar: 'f', table: 'f', aggregate: 'a', window: 'w' } as const;

function ownProc(oid: number, name: string, overload: Overload): ProcFact {
  const { kind, args } = overload;
  const volatility = 'volatility' in overload ? (overload.volatility ?? 'immutable') : 'immutable';
  return {
    oid,
    name,
    result: resultOid(overload),
    args: args.map((type) => typeRecord(type).oid),
    kind: kinds[kind],
    volatility: volatility[0] ?? 'i',
    parallel: 's',
    strict: kind === 'scalar' && overload.strict !== false,
    returnsSet: kind === 'table',
    variadic: 'variadic' in overload && overload.variadic === true,
    argNames: undefined,
    allArgs: undefined,
    argModes: undefined,
    schema: 'pg_catalog',
    language: internalLanguage,
    defaults: undefined,
  };
}

function resultOid(overload: Overload): number {
  if (overload.kind !== 'table') return typeRecord(overload.returns).oid;
  const [column, second] = overload.columns;
  return typeRecord(second === undefined ? (column?.type ?? 'void') : 'record').oid;
}

export function allProcs(): readonly ProcFact[] {
  return procs();
}

export function procByOid(oid: number): ProcFact | undefined {
  return byOid().get(oid);
}

export function procsNamed(name: string): readonly ProcFact[] {
  return byName().get(name) ?? [];
}
