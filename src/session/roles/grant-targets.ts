/** The objects that a GRANT names: tables and views, sequences, schemas, the database. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { AccessObject } from '../../catalog/access-rights.ts';
import { viewColumns } from '../facts/session-state.ts';
import type { SqlSession } from '../sql-session.ts';
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import { routineNode, routineWord } from '../definition/routine/alter-routine.ts';
import {
  isSystemRoutine,
  missingRoutine,
  routineNamed,
  userRoutines,
  type RoutineNode,
  type RoutineWord,
} from '../definition/routine/routine-lookup.ts';
import { findOwnRelation } from './own-relation.ts';
import { displayName, type RangeVar } from '../definition/relation.ts';
import type { UtilityBody } from '../utility/utility.ts';

export interface GrantTarget {
  readonly object: AccessObject;
  readonly name: string;
  /** As messages name it: `table t`. */
  readonly shown: string;
  /** Names of a relation's columns. */
  readonly columns: () => readonly string[];
}

const noColumns = (): readonly string[] => [];

type NameNode = {
  readonly RangeVar?: RangeVar;
  readonly String?: { readonly sval?: string };
};

/** Errors: 42P01, 3F000, 3D000, 0A000. */
export function grantTargets(session: SqlSession, body: UtilityBody): readonly GrantTarget[] {
  const kind = String(body['objtype']).replace('OBJECT_', '');
  const nodes = (body['objects'] ?? []) as readonly NameNode[];
  if (body['targtype'] === 'ACL_TARGET_DEFAULTS') throw unsupported('ALTER DEFAULT PRIVILEGES');
  const inSchemas = body['targtype'] === 'ACL_TARGET_ALL_IN_SCHEMA';
  const names = nodes.map(({ String: name }) => name?.sval ?? '');
  if (kind === 'TABLE' || kind === 'SEQUENCE') {
    if (inSchemas) return names.flatMap((schema) => relationsIn(session, schema, kind));
    return nodes.map(({ RangeVar: relation = {} }) => relationTarget(session, relation));
  }
  const word = routineWord(body['objtype']);
  if (word !== undefined) {
    if (inSchemas) return names.flatMap((schema) => routinesIn(session, schema, word));
    return nodes.map((node) => routineTarget(session, routineNode(node), word));
  }
  if (kind === 'SCHEMA') return names.map((name) => schemaTarget(session, name));
  if (kind === 'DATABASE') return names.map((name) => databaseTarget(session, name));
  throw unsupported(`GRANT ON ${kind}`);
}

interface Relation {
  readonly oid: number;
  readonly owner: string;
  readonly schema: string;
  readonly name: string;
}

function targetOf(session: SqlSession, relation: Relation): GrantTarget {
  const { name, oid } = relation;
  const columns = (): readonly string[] => relationColumns(session, oid);
  return { object: session.roles.table(relation), name, shown: `table ${name}`, columns };
}

function relationColumns(session: SqlSession, oid: number): readonly string[] {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const table = store.tableByOid(oid, transaction)?.definition;
  if (table !== undefined) return table.columns.map(({ name }) => name);
  const view = store.views(transaction).find((each) => each.oid === oid);
  return view === undefined ? [] : viewColumns(session, view).map(({ name }) => name);
}

function relationTarget(session: SqlSession, relation: RangeVar): GrantTarget {
  const name = { schema: relation.schemaname, name: relation.relname ?? '' };
  const found = findOwnRelation(session, name.schema, name.name);
  if (found !== undefined) return targetOf(session, found);
  if (session.catalog().findView(name.schema, name.name) !== undefined) {
    throw unsupported('GRANT on relations of the system');
  }
  throw new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`);
}

function relationsIn(session: SqlSession, schema: string, kind: string): readonly GrantTarget[] {
  requireSchema(session, schema);
  if (kind === 'SEQUENCE') return [];
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const tables = store.tables(transaction).map(({ definition }) => definition);
  return [...tables, ...store.views(transaction)]
    .filter((relation) => relation.schema === schema)
    .map((relation) => targetOf(session, relation));
}

/** Errors: 42883, 42725, 42809, 0A000 for functions of the system. */
function routineTarget(session: SqlSession, node: RoutineNode, word: RoutineWord): GrantTarget {
  const routine = routineNamed(session, node, word);
  if (routine !== undefined) return targetOfRoutine(session, routine);
  if (isSystemRoutine(session, node)) throw unsupported('GRANT on functions of the system');
  throw missingRoutine(session, node, word);
}

function targetOfRoutine(session: SqlSession, routine: RoutineRecord): GrantTarget {
  const { name, isProcedure } = routine;
  const shown = `${isProcedure ? 'procedure' : 'function'} ${name}`;
  return { object: session.roles.routine(routine), name, shown, columns: noColumns };
}

function routinesIn(
  session: SqlSession,
  schema: string,
  word: RoutineWord,
): readonly GrantTarget[] {
  requireSchema(session, schema);
  return userRoutines(session)
    .filter((routine) => routine.schema === schema)
    .filter(({ isProcedure }) => word === 'routine' || isProcedure === (word === 'procedure'))
    .map((routine) => targetOfRoutine(session, routine));
}

function schemaTarget(session: SqlSession, name: string): GrantTarget {
  requireSchema(session, name);
  return { object: session.roles.schema(name), name, shown: `schema ${name}`, columns: noColumns };
}

/** Errors: 3F000. */
function requireSchema({ environment, transaction }: SqlSession, name: string): void {
  if (environment.store.schemas(transaction.storeTransaction).includes(name)) return;
  throw new SqlError('invalid_schema_name', `schema "${name}" does not exist`);
}

function databaseTarget({ environment, roles }: SqlSession, name: string): GrantTarget {
  if (name === environment.database) {
    return { object: roles.database, name, shown: `database ${name}`, columns: noColumns };
  }
  throw new SqlError('invalid_catalog_name', `database "${name}" does not exist`);
}
