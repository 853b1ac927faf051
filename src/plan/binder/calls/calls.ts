/** Calls of a chosen overload: arguments coerced, result type known. */
import type { CallExpr, Expr } from '../../../expr/expr.ts';
import type { SqlType, TypeName } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { BindContext } from '../bind-context.ts';
import type { Candidate } from './candidates.ts';
import { coerceTo } from '../coerce.ts';
import { isUnknownConstant, sqlNameOf } from '../literals.ts';
import { isPolymorphic, resolvePolymorphic } from './polymorphic.ts';

export interface ResolvedCall {
  readonly candidate: Candidate;
  readonly functionId: string;
  readonly args: readonly Expr[];
  /** Of the arguments as they were given. */
  readonly given: readonly SqlType[];
  /** Result types for declared ones: polymorphic types replaced. */
  readonly typeOf: (declared: TypeName) => SqlType;
}

/** Errors: 42804 when a polymorphic type cannot be told. */
export function resolveCall(
  context: BindContext,
  candidate: Candidate,
  args: readonly Expr[],
): ResolvedCall {
  const { functionId, overload } = candidate.found;
  const keepsUnknown = overload.kind === 'scalar' && overload.keepsUnknown === true;
  const resolved = resolvePolymorphic(
    candidate.args,
    args.map((arg) => arg.type.name),
  );
  const fail = (): Error => {
    const message = 'could not determine polymorphic type because input has type unknown';
    return context.error('datatype_mismatch', message, undefined);
  };
  if (resolved === undefined) throw fail();
  const coerced = args.map((arg, i) => {
    const wanted = resolved.args[i] ?? arg.type.name;
    if (isPolymorphic(wanted) || (wanted === 'unknown' && candidate.args[i] !== 'unknown'))
      throw fail();
    if (wanted === 'any' && keepsUnknown && isUnknownConstant(arg)) return arg;
    return coerceTo(context, arg, sqlType(wanted)) ?? arg;
  });
  const typeOf = (declared: TypeName): SqlType => {
    const name = resolved.returns(declared);
    if (name === undefined) throw fail();
    return sqlType(name);
  };
  return { candidate, functionId, args: coerced, given: args.map(({ type }) => type), typeOf };
}

/** The call as an expression. The overload is a scalar one. */
export function scalarCall(call: ResolvedCall): CallExpr {
  const { overload } = call.candidate.found;
  const returns = overload.kind === 'scalar' ? overload.returns : 'any';
  const type = call.typeOf(returns);
  const typmod =
    overload.kind === 'scalar'
      ? (overload.resultTypmod?.(call.args.map((arg) => arg.type)) ?? -1)
      : -1;
  return { kind: 'call', functionId: call.functionId, args: call.args, type: { ...type, typmod } };
}

/** `integer, unknown`: argument types as error texts list them. */
export function typeList(args: readonly Expr[]): string {
  return args.map((arg) => sqlNameOf(arg.type)).join(', ');
}
