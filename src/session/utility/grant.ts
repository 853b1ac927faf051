/** GRANT and REVOKE of privileges on tables, views, sequences, schemas and the database. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { AccessItem } from '../../catalog/access-records.ts';
import { accessKey, privilegeLetters, publicRole } from '../../catalog/access-rights.ts';
import { withGrant, withoutGrant } from '../roles/access-lists.ts';
import { grantTargets, type GrantTarget } from '../roles/grant-targets.ts';
import { granteeOid, namedRole, type RoleSpec, type RoleSpecs } from '../roles/role-spec.ts';
import { denied } from '../roles/session-roles.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { Utility, UtilityBody } from './utility.ts';

const lettersByName: Readonly<Record<string, string>> = {
  select: 'r',
  insert: 'a',
  update: 'w',
  delete: 'd',
  truncate: 'D',
  references: 'x',
  trigger: 't',
  usage: 'U',
  create: 'C',
  temporary: 'T',
  temp: 'T',
  connect: 'c',
};

export const grant: Utility = {
  kind: 'GrantStmt',
  writes: (body) => (body['is_grant'] === true ? 'GRANT' : 'REVOKE'),
  run(body, context) {
    const { session, out } = context;
    const isGrant = body['is_grant'] === true;
    checkGrantor(context, body);
    const targets = grantTargets(session, body);
    const grantees = ((body['grantees'] ?? []) as RoleSpecs).map(({ RoleSpec: spec = {} }) =>
      granteeOid(session.roles, spec),
    );
    const option = body['grant_option'] === true;
    if (isGrant && option && grantees.includes(publicRole)) {
      const message = 'grant options can only be granted to roles';
      throw new SqlError('invalid_grant_operation', message);
    }
    for (const target of targets) changeList(context, body, { target, grantees });
    out.commandComplete(isGrant ? 'GRANT' : 'REVOKE');
    return 0;
  },
};

/** GRANTED BY names the current user, or nothing happens: 0A000, as in PostgreSQL. */
function checkGrantor({ session }: StatementContext, body: UtilityBody): void {
  if (body['grantor'] === undefined) return;
  const role = namedRole(session.roles, body['grantor'] as RoleSpec);
  if (role.oid === session.roles.currentOid) return;
  throw new SqlError('feature_not_supported', 'grantor must be current user');
}

interface ListChange {
  readonly target: GrantTarget;
  readonly grantees: readonly number[];
}

function changeList(context: StatementContext, body: UtilityBody, change: ListChange): void {
  const { session } = context;
  const { object } = change.target;
  const asked = askedLetters(body, change.target);
  const grantor = grantorOf(context, change.target);
  const letters = grantable(context, body, { ...change, asked, grantor });
  if (letters === '') return;
  const isGrant = body['is_grant'] === true;
  const option = body['grant_option'] === true;
  let items: readonly AccessItem[] = session.roles.rights.itemsOf(object);
  for (const grantee of change.grantees) {
    const one = { grantee, grantor, letters };
    const cascades = body['behavior'] === 'DROP_CASCADE';
    items = isGrant
      ? withGrant(items, { ...one, withOption: option })
      : withoutGrant(items, { ...one, onlyOption: option, cascades, owner: object.owner });
  }
  const before = session.roles.rights.listOf(object) ?? {};
  const record = { ...before, kind: 'access', key: accessKey(object), items } as const;
  session.transaction.forWriting().putRecord(record);
}

/** Errors: 0LP01 for a privilege that such an object does not have. */
function askedLetters(body: UtilityBody, { object }: GrantTarget): string {
  const privileges = body['privileges'] as
    | readonly { readonly AccessPriv: { readonly priv_name?: string; readonly cols?: unknown } }[]
    | undefined;
  const all = privilegeLetters[object.kind];
  if (privileges === undefined) return all;
  return privileges
    .map(({ AccessPriv: { priv_name: name = '', cols } }) => {
      if (cols !== undefined) throw unsupported('GRANT on columns');
      const letter = lettersByName[name];
      if (letter === undefined) {
        throw new SqlError('syntax_error', `unrecognized privilege type "${name}"`);
      }
      if (all.includes(letter)) return letter;
      const message = `invalid privilege type ${name.toUpperCase()} for ${object.kind}`;
      throw new SqlError('invalid_grant_operation', message);
    })
    .join('');
}

/** The owner grants through superusers and those with the owner's rights. */
function grantorOf({ session }: StatementContext, { object }: GrantTarget): number {
  const { roles } = session;
  return roles.owns(object) ? object.owner : roles.currentOid;
}

/** What the grantor may grant on. Warns of the rest; errors: 42501 without any privilege. */
function grantable(
  { session, out }: StatementContext,
  body: UtilityBody,
  { target, asked, grantor }: ListChange & { readonly asked: string; readonly grantor: number },
): string {
  const { object, name, shown } = target;
  const { roles } = session;
  if (grantor === object.owner) return asked;
  const letters = [...asked].filter((letter) => roles.may(object, `${letter}*`)).join('');
  if (letters === '' && !roles.rights.mayAnything(grantor, object)) throw denied(shown);
  const isPartial = letters.length < asked.length && body['privileges'] !== undefined;
  if (letters === '' || isPartial) {
    const isGrant = body['is_grant'] === true;
    const which = letters === '' ? 'no privileges' : 'not all privileges';
    const message = `${which} ${isGrant ? 'were granted' : 'could be revoked'} for "${name}"`;
    out.notice(makeNotice('WARNING', isGrant ? '01007' : '01006', message));
  }
  return letters;
}
