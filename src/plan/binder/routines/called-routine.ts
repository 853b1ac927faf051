/**
 * Calls of functions that are no queries: they run before the statement, which reads their rows.
 * So it may be asked for once alone, with arguments that no row has a part in.
 */
import { isInput, type Routine } from '../../../catalog/routine-records.ts';
import { someExpr } from '../../../expr/walk.ts';
import type { Datum } from '../../../types/datum.ts';
import { astAs } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import type { ResolvedCall } from '../calls.ts';
import type { Env } from '../scope.ts';
import { declaredColumns, routineOf, type Declared, type RoutineRows } from './routine-rows.ts';

/** Whether a call of it is one of those. */
export function isCalled({ candidate }: ResolvedCall): boolean {
  return candidate.match?.routine.record.language === 'plpgsql';
}

/** Errors: 0A000 where it would be called for each row, or perhaps never. */
export function calledRows(
  env: Env,
  resolved: ResolvedCall,
  defined?: readonly Declared[],
): RoutineRows {
  const { context } = env;
  const routine = routineOf(resolved);
  const { name } = routine.record;
  const { args } = resolved;
  const isConstant = !args.some((arg) => {
    return someExpr(arg, ({ kind }) => kind === 'column' || kind === 'subplan');
  });
  const call = `calling PL/pgSQL function "${name}"`;
  if (!isConstant) throw context.unsupported(`${call} for each row`, undefined);
  if (!mayCall(env)) throw context.unsupported(`${call} in this place`, undefined);
  const fields = defined ?? declaredColumns(routine, resolved.typeOf);
  if (fields === undefined) {
    throw context.unsupported(`a record of unknown columns of function "${name}"`, undefined);
  }
  const rows: (readonly (Datum | null)[])[] = [];
  const types = args.map(({ type }, i) => typeOf(routine, i, type));
  context.calls.push({ routine, args, types, fields, rows });
  const columns = fields.map((field) => context.newColumn(field.name, field.type));
  const facts = { oid: 0, schema: '', name, columns: fields, rowCount: () => 1, rows };
  const positions = columns.map((_column, i) => i);
  return { node: { kind: 'factScan', facts, columns, positions }, columns };
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

/** In the list of a SELECT of one row, among the values of a row to insert, and in FROM. */
function mayCall(env: Env): boolean {
  const { context, clause, level } = env;
  if (context.isInsideView || context.routines.length > 0 || level.parent !== undefined) {
    return false;
  }
  if (clause === 'fromFunction' || clause === 'insertRow') return env.isConditional !== true;
  return clause === 'select' && env.isConditional !== true && isOneRow(context);
}

const clauses = [
  ...(['fromClause', 'whereClause', 'groupClause', 'havingClause', 'valuesLists'] as const),
  ...(['limitOffset', 'limitCount', 'distinctClause', 'withClause', 'larg'] as const),
];

function isOneRow({ topLevel }: BindContext): boolean {
  const select = astAs({ SelectStmt: topLevel } as never, 'SelectStmt');
  return select !== undefined && clauses.every((clause) => select[clause] === undefined);
}
