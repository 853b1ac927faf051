/** CREATE CAST and DROP CAST. */
import { requireUsageOf } from '../../roles/type-access.ts';
import type { TypeName } from '@pgsql/types';
import { castKey, castsOf, type CastDefinition } from '../../../catalog/cast-records.ts';
import { identityTypes } from '../../../catalog/routine-records.ts';
import { castFacts } from '../../../catalog/system/facts/casts.ts';
import { recordsOf } from '../../../catalog/system/static-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { SqlSession } from '../../sql-session.ts';
import { makeNotice, type StatementContext } from '../../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import { userTypes } from '../type/user-types.ts';
import {
  isSystemRoutine,
  missingRoutine,
  routineNamed,
  shownType,
  type RoutineNode,
} from './routine-lookup.ts';
import { routineTypeOid } from './routine-types.ts';

const uses: Readonly<Record<string, CastDefinition['use']>> = {
  COERCION_IMPLICIT: 'implicit',
  COERCION_ASSIGNMENT: 'assignment',
  COERCION_EXPLICIT: 'explicit',
};

export const createCast: Utility = {
  kind: 'CreateCastStmt',
  writes: () => 'CREATE CAST',
  run(body, context) {
    const { session, out } = context;
    const source = routineTypeOid(session, body['sourcetype'] as TypeName);
    const target = routineTypeOid(session, body['targettype'] as TypeName);
    const shown = [source, target].map((oid) => shownType(session, oid));
    requireOneOwner(session, [source, target]);
    for (const oid of [source, target]) requireUsageOf(session, oid);
    const routine = castRoutine(session, body, [source, target]);
    if (source === target) {
      const message = 'source data type and target data type are the same';
      throw new SqlError('invalid_object_definition', message);
    }
    if (findCast(session, source, target) !== undefined) {
      const message = `cast from type ${shown[0]} to type ${shown[1]} already exists`;
      throw new SqlError('duplicate_object', message);
    }
    const transaction = session.transaction.forWriting();
    transaction.putRecord({
      kind: 'cast',
      key: castKey(source, target),
      oid: transaction.takeOid(),
      ...{ source, target, use: uses[String(body['context'])] ?? 'explicit' },
      ...(routine === undefined ? {} : { routine }),
    });
    out.commandComplete('CREATE CAST');
    return 0;
  },
};

/** OID of its function; undefined: WITH INOUT. Errors: 42883, 42P17, 0A000. */
function castRoutine(
  session: SqlSession,
  body: UtilityBody,
  [source, target]: readonly [source: number, target: number],
): number | undefined {
  if (body['inout'] === true) return undefined;
  const node = body['func'] as RoutineNode | undefined;
  if (node === undefined) throw unsupported('CREATE CAST ... WITHOUT FUNCTION');
  const routine = routineNamed(session, node, 'function');
  if (routine === undefined) {
    if (isSystemRoutine(session, node)) {
      throw unsupported('CREATE CAST with a function of the system');
    }
    throw missingRoutine(session, node, 'function');
  }
  const [argument, second] = identityTypes(routine);
  const refuse = (message: string): SqlError => {
    return new SqlError('invalid_object_definition', message);
  };
  if (second !== undefined) throw unsupported('CREATE CAST with a function of several arguments');
  if (argument !== source) {
    throw refuse(
      'argument of cast function must match or be binary-coercible from source data type',
    );
  }
  if (routine.result !== target) {
    throw refuse(
      'return data type of cast function must match or be binary-coercible to target data type',
    );
  }
  if (routine.returnsSet) throw refuse('cast function must not return a set');
  return routine.oid;
}

/** Errors: 42501. */
function requireOneOwner(session: SqlSession, oids: readonly number[]): void {
  const { roles } = session;
  const owned = userTypes(session).filter(({ oid }) => oids.includes(oid));
  const isOwn = owned.some(({ owner }) => roles.owns({ owner: roles.rights.ownerOid(owner) }));
  if (roles.isSuperuser || isOwn) return;
  const [source, target] = oids.map((oid) => shownType(session, oid));
  const message = `must be owner of type ${source} or type ${target}`;
  throw new SqlError('insufficient_privilege', message);
}

export function userCasts(session: SqlSession): readonly CastDefinition[] {
  const { store } = session.environment;
  return castsOf(store.records(session.transaction.storeTransaction));
}

function findCast(
  session: SqlSession,
  source: number,
  target: number,
): CastDefinition | 'built in' | undefined {
  const isBuiltIn = recordsOf(castFacts).some((words) => {
    return Number(words[1]) === source && Number(words[2]) === target;
  });
  if (isBuiltIn) return 'built in';
  return userCasts(session).find((cast) => cast.source === source && cast.target === target);
}

/** `cast from text to mood`. */
export function describeCast(session: SqlSession, { source, target }: CastDefinition): string {
  return `cast from ${shownType(session, source)} to ${shownType(session, target)}`;
}

/** The casts that DROP CAST names. Errors: 42704, 2BP01, 42501. */
export function castsToDrop(
  { session, out }: StatementContext,
  body: UtilityBody,
): readonly CastDefinition[] {
  const objects = (body['objects'] ?? []) as readonly {
    readonly List?: { readonly items?: readonly { readonly TypeName?: TypeName }[] };
  }[];
  return objects.flatMap(({ List: list }) => {
    const oids = (list?.items ?? []).map(({ TypeName: node = {} }) =>
      routineTypeOid(session, node),
    );
    const [source = 0, target = 0] = oids;
    const found = findCast(session, source, target);
    const [from, to] = oids.map((oid) => shownType(session, oid));
    if (found === 'built in') {
      const message = `cannot drop cast from ${from} to ${to} because it is required by the database system`;
      throw new SqlError('dependent_objects_still_exist', message);
    }
    if (found !== undefined) {
      requireOneOwner(session, oids);
      return [found];
    }
    const message = `cast from type ${from} to type ${to} does not exist`;
    if (body['missing_ok'] !== true) throw new SqlError('undefined_object', message);
    out.notice(makeNotice('NOTICE', '00000', `${message}, skipping`));
    return [];
  });
}
