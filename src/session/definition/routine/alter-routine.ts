/** ALTER FUNCTION, PROCEDURE and ROUTINE: RENAME TO, SET SCHEMA, OWNER TO, and traits. */
import { sameIdentity, type RoutineRecord } from '../../../catalog/routine-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import { giveTo, newOwner } from '../owner.ts';
import type { RoleSpec } from '../../roles/role-spec.ts';
import { checkSchemaExists } from '../relation.ts';
import { usersOf } from './routine-dependents.ts';
import {
  lockedRoutine,
  lockRoutine,
  shownType,
  userRoutines,
  type RoutineNode,
  type RoutineWord,
} from './routine-lookup.ts';
import { alteredTraits, type OptionNode } from './routine-options.ts';

const words: Readonly<Record<string, RoutineWord>> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'routine',
  OBJECT_AGGREGATE: 'aggregate',
};

/** `function` of OBJECT_FUNCTION; undefined for objects that are no routines. */
export function routineWord(kind: unknown): RoutineWord | undefined {
  return words[String(kind)];
}

export function routineNode(object: unknown): RoutineNode {
  return (object as { readonly ObjectWithArgs?: RoutineNode }).ObjectWithArgs ?? {};
}

/** Errors: 42883, 42725, 42501, 42723, 0A000. */
export async function renameRoutine(
  { session }: StatementContext,
  body: UtilityBody,
  word: RoutineWord,
): Promise<void> {
  const routine = await lockedRoutine(session, routineNode(body['object']), word);
  await moved(session, routine, { ...routine, name: String(body['newname']) });
}

/** Errors: 42883, 42725, 42501, 42723, 3F000, 0A000. */
export async function moveRoutine(
  { session }: StatementContext,
  body: UtilityBody,
  word: RoutineWord,
): Promise<void> {
  const routine = await lockedRoutine(session, routineNode(body['object']), word);
  const schema = String(body['newschema']);
  checkSchemaExists(session, schema);
  if (schema !== routine.schema) await moved(session, routine, { ...routine, schema });
}

async function moved(
  session: SqlSession,
  before: RoutineRecord,
  after: RoutineRecord,
): Promise<void> {
  await lockRoutine(session, after);
  const isTaken = userRoutines(session).some((each) => {
    return each.schema === after.schema && each.name === after.name && sameIdentity(each, after);
  });
  if (isTaken) throw alreadyThere(session, after);
  if (usersOf(session, before).length > 0) {
    throw unsupported('renaming or moving a function that views, expressions or functions name');
  }
  session.transaction.forWriting().putRecord(after);
}

/** ALTER SCHEMA … RENAME. Errors: 0A000. */
export function moveWithSchema(session: SqlSession, routine: RoutineRecord, schema: string): void {
  if (usersOf(session, routine).length > 0) {
    throw unsupported('renaming the schema of a function that something names');
  }
  session.transaction.forWriting().putRecord({ ...routine, schema });
}

function alreadyThere(session: SqlSession, { schema, name, parameters }: RoutineRecord): SqlError {
  const inputs = parameters.filter(({ mode }) => mode !== 'out' && mode !== 'table');
  const types = inputs.map(({ type }) => shownType(session, type)).join(', ');
  const message = `function ${name}(${types}) already exists in schema "${schema}"`;
  return new SqlError('duplicate_function', message);
}

/** Errors: 42883, 42725, 42501, 42704. */
export async function changeRoutineOwner(
  { session }: StatementContext,
  body: UtilityBody,
  word: RoutineWord,
): Promise<void> {
  const routine = await lockedRoutine(session, routineNode(body['object']), word);
  const owner = newOwner(session, body['newowner'] as RoleSpec);
  const noun = routine.isProcedure ? 'procedure' : 'function';
  const given = { access: session.roles.routine(routine), shown: `${noun} ${routine.name}` };
  giveTo(session, { ...given, schema: routine.schema }, owner);
  session.transaction.forWriting().putRecord({ ...routine, owner: owner.name });
}

export const alterRoutine: Utility = {
  kind: 'AlterFunctionStmt',
  writes: (body) => `ALTER ${String(body['objtype']).replace('OBJECT_', '')}`,
  async run(body, context) {
    const { session, out } = context;
    const word = routineWord(body['objtype']) ?? 'function';
    const routine = await lockedRoutine(
      session,
      (body['func'] ?? {}) as RoutineNode,
      word,
      'written',
    );
    const actions = (body['actions'] ?? []) as readonly OptionNode[];
    const traits = alteredTraits(context, actions, routine);
    session.transaction.forWriting().putRecord({ ...routine, ...traits });
    out.commandComplete(`ALTER ${word.toUpperCase()}`);
    return 0;
  },
};
