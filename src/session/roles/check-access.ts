/**
 * Whether the current user may run a planned statement: schemas it names, relations it reads and
 * writes. What a view reads, or is written through to, is checked as the view's owner.
 */
import { parseSql } from '../../sql/parse.ts';
import { findSystemRelationNoun } from '../../catalog/protected-relations.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { RangeVar } from '../definition/relation.ts';
import type { StatementVariables } from '../../plan/planner.ts';
import type { SqlSession } from '../sql-session.ts';
import { conditionsOf, policiesOfTable, type PolicyRecord } from '../../catalog/policy-records.ts';
import { findOwnRelation, type OwnRelation } from './own-relation.ts';
import { isRuled } from '../../catalog/row-security.ts';
import { neededRights, type NeededRight } from './needed-rights.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { mayByColumns, type CheckedQuery } from './column-access.ts';
import { denied } from './session-roles.ts';

/** Views within views. */
const depthMax = 100;

/** Errors: 42501. */
export function checkAccess(
  session: SqlSession,
  { node, positionOf }: ParsedStatement,
  parameterTypes: readonly (SqlType | undefined)[],
  variables?: StatementVariables,
): void {
  const { roles } = session;
  if (roles.isSuperuser) return;
  const named = variables === undefined ? {} : { variables };
  const query = { node, positionOf, parameterTypes, ...named };
  const reader = { role: roles.currentOid, depth: 0, positionOf, query };
  for (const need of neededRights(node)) checkOne(session, need, reader);
}

/** What another role may read: the owner of a view that is refreshed. Errors: 42501. */
export function checkAccessAs(session: SqlSession, { node }: ParsedStatement, role: number): void {
  const query = { node, positionOf: (location: number) => location, parameterTypes: [] };
  for (const need of neededRights(node)) checkOne(session, need, { role, depth: 0, query });
}

/** CREATE VIEW names relations; whether its owner may read them shows when it is used. */
export function checkNamedSchemas(session: SqlSession, statement: ParsedStatement): void {
  const { roles } = session;
  if (roles.isSuperuser) return;
  const { node, positionOf } = statement;
  const query = { node, positionOf, parameterTypes: [] };
  const reader = { role: roles.currentOid, depth: 0, positionOf, query };
  for (const { relation } of neededRights(statement.node)) {
    if (relation.schemaname !== undefined) checkSchema(session, relation, reader);
  }
}

interface Reader {
  readonly role: number;
  readonly depth: number;
  /** Where the relation is named. */
  readonly query: CheckedQuery;
  /** Absent within views: their text is not the client's. */
  readonly positionOf?: ParsedStatement['positionOf'];
}

function checkOne(session: SqlSession, need: NeededRight, reader: Reader): void {
  const { relation, letters } = need;
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
    if (rights.may(reader.role, object, letter)) continue;
    const wanted = { relation: found, object, role: reader.role, need, letter };
    if (!mayByColumns(session, reader.query, wanted)) throw denied(`${found.noun} ${name}`);
  }
  if (reader.depth >= depthMax) return;
  if (found.rowSecurity !== undefined) checkPolicies(session, [found, letters], reader);
  if (found.viewSql === undefined) return;
  const isInvoker = found.options?.includes('security_invoker=true') === true;
  const role = isInvoker ? session.roles.currentOid : rights.ownerOid(found.owner);
  const owner = { role, depth: reader.depth + 1 };
  const written = [...letters].filter((letter) => letter !== 'r').join('');
  for (const { node, positionOf } of parseSql(found.viewSql)) {
    const query = { node, positionOf, parameterTypes: [] };
    for (const within of neededRights(node)) {
      checkOne(session, { ...within, letters: within.letters + written }, { ...owner, query });
    }
  }
}

const readCommands: Readonly<Record<string, PolicyRecord['command']>> = {
  ...{ r: 'select', a: 'insert', w: 'update', d: 'delete' },
};

/** What policies that rule the reader name, he must be allowed to read. */
function checkPolicies(
  session: SqlSession,
  [found, letters]: readonly [found: OwnRelation, letters: string],
  reader: Reader,
): void {
  const { environment, transaction, roles } = session;
  if (!isRuled(roles.rights, found, reader.role)) return;
  const commands = [...letters].map((letter) => readCommands[letter]);
  const records = environment.store.records(transaction.storeTransaction);
  for (const policy of policiesOfTable(records, found.oid)) {
    const isAsked = policy.command === 'all' || commands.includes(policy.command);
    const isOwn = policy.roles.some((each) => {
      return each === 0 || roles.rights.hasRightsOf(reader.role, each);
    });
    if (!isAsked || !isOwn) continue;
    for (const { sql } of conditionsOf(policy)) {
      for (const { node, positionOf } of parseSql(`SELECT WHERE ${sql}`)) {
        const query = { node, positionOf, parameterTypes: [] };
        const within = { role: reader.role, depth: reader.depth + 1, query };
        for (const need of neededRights(node)) checkOne(session, need, within);
      }
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
