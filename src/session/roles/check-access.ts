/**
 * Whether the current user may run a planned statement: schemas it names, relations it reads and
 * writes. What a view reads, or is written through to, is checked as the view's owner.
 */
import { parseSql } from '../../sql/parse.ts';
import { findSystemRelationNoun } from '../../catalog/protected-relations.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { RangeVar } from '../definition/relation.ts';
import type { SqlSession } from '../sql-session.ts';
import { findOwnRelation } from './own-relation.ts';
import { neededRights, type NeededRight } from './needed-rights.ts';
import { denied } from './session-roles.ts';

/** Views within views. */
const depthMax = 100;

/** Errors: 42501. */
export function checkAccess(session: SqlSession, { node, positionOf }: ParsedStatement): void {
  const { roles } = session;
  if (roles.isSuperuser) return;
  const reader = { role: roles.currentOid, depth: 0, positionOf };
  for (const need of neededRights(node)) checkOne(session, need, reader);
}

/** What another role may read: the owner of a view that is refreshed. Errors: 42501. */
export function checkAccessAs(session: SqlSession, { node }: ParsedStatement, role: number): void {
  for (const need of neededRights(node)) checkOne(session, need, { role, depth: 0 });
}

/** CREATE VIEW names relations; whether its owner may read them shows when it is used. */
export function checkNamedSchemas(session: SqlSession, statement: ParsedStatement): void {
  const { roles } = session;
  if (roles.isSuperuser) return;
  const reader = { role: roles.currentOid, depth: 0, positionOf: statement.positionOf };
  for (const { relation } of neededRights(statement.node)) {
    if (relation.schemaname !== undefined) checkSchema(session, relation, reader);
  }
}

interface Reader {
  readonly role: number;
  readonly depth: number;
  /** Absent within views: their text is not the client's. */
  readonly positionOf?: ParsedStatement['positionOf'];
}

function checkOne(session: SqlSession, { relation, letters }: NeededRight, reader: Reader): void {
  const { schemaname: schema, relname: name = '' } = relation;
  const { rights } = session.roles;
  if (rights.isSuperuser(reader.role)) return;
  if (schema !== undefined) checkSchema(session, relation, reader);
  const found = findOwnRelation(session, schema, name);
  if (found === undefined) {
    const noun = findSystemRelationNoun(name);
    if (noun !== undefined) throw denied(`${noun} ${name}`);
    return;
  }
  const object = session.roles.table(found);
  for (const letter of letters) {
    if (!rights.may(reader.role, object, letter)) throw denied(`${found.noun} ${name}`);
  }
  if (found.viewSql === undefined || reader.depth >= depthMax) return;
  const owner = { role: rights.ownerOid(found.owner), depth: reader.depth + 1 };
  const written = [...letters].filter((letter) => letter !== 'r').join('');
  for (const { node } of parseSql(found.viewSql)) {
    for (const need of neededRights(node)) {
      checkOne(session, { ...need, letters: need.letters + written }, owner);
    }
  }
}

function checkSchema(session: SqlSession, relation: RangeVar, reader: Reader): void {
  const { roles, temporarySchema, environment, transaction } = session;
  const { schemaname: name = '', location = -1 } = relation;
  if (name === temporarySchema || name === 'pg_temp') return;
  if (!environment.store.schemas(transaction.storeTransaction).includes(name)) return;
  if (roles.rights.may(reader.role, roles.schema(name), 'U')) return;
  throw denied(`schema ${name}`, reader.positionOf?.(location));
}
