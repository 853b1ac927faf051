/** DROP TABLE, VIEW, SEQUENCE, INDEX, SCHEMA. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { parentIndexes } from '../../catalog/partition-indexes.ts';
import { materializedView, type TableDefinition } from '../../catalog/table.ts';
import { isDomainRecord } from '../../catalog/type-records.ts';
import type { SqlSession } from '../sql-session.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { dropExtensions } from '../utility/extension.ts';
import type { Utility, UtilityBody } from '../utility/utility.ts';
import {
  dependentsOf,
  describe,
  desiredObjects,
  dropDependents,
  dropObject,
  type DatabaseObject,
} from './dependents.ts';
import { partitionsOf } from './partition/partition-lookup.ts';
import { parentOf } from './partition/partition-rules.ts';
import { routineNode, routineWord } from './routine/alter-routine.ts';
import { dropNamedPolicy } from './policy/drop-policy.ts';
import { noteMissing, tableTriggers, triggerNamed } from './trigger/table-triggers.ts';
import { mustOwn } from '../roles/session-roles.ts';
import { castsToDrop } from './routine/create-cast.ts';
import {
  lockedRoutine,
  missingRoutine,
  refuseSystemRoutine,
  routineNamed,
  type RoutineWord,
} from './routine/routine-lookup.ts';
import {
  isSystemType,
  lockedType,
  missingType,
  findUserType,
  rowsNamed,
} from './type/user-types.ts';
import { findTypeByName } from '../../types/type-table.ts';
import { displayRelation } from './relation-names.ts';
import {
  displayName,
  findRelation,
  namedOnRelation,
  qualifiedName,
  type QualifiedName,
  type Relation,
} from './relation.ts';

const relationKinds: Readonly<Record<string, Relation['kind']>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_INDEX: 'index',
};

export const drop: Utility = {
  kind: 'DropStmt',
  writes: (body) => `DROP ${kindWords(body)}`,
  locks: (body) => {
    if (relationKinds[String(body['removeType'])] === undefined) return [];
    const names = ((body['objects'] ?? []) as readonly unknown[]).map(objectName);
    const command = `DROP ${kindWords(body)}`;
    return names.map((name) => ({ name, mode: 'access exclusive', command }));
  },
  async run(body, context) {
    const words = kindWords(body);
    const kind = relationKinds[String(body['removeType'])];
    const names = ((body['objects'] ?? []) as readonly unknown[]).map(objectName);
    const routine = routineWord(body['removeType']);
    if (routine !== undefined) await dropRoutines(context, body, routine);
    else if (words === 'TRIGGER') await dropTrigger(context, body);
    else if (words === 'POLICY') dropNamedPolicy(context, body);
    else if (words === 'CAST') {
      const casts = castsToDrop(context, body).map((cast): DatabaseObject => {
        return { kind: 'cast', cast };
      });
      await dropAll(context, casts, body['behavior'] === 'DROP_CASCADE');
    } else if (kind !== undefined) await dropRelations(context, body, { kind, names });
    else if (words === 'SCHEMA') await dropSchemas(context, body, names);
    else if (words === 'TYPE' || words === 'DOMAIN') await dropTypes(context, body, names);
    else if (words === 'EXTENSION') {
      const all = names.map(({ name }) => name);
      dropExtensions(context, all, body['missing_ok'] === true);
    } else dropUnknown(context, body, names);
    context.out.commandComplete(`DROP ${words}`);
    return 0;
  },
};

/** `OBJECT_MATVIEW` → `MATERIALIZED VIEW`. */
function kindWords(body: UtilityBody): string {
  const words = String(body['removeType']).replace('OBJECT_', '').replaceAll('_', ' ');
  return words === 'MATVIEW' ? 'MATERIALIZED VIEW' : words;
}

function objectName(object: unknown): QualifiedName {
  const node = object as {
    readonly List?: { readonly items?: unknown };
    readonly String?: { readonly sval?: string };
    readonly TypeName?: { readonly names?: unknown };
  };
  if (node.TypeName !== undefined) return qualifiedName(node.TypeName.names ?? []);
  if (node.String !== undefined) return { schema: undefined, name: node.String.sval ?? '' };
  return qualifiedName(node.List?.items ?? []);
}

/** Errors: 42P01, 42704, 42501. */
async function dropTrigger(context: StatementContext, body: UtilityBody): Promise<void> {
  const { session } = context;
  const { relation, name } = namedOnRelation(body);
  const isMissingOk = body['missing_ok'] === true;
  const found = findRelation(session, relation);
  if (found === undefined || found.kind !== 'table') {
    const missing = `relation "${displayName(relation)}" does not exist`;
    if (!isMissingOk) throw new SqlError('undefined_table', missing);
    return noteMissing(context, missing);
  }
  const table = found.table.definition;
  const { roles } = session;
  if (!roles.owns(roles.table({ ...table, noun: 'table' })))
    throw mustOwn(`relation ${table.name}`);
  const trigger = tableTriggers(session, table.oid).find((each) => each.name === name);
  if (trigger === undefined && isMissingOk) {
    return noteMissing(context, `trigger "${name}" for relation "${table.name}" does not exist`);
  }
  await dropObject(context, {
    kind: 'trigger',
    trigger: triggerNamed(session, table, name),
    table,
  });
}

/** Kinds of objects that there are none of. Errors: 0A000. */
function dropUnknown(
  context: StatementContext,
  body: UtilityBody,
  names: readonly QualifiedName[],
): void {
  const words = kindWords(body);
  if (body['missing_ok'] !== true) throw unsupported(`DROP ${words}`);
  for (const name of names) {
    const missing = `${words.toLowerCase()} "${displayName(name)}" does not exist`;
    context.out.notice(makeNotice('NOTICE', '00000', `${missing}, skipping`));
  }
}

interface Named {
  readonly kind: Relation['kind'];
  readonly names: readonly QualifiedName[];
}

async function dropRelations(
  context: StatementContext,
  body: UtilityBody,
  { kind, names }: Named,
): Promise<void> {
  const isMissingOk = body['missing_ok'] === true;
  const found = names.flatMap((name) => findToDrop(context, { kind, name, isMissingOk }) ?? []);
  if (kind === 'index') {
    for (const relation of found) dropIndex(context.session, relation);
    return;
  }
  await dropAll(context, found.flatMap(objectOf), body['behavior'] === 'DROP_CASCADE');
}

interface Wanted {
  readonly kind: Relation['kind'];
  readonly name: QualifiedName;
  readonly isMissingOk: boolean;
}

/** Errors: 42P01 (42704 for indexes), 3F000, 42809. */
function findToDrop(
  { session, out }: StatementContext,
  { kind, name, isMissingOk }: Wanted,
): Relation | undefined {
  const found = findRelation(session, name);
  if (found?.kind === kind) return found;
  if (found !== undefined) {
    const article = kind === 'index' ? 'an' : 'a';
    const right = found.kind === 'index' ? 'an index' : `a ${found.kind}`;
    const hint = `Use DROP ${found.kind.toUpperCase()} to remove ${right}.`;
    const message = `"${name.name}" is not ${article} ${kind}`;
    throw new SqlError('wrong_object_type', message, { hint });
  }
  const { schema } = name;
  const schemas = session.environment.store.schemas(session.transaction.storeTransaction);
  const isSchemaMissing =
    schema !== undefined && !schema.startsWith('pg_') && !schemas.includes(schema);
  const missing = isSchemaMissing
    ? `schema "${schema}" does not exist`
    : `${kind} "${name.name}" does not exist`;
  if (isMissingOk) {
    out.notice(makeNotice('NOTICE', '00000', `${missing}, skipping`));
    return undefined;
  }
  if (isSchemaMissing) throw new SqlError('invalid_schema_name', missing);
  throw new SqlError(kind === 'index' ? 'undefined_object' : 'undefined_table', missing);
}

function objectOf(relation: Relation): readonly DatabaseObject[] {
  switch (relation.kind) {
    case 'table':
      return [{ kind: 'table', table: relation.table.definition }];
    case 'materialized view': {
      const view = materializedView(relation.table.definition);
      return view === undefined ? [] : [{ kind: 'view', view }];
    }
    case 'view':
      return [{ kind: 'view', view: relation.view }];
    case 'sequence':
      return [{ kind: 'sequence', sequence: relation.sequence.definition }];
    case 'index':
      return [];
  }
}

/** Errors: 42883, 42725, 42809, 42501, 2BP01. */
async function dropRoutines(
  context: StatementContext,
  body: UtilityBody,
  word: RoutineWord,
): Promise<void> {
  const { session, out } = context;
  const objects: DatabaseObject[] = [];
  for (const object of (body['objects'] ?? []) as readonly unknown[]) {
    const node = routineNode(object);
    if (routineNamed(session, node, word) !== undefined) {
      objects.push({
        kind: 'routine',
        routine: await lockedRoutine(session, node, word, 'written'),
      });
      continue;
    }
    refuseSystemRoutine(session, node);
    const missing = missingRoutine(session, node, word);
    if (body['missing_ok'] !== true) throw missing;
    const { name } = qualifiedName(node.objname ?? []);
    const isListed = node.args_unspecified !== true;
    const noun = word === 'routine' ? 'function' : word;
    const shown = isListed ? missing.message : `${noun} ${name}() does not exist`;
    out.notice(makeNotice('NOTICE', '00000', `${shown}, skipping`));
  }
  await dropAll(context, objects, body['behavior'] === 'DROP_CASCADE');
}

/** Errors: 2BP01. */
export async function dropAll(
  context: StatementContext,
  objects: readonly DatabaseObject[],
  cascades: boolean,
): Promise<void> {
  const { session } = context;
  for (const object of objects) refuseIdentity(session, object);
  const dependents = dependentsOf(session, objects);
  const [only] = objects;
  const isOne = objects.length === 1 && only !== undefined;
  const subject = isOne ? describe(session, only) : desiredObjects;
  await dropDependents(context, { subject, dependents, cascades });
  for (const object of objects) await dropObject(context, object);
}

/** An identity column cannot be without its sequence. Errors: 2BP01. */
function refuseIdentity(session: SqlSession, object: DatabaseObject): void {
  if (object.kind !== 'sequence') return;
  const { oid } = object.sequence;
  for (const { definition } of session.environment.store.tables(
    session.transaction.storeTransaction,
  )) {
    const column = definition.columns.find(
      ({ owns, identity }) => identity !== undefined && owns?.includes(oid) === true,
    );
    if (column === undefined) continue;
    const place = `column ${column.name} of table ${displayRelation(session, definition)}`;
    const message = `cannot drop ${describe(session, object)} because ${place} requires it`;
    throw new SqlError('dependent_objects_still_exist', message, {
      hint: `You can drop ${place} instead.`,
    });
  }
}

/** Errors: 2BP01 for the index behind a constraint. */
function dropIndex(session: SqlSession, relation: Relation): void {
  if (relation.kind !== 'index') return;
  const { definition } = relation.table;
  if (relation.isConstraint) {
    const table = displayRelation(session, definition);
    const constraint = `constraint ${relation.index} on table ${table}`;
    const message = `cannot drop index ${relation.index} because ${constraint} requires it`;
    throw new SqlError('dependent_objects_still_exist', message, {
      hint: `You can drop ${constraint} instead.`,
    });
  }
  const whole = wholeIndex(session, definition, relation.index);
  if (whole !== undefined) {
    const message = `cannot drop index ${relation.index} because index ${whole} requires it`;
    throw new SqlError('dependent_objects_still_exist', message, {
      hint: `You can drop index ${whole} instead.`,
    });
  }
  removeIndex(session, definition, relation.index);
}

/** The parent's index that a partition's is a part of. */
function wholeIndex(
  session: SqlSession,
  table: TableDefinition,
  index: string,
): string | undefined {
  const parent = parentOf(session, table);
  return parent && parentIndexes(parent, table).get(index);
}

/** With its parts in partitions. */
function removeIndex(session: SqlSession, { oid }: TableDefinition, index: string): void {
  const { store } = session.environment;
  const transaction = session.transaction.forWriting();
  const now = store.tableByOid(oid, transaction)?.definition;
  if (now === undefined) return;
  for (const child of partitionsOf(session, now)) {
    for (const [part, whole] of parentIndexes(now, child)) {
      if (whole === index) removeIndex(session, child, part);
    }
  }
  const indexes = (now.indexes ?? []).filter(({ name }) => name !== index);
  transaction.alterTable({ ...now, indexes });
}

async function dropSchemas(
  context: StatementContext,
  body: UtilityBody,
  names: readonly QualifiedName[],
): Promise<void> {
  const { session, out } = context;
  const { store } = session.environment;
  const objects: DatabaseObject[] = [];
  for (const { name } of names) {
    if (store.schemas(session.transaction.storeTransaction).includes(name)) {
      objects.push({ kind: 'schema', name });
      continue;
    }
    const missing = `schema "${name}" does not exist`;
    if (body['missing_ok'] !== true) throw new SqlError('invalid_schema_name', missing);
    out.notice(makeNotice('NOTICE', '00000', `${missing}, skipping`));
  }
  await dropAll(context, objects, body['behavior'] === 'DROP_CASCADE');
}

/** Errors: 42809 for DROP DOMAIN of what is none. */
function refuseOtherType(session: SqlSession, name: QualifiedName): void {
  const found = findUserType(session, name);
  const isOther =
    found === undefined
      ? isSystemType(name) || findRelation(session, name) !== undefined
      : !isDomainRecord(found);
  if (!isOther) return;
  throw new SqlError('wrong_object_type', `"${displayName(name)}" is not a domain`);
}

/** A row type, or the arrays over it, go with the relation. Errors: 2BP01. */
function refuseRowType(session: SqlSession, name: QualifiedName): void {
  if (findUserType(session, name) !== undefined) return;
  const rows = rowsNamed(session, name);
  const element = name.name.startsWith('_') ? { ...name, name: name.name.slice(1) } : undefined;
  const elements = element && rowsNamed(session, element);
  const owner = rows ?? elements;
  if (owner === undefined) return;
  const shown = displayRelation(session, owner);
  const [what, whole] = rows ? [shown, `${rows.noun} ${shown}`] : [`${shown}[]`, `type ${shown}`];
  const message = `cannot drop type ${what} because ${whole} requires it`;
  const hint = `You can drop ${whole} instead.`;
  throw new SqlError('dependent_objects_still_exist', message, { hint });
}

/** Errors: 42704, 42501, 2BP01 for PostgreSQL's own types and those that tables use. */
async function dropTypes(
  context: StatementContext,
  body: UtilityBody,
  names: readonly QualifiedName[],
): Promise<void> {
  const { session, out } = context;
  const objects: DatabaseObject[] = [];
  for (const name of names) {
    if (body['removeType'] === 'OBJECT_DOMAIN') refuseOtherType(session, name);
    if (isSystemType(name)) {
      const shown = findTypeByName(name.name)?.sqlName ?? name.name;
      const words = 'because it is required by the database system';
      const message = `cannot drop type ${shown} ${words}`;
      throw new SqlError('dependent_objects_still_exist', message);
    }
    refuseRowType(session, name);
    if (findUserType(session, name) === undefined && body['missing_ok'] === true) {
      out.notice(makeNotice('NOTICE', '00000', `${missingType(name).message}, skipping`));
    } else objects.push({ kind: 'type', type: await lockedType(session, name) });
  }
  await dropAll(context, objects, body['behavior'] === 'DROP_CASCADE');
}
