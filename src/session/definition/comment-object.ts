/** COMMENT ON objects that keep no comment themselves: schemas, roles, functions and more. */
import type { CommentRecord } from '../../catalog/access-records.ts';
import { catalogOids, commentKey, type CommentedObject } from '../../catalog/comment-records.ts';
import { fixedComment } from '../../catalog/system/rows/descriptions.ts';
import { rowTypeOid, ruleOid, schemaOid } from '../../catalog/system/object-ids.ts';
import { template0 } from '../../catalog/databases.ts';
import { superuserOid } from '../../catalog/superuser.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Ast } from '../../plan/binder/ast.ts';
import { bindTypeName } from '../../plan/binder/type-names.ts';
import { formatType } from '../../types/type-name.ts';
import { findTypeByName, typeRecord } from '../../types/type-table.ts';
import { commentedLargeObject, type OidNode } from '../large-objects/commands.ts';
import { mustOwn } from '../roles/session-roles.ts';
import type { SqlSession } from '../sql-session.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { findOwnRelation } from '../roles/own-relation.ts';
import {
  displayName,
  findRelation,
  missingRelation,
  qualifiedName,
  type QualifiedName,
} from './relation.ts';
import { routineWord } from './routine/alter-routine.ts';
import { routineNamed } from './routine/routine-lookup.ts';
import { policyNamed } from './policy/table-policies.ts';
import { triggerNamed } from './trigger/table-triggers.ts';
import { findUserType, isSystemType } from './type/user-types.ts';
import { builtInExtension, systemObjects, type NamedObject } from './system-objects.ts';

/** `object` of the statement: a name, names, or a name with types. */
export interface CommentedNode extends OidNode {
  readonly String?: { readonly sval?: string };
  readonly List?: { readonly items?: readonly unknown[] };
  readonly TypeName?: Ast<'TypeName'>;
  readonly ObjectWithArgs?: {
    readonly objname?: readonly unknown[];
    readonly objargs?: readonly { readonly TypeName?: Ast<'TypeName'> }[];
    readonly args_unspecified?: boolean;
  };
}

interface Found extends NamedObject {
  /** OID of the role that it belongs to; -1: superusers alone may comment on it. */
  readonly owner: number;
}

type Find = (context: StatementContext, node: CommentedNode) => Found | undefined;

const superusersOwn = -1;

/** By kind, as the parser calls it. */
const finders: Readonly<Record<string, Find>> = {
  DATABASE: findDatabase,
  SCHEMA: findSchema,
  ROLE: findRole,
  EXTENSION: findExtension,
  RULE: findRule,
  LARGEOBJECT: ({ session }, node) => ({
    catalog: catalogOids.largeObject,
    ...commentedLargeObject(session, node),
  }),
  TRIGGER: findTrigger,
  POLICY: findPolicy,
};

/** Whether objects of the kind are commented on here. */
export function isCommentedObject(kind: string): boolean {
  return finders[kind] !== undefined || systemObjects[kind] !== undefined;
}

/**
 * `kind`: as the parser calls it, `FUNCTION`. Errors: 42501, and those of finding the object:
 * 3F000, 42704, 42883, 42725, 42809.
 */
export function commentObject(
  context: StatementContext,
  [kind, node]: readonly [kind: string, node: CommentedNode],
  text: string | undefined,
): void {
  const { roles } = context.session;
  const find =
    finders[kind] ??
    routineFinder(context, kind, node) ??
    ((_, object) => findSystemObject(kind, object));
  const found = find(context, node);
  if (found === undefined) return;
  const { owner, shown, denial } = found;
  if (!roles.isSuperuser && !roles.owns({ owner })) {
    throw denial === undefined ? mustOwn(shown) : new SqlError('insufficient_privilege', denial);
  }
  putComment(context.session, { ...found, column: 0 }, text);
}

/** For a function of a user's; undefined: it may be one of PostgreSQL's. */
function routineFinder(
  { session }: StatementContext,
  kind: string,
  { ObjectWithArgs: node }: CommentedNode,
): Find | undefined {
  const word = routineWord(`OBJECT_${kind}`);
  if (word === undefined || node === undefined) return undefined;
  const routine = routineNamed(session, node, word);
  if (routine === undefined) return undefined;
  const { oid, owner, isProcedure, name } = routine;
  return () => ({
    catalog: catalogOids.function,
    oid,
    owner: session.roles.rights.ownerOid(owner),
    shown: `${isProcedure ? 'procedure' : 'function'} ${name}`,
  });
}

/** The record of a comment, or of having none where there is one from the start. */
export function putComment(
  session: SqlSession,
  object: CommentedObject,
  text: string | undefined,
): void {
  const transaction = session.transaction.forWriting();
  const { catalog, oid, column } = object;
  const key = commentKey({ catalog, oid, column });
  const isBuiltIn = fixedComment(oid, catalog) !== undefined || catalog === catalogOids.database;
  const record: CommentRecord = { kind: 'comment', key };
  if (text !== undefined) transaction.putRecord({ ...record, text });
  else if (isBuiltIn && column === 0) transaction.putRecord(record);
  else transaction.dropRecord(record);
}

function typeOid(node: Ast<'TypeName'> | undefined): number {
  return node === undefined ? 0 : typeRecord(bindTypeName(node).name).oid;
}

function findSystemObject(kind: string, node: CommentedNode): Found {
  const find = systemObjects[kind];
  if (find === undefined) throw unsupported(`COMMENT ON ${kind.replaceAll('_', ' ')}`);
  const { ObjectWithArgs: routine, List: list, String: name } = node;
  const items = list?.items ?? [];
  if (kind === 'CAST') {
    const types = (items as readonly CommentedNode[]).map(({ TypeName }) => typeOid(TypeName));
    return { ...find({ names: [], types }), owner: superusersOwn };
  }
  const isNamed = routine !== undefined && routine.args_unspecified !== true;
  const types = isNamed
    ? (routine.objargs ?? []).map(({ TypeName }) => typeOid(TypeName))
    : undefined;
  const names = routine?.objname ?? (name === undefined ? items : [{ String: name }]);
  return { ...find({ names, types }), owner: superusersOwn };
}

function nameOf({ String: name }: CommentedNode): string {
  return name?.sval ?? '';
}

/** A database that is not there is warned of: its comment may come with a dump of another one. */
function findDatabase({ session, out }: StatementContext, node: CommentedNode): Found | undefined {
  const name = nameOf(node);
  const found = session.roles.rights.databaseNamed(name);
  const oid = found?.oid ?? (name === template0.name ? template0.oid : undefined);
  if (oid === undefined) {
    out.notice(makeNotice('WARNING', '3D000', `database "${name}" does not exist`));
    return undefined;
  }
  const owner = found?.owner ?? superuserOid;
  return { catalog: catalogOids.database, oid, owner, shown: `database ${name}` };
}

const systemSchemas = ['pg_catalog', 'information_schema', 'pg_toast'];

function findSchema({ session }: StatementContext, node: CommentedNode): Found {
  const name = nameOf(node);
  const { store } = session.environment;
  const schemas = store.schemas(session.transaction.storeTransaction);
  if (!schemas.includes(name) && !systemSchemas.includes(name)) {
    throw new SqlError('invalid_schema_name', `schema "${name}" does not exist`);
  }
  const { owner } = session.roles.schema(name);
  return { catalog: catalogOids.schema, oid: schemaOid(name), owner, shown: `schema ${name}` };
}

/** Roles have no owner: whoever may make roles may comment on those that are no superusers. */
function findRole({ session }: StatementContext, node: CommentedNode): Found {
  const { roles } = session;
  const name = nameOf(node);
  const { oid, superuser } = roles.roleNamed(name);
  const mayMakeRoles = roles.rights.roleByOid(roles.currentOid)?.createsRoles === true;
  const owner = mayMakeRoles && !superuser ? roles.currentOid : superusersOwn;
  const denial = superuser ? 'must be superuser' : 'must have CREATEROLE privilege';
  return { catalog: catalogOids.role, oid, owner, shown: `role ${name}`, denial };
}

function findExtension({ session }: StatementContext, node: CommentedNode): Found {
  const name = nameOf(node);
  const { environment, transaction } = session;
  const made = environment.store
    .records(transaction.storeTransaction)
    .find((record) => record.kind === 'extension' && record.key === name);
  const shown = `extension ${name}`;
  if (made?.kind === 'extension') {
    return { catalog: catalogOids.extension, oid: made.oid, owner: made.owner, shown };
  }
  const oid = builtInExtension(name);
  if (oid === undefined) {
    throw new SqlError('undefined_object', `extension "${name}" does not exist`);
  }
  return { catalog: catalogOids.extension, oid, owner: superusersOwn, shown };
}

/** Errors: 42P01, 42704. */
function findTrigger(context: StatementContext, node: CommentedNode): Found {
  const { table, name, ...found } = partOf(context, node);
  const { oid } = triggerNamed(context.session, table, name);
  return { catalog: catalogOids.trigger, oid, ...found };
}

/** Errors: 42P01, 42704. */
function findPolicy(context: StatementContext, node: CommentedNode): Found {
  const { table, name, ...found } = partOf(context, node);
  const { oid } = policyNamed(context.session, table, name);
  return { catalog: catalogOids.policy, oid, ...found };
}

interface TablePart extends Pick<Found, 'owner' | 'shown'> {
  readonly table: { readonly oid: number; readonly name: string };
  readonly name: string;
}

/** The last item names it, the others its table. Errors: 42P01. */
function partOf(context: StatementContext, { List: list }: CommentedNode): TablePart {
  const { session } = context;
  const items = list?.items ?? [];
  const relation = qualifiedName(items.slice(0, -1));
  const { name } = qualifiedName(items.slice(-1));
  const found = findRelation(session, relation);
  if (found === undefined) throw missingRelation(context, relation);
  const own = findOwnRelation(session, relation.schema, relation.name);
  const table = { oid: own?.oid ?? 0, name: relation.name };
  const owner = session.roles.rights.ownerOid(own?.owner ?? '');
  return { table, name, owner, shown: `relation ${relation.name}` };
}

/** The one rule that a view has. Errors: 42P01, 42704. */
function findRule(context: StatementContext, { List: list }: CommentedNode): Found {
  const items = list?.items ?? [];
  const { name: rule } = qualifiedName(items);
  const name = qualifiedName(items.slice(0, -1));
  const found = findRelation(context.session, name);
  if (found === undefined) throw missingRelation(context, name);
  if (found.kind !== 'view' || rule !== '_RETURN') {
    const message = `rule "${rule}" for relation "${displayName(name)}" does not exist`;
    throw new SqlError('undefined_object', message);
  }
  const { oid, owner } = found.view;
  return {
    catalog: catalogOids.rule,
    oid: ruleOid(oid),
    owner: context.session.roles.rights.ownerOid(owner),
    shown: `relation ${name.name}`,
  };
}

/** COMMENT ON TYPE of PostgreSQL's own or of a relation; false: it is none. Errors: 42501. */
export function commentOtherType(
  { session }: StatementContext,
  node: CommentedNode,
  text: string | undefined,
): boolean {
  const found = otherType(session, qualifiedName(node.TypeName?.names ?? []));
  if (found === undefined) return false;
  const { oid, owner, shown } = found;
  if (!session.roles.isSuperuser && !session.roles.owns({ owner })) throw mustOwn(`type ${shown}`);
  putComment(session, { catalog: catalogOids.type, oid, column: 0 }, text);
  return true;
}

function otherType(
  session: SqlSession,
  name: QualifiedName,
): Pick<Found, 'oid' | 'owner' | 'shown'> | undefined {
  if (isSystemType(name)) {
    const oid = findTypeByName(name.name)?.oid ?? 0;
    return { oid, owner: superusersOwn, shown: formatType(oid) };
  }
  if (findUserType(session, name) !== undefined) return undefined;
  const relation = findOwnRelation(session, name.schema, name.name);
  if (relation === undefined || relation.noun === 'sequence') return undefined;
  const owner = session.roles.rights.ownerOid(relation.owner);
  return { oid: rowTypeOid(relation.oid), owner, shown: relation.name };
}
