/** Users' functions and procedures in statements: by name, with or without types of arguments. */
import type { TypeName } from '@pgsql/types';
import { lockNames } from '../../../catalog/locks.ts';
import { identityTypes, routinesOf, type RoutineRecord } from '../../../catalog/routine-records.ts';
import { procsNamed, type ProcFact } from '../../../catalog/system/proc-facts.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { formatType } from '../../../types/type-name.ts';
import { mustOwn } from '../../roles/session-roles.ts';
import type { SqlSession } from '../../sql-session.ts';
import { waitForLock } from '../../transaction/locks.ts';
import { displayName, qualifiedName, type QualifiedName } from '../relation.ts';
import { routineTypeOid } from './routine-types.ts';

export type RoutineWord = 'function' | 'procedure' | 'routine' | 'aggregate';

/** libpg-query's ObjectWithArgs. */
export interface RoutineNode {
  readonly objname?: readonly unknown[];
  readonly objargs?: readonly { readonly TypeName?: TypeName }[];
  readonly objfuncargs?: readonly {
    readonly FunctionParameter?: { readonly argType?: TypeName; readonly mode?: string };
  }[];
  readonly args_unspecified?: boolean;
}

export function userRoutines(session: SqlSession): readonly RoutineRecord[] {
  const { store } = session.environment;
  return routinesOf(store.records(session.transaction.storeTransaction));
}

/** A type as the session's names show it. */
export function shownType(session: SqlSession, oid: number): string {
  const known = formatType(oid, -1);
  return known === '???'
    ? (session.catalog().system.find('type_name', String(oid)) ?? known)
    : known;
}

/** `f(integer,text)`, with its schema where the name alone would not mean it. */
export function signatureOf(session: SqlSession, routine: RoutineRecord): string {
  const { schema, name } = routine;
  const isVisible = session.searchPath.find((each) => named(session, each, name)) === schema;
  const shown = isVisible
    ? quoteIdentifier(name)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const types = identityTypes(routine).map((oid) => shownType(session, oid));
  return `${shown}(${types.join(',')})`;
}

/** `f(integer, text)`. */
function calledAs(session: SqlSession, routine: RoutineRecord): string {
  return `${routine.name}(${typesText(session, identityTypes(routine))})`;
}

function typesText(session: SqlSession, types: readonly number[]): string {
  return types.map((oid) => shownType(session, oid)).join(', ');
}

function named(session: SqlSession, schema: string, name: string): boolean {
  return userRoutines(session).some((each) => each.schema === schema && each.name === name);
}

/** `function f(integer)`: of procedures, too. */
export function describeRoutine(session: SqlSession, routine: RoutineRecord): string {
  return `function ${signatureOf(session, routine)}`;
}

/** The routine that a statement names. Errors: 42883, 42725, 42809, 42704. */
export function routineNamed(
  session: SqlSession,
  node: RoutineNode,
  word: RoutineWord,
): RoutineRecord | undefined {
  const name = qualifiedName(node.objname ?? []);
  const types = typesOf(session, node);
  const found = matching(session, name, node, types);
  const ofKind = found.filter(({ isProcedure }) => {
    return word === 'routine' || isProcedure === (word === 'procedure');
  });
  const [only, second] = types === undefined || ofKind.length > 0 ? ofKind : found;
  if (only === undefined) return undefined;
  if (second !== undefined) throw ambiguous(name, word);
  if (word === 'procedure' && !only.isProcedure) {
    throw new SqlError('wrong_object_type', `${calledAs(session, only)} is not a procedure`);
  }
  if (word === 'function' && only.isProcedure) {
    throw new SqlError('wrong_object_type', `${calledAs(session, only)} is not a function`);
  }
  if (word === 'aggregate') {
    const message = `function ${calledAs(session, only)} is not an aggregate`;
    throw new SqlError('wrong_object_type', message);
  }
  return only;
}

function ambiguous(name: QualifiedName, word: RoutineWord): SqlError {
  const hint = `Specify the argument list to select the ${word} unambiguously.`;
  const message = `${word} name "${displayName(name)}" is not unique`;
  return new SqlError('ambiguous_function', message, { hint });
}

/** Undefined: no list of arguments was given. Errors: 42704. */
function typesOf(session: SqlSession, node: RoutineNode): readonly number[] | undefined {
  if (node.args_unspecified === true) return undefined;
  return (node.objargs ?? []).map(({ TypeName: type = {} }) => routineTypeOid(session, type));
}

/** Where a name is looked for: functions of temporary schemas are only found by that. */
export function routineSchemas(session: SqlSession, schema: string | undefined): readonly string[] {
  if (schema === 'pg_temp') return [session.temporarySchema];
  return schema === undefined ? session.searchPath : [schema];
}

/** Of the first schema of the search path that has one. */
function matching(
  session: SqlSession,
  { schema, name }: QualifiedName,
  node: RoutineNode,
  types: readonly number[] | undefined,
): readonly RoutineRecord[] {
  const all = userRoutines(session).filter((each) => each.name === name);
  const schemas = routineSchemas(session, schema);
  const known = new Set<string>();
  const found: RoutineRecord[] = [];
  for (const candidate of schemas) {
    for (const routine of all) {
      if (routine.schema !== candidate) continue;
      if (types !== undefined && !takes(routine, node, types)) continue;
      const key = identityTypes(routine).join();
      if (known.has(key)) continue;
      known.add(key);
      found.push(routine);
    }
  }
  return found;
}

/** By its input types; a procedure may be named with those of its OUT parameters, too. */
function takes(routine: RoutineRecord, node: RoutineNode, types: readonly number[]): boolean {
  if (identityTypes(routine).join() === types.join()) return true;
  if (!routine.isProcedure) return false;
  const all = routine.parameters.map(({ type }) => type);
  const given = (node.objfuncargs ?? []).length;
  return given === routine.parameters.length && all.join() === types.join();
}

/** Errors: 42883, for a name that PostgreSQL's own functions do not have either. */
export function missingRoutine(
  session: SqlSession,
  node: RoutineNode,
  word: RoutineWord,
): SqlError {
  const name = qualifiedName(node.objname ?? []);
  const types = typesOf(session, node);
  const noun = word === 'routine' ? 'function' : word;
  const message =
    types === undefined
      ? `could not find a ${noun} named "${displayName(name)}"`
      : `${noun} ${displayName(name)}(${typesText(session, types)}) does not exist`;
  return new SqlError('undefined_function', message);
}

/** PostgreSQL's own functions that the name may mean. */
export function systemRoutines(session: SqlSession, node: RoutineNode): readonly ProcFact[] {
  const { schema, name } = qualifiedName(node.objname ?? []);
  if (schema !== undefined && schema !== 'pg_catalog') return [];
  const types = typesOf(session, node);
  return procsNamed(name).filter(({ args }) => types === undefined || args.join() === types.join());
}

export function isSystemRoutine(session: SqlSession, node: RoutineNode): boolean {
  return systemRoutines(session, node).length > 0;
}

/** Functions of PostgreSQL's own stay. Errors: 2BP01. */
export function refuseSystemRoutine(session: SqlSession, node: RoutineNode): void {
  const [only, second] = systemRoutines(session, node);
  if (only === undefined || second !== undefined) return;
  const shown = `function ${only.name}(${typesText(session, only.args)})`;
  const message = `cannot drop ${shown} because it is required by the database system`;
  throw new SqlError('dependent_objects_still_exist', message);
}

/**
 * As routineNamed; its name is locked to the transaction's end, and its owner checked. `shownAs`: the
 * name for who is not the owner, that of the routine or as it was written.
 */
export async function lockedRoutine(
  session: SqlSession,
  node: RoutineNode,
  word: RoutineWord,
  shownAs: 'named' | 'written' = 'named',
): Promise<RoutineRecord> {
  const before = routineNamed(session, node, word);
  if (before === undefined) throw missingRoutine(session, node, word);
  await lockRoutine(session, before);
  const routine = routineNamed(session, node, word);
  if (routine === undefined) throw missingRoutine(session, node, word);
  const written = displayName(qualifiedName(node.objname ?? []));
  requireRoutineOwner(session, routine, shownAs === 'written' ? written : routine.name);
  return routine;
}

/** Who makes or changes a routine of the name waits for others who do. Errors: 40P01, 55P03. */
export async function lockRoutine(
  session: SqlSession,
  { schema, name }: Pick<RoutineRecord, 'schema' | 'name'>,
): Promise<void> {
  const transaction = session.transaction.forWriting();
  const resource = lockNames.routine(schema, name);
  await waitForLock(session, transaction.lock(resource, 'exclusive'));
}

/** Errors: 42501. */
export function requireRoutineOwner(
  session: SqlSession,
  routine: RoutineRecord,
  shown = routine.name,
): void {
  const { roles } = session;
  if (roles.owns({ owner: roles.rights.ownerOid(routine.owner) })) return;
  throw mustOwn(`${routine.isProcedure ? 'procedure' : 'function'} ${shown}`);
}
