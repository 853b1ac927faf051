/**
 * Users' functions among the candidates of a call: which of a name's functions take its arguments,
 * by number or by name, with defaults and VARIADIC (PostgreSQL's FuncnameGetCandidates).
 */
import { isInput, isOutput, type Routine } from '../../../catalog/routine-records.ts';
import type { Overload } from '../../../functions/function-record.ts';
import type { FoundFunction } from '../../../functions/registry.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import type { Candidate } from '../calls/candidates.ts';
import { elementOf } from '../coercion-rules.ts';
import type { Env } from '../scope.ts';

/** A user's function that a call may mean. */
export interface RoutineMatch {
  readonly routine: Routine;
  /** Input parameter behind each argument of the call. */
  readonly places: readonly number[];
  /** The last parameter takes the arguments from its place on as one array. */
  readonly isSpread: boolean;
  /** Among the functions of the name, those of earlier schemas first. */
  readonly rank: number;
}

/** The functions that the name may mean, those of earlier schemas first. */
export function routinesNamed({ context }: Env, node: Ast<'FuncCall'>): readonly Routine[] {
  const names = stringsOf(node.funcname);
  const schema = names.at(-2);
  if (schema === 'information_schema') return [];
  return context.options.catalog.findRoutines?.(schema, names.at(-1) ?? '') ?? [];
}

/** A call, and how many arguments count: one of type void stands for the result. */
interface ArgumentCount {
  readonly node: Ast<'FuncCall'>;
  readonly count: number;
}

/** `builtIn`: what pg_catalog has of the name, which comes first. */
export function routineCandidates(
  routines: readonly Routine[],
  call: ArgumentCount,
  builtIn: readonly Candidate[],
): readonly Candidate[] {
  const known = new Set(builtIn.map(({ args }) => args.join()));
  const found = routines.flatMap((routine, rank) => candidateOf(routine, { ...call, rank }) ?? []);
  const own = found.filter(({ args }) => !known.has(args.join()));
  return own.filter((each) => !own.some((other) => isRival(other, each) && isBefore(other, each)));
}

function isRival(one: Candidate, other: Candidate): boolean {
  return one !== other && one.args.join() === other.args.join();
}

/** In an earlier schema; in the same one, without VARIADIC. */
function isBefore({ match: one }: Candidate, { match: other }: Candidate): boolean {
  if (one === undefined || other === undefined) return false;
  if (one.routine.record.schema !== other.routine.record.schema) return one.rank < other.rank;
  return !one.isSpread && other.isSpread;
}

/** Whether several functions take the same arguments, and nothing tells which is meant. */
export function hasRival(candidates: readonly Candidate[], choice: Candidate): boolean {
  return candidates.some((each) => isRival(each, choice));
}

interface RankedCall extends ArgumentCount {
  readonly rank: number;
}

function candidateOf(routine: Routine, call: RankedCall): Candidate | undefined {
  const match = matchOf(routine, call);
  if (match === undefined) return undefined;
  const inputs = routine.parameters.filter(isInput);
  const args = match.places.map((place, i): TypeName => {
    const type = inputs[place]?.type.name ?? 'any';
    const isElement = match.isSpread && i >= inputs.length - 1;
    return isElement ? (elementOf(type) ?? elementName(type)) : type;
  });
  return { found: foundRoutine(routine), args, match };
}

/** What stands for the elements of a polymorphic array. */
function elementName(array: TypeName): TypeName {
  if (array === 'anyarray') return 'anyelement';
  return array === 'anycompatiblearray' ? 'anycompatible' : array;
}

function matchOf(routine: Routine, { node, count, rank }: RankedCall): RoutineMatch | undefined {
  const inputs = routine.parameters.filter(isInput);
  const names = Array.from({ length: count }, (_, i) => {
    return astAs(node.args?.[i], 'NamedArgExpr')?.name;
  });
  const isVariadic = inputs.at(-1)?.mode === 'variadic';
  const isSpread = isVariadic && node.func_variadic !== true && !names.some(Boolean);
  if (isSpread && names.length >= inputs.length) {
    const places = names.map((_, i) => Math.min(i, inputs.length - 1));
    return { routine, places, isSpread, rank };
  }
  if (names.length > inputs.length) return undefined;
  const places = names.map((name, i) => {
    return name === undefined ? i : inputs.findIndex((input) => input.name === name);
  });
  if (places.includes(-1) || new Set(places).size < places.length) return undefined;
  const missing = inputs.filter((_, i) => !places.includes(i));
  if (missing.some(({ defaultSql }) => defaultSql === undefined)) return undefined;
  return { routine, places, isSpread: false, rank };
}

const found = new WeakMap<Routine, FoundFunction>();

/** The routine in the form of the registry's functions; nothing runs it under this id. */
function foundRoutine(routine: Routine): FoundFunction {
  const known = found.get(routine);
  if (known !== undefined) return known;
  const { record, parameters, result } = routine;
  const args = parameters.filter(isInput).map(({ type }) => type.name);
  const columns = parameters.filter(isOutput).map(({ name, type }) => ({ name, type: type.name }));
  const overload: Overload = record.returnsSet
    ? { kind: 'table', args, columns, rows: () => [] }
    : { kind: 'scalar', args, returns: result.name };
  const { name } = record;
  const made: FoundFunction = {
    record: { name, doc: { family: 'user', text: name }, overloads: [overload] },
    overload,
    functionId: `routine ${record.oid}`,
  };
  found.set(routine, made);
  return made;
}
