/** Functions and procedures in PL/pgSQL: their parameters are variables, their body is run. */
import {
  isInput,
  isOutput,
  type Routine,
  type RoutineRecord,
} from '../../catalog/routine-records.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { CalledRoutine } from '../../plan/called-routine.ts';
import type { FactRows } from '../../plan/planner.ts';
import { parsePlpgsql } from '../../sql/plpgsql/parse.ts';
import type { PlHead, PlReturns } from '../../sql/plpgsql/tree.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { signatureOf } from '../definition/routine/routine-lookup.ts';
import type { ProcedureCall } from '../routines/routine-runners.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import { assignWhole } from './assign.ts';
import { Compiled } from './compiled.ts';
import { ResultRows } from './result-rows.ts';
import { outputValues } from './return.ts';
import { PlRun } from './run.ts';
import { ofType } from './variable-types.ts';

const voidOid = 2278;
const refcursorOid = 1790;
const refcursor = { kind: 'named', text: 'refcursor' } as const;
const open = { kind: 'open' } as const;
const triggerOids = new Set([2279, 3838]);

/** What the parser knows of the routine. */
export function headOf({ name, parameters, ...record }: RoutineRecord): PlHead {
  const named = parameters.map((parameter) => {
    return {
      name: parameter.name === '' ? undefined : parameter.name,
      type: parameter.type === refcursorOid ? refcursor : open,
    } as const;
  });
  const hasOutputs = parameters.some(isOutput);
  return { name, parameters: named, returns: returnsOf(record, hasOutputs) };
}

function returnsOf(
  { isProcedure, result, returnsSet }: Pick<RoutineRecord, 'isProcedure' | 'result' | 'returnsSet'>,
  hasOutputs: boolean,
): PlReturns {
  if (isProcedure) return { kind: 'procedure', isSet: false };
  if (triggerOids.has(result)) return { kind: 'trigger', isSet: false };
  if (hasOutputs) return { kind: 'outs', isSet: returnsSet };
  return { kind: result === voidOid ? 'void' : 'value', isSet: returnsSet };
}

interface Kept {
  readonly record: RoutineRecord;
  readonly definitionVersion: number;
  readonly types: string;
  readonly compiled: Compiled;
}

/** Compiled routines of one session. */
const keptMax = 100;
const kept = new WeakMap<SqlSession, Map<number, Kept>>();

/** `types`: of the parameters in their order. Errors: those of parsing and of types. */
export function compiledFor(
  session: SqlSession,
  { record }: Pick<Routine, 'record'>,
  types: readonly SqlType[],
): Compiled {
  const { definitionVersion } = session.environment.store;
  const key = types.map(({ name, domain = '' }) => `${name} ${domain}`).join();
  const all = kept.get(session) ?? new Map<number, Kept>();
  kept.set(session, all);
  const known = all.get(record.oid);
  const isSame = known?.record === record && known.definitionVersion === definitionVersion;
  if (known !== undefined && isSame && known.types === key) return known.compiled;
  const placeOf = (): undefined => undefined;
  const tree = parsePlpgsql(record.body, headOf(record), placeOf);
  const { name } = record;
  const signature = signatureOf(session, record);
  const given = types.map(ofType);
  const compiled = new Compiled(session, tree, { name, signature, placeOf, given });
  if (all.size >= keptMax) all.clear();
  all.set(record.oid, { record, definitionVersion, types: key, compiled });
  return compiled;
}

/** CALL. */
export async function runProcedure(
  context: StatementContext,
  { routine, values, fields }: ProcedureCall,
): Promise<FactRows[number]> {
  let output = 0;
  const types = routine.parameters.map((parameter) => {
    return (isOutput(parameter) ? fields[output++]?.type : undefined) ?? parameter.type;
  });
  const run = started(context, routine, { types, values });
  let row: FactRows[number] = [];
  await run.run(() => {
    row = outputValues(run).map(({ value }) => value);
  });
  return row;
}

interface Start {
  /** Of all parameters. */
  readonly types: readonly SqlType[];
  /** Of the input parameters. */
  readonly values: readonly (Datum | null)[];
}

function started(context: StatementContext, routine: Routine, { types, values }: Start): PlRun {
  const compiled = compiledFor(context.session, routine, types);
  const run = new PlRun(context, compiled);
  let next = 0;
  for (const [i, parameter] of routine.parameters.entries()) {
    const variable = compiled.tree.parameters[i];
    const type = types[i];
    if (!isInput(parameter) || variable === undefined || type === undefined) continue;
    assignWhole(run, variable, { type, value: values[next] ?? null });
    next += 1;
  }
  run.outputs = [...routine.parameters.keys()].filter((i) => {
    const parameter = routine.parameters[i];
    return parameter !== undefined && isOutput(parameter);
  });
  return run;
}

/** Runs a function: the rows that it gives. Errors: those of the body; 2F005. */
export async function runFunction(
  context: StatementContext,
  call: CalledRoutine,
  values: readonly (Datum | null)[],
): Promise<FactRows> {
  const { routine, types: given, fields } = call;
  const { record, parameters } = routine;
  let input = 0;
  let output = 0;
  const outs = parameters.filter(isOutput).length;
  const types = parameters.map((parameter) => {
    const own = isInput(parameter) ? given[input++] : undefined;
    const declared = isOutput(parameter) && outs > 0 ? fields[output++]?.type : undefined;
    return own ?? declared ?? parameter.type;
  });
  const run = started(context, routine, { types, values });
  const results = new ResultRows(call, run.evaluator);
  run.results = results;
  await run.run(() => {
    if (!record.returnsSet) addResult(run, routine, results);
  });
  return results.rows;
}

function addResult(run: PlRun, { record, parameters }: Routine, results: ResultRows): void {
  if (parameters.some(isOutput)) {
    results.rows.push(outputValues(run).map(({ value }) => value));
  } else if (record.result === voidOid) results.rows.push(['']);
  else if (run.returned !== undefined) results.addValue(run.returned);
  else {
    run.phase = undefined;
    const message = 'control reached end of function without RETURN';
    throw new SqlError('function_executed_no_return_statement', message);
  }
}
