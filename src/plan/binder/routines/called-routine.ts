/**
 * Calls of functions that are no query: they are made while rows are computed. In an expression
 * such a call is one of a function that only the last rule knows (plan/called-routine.ts), in FROM
 * and as a set it is a table function of that name.
 */
import type { Routine, RoutineRecord } from '../../../catalog/routine-records.ts';
import { isApart, isInput } from '../../../catalog/routine-records.ts';
import { triggerOid } from '../../../catalog/trigger-records.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { must } from '../../../errors/assert.ts';
import type { CallExpr } from '../../../expr/expr.ts';
import { isRecordName } from '../../../types/user-type.ts';
import type { CalledRoutine } from '../../called-routine.ts';
import type { BindContext } from '../bind-context.ts';
import type { ResolvedCall } from '../calls/calls.ts';
import type { Clause, Env } from '../scope.ts';
import { mentionsItself, routineBody } from './routine-body.ts';
import { declaredColumns, routineOf, type Declared, type RoutineRows } from './routine-rows.ts';

/** Whether a call of it is one of those. */
export function isCalled(context: BindContext, { candidate }: ResolvedCall): boolean {
  const { routine } = must(candidate.match, 'a routine');
  const { language, result, oid } = routine.record;
  if (language !== 'sql' || result === voidOid || isApart(routine.record)) return true;
  if (context.routines.includes(oid) || mentionsItself(routine.record)) return true;
  if (seesWrites(context, routine.record)) return true;
  return routineBody(routine.record).query === undefined;
}

/** It is to see what the statement has written so far: it reads the relation, or a view. */
function seesWrites({ written, options }: BindContext, record: RoutineRecord): boolean {
  if (written === undefined || record.volatility !== 'volatile') return false;
  return [...routineBody(record).relations].some((name) => {
    const view = name === written ? undefined : options.catalog.findView(undefined, name);
    return name === written || (view !== undefined && !systemSchemas.has(view.schema));
  });
}

const systemSchemas: ReadonlySet<string> = new Set(['pg_catalog', 'information_schema']);

const voidOid = 2278;

/** What computes expressions of these without a plan. */
const refused: ReadonlySet<Clause> = new Set<Clause>(['check', 'copyWhere', 'generated']);

/** The call as an expression. Errors: 0A000. */
export function calledExpr(env: Env, resolved: ResolvedCall): CallExpr {
  const { args, typeOf } = resolved;
  const routine = routineOf(resolved);
  const functionId = calledFunction(env, resolved, fieldsOf(env, routine, { typeOf }));
  return { kind: 'call', functionId, args, type: resolved.typeOf(routine.result.name) };
}

/** The rows of the call. Errors: 0A000. */
export function calledRows(
  env: Env,
  resolved: ResolvedCall,
  defined?: readonly Declared[],
): RoutineRows {
  const { context } = env;
  const { args, typeOf } = resolved;
  const fields = fieldsOf(env, routineOf(resolved), { typeOf, defined });
  const functionId = calledFunction(env, resolved, fields);
  const columns = fields.map((field) => context.newColumn(field.name, field.type));
  const calls = [{ functionId, args }];
  return { node: { kind: 'tableFunction', columns, calls, ordinality: false }, columns };
}

interface Known {
  readonly typeOf: ResolvedCall['typeOf'];
  readonly defined?: readonly Declared[] | undefined;
}

function fieldsOf(
  { context }: Env,
  routine: Routine,
  { typeOf, defined }: Known,
): readonly Declared[] {
  const fields = defined ?? declaredColumns(routine, typeOf);
  if (fields !== undefined) return fields;
  const what = `a record of unknown columns of function "${routine.record.name}"`;
  throw context.unsupported(what, undefined);
}

function calledFunction(
  { context, clause }: Env,
  resolved: ResolvedCall,
  fields: CalledRoutine['fields'],
): string {
  const routine = routineOf(resolved);
  const { name, result } = routine.record;
  if (result === triggerOid) {
    const message = 'trigger functions can only be called as triggers';
    throw new SqlError('feature_not_supported', message);
  }
  if (refused.has(clause) && context.options.calls === undefined)
    throw context.unsupported(`calling function "${name}" here`, undefined);
  const types = resolved.args.map(({ type }, i) => typeOf(routine, i, type));
  const isScalar = !isRecordName(routine.result.name);
  return context.calledId({ routine, types, fields, isScalar });
}

/** A polymorphic parameter is of the argument's type. */
function typeOf(
  { parameters }: Routine,
  index: number,
  actual: Declared['type'],
): Declared['type'] {
  const declared = parameters.filter(isInput)[index]?.type;
  return declared?.domain === undefined ? actual : declared;
}
