/** Users' functions and procedures of one moment, in the form of PostgreSQL's own. */
import {
  isInput,
  routinesOf,
  type RoutineRecord,
  type StoredParameter,
} from '../routine-records.ts';
import type { CatalogState } from '../catalog-state.ts';
import type { ProcFact } from './proc-facts.ts';
import { languageNames } from './rows/procs.ts';

export interface UserProc extends ProcFact {
  readonly record: RoutineRecord;
}

const modeLetters: Readonly<Record<StoredParameter['mode'], string>> = {
  in: 'i',
  out: 'o',
  inout: 'b',
  variadic: 'v',
  table: 't',
};

export function userProcs({ records }: Pick<CatalogState, 'records'>): readonly UserProc[] {
  return routinesOf(records)
    .map(procOf)
    .toSorted((left, right) => left.oid - right.oid);
}

function procOf(record: RoutineRecord): UserProc {
  const { parameters } = record;
  const inputs = parameters.filter(isInput);
  const isPlain = parameters.every(({ mode }) => mode === 'in');
  const defaults = inputs.flatMap(({ defaultSql }) => defaultSql ?? []);
  return {
    record,
    oid: record.oid,
    name: record.name,
    result: record.result,
    args: inputs.map(({ type }) => type),
    kind: record.isProcedure ? 'p' : 'f',
    volatility: record.volatility.slice(0, 1),
    parallel: record.parallel.slice(0, 1),
    strict: record.isStrict,
    returnsSet: record.returnsSet,
    variadic: inputs.at(-1)?.mode === 'variadic',
    argNames: parameters.some(({ name }) => name !== '')
      ? parameters.map(({ name }) => name)
      : undefined,
    allArgs: isPlain ? undefined : parameters.map(({ type }) => type),
    argModes: isPlain ? undefined : parameters.map(({ mode }) => modeLetters[mode]),
    schema: record.schema,
    language: languageNames.find(([, name]) => name === record.language)?.[0] ?? 0,
    defaults: defaults.length === 0 ? undefined : defaults.join(', '),
  };
}
