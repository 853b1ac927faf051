/** ALTER TYPE and ALTER DOMAIN … RENAME TO, SET SCHEMA, OWNER TO; COMMENT ON TYPE, ON DOMAIN. */
import { changeObjectOwner, type OidNode } from '../../large-objects/commands.ts';
import type { RoleSpec } from '../../roles/role-spec.ts';
import { changeSchemaOwner } from '../schema-owner.ts';
import { unsupported } from '../../../errors/sql-error.ts';
import { isEnumRecord, type UserTypeRecord } from '../../../catalog/type-records.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { changeDatabaseOwner } from '../../utility/alter-database.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import { giveTo, newOwner } from '../owner.ts';
import { checkSchemaExists, qualifiedName, type QualifiedName } from '../relation.ts';
import { changeRoutineOwner, routineWord } from '../routine/alter-routine.ts';
import { castsTo } from './type-uses.ts';
import { putType } from './put-type.ts';
import {
  checkNewType,
  domainNamed,
  lockedType,
  notOwnType,
  refuseNamedInViews,
} from './user-types.ts';

interface ObjectNode {
  readonly List?: { readonly items?: unknown };
  readonly TypeName?: { readonly names?: unknown };
}

/** The name in an `object` node, whichever way it is written there. */
function objectName(object: unknown): QualifiedName {
  const { List, TypeName } = (object ?? {}) as ObjectNode;
  return qualifiedName(List?.items ?? TypeName?.names ?? []);
}

/** What ALTER TYPE or ALTER DOMAIN names. Errors: 42704, 42501; 42809 for a type that is none. */
function typeNamed(
  session: SqlSession,
  kind: unknown,
  name: QualifiedName,
): Promise<UserTypeRecord> {
  if (kind === 'OBJECT_DOMAIN') return domainNamed(session, name);
  return lockedType(session, name, () => notOwnType(session, name));
}

/** Kept expressions cast to a domain by its name. Errors: 0A000. */
function refuseKept(session: SqlSession, type: UserTypeRecord, what: string): void {
  if (isEnumRecord(type) || castsTo(session, type).length === 0) return;
  throw unsupported(`${what} that expressions of tables or domains name`);
}

/** Errors: 42704, 42710, 42501, 0A000. */
export async function renameType(
  { session }: StatementContext,
  body: UtilityBody,
  newName: string,
): Promise<void> {
  const type = await typeNamed(session, body['renameType'], objectName(body['object']));
  await checkNewType(session, { schema: type.schema, name: newName });
  refuseNamedInViews(session, type.name, 'renaming a type');
  refuseKept(session, type, 'renaming a type');
  await putType(session, [type, { ...type, name: newName }]);
}

/** Errors: 42704, 42710, 3F000, 42501, 0A000. */
export async function moveType({ session }: StatementContext, body: UtilityBody): Promise<void> {
  const type = await typeNamed(session, body['objectType'], objectName(body['object']));
  const schema = String(body['newschema']);
  checkSchemaExists(session, schema);
  if (schema === type.schema) return;
  await checkNewType(session, { schema, name: type.name });
  refuseNamedInViews(session, type.name, 'moving a type');
  refuseKept(session, type, 'moving a type');
  await putType(session, [type, { ...type, schema }]);
}

/** Errors: 42704, 42501. */
export async function commentType(
  { session }: StatementContext,
  [kind, object]: readonly [kind: string, object: unknown],
  text: string | undefined,
): Promise<void> {
  const { comment: _before, ...type } = await typeNamed(session, kind, objectName(object));
  const record = text === undefined ? type : { ...type, comment: text };
  session.transaction.forWriting().putRecord(record);
}

export const alterOwner: Utility = {
  kind: 'AlterOwnerStmt',
  writes: (body) => `ALTER ${kindOf(body).replace('LARGEOBJECT', 'LARGE OBJECT')}`,
  async run(body, context) {
    const { session, out } = context;
    const kind = kindOf(body);
    if (kind === 'SCHEMA') {
      changeSchemaOwner(context, body['object'], body['newowner'] as RoleSpec);
      out.commandComplete('ALTER SCHEMA');
      return 0;
    }
    if (kind === 'DATABASE') {
      const { String: name } = body['object'] as { readonly String?: { readonly sval?: string } };
      changeDatabaseOwner(context, name?.sval ?? '', body['newowner'] as RoleSpec);
      out.commandComplete('ALTER DATABASE');
      return 0;
    }
    if (kind === 'LARGEOBJECT') {
      await changeObjectOwner(context, body['object'] as OidNode, body['newowner'] as RoleSpec);
      out.commandComplete('ALTER LARGE OBJECT');
      return 0;
    }
    const word = routineWord(body['objectType']);
    if (word !== undefined) {
      await changeRoutineOwner(context, body, word);
      out.commandComplete(`ALTER ${kind}`);
      return 0;
    }
    if (kind !== 'TYPE' && kind !== 'DOMAIN') throw unsupported(`ALTER ${kind} ... OWNER TO`);
    const type = await typeNamed(session, body['objectType'], objectName(body['object']));
    const owner = newOwner(session, body['newowner'] as RoleSpec);
    const access = session.roles.type(type);
    giveTo(session, { access, shown: `type ${type.name}`, schema: type.schema }, owner);
    session.transaction.forWriting().putRecord({ ...type, owner: owner.name });
    out.commandComplete(`ALTER ${kind}`);
    return 0;
  },
};

function kindOf(body: UtilityBody): string {
  return String(body['objectType']).replace('OBJECT_', '').replaceAll('_', ' ');
}
