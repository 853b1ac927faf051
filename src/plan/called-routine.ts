/**
 * Functions of users that are called while rows are computed. In a bound expression such a call
 * is a CallExpr whose functionId names an entry of the statement's list; the last rule makes steps
 * of a plan node of them (rules/call-routines.ts), so no operator ever meets one.
 */
import type { Routine } from '../catalog/routine-records.ts';
import { calledIndex } from '../expr/called-function.ts';
import type { Expr } from '../expr/expr.ts';
import { someExpr } from '../expr/walk.ts';
import { unsupported } from '../errors/sql-error.ts';
import type { SqlType } from '../types/sql-type.ts';

export interface CalledRoutine {
  readonly routine: Routine;
  /** Of the arguments, one for each input parameter. */
  readonly types: readonly SqlType[];
  /** Of the rows that it gives: one for a scalar result. */
  readonly fields: readonly { readonly name: string; readonly type: SqlType }[];
  /** The one field is the result, no row of it. */
  readonly isScalar: boolean;
}

export function callsRoutine(expr: Expr): boolean {
  return someExpr(expr, (part) => {
    return part.kind === 'call' && calledIndex(part.functionId) !== undefined;
  });
}

/** Errors: 0A000 for expressions that are not computed by a plan. */
export function refuseCalls(exprs: readonly Expr[], place: string): void {
  if (exprs.some(callsRoutine))
    throw unsupported(`calling a function that is no query in ${place}`);
}
