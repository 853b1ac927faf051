/** Casts that users made, where PostgreSQL's own do not apply. */
import type { Expr } from '../../../expr/expr.ts';
import { castId } from '../../../functions/casts/find-cast.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { BindContext } from '../bind-context.ts';
import { isAllowed, type CoercionContext } from '../coercion-rules.ts';
import { bindRoutineCall } from '../routines/routine-calls.ts';
import { routineCandidates } from '../routines/routine-candidates.ts';
import { resolveRoutine } from '../routines/routine-arguments.ts';
import { envOf, QueryLevel } from '../scope.ts';

/** The value through the cast of a user's; undefined: there is none that applies. */
export function castByUser(
  context: BindContext,
  expr: Expr,
  to: SqlType,
  how: CoercionContext,
): Expr | undefined {
  const { catalog } = context.options;
  const cast = catalog.findCast?.(expr.type, to);
  if (cast === undefined || !isAllowed(cast.use, how)) return undefined;
  const { routine } = cast;
  const from = expr.type.name;
  if (routine === undefined) {
    const type = sqlType(to.name);
    return { kind: 'call', functionId: castId(from, to.name), args: [expr], type };
  }
  const env = envOf(context, new QueryLevel(undefined), 'select');
  const node = { funcname: [{ String: { sval: routine.record.name } }] };
  const [candidate] = routineCandidates([routine], { node, count: 1 }, []);
  if (candidate === undefined) return undefined;
  catalog.useRoutine?.(routine, false);
  return bindRoutineCall(env, node, resolveRoutine(env, candidate, [expr]));
}
