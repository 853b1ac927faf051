/** USAGE of types: asked of who makes columns, domains, attributes and functions of them. */
import type { SqlType } from '../../types/sql-type.ts';
import { typeRecord } from '../../types/type-table.ts';
import { displayType, userTypes } from '../definition/type/user-types.ts';
import type { SqlSession } from '../sql-session.ts';
import { denied } from './session-roles.ts';

/** Of an array it is that of its elements. Errors: 42501. */
export function requireTypeUsage(session: SqlSession, { name, domain }: SqlType): void {
  if (session.roles.isSuperuser) return;
  requireUsageOf(session, domain ?? typeRecord(name).oid);
}

/** Errors: 42501. */
export function requireUsageOf(session: SqlSession, oid: number): void {
  const { roles } = session;
  if (roles.isSuperuser) return;
  const type = userTypes(session).find((each) => each.oid === oid || each.arrayOid === oid);
  if (type === undefined || roles.may(roles.type(type), 'U')) return;
  throw denied(`type ${displayType(session, type)}`);
}
