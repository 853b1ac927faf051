/** CALL: which procedure a name and arguments mean, and the values that it is given. */
import type { Node } from '@pgsql/types';
import { isInput, isOutput, type Routine } from '../../../catalog/routine-records.ts';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { PlannerOptions } from '../../planner.ts';
import { astAs, stringsOf, visitAst, type Ast } from '../ast.ts';
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
  readonly outputs: readonly ProcedureOutput[];
  /** Of $1 … $n. */
  readonly parameterTypes: readonly SqlType[];
}

export interface ProcedureOutput {
  readonly name: string;
  /** As errors call the parameter: by its name or its number. */
  readonly label: string;
  readonly type: SqlType;
  /** What the call gives for it; undefined: its default. */
  readonly given: Node | undefined;
}

/** Whether a procedure of the name gives a row. */
export function mayHaveOutputs(node: Ast<'FuncCall'>, options: PlannerOptions): boolean {
  const env = envOf(new BindContext(options), new QueryLevel(undefined), 'default');
  return routinesNamed(env, node).some(
    ({ record, parameters }) => record.isProcedure && parameters.some(isOutput),
  );
}

/** Errors: 42883, 42809, 42725, 0A000 for subqueries. */
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
  const candidates = routineCandidates(procedures.map(calledAs), call, []);
  const types = args.map(({ type }) => type.name);
  const choice = chooseCandidate(candidates, types);
  if (typeof choice === 'string' || choice.match === undefined) {
    throw callError(env, node, { args, all, isAmbiguous: choice === 'ambiguous' });
  }
  const { routine: called, places } = choice.match;
  const routine = must(procedures[procedures.findIndex(isOf(called))], 'a procedure');
  context.options.catalog.useRoutine?.(routine, true);
  const resolved = resolveRoutine(env, choice, args).args;
  const outputs = routine.parameters.flatMap(({ name, type, mode }, place) => {
    if (!isOutput({ mode })) return [];
    const at = places.indexOf(place);
    const own = { name: resolved[place]?.type.name ?? type.name, typmod: -1 };
    const label = name === '' ? `${place + 1}` : `"${name}"`;
    const kept = type.domain === undefined ? own : type;
    return { name, label, type: kept, given: argumentAt(node, at) };
  });
  return {
    routine,
    args: resolved.filter((_, place) => isInput(must(routine.parameters[place], 'a parameter'))),
    outputs: outputs.map((output, i) => {
      return output.name === '' ? { ...output, name: `column${i + 1}` } : output;
    }),
    parameterTypes: context.parameters.resolved(),
  };
}

/** CALL gives something for OUT parameters, too, which takes part in the choice. */
function calledAs(routine: Routine): Routine {
  if (!routine.parameters.some(({ mode }) => mode === 'out')) return routine;
  const parameters = routine.parameters.map((parameter) => {
    return parameter.mode === 'out' ? ({ ...parameter, mode: 'inout' } as const) : parameter;
  });
  return { ...routine, parameters };
}

function isOf({ record }: Routine): (routine: Routine) => boolean {
  return (routine) => routine.record === record;
}

function argumentAt(node: Ast<'FuncCall'>, place: number): Node | undefined {
  const given = node.args?.[place];
  return astAs(given, 'NamedArgExpr')?.arg ?? given;
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
  const own = routineCandidates(functions.map(calledAs), { node, count: args.length }, []);
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
