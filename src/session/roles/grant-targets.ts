/** What a GRANT names: tables, views, sequences, schemas, routines, types, the database. */
import { languageNames } from '../../catalog/system/rows/procs.ts';
import { systemLanguage, systemRoutine, systemSignature } from './listed-objects.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import {
  databaseObject,
  privilegeLetters,
  type AccessObject,
} from '../../catalog/access-rights.ts';
import { isDomainRecord } from '../../catalog/type-records.ts';
import { databaseNamed } from '../databases.ts';
import { viewColumns } from '../facts/session-state.ts';
import type { SqlSession } from '../sql-session.ts';
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import { routineNode, routineWord } from '../definition/routine/alter-routine.ts';
import {
  systemRoutines,
  missingRoutine,
  routineNamed,
  userRoutines,
  type RoutineNode,
  type RoutineWord,
} from '../definition/routine/routine-lookup.ts';
import { oidOf, type OidNode } from '../large-objects/commands.ts';
import { accessOf, objectNamed } from '../large-objects/large-object.ts';
import { findOwnRelation } from './own-relation.ts';
import {
  displayName,
  qualifiedName,
  type QualifiedName,
  type RangeVar,
} from '../definition/relation.ts';
import {
  displayType,
  findUserType,
  isSystemType,
  missingType,
} from '../definition/type/user-types.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { namedLetters, type PrivilegeNode } from './privilege-letters.ts';
import type { UtilityBody } from '../utility/utility.ts';

export interface GrantTarget {
  readonly object: AccessObject;
  readonly name: string;
  /** As messages name it: `table t`. */
  readonly shown: string;
  /** Names of a relation's columns. */
  readonly columns: () => readonly string[];
  /** Letters of the privileges that are named, or of all. Errors: 0LP01, 42601. */
  readonly letters: (privileges: readonly PrivilegeNode[] | undefined) => string;
}

/** An object without columns; `noun` as errors about its privileges have it. */
function plainTarget(
  object: AccessObject,
  { name, shown, noun }: Pick<GrantTarget, 'name' | 'shown'> & { readonly noun: string },
): GrantTarget {
  const all = privilegeLetters[object.kind];
  const letters: GrantTarget['letters'] = (privileges) => namedLetters(privileges, { all, noun });
  return { object, name, shown, columns: () => [], letters };
}

type NameNode = {
  readonly RangeVar?: RangeVar;
  readonly String?: { readonly sval?: string };
  readonly List?: { readonly items?: unknown };
} & OidNode;

/** Errors: 42P01, 3F000, 3D000, 0A000. */
export function grantTargets(context: StatementContext, body: UtilityBody): readonly GrantTarget[] {
  const { session } = context;
  const kind = String(body['objtype']).replace('OBJECT_', '');
  const nodes = (body['objects'] ?? []) as readonly NameNode[];
  const inSchemas = body['targtype'] === 'ACL_TARGET_ALL_IN_SCHEMA';
  const names = nodes.map(({ String: name }) => name?.sval ?? '');
  if (kind === 'TABLE' || kind === 'SEQUENCE') {
    if (inSchemas) return names.flatMap((schema) => relationsIn(session, schema, kind));
    return nodes.map(({ RangeVar: relation = {} }) => relationTarget(context, relation, kind));
  }
  const word = routineWord(body['objtype']);
  if (word !== undefined) {
    if (inSchemas) return names.flatMap((schema) => routinesIn(session, schema, word));
    return nodes.map((node) => routineTarget(session, routineNode(node), word));
  }
  if (kind === 'TYPE' || kind === 'DOMAIN') {
    return nodes.map(({ List }) => typeTarget(session, qualifiedName(List?.items ?? []), kind));
  }
  if (kind === 'LANGUAGE') return names.map((name) => languageTarget(name));
  if (kind === 'SCHEMA') return names.map((name) => schemaTarget(session, name));
  if (kind === 'LARGEOBJECT') return nodes.map((node) => largeObjectTarget(session, oidOf(node)));
  if (kind === 'DATABASE') return names.map((name) => databaseTarget(session, name));
  throw unsupported(`GRANT ON ${kind}`);
}

interface Relation {
  readonly oid: number;
  readonly owner: string;
  readonly schema: string;
  readonly name: string;
  readonly noun?: string;
}

function targetOf(session: SqlSession, relation: Relation): GrantTarget {
  const { name, oid, noun = 'table' } = relation;
  const columns = (): readonly string[] => relationColumns(session, oid);
  const letters = tableLetters;
  return {
    object: session.roles.table(relation),
    name,
    shown: `${noun} ${name}`,
    columns,
    letters,
  };
}

/** GRANT ON TABLE names sequences, too, and their privileges. Errors: 0LP01, 42601. */
function tableLetters(privileges: readonly PrivilegeNode[] | undefined): string {
  const all = privilegeLetters.table;
  if (privileges === undefined) return all;
  const either = `${all}${privilegeLetters.sequence}`;
  namedLetters(privileges, { all: either, noun: 'relation' });
  return namedLetters(privileges, { all, noun: 'table' });
}

function sequenceTarget(session: SqlSession, relation: Relation): GrantTarget {
  const { name } = relation;
  const object = session.roles.table({ ...relation, noun: 'sequence' });
  return plainTarget(object, { name, shown: `sequence ${name}`, noun: 'sequence' });
}

/** What GRANT ON TABLE may give on a sequence; the rest is warned of. */
function sequenceAsTable(session: SqlSession, relation: Relation, warn: Warn): GrantTarget {
  const target = sequenceTarget(session, relation);
  const own = privilegeLetters.sequence;
  const letters: GrantTarget['letters'] = (privileges) => {
    if (privileges === undefined) return own;
    const all = `${privilegeLetters.table}${own}`;
    const named = [...namedLetters(privileges, { all, noun: 'relation' })];
    const allowed = named.filter((letter) => own.includes(letter));
    if (allowed.length < named.length) {
      warn(`sequence "${relation.name}" only supports USAGE, SELECT, and UPDATE privileges`);
    }
    return allowed.join('');
  };
  return { ...target, letters };
}

type Warn = (message: string) => void;

function relationColumns(session: SqlSession, oid: number): readonly string[] {
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  const table = store.tableByOid(oid, transaction)?.definition;
  if (table !== undefined) return table.columns.map(({ name }) => name);
  const view = store.views(transaction).find((each) => each.oid === oid);
  return view === undefined ? [] : viewColumns(session, view).map(({ name }) => name);
}

/** Errors: 42P01, 42809, 0A000. */
function relationTarget(
  { session, out }: StatementContext,
  relation: RangeVar,
  kind: string,
): GrantTarget {
  const name = { schema: relation.schemaname, name: relation.relname ?? '' };
  const found = findOwnRelation(session, name.schema, name.name);
  if (found !== undefined) {
    if (kind === 'SEQUENCE' && found.noun !== 'sequence') {
      throw new SqlError('wrong_object_type', `"${found.name}" is not a sequence`);
    }
    if (found.noun !== 'sequence') return targetOf(session, found);
    if (kind === 'SEQUENCE') return sequenceTarget(session, found);
    const warn = (message: string): void => out.notice(makeNotice('WARNING', '0LP01', message));
    return sequenceAsTable(session, found, warn);
  }
  if (session.catalog().findView(name.schema, name.name) !== undefined) {
    throw unsupported('GRANT on relations of the system');
  }
  throw new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`);
}

function relationsIn(session: SqlSession, schema: string, kind: string): readonly GrantTarget[] {
  requireSchema(session, schema);
  const { store } = session.environment;
  const transaction = session.transaction.storeTransaction;
  if (kind === 'SEQUENCE') {
    return store
      .sequences(transaction)
      .filter(({ definition }) => definition.schema === schema)
      .map(({ definition }) => sequenceTarget(session, definition));
  }
  const tables = store.tables(transaction).map(({ definition }) => definition);
  return [...tables, ...store.views(transaction)]
    .filter((relation) => relation.schema === schema)
    .map((relation) => targetOf(session, relation));
}

/** Errors: 42883, 42725, 42809. */
function routineTarget(session: SqlSession, node: RoutineNode, word: RoutineWord): GrantTarget {
  const routine = routineNamed(session, node, word);
  if (routine !== undefined) return targetOfRoutine(session, routine);
  const [system, second] = systemRoutines(session, node);
  if (system !== undefined && second === undefined) {
    if (word === 'procedure') {
      const message = `${systemSignature(system)} is not a procedure`;
      throw new SqlError('wrong_object_type', message);
    }
    const shown = `function ${system.name}`;
    return plainTarget(systemRoutine(system.oid), { name: system.name, shown, noun: 'function' });
  }
  if (system !== undefined) {
    const message = `function name "${system.name}" is not unique`;
    const hint = 'Specify the argument list to select the function unambiguously.';
    throw new SqlError('ambiguous_function', message, { hint });
  }
  throw missingRoutine(session, node, word);
}

function targetOfRoutine(session: SqlSession, routine: RoutineRecord): GrantTarget {
  const { name, isProcedure } = routine;
  const noun = isProcedure ? 'procedure' : 'function';
  return plainTarget(session.roles.routine(routine), { name, shown: `${noun} ${name}`, noun });
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

/** Errors: 42704, 42809, 0LP01 for array types, 0A000 for types of the system. */
function typeTarget(session: SqlSession, name: QualifiedName, kind: string): GrantTarget {
  const type = findUserType(session, name);
  if (type === undefined) {
    if (session.catalog().findType(name.schema, name.name) !== undefined) {
      throw new SqlError('invalid_grant_operation', 'cannot set privileges of array types', {
        hint: 'Set the privileges of the element type instead.',
      });
    }
    if (isSystemType(name)) throw unsupported('GRANT on types of the system');
    throw missingType(name);
  }
  if (kind === 'DOMAIN' && !isDomainRecord(type)) {
    throw new SqlError('wrong_object_type', `"${type.name}" is not a domain`);
  }
  const noun = kind.toLowerCase();
  const shown = `type ${displayType(session, type)}`;
  return plainTarget(session.roles.type(type), { name: type.name, shown, noun });
}

/** Errors: 42704; 42809 for those that only superusers use. */
function languageTarget(name: string): GrantTarget {
  const language = languageNames.find((each) => each[1] === name);
  if (language === undefined) {
    throw new SqlError('undefined_object', `language "${name}" does not exist`);
  }
  const [, , isTrusted] = language;
  if (!isTrusted) {
    throw new SqlError('wrong_object_type', `language "${name}" is not trusted`, {
      detail:
        'GRANT and REVOKE are not allowed on untrusted languages, ' +
        'because only superusers can use untrusted languages.',
    });
  }
  return plainTarget(systemLanguage(name), { name, shown: `language ${name}`, noun: 'language' });
}

function schemaTarget(session: SqlSession, name: string): GrantTarget {
  requireSchema(session, name);
  const object = session.roles.schema(name);
  return plainTarget(object, { name, shown: `schema ${name}`, noun: 'schema' });
}

/** Errors: 3F000, 0A000. */
function requireSchema({ environment, transaction }: SqlSession, name: string): void {
  if (environment.store.schemas(transaction.storeTransaction).includes(name)) return;
  if (name === 'pg_catalog' || name === 'information_schema') {
    throw unsupported('GRANT on schemas of the system');
  }
  throw new SqlError('invalid_schema_name', `schema "${name}" does not exist`);
}

/** Errors: 42704. PostgreSQL's message about privileges has the noun twice. */
function largeObjectTarget(session: SqlSession, oid: number): GrantTarget {
  const object = accessOf(objectNamed(session, oid));
  const noun = 'large object';
  return plainTarget(object, { name: `${noun} ${oid}`, shown: `${noun} ${noun} ${oid}`, noun });
}

function databaseTarget(session: SqlSession, name: string): GrantTarget {
  const object = databaseObject(databaseNamed(session, name));
  return plainTarget(object, { name, shown: `database ${name}`, noun: 'database' });
}
