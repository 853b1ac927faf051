/**
 * Functions called as attributes of rows, and fields as functions of them: `t.f`, `(row).f` where
 * f(t) is a function, and `a(t)` where a is a field (PostgreSQL's functional notation).
 */
import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { findFunctions } from '../../functions/registry.ts';
import type { Expr } from '../../expr/expr.ts';
import { qualifiedName, isRecordName } from '../../types/user-type.ts';
import type { Ast } from './ast.ts';
import { scalarCall, resolveCall } from './calls/calls.ts';
import { candidatesOf, chooseCandidate, type Candidate } from './calls/candidates.ts';
import { resolvedRoutine } from './calls/function-calls.ts';
import { fieldAt, fieldsOf } from './rows.ts';
import { bindRoutineCall } from './routines/routine-calls.ts';
import { routineCandidates, routinesNamed } from './routines/routine-candidates.ts';
import type { Env } from './scope.ts';

const nullNode: Node = { A_Const: { isnull: true } };

export interface Attribute {
  readonly value: Expr;
  /** The function's name as SQL that is kept. */
  readonly name: string;
  /** Absent for PostgreSQL's own. */
  readonly routine: { readonly schema: string; readonly name: string } | undefined;
}

/** The function of the name over the row; undefined where there is none that takes it. */
export function attributeOf(env: Env, name: string, row: Expr): Attribute | undefined {
  const { context } = env;
  // Without a place: what is written there is no call.
  const node: Ast<'FuncCall'> = { funcname: [{ String: { sval: name } }], args: [nullNode] };
  const builtIn = candidatesOf(findFunctions(name), 1).filter(isScalar);
  const own = routineCandidates(routinesNamed(env, node), { node, count: 1 }, builtIn);
  const choice = chooseCandidate([...builtIn, ...own], [row.type.name]);
  if (typeof choice === 'string') return undefined;
  if (choice.match === undefined) {
    const value = scalarCall(resolveCall(context, choice, [row]));
    return { value, name: quoteIdentifier(name), routine: undefined };
  }
  const resolved = resolvedRoutine(env, node, { choice, args: [row] });
  const { schema } = choice.match.routine.record;
  return {
    value: bindRoutineCall(env, node, resolved),
    name: qualifiedName(schema, name),
    routine: { schema, name },
  };
}

function isScalar({ found: { overload } }: Candidate): boolean {
  return overload.kind === 'scalar' && overload.args[0] !== 'any';
}

/** The field of the name, where its one argument is a row that has it. */
export function fieldCalled(
  { context }: Env,
  { funcname = [], ...call }: Ast<'FuncCall'>,
  [row, ...more]: readonly Expr[],
): Expr | undefined {
  const isPlain =
    call.over === undefined && call.agg_star !== true && call.agg_filter === undefined;
  const name = funcname.length === 1 ? nameOf(funcname) : undefined;
  if (row === undefined || more.length > 0 || !isPlain || name === undefined) return undefined;
  if (!isRecordName(row.type.name)) return undefined;
  const index = fieldsOf(context, row)?.findIndex((field) => field.name === name) ?? -1;
  return index < 0 ? undefined : fieldAt(context, row, index);
}

function nameOf([first]: readonly NonNullable<Ast<'FuncCall'>['funcname']>[number][]) {
  return first !== undefined && 'String' in first ? first.String.sval : undefined;
}
