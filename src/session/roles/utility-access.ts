/** What utility statements ask of the current user: one rule per kind of statement. */
import { SqlError } from '../../errors/sql-error.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { SqlSession } from '../sql-session.ts';
import { findOwnRelation } from './own-relation.ts';
import { nodeBody, nodeKind } from '../statement/statement-kind.ts';
import {
  findRelation,
  qualifiedName,
  type QualifiedName,
  type RangeVar,
} from '../definition/relation.ts';
import type { UtilityBody } from '../utility/utility.ts';
import { denied, mustOwn } from './session-roles.ts';

type Rule = (session: SqlSession, body: UtilityBody) => void;

const rules: Readonly<Record<string, Rule>> = {
  AlterTableStmt: ownsRelation,
  AlterObjectSchemaStmt: ownsRelation,
  AlterSeqStmt: (session, { sequence }) => ownsRelation(session, { relation: sequence }),
  RenameStmt: renames,
  IndexStmt: ownsRelation,
  RefreshMatViewStmt: ownsRelation,
  CommentStmt: commentsOn,
  DropStmt: drops,
  TruncateStmt: truncates,
  ReindexStmt: reindexes,
  CopyStmt: copies,
  CreateSchemaStmt: ({ roles }) => roles.require(roles.database, 'C', shownDatabase(roles)),
  CreateExtensionStmt: (_session, body) => {
    const message = `permission denied to create extension "${String(body['extname'])}"`;
    throw new SqlError('insufficient_privilege', message, {
      hint: 'Must have CREATE privilege on current database to create this extension.',
    });
  },
  CheckPointStmt: ({ roles }) => {
    const checkpointer = roles.rights.roleNamed('pg_checkpoint')?.oid ?? -1;
    if (roles.rights.hasRightsOf(roles.currentOid, checkpointer)) return;
    const message = 'must be superuser or have privileges of pg_checkpoint to do CHECKPOINT';
    throw new SqlError('insufficient_privilege', message);
  },
};

/** Errors: 42501. */
export function checkUtilityAccess(session: SqlSession, { node }: ParsedStatement): void {
  if (session.roles.isSuperuser) return;
  rules[nodeKind(node)]?.(session, nodeBody(node));
}

function shownDatabase(roles: SqlSession['roles']): string {
  return `database ${roles.database.id}`;
}

function relationOf(body: UtilityBody): QualifiedName {
  const { schemaname, relname = '' } = (body['relation'] ?? {}) as RangeVar;
  return { schema: schemaname, name: relname };
}

/** A schema's indexes are its owner's to make anew, all of the database the superuser's. */
function reindexes(session: SqlSession, body: UtilityBody): void {
  if (body['relation'] !== undefined) return ownsRelation(session, body);
  const name = String(body['name'] ?? session.start.database);
  const kind = body['kind'] === 'REINDEX_OBJECT_SCHEMA' ? 'schema' : 'database';
  throw mustOwn(`${kind} ${name}`);
}

/** Errors: 42501; a relation that is not there is for the statement itself to report. */
function requireOwner(session: SqlSession, { schema, name }: QualifiedName, shown?: string): void {
  const found = findOwnRelation(session, schema, name) ?? findIndex(session, { schema, name });
  if (found === undefined || session.roles.owns(session.roles.table(found))) return;
  throw mustOwn(shown ?? `${found.noun} ${name}`);
}

/** Whose it is: its table's owner's. */
function findIndex(session: SqlSession, name: QualifiedName) {
  const found = findRelation(session, name);
  return found?.kind === 'index' ? { ...found.table.definition, noun: 'index' } : undefined;
}

function ownsRelation(session: SqlSession, body: UtilityBody): void {
  requireOwner(session, relationOf(body));
}

/** Errors: 42501; a schema that is not there is for the statement itself to report. */
function requireSchemaOwner(session: SqlSession, name: string): void {
  const { roles, environment, transaction } = session;
  if (!environment.store.schemas(transaction.storeTransaction).includes(name)) return;
  if (!roles.owns(roles.schema(name))) throw mustOwn(`schema ${name}`);
}

function renames(session: SqlSession, body: UtilityBody): void {
  if (body['renameType'] === 'OBJECT_SCHEMA') requireSchemaOwner(session, String(body['subname']));
  else if (body['relation'] !== undefined) ownsRelation(session, body);
}

const commentedRelations = ['TABLE', 'VIEW', 'MATVIEW'];
const commentedParts = ['COLUMN', 'TABCONSTRAINT', 'RULE'];

/** Objects of other kinds are for the statement to look at. */
function commentsOn(session: SqlSession, body: UtilityBody): void {
  const kind = String(body['objtype']).replace('OBJECT_', '');
  const object = body['object'] as { readonly List?: { readonly items?: readonly unknown[] } };
  const items = object.List?.items ?? [];
  if (commentedRelations.includes(kind)) requireOwner(session, qualifiedName(items));
  else if (commentedParts.includes(kind)) {
    const name = qualifiedName(items.slice(0, -1));
    requireOwner(session, name, `relation ${name.name}`);
  }
}

function drops(session: SqlSession, body: UtilityBody): void {
  for (const object of (body['objects'] ?? []) as readonly {
    readonly List?: { readonly items?: unknown };
    readonly String?: { readonly sval?: string };
  }[]) {
    if (body['removeType'] === 'OBJECT_SCHEMA') {
      requireSchemaOwner(session, object.String?.sval ?? '');
    } else requireOwner(session, qualifiedName(object.List?.items ?? []));
  }
}

function requireRight(session: SqlSession, { schema, name }: QualifiedName, letter: string): void {
  const found = findOwnRelation(session, schema, name);
  if (found === undefined || session.roles.may(session.roles.table(found), letter)) return;
  throw denied(`${found.noun} ${name}`);
}

function truncates(session: SqlSession, body: UtilityBody): void {
  for (const { RangeVar: relation = {} } of (body['relations'] ?? []) as readonly {
    readonly RangeVar?: RangeVar;
  }[]) {
    requireRight(session, { schema: relation.schemaname, name: relation.relname ?? '' }, 'D');
  }
}

interface NameNode {
  readonly String?: { readonly sval?: string };
}

function copies(session: SqlSession, body: UtilityBody): void {
  if (body['relation'] === undefined) return;
  const letter = body['is_from'] === true ? 'a' : 'r';
  if (!mayCopyColumns(session, body, letter)) requireRight(session, relationOf(body), letter);
}

/** By privileges on columns, all that are copied. */
function mayCopyColumns(session: SqlSession, body: UtilityBody, letter: string): boolean {
  const { schema, name } = relationOf(body);
  const found = findOwnRelation(session, schema, name);
  if (found === undefined) return false;
  const { rights, currentOid } = session.roles;
  const object = session.roles.table(found);
  const listed = (body['attlist'] as readonly NameNode[] | undefined)?.map(({ String: column }) => {
    return column?.sval ?? '';
  });
  const names = listed ?? (found.columns ?? []).map((column) => column.name);
  return (
    names.length > 0 && names.every((each) => rights.mayColumn(currentOid, object, [each, letter]))
  );
}
