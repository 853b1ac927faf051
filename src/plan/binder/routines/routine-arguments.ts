/** Arguments of a user's function in the order of its parameters, defaults and arrays filled in. */
import { must } from '../../../errors/assert.ts';
import { isInput, type RoutineParameter } from '../../../catalog/routine-records.ts';
import type { Expr } from '../../../expr/expr.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { expressionOf } from '../write/assignments.ts';
import type { BindContext } from '../bind-context.ts';
import { resolveCall, type ResolvedCall } from '../calls/calls.ts';
import type { Candidate } from '../calls/candidates.ts';
import { coerceTo, unify } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { isPolymorphic } from '../calls/polymorphic.ts';
import { envOf, QueryLevel, type Env } from '../scope.ts';
import { arrayTypeOf } from '../type-names.ts';

/** `args`: as the call has them. Errors: 42804. */
export function resolveRoutine(
  env: Env,
  candidate: Candidate,
  args: readonly Expr[],
): ResolvedCall {
  const { context } = env;
  const match = must(candidate.match, 'a routine');
  const inputs = match.routine.parameters.filter(isInput);
  const complete = inputs.map((input, place) => {
    const isArray = match.isSpread && place === inputs.length - 1;
    if (isArray) return spreadArray(context, args.slice(place), input);
    const given = match.places.indexOf(place);
    return given < 0 ? defaultArgument(context, input) : must(args[given], 'argument');
  });
  const declared = candidate.found.overload.args;
  const resolved = resolveCall(context, { ...candidate, args: declared }, complete);
  const checked = resolved.args.map((arg, i) => {
    const { domain } = inputs[i]?.type ?? {};
    if (domain === undefined) return arg;
    return coerceTo(context, arg, must(inputs[i], 'parameter').type) ?? arg;
  });
  return { ...resolved, args: checked };
}

function defaultArgument(context: BindContext, { name, defaultSql }: RoutineParameter): Expr {
  const env = envOf(context, new QueryLevel(undefined), 'default');
  const node = expressionOf(must(defaultSql, 'a default'));
  return context.insideView(name, () => bindExpr(env, node));
}

/** The arguments from the VARIADIC parameter on, as an array of its type. */
function spreadArray(
  context: BindContext,
  args: readonly Expr[],
  { type }: RoutineParameter,
): Expr {
  if (!isPolymorphic(type.name))
    return arrayOf(
      args.map((arg) => elementAs(context, arg, type)),
      type,
    );
  const { type: element, exprs } = unify(context, args, 'VARIADIC');
  return arrayOf(exprs, sqlType(arrayTypeOf(element.name) ?? '_text'));
}

function elementAs(context: BindContext, arg: Expr, array: SqlType): Expr {
  return coerceTo(context, arg, elementType(array)) ?? arg;
}

function elementType({ name }: SqlType): SqlType {
  return sqlType(name.slice(1) as SqlType['name']);
}

function arrayOf(args: readonly Expr[], type: SqlType): Expr {
  return { kind: 'array', args, type };
}
