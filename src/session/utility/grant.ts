/** GRANT and REVOKE of privileges on tables, views, sequences, schemas and the database. */
import { lockRecord } from '../transaction/locks.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { AccessItem } from '../../catalog/access-records.ts';
import { withGrant, withoutGrant } from '../../catalog/access-lists.ts';
import { accessKey, publicRole } from '../../catalog/access-rights.ts';
import { grantTargets, type GrantTarget } from '../roles/grant-targets.ts';
import { granteeOid, namedRole, type RoleSpec, type RoleSpecs } from '../roles/role-spec.ts';
import { privilegeLetter, type PrivilegeNode } from '../roles/privilege-letters.ts';
import { denied } from '../roles/session-roles.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const grant: Utility = {
  kind: 'GrantStmt',
  writes: (body) => (body['is_grant'] === true ? 'GRANT' : 'REVOKE'),
  async run(body, context) {
    const { session, out } = context;
    const isGrant = body['is_grant'] === true;
    checkGrantor(context, body);
    const targets = grantTargets(context, body);
    const grantees = granteesOf(session, body);
    for (const target of targets) {
      await lockRecord(session, 'access', accessKey(target.object));
      const asked = askedLetters(body, target);
      if (asked.whole !== '') changeList(context, body, { target, grantees, asked: asked.whole });
      changeColumns(context, body, { target, grantees, asked });
    }
    out.commandComplete(isGrant ? 'GRANT' : 'REVOKE');
    return 0;
  },
};

/** Errors: 42704, 0LP01. */
export function granteesOf({ roles }: SqlSession, body: UtilityBody): readonly number[] {
  const specs = (body['grantees'] ?? []) as RoleSpecs;
  const grantees = specs.map(({ RoleSpec: spec = {} }) => granteeOid(roles, spec));
  const isPublic = grantees.includes(publicRole);
  if (body['is_grant'] === true && body['grant_option'] === true && isPublic) {
    const message = 'grant options can only be granted to roles';
    throw new SqlError('invalid_grant_operation', message);
  }
  return grantees;
}

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
  readonly asked: string;
}

function changeList(context: StatementContext, body: UtilityBody, change: ListChange): void {
  const { session } = context;
  const { object } = change.target;
  const grantor = grantorOf(context, change.target);
  const letters = grantable(context, body, { ...change, grantor });
  if (letters === '') return;
  const before = session.roles.rights.itemsOf(object);
  const { grantees } = change;
  const { owner } = object;
  const items = changedItems(body, before, { owner, grantor, grantees, letters });
  const list = session.roles.rights.listOf(object) ?? {};
  const record = { ...list, kind: 'access', key: accessKey(object), items } as const;
  session.transaction.forWriting().putRecord(record);
}

interface ItemsChange {
  readonly owner: number;
  readonly grantor: number;
  readonly grantees: readonly number[];
  readonly letters: string;
}

/** Errors: 2BP01. */
export function changedItems(
  body: UtilityBody,
  before: readonly AccessItem[],
  { owner, grantees, letters, grantor }: ItemsChange,
): readonly AccessItem[] {
  const isGrant = body['is_grant'] === true;
  const option = body['grant_option'] === true;
  const cascades = body['behavior'] === 'DROP_CASCADE';
  return grantees.reduce((items: readonly AccessItem[], grantee) => {
    const one = { grantee, grantor, letters };
    return isGrant
      ? withGrant(items, { ...one, withOption: option })
      : withoutGrant(items, { ...one, onlyOption: option, cascades, owner });
  }, before);
}

interface ColumnsChange extends Pick<ListChange, 'target' | 'grantees'> {
  readonly asked: AskedLetters;
}

/** What is taken from all is taken from columns, too. Errors: 42703, 42501, 2BP01. */
function changeColumns(
  context: StatementContext,
  body: UtilityBody,
  { target, grantees, asked }: ColumnsChange,
): void {
  const { session } = context;
  const { object } = target;
  const { rights } = session.roles;
  const list = rights.listOf(object);
  const before = list?.columns ?? {};
  const letters = new Map(asked.columns);
  const taken = [...asked.whole].filter((letter) => columnLetters.includes(letter)).join('');
  if (body['is_grant'] !== true && taken !== '') {
    for (const name of Object.keys(before)) {
      letters.set(name, `${letters.get(name) ?? ''}${taken}`);
    }
  }
  if (letters.size === 0) return;
  const columns = new Map(Object.entries(before));
  for (const [name, wanted] of letters) {
    const grantor = grantorOf(context, target);
    const allowed = asked.columns.has(name)
      ? grantableOfColumn(context, body, { target, grantor, letters: wanted, name })
      : wanted;
    const change = { owner: object.owner, grantor, grantees, letters: allowed };
    const items = changedItems(body, columns.get(name) ?? [], change);
    if (items.length === 0) columns.delete(name);
    else columns.set(name, items);
  }
  const record = { ...list, kind: 'access', key: accessKey(object) } as const;
  const changed = { ...record, columns: Object.fromEntries(columns) };
  session.transaction.forWriting().putRecord(changed);
}

interface ColumnGrant extends Pick<ItemsChange, 'grantor' | 'letters'> {
  readonly target: GrantTarget;
  readonly name: string;
}

/** Errors: 42501. */
function grantableOfColumn(
  { session, out }: StatementContext,
  body: UtilityBody,
  { target, grantor, letters, name }: ColumnGrant,
): string {
  const { object } = target;
  const { rights } = session.roles;
  if (grantor === object.owner) return letters;
  const may = (letter: string): boolean =>
    rights.may(grantor, object, letter) || rights.mayColumn(grantor, object, [name, letter]);
  const allowed = [...letters].filter((letter) => may(`${letter}*`)).join('');
  if (allowed === '' && ![...columnLetters].some(may)) {
    throw denied(`column "${name}" of relation "${target.name}"`);
  }
  if (allowed.length < letters.length) {
    const isGrant = body['is_grant'] === true;
    const which = allowed === '' ? 'no privileges' : 'not all privileges';
    const done = isGrant ? 'were granted' : 'could be revoked';
    const place = `column "${name}" of relation "${target.name}"`;
    const message = `${which} ${done} for ${place}`;
    out.notice(makeNotice('WARNING', isGrant ? '01007' : '01006', message));
  }
  return allowed;
}

const columnLetters = 'arwx';

interface AskedLetters {
  /** On the object itself. */
  readonly whole: string;
  /** By name of a column. */
  readonly columns: ReadonlyMap<string, string>;
}

/** Errors: 0LP01 for a privilege that such an object does not have, 42703. */
function askedLetters(body: UtilityBody, target: GrantTarget): AskedLetters {
  const privileges = body['privileges'] as readonly PrivilegeNode[] | undefined;
  const isOfColumns = ({ AccessPriv: { cols } }: PrivilegeNode): boolean => cols !== undefined;
  const whole = privileges?.filter((each) => !isOfColumns(each));
  const columns = new Map<string, string>();
  for (const { AccessPriv: privilege } of privileges?.filter(isOfColumns) ?? []) {
    const letters = columnLettersOf(target, privilege.priv_name);
    for (const { String: name } of privilege.cols ?? []) {
      const column = name?.sval ?? '';
      if (!target.columns().includes(column)) {
        const message = `column "${column}" of relation "${target.name}" does not exist`;
        throw new SqlError('undefined_column', message);
      }
      columns.set(column, `${columns.get(column) ?? ''}${letters}`);
    }
  }
  return { whole: target.letters(whole), columns };
}

/** Without a name: ALL. Errors: 0LP01, 42601. */
function columnLettersOf({ object }: GrantTarget, name: string | undefined): string {
  if (object.kind !== 'table') {
    const message = 'column privileges are only valid for relations';
    throw new SqlError('invalid_grant_operation', message);
  }
  if (name === undefined) return columnLetters;
  const letter = privilegeLetter(name);
  if (columnLetters.includes(letter)) return letter;
  const message = `invalid privilege type ${name.toUpperCase()} for column`;
  throw new SqlError('invalid_grant_operation', message);
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
  { target, asked, grantor }: ListChange & { readonly grantor: number },
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
