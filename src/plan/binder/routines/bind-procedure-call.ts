/** CALL: which procedure a name and arguments mean, and the values that it is given. */
import { isOutput, type Routine } from '../../../catalog/routine-records.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { PlannerOptions } from '../../planner.ts';
import { stringsOf, visitAst, type Ast } from '../ast.ts';
import { BindContext } from '../bind-context.ts';
import { typeList } from '../calls/calls.ts';
import { candidatesOf, chooseCandidate } from '../calls/candidates.ts';
import { findFunctions } from '../../../functions/registry.ts';
import { boundArguments } from '../calls/named-arguments.ts';
import { envOf, QueryLevel, type Env } from '../scope.ts';
import { resolveRoutine } from './routine-arguments.ts';
import { routineCandidates, routinesNamed } from './routine-candidates.ts';

export interface BoundProcedureCall {
  readonly routine: Routine;
  /** Of its input parameters. */
  readonly args: readonly Expr[];
}

/** Errors: 42883, 42809, 42725, 0A000 for subqueries and OUT parameters. */
export function bindProcedureCall(
  node: Ast<'FuncCall'>,
  options: PlannerOptions,
): BoundProcedureCall {
  const context = new BindContext(options);
  const env = envOf(context, new QueryLevel(undefined), 'default');
  visitAst({ FuncCall: node }, 'SubLink', (link) => {
    const { location } = link as { readonly location?: number };
    const message = 'cannot use subquery in CALL argument';
    throw context.error('feature_not_supported', message, location);
  });
  const args = boundArguments(env, node);
  const all = routinesNamed(env, node);
  const procedures = all.filter(({ record }) => record.isProcedure);
  const call = { node, count: args.length };
  const candidates = routineCandidates(procedures, call, []);
  const types = args.map(({ type }) => type.name);
  const choice = chooseCandidate(candidates, types);
  if (typeof choice === 'string' || choice.match === undefined) {
    throw callError(env, node, { args, all, isAmbiguous: choice === 'ambiguous' });
  }
  const { routine } = choice.match;
  if (routine.parameters.some(isOutput)) {
    throw context.unsupported('CALL of a procedure with OUT parameters', node.location);
  }
  context.options.catalog.useRoutine?.(routine, true);
  return { routine, args: resolveRoutine(env, choice, args).args };
}

interface Failed {
  readonly args: readonly Expr[];
  readonly all: readonly Routine[];
  readonly isAmbiguous: boolean;
}

function callError(env: Env, node: Ast<'FuncCall'>, { args, all, isAmbiguous }: Failed): Error {
  const { context } = env;
  const names = stringsOf(node.funcname);
  const signature = `${names.join('.')}(${typeList(args)})`;
  if (isAmbiguous) {
    const hint =
      'Could not choose a best candidate procedure. You might need to add explicit type casts.';
    const message = `procedure ${signature} is not unique`;
    return context.error('ambiguous_function', message, node.location, { hint });
  }
  const functions = all.filter(({ record }) => !record.isProcedure);
  const own = routineCandidates(functions, { node, count: args.length }, []);
  const builtIn = candidatesOf(findFunctions(names.at(-1) ?? ''), args.length);
  if (own.length + builtIn.length > 0) {
    const hint = 'To call a function, use SELECT.';
    const message = `${signature} is not a procedure`;
    return context.error('wrong_object_type', message, node.location, { hint });
  }
  const hint =
    'No procedure matches the given name and argument types. You might need to add explicit type casts.';
  const message = `procedure ${signature} does not exist`;
  return context.error('undefined_function', message, node.location, { hint });
}
