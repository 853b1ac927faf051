/** Function calls: which overload a name and arguments mean (PostgreSQL's ParseFuncOrColumn). */
import { must } from '../../../errors/assert.ts';
import { findFunctions, findTakingArray, type FoundFunction } from '../../../functions/registry.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { findTypeByName, sqlType } from '../../../types/type-table.ts';
import { isRecordName } from '../../../types/user-type.ts';
import { bindAggregate } from './aggregate-calls.ts';
import { fieldCalled } from '../attributes.ts';
import { constantElements } from '../arrays.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import { resolveCall, scalarCall, typeList, type ResolvedCall } from './calls.ts';
import { candidatesOf, chooseCandidate, type Candidate } from './candidates.ts';
import { castExplicitly } from '../coerce.ts';
import { domainValue } from '../domains.ts';
import { asOfDomains } from '../composites.ts';
import { canCast, elementOf } from '../coercion-rules.ts';
import { bindExpr } from '../expressions.ts';
import { pairHypothetical } from './hypothetical.ts';
import { constant } from '../literals.ts';
import { boundArguments, hasNamedArguments, namedArguments } from './named-arguments.ts';
import { functionsBehindOperators } from './operator-names.ts';
import { resolveRoutine } from '../routines/routine-arguments.ts';
import { bindRoutineCall } from '../routines/routine-calls.ts';
import { hasRival, routineCandidates, routinesNamed } from '../routines/routine-candidates.ts';
import { valueEnv, type Env } from '../scope.ts';
import { bindSetCall } from './set-calls.ts';
import { bindWindowCall } from './window-calls.ts';

export function bindFunctionCall(outer: Env, node: Ast<'FuncCall'>): Expr {
  const env = valueEnv(outer);
  const resolved = bindCall(env, node);
  if ('kind' in resolved) return resolved;
  const { match, found } = resolved.candidate;
  if (match !== undefined) {
    refuseAggregateParts(env, node);
    return bindRoutineCall(env, node, resolved);
  }
  const { overload } = found;
  switch (overload.kind) {
    case 'scalar':
      refuseAggregateParts(env, node);
      return readRows(env, resolved, scalarCall(resolved));
    case 'aggregate':
      return node.over === undefined
        ? bindAggregate(env, node, resolved)
        : bindWindowCall(env, node, resolved);
    case 'window':
      return bindWindowCall(env, node, resolved);
    default:
      refuseAggregateParts(env, node);
      return readRows(env, resolved, bindSetCall(env, node, resolved));
  }
}

/** Rows that come out of JSON, and their fields, are asked what their domains ask. */
export function readRows({ context }: Env, { functionId, given }: ResolvedCall, rows: Expr): Expr {
  if (!/^jsonb?_populate_/.test(functionId)) return rows;
  const type = given[0] ?? rows.type;
  return type.domain === undefined ? asOfDomains(context, rows) : domainValue(context, rows, type);
}

/** PostgreSQL's FUNC_MAX_ARGS. */
const argumentsMax = 100;

/** The overload and its arguments; an expression when the call is a cast written as a call. */
export function bindCall(env: Env, node: Ast<'FuncCall'>): ResolvedCall | Expr {
  const { context } = env;
  const place = node.location ?? -1;
  const name = functionName(env, node);
  if ((node.args?.length ?? 0) > argumentsMax) {
    const message = `cannot pass more than ${argumentsMax} arguments to a function`;
    throw context.error('too_many_arguments', message, place);
  }
  const routines = routinesNamed(env, node);
  const isNamed = routines.length > 0 && hasNamedArguments(node);
  const args = isNamed
    ? boundArguments(env, node)
    : pairHypothetical(env, node, bindArguments(env, name, node));
  const isWhole = node.func_variadic === true && args.length === (node.args?.length ?? 0);
  const functions = isWhole ? wholeArrayFunctions(name, args) : functionsCalled(name, node);
  const builtIn = isNamed ? [] : candidatesOf(functions, args.length);
  const own = routineCandidates(routines, { node, count: args.length }, builtIn);
  const candidates = own.length === 0 ? builtIn : [...builtIn, ...own];
  const actual = args.map((arg) => arg.type.name);
  const choice = chooseCandidate(candidates, actual);
  const isExact = typeof choice !== 'string' && choice.args.every((each, i) => each === actual[i]);
  if (!isExact) {
    const cast = asCast(env, name, args, place);
    if (cast !== undefined) return cast;
  }
  if (typeof choice !== 'string' && !hasRival(own, choice)) {
    if (choice.match !== undefined) return resolvedRoutine(env, node, { choice, args });
    const resolved = resolveCall(context, choice, args);
    context.options.catalog.useBuiltIn?.({ name, args: choice.found.overload.args });
    context.record?.calls.set(
      node,
      resolved.args.map(({ type }) => type),
    );
    return resolved;
  }
  const field = choice === 'none' ? fieldCalled(env, node, args) : undefined;
  if (field !== undefined) return field;
  const failure = typeof choice === 'string' ? choice : 'ambiguous';
  throw functionError(env, failure, { node, name, args });
}

interface Chosen {
  readonly choice: Candidate;
  readonly args: readonly Expr[];
}

export function resolvedRoutine(
  env: Env,
  node: Ast<'FuncCall'>,
  { choice, args }: Chosen,
): ResolvedCall {
  const { context } = env;
  const resolved = resolveRoutine(env, choice, args);
  const routine = must(choice.match, 'a routine').routine;
  const { record } = routine;
  context.options.catalog.useRoutine?.(routine, !context.isInsideView);
  const isBare = (node.funcname?.length ?? 0) === 1;
  context.references?.routine(record.oid, record.schema, isBare ? node.location : undefined);
  context.record?.routines.set(node, record);
  context.record?.calls.set(node, callTypes(choice, resolved));
  if (routine.record.isProcedure) {
    const signature = `${stringsOf(node.funcname).join('.')}(${typeList(args)})`;
    const hint = 'To call a procedure, use CALL.';
    const message = `${signature} is a procedure`;
    throw context.error('wrong_object_type', message, node.location, { hint });
  }
  return resolved;
}

/** Types of the call's arguments, each as its parameter takes it. */
function callTypes({ args, match }: Candidate, resolved: ResolvedCall): readonly SqlType[] {
  return args.map((name, i) => {
    const place = match?.places[i] ?? i;
    const isElement = match?.isSpread === true && place === resolved.args.length - 1;
    const type = resolved.args[place]?.type;
    return isElement || type === undefined ? sqlType(name) : type;
  });
}

/** An array that was not spread, or one of one element, which looks the same. */
function wholeArrayFunctions(name: string, args: readonly Expr[]): readonly FoundFunction[] {
  const last = args.at(-1);
  const type = last?.type.name ?? 'void';
  const isArray = type === 'unknown' || elementOf(type) !== undefined;
  return isArray ? findTakingArray(name) : findFunctions(name);
}

/** Ordered-set aggregates and others of one name are told apart by WITHIN GROUP. */
function functionsCalled(name: string, node: Ast<'FuncCall'>): readonly FoundFunction[] {
  const named = findFunctions(name);
  const found = named.length > 0 ? named : functionsBehindOperators(name);
  const hasOrdered = found.some(
    ({ overload }) => overload.kind === 'aggregate' && overload.orderedSet === true,
  );
  if (!hasOrdered && node.agg_within_group !== true) return found;
  const isWithin = node.agg_within_group === true;
  return found.filter(({ overload }) => {
    const isOrdered = overload.kind === 'aggregate' && overload.orderedSet === true;
    return isWithin === isOrdered;
  });
}

/** Names without a schema of their own. */
const bareSchemas = new Set(['pg_catalog', 'information_schema', 'public']);

function functionName(env: Env, node: Ast<'FuncCall'>): string {
  const names = stringsOf(node.funcname);
  const schema = names.at(-2);
  const name = names.at(-1) ?? '';
  if (schema === undefined || bareSchemas.has(schema)) return name;
  const { context } = env;
  if (schema === 'pg_temp') return `${schema}.${name}`;
  if (context.options.catalog.resolveName('regnamespace', schema) === undefined) {
    throw context.error('invalid_schema_name', `schema "${schema}" does not exist`, node.location);
  }
  return `${schema}.${name}`;
}

function bindArguments(env: Env, name: string, node: Ast<'FuncCall'>): readonly Expr[] {
  const nodes = node.args ?? [];
  if (hasNamedArguments(node)) return namedArguments(env, name, node);
  const args = nodes.map((arg) => bindExpr(env, arg)).filter((arg) => !isOutParameter(arg));
  const spread = node.func_variadic === true ? spreadVariadic(env, name, args) : args;
  const ordered = node.agg_within_group === true ? orderedArguments(env, node) : [];
  return [...spread, ...ordered];
}

/** `{? = call f(?)}`: drivers send a parameter of type void for the result; it is no argument. */
function isOutParameter(arg: Expr): boolean {
  return arg.kind === 'parameter' && arg.type.name === 'void';
}

function orderedArguments(env: Env, node: Ast<'FuncCall'>): readonly Expr[] {
  return (node.agg_order ?? []).map((item) => bindExpr(env, astAs(item, 'SortBy')?.node));
}

/**
 * `f(VARIADIC array)`: the elements of a constant array of one dimension; others are passed whole.
 * Errors: 42804.
 */
function spreadVariadic(env: Env, name: string, args: readonly Expr[]): readonly Expr[] {
  const last = args.at(-1);
  const taking = findTakingArray(name).filter(({ overload }) => {
    return overload.args.length === args.length;
  });
  if (last === undefined || taking.length === 0) return args;
  const isAny = taking.every(({ overload }) => overload.args.at(-1) === 'anyarray');
  const isOpen = last.type.name === 'unknown' && !isAny;
  if (elementOf(last.type.name) === undefined && !isOpen) {
    const message = 'VARIADIC argument must be an array';
    throw env.context.error('datatype_mismatch', message, last);
  }
  const elements = last.kind === 'array' ? last.args : constantArguments(last);
  const isFlat = elements?.every(({ type }) => elementOf(type.name) === undefined) === true;
  // Without an element nothing would be left for the repeated argument, which is there once at least.
  return isFlat && elements?.length !== 0 ? [...args.slice(0, -1), ...(elements ?? [])] : args;
}

function constantArguments(array: Expr): readonly Expr[] | undefined {
  const element = elementOf(array.type.name);
  const values = constantElements(array);
  if (element === undefined || values === undefined) return undefined;
  return values.map((value) => constant(sqlType(element), value));
}

/** `int4(x)`, `text(x)`: a type's name called with one argument is a cast. */
function asCast(env: Env, name: string, args: readonly Expr[], place: number): Expr | undefined {
  const [arg] = args;
  const record = findTypeByName(name);
  if (arg === undefined || args.length !== 1 || record === undefined || record.category === 'P') {
    return undefined;
  }
  if (isRecordName(arg.type.name) && record.category === 'S') return undefined;
  const isPossible = arg.type.name === 'unknown' || canCast(arg.type.name, record.name, 'explicit');
  return isPossible ? castExplicitly(env.context, arg, sqlType(record.name), place) : undefined;
}

interface Wanted {
  readonly node: Ast<'FuncCall'>;
  readonly name: string;
  readonly args: readonly Expr[];
}

/** `integer, b => text`. */
function argumentList(node: Ast<'FuncCall'>, args: readonly Expr[]): string {
  const texts = args.map((arg, i) => {
    const name = astAs(node.args?.[i], 'NamedArgExpr')?.name;
    return `${name === undefined ? '' : `${name} => `}${typeList([arg])}`;
  });
  return texts.join(', ');
}

function functionError(env: Env, choice: 'none' | 'ambiguous', { node, args }: Wanted): Error {
  const { context } = env;
  const place = node.location ?? -1;
  const signature = `${stringsOf(node.funcname).join('.')}(${argumentList(node, args)})`;
  if (choice === 'ambiguous') {
    const hint =
      'Could not choose a best candidate function. You might need to add explicit type casts.';
    return context.error('ambiguous_function', `function ${signature} is not unique`, place, {
      hint,
    });
  }
  const misplaced = withinGroupError(env, node, args);
  if (misplaced !== undefined) return misplaced;
  const hint =
    (node.agg_order?.length ?? 0) > 1 && node.agg_within_group !== true
      ? 'No aggregate function matches the given name and argument types. Perhaps you misplaced ORDER BY; ORDER BY must appear after all regular arguments of the aggregate.'
      : 'No function matches the given name and argument types. You might need to add explicit type casts.';
  return context.error('undefined_function', `function ${signature} does not exist`, place, {
    hint,
  });
}

/** WITHIN GROUP where it cannot be, or not where it has to be: 42809. */
function withinGroupError(
  env: Env,
  node: Ast<'FuncCall'>,
  args: readonly Expr[],
): Error | undefined {
  const name = stringsOf(node.funcname).join('.');
  const candidates = candidatesOf(findFunctions(functionName(env, node)), args.length);
  const choice = chooseCandidate(
    candidates,
    args.map(({ type }) => type.name),
  );
  if (typeof choice === 'string' || choice.found.overload.kind !== 'aggregate') return undefined;
  const isOrderedSet = choice.found.overload.orderedSet === true;
  if (isOrderedSet === (node.agg_within_group === true)) return undefined;
  const message = isOrderedSet
    ? `WITHIN GROUP is required for ordered-set aggregate ${name}`
    : `${name} is not an ordered-set aggregate, so it cannot have WITHIN GROUP`;
  return env.context.error('wrong_object_type', message, node.location);
}

function refuseAggregateParts(env: Env, node: Ast<'FuncCall'>): void {
  const name = stringsOf(node.funcname).join('.');
  const fail = (what: string): Error => env.context.error('wrong_object_type', what, node.location);
  if (node.agg_star === true)
    throw fail(`${name}(*) specified, but ${name} is not an aggregate function`);
  if (node.agg_distinct === true)
    throw fail(`DISTINCT specified, but ${name} is not an aggregate function`);
  if (node.agg_within_group === true) {
    throw fail(`WITHIN GROUP specified, but ${name} is not an aggregate function`);
  }
  if ((node.agg_order?.length ?? 0) > 0) {
    throw fail(`ORDER BY specified, but ${name} is not an aggregate function`);
  }
  if (node.agg_filter !== undefined) {
    throw fail(`FILTER specified, but ${name} is not an aggregate function`);
  }
  if (node.over !== undefined) {
    throw fail(`OVER specified, but ${name} is not a window function nor an aggregate function`);
  }
}
