/** Operators: overload resolution (PostgreSQL's oper()), and forms built on operators. */
import { findById, operatorOverloads } from '../../../functions/registry.ts';
import type { CallExpr, Expr } from '../../../expr/expr.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import type { BindContext } from '../bind-context.ts';
import { resolveCall, scalarCall } from './calls.ts';
import { candidatesOf, chooseCoercible, type Candidate, type Choice } from './candidates.ts';
import { sqlNameOf } from '../literals.ts';

/** `left op right`, or `op right` with one argument. `place`: byte offset of the operator. */
export function bindOperator(
  context: BindContext,
  symbol: string,
  args: readonly Expr[],
  place: number,
): CallExpr {
  const candidate = findOperator(
    context,
    symbol,
    args.map((arg) => arg.type.name),
    place,
  );
  const origin = args[0] === undefined ? undefined : context.originOf(args[0]);
  return context.place(scalarCall(resolveCall(context, candidate, args)), origin);
}

/** The overload for those types. Errors: 42883, 42725. */
export function findOperator(
  context: BindContext,
  symbol: string,
  actual: readonly TypeName[],
  place: number,
): Candidate {
  const choice = chooseOperator(symbol, actual);
  if (typeof choice !== 'string') return choice;
  throw operatorError(context, choice, { symbol, actual, place });
}

const choicesMax = 4096;
const choices = new Map<string, Choice>();

/** The overload follows from the symbol and the types alone. */
function chooseOperator(symbol: string, actual: readonly TypeName[]): Choice {
  const key = `${symbol} ${actual.join()}`;
  const known = choices.get(key);
  if (known !== undefined) return known;
  if (choices.size >= choicesMax) choices.clear();
  const choice = findChoice(symbol, actual);
  choices.set(key, choice);
  return choice;
}

function findChoice(symbol: string, actual: readonly TypeName[]): Choice {
  const assumed = assumeSame(actual);
  const exact = findById(`${symbol}(${assumed.join()})`);
  if (exact !== undefined && isPostgres(assumed)) return { found: exact, args: assumed };
  const candidates = candidatesOf(operatorOverloads(symbol), actual.length);
  return chooseCoercible(
    candidates.filter(({ args }) => isPostgres(args)),
    actual,
  );
}

/**
 * PostgreSQL compares regclass and its like as oid: operators over them would make text, which
 * becomes regclass implicitly, comparable with integers.
 */
function isPostgres(args: readonly TypeName[]): boolean {
  return !args.some((name) => name.startsWith('reg'));
}

/** One unknown literal is first taken to be of the other side's type. */
function assumeSame(actual: readonly TypeName[]): readonly TypeName[] {
  const [left, right] = actual;
  if (left === undefined || right === undefined) return actual;
  if (left === 'unknown') return [right, right];
  return right === 'unknown' ? [left, left] : actual;
}

interface Wanted {
  readonly symbol: string;
  readonly actual: readonly TypeName[];
  readonly place: number;
}

function operatorError(context: BindContext, choice: 'none' | 'ambiguous', wanted: Wanted): Error {
  const { symbol, actual, place } = wanted;
  const names = actual.map(sqlNameOf);
  const text = names.length === 1 ? `${symbol} ${names[0]}` : `${names[0]} ${symbol} ${names[1]}`;
  if (choice === 'ambiguous') {
    const hint =
      'Could not choose a best candidate operator. You might need to add explicit type casts.';
    return context.error('ambiguous_function', `operator is not unique: ${text}`, place, { hint });
  }
  const hint =
    names.length === 1
      ? 'No operator matches the given name and argument type. You might need to add an explicit type cast.'
      : 'No operator matches the given name and argument types. You might need to add explicit type casts.';
  return context.error('undefined_function', `operator does not exist: ${text}`, place, { hint });
}
