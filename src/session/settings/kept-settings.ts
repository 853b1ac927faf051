/**
 * Settings that sessions begin with: ALTER ROLE and ALTER DATABASE … SET (PostgreSQL's
 * pg_db_role_setting). The first that has a name wins:
 *
 *     what the client says ▸ role in the database ▸ role ▸ database ▸ all roles
 */
import { lockRecord } from '../transaction/locks.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { AccessRecord, SettingsRecord } from '../../catalog/access-records.ts';
import { publicRole } from '../../catalog/access-rights.ts';
import type { DatabaseId } from '../../catalog/databases.ts';
import type { SqlSession } from '../sql-session.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { argumentText } from '../utility/setting.ts';
import type { UtilityBody } from '../utility/utility.ts';
import { checkMaySet, isForSuperusers } from './apply-setting.ts';
import { normalizeSetting } from './setting-value.ts';
import { findSetting, unchangeable, type SettingSource } from './settings.ts';
import { characteristicNames } from './transaction-settings.ts';

export type NamedValues = Readonly<Record<string, string>>;

/** Role 0: every role. */
export type SettingsPlace = Pick<SettingsRecord, 'role' | 'inDatabase'>;

export function settingsKey({ role, inDatabase }: SettingsPlace): string {
  return `${role}${inDatabase === undefined ? '' : ` in database ${inDatabase}`}`;
}

/** Values of the place alone, in the order that they were given. */
export function keptSettings(records: readonly AccessRecord[], place: SettingsPlace): NamedValues {
  const key = settingsKey(place);
  const record = records.find((each) => each.kind === 'settings' && each.key === key);
  return record?.kind === 'settings' ? record.settings : {};
}

/** A value and who said so. */
export type FirstSetting = readonly [name: string, value: string, source: SettingSource];

/** What a session of the role in the database begins with. */
export function firstSettings(
  records: readonly AccessRecord[],
  role: number,
  inDatabase: DatabaseId,
): readonly FirstSetting[] {
  const places: readonly (readonly [SettingSource, SettingsPlace])[] = [
    ['global', { role: publicRole }],
    ['database', { role: publicRole, inDatabase }],
    ['user', { role }],
    ['database user', { role, inDatabase }],
  ];
  const found = new Map<string, FirstSetting>();
  for (const [source, place] of places) {
    for (const [name, value] of Object.entries(keptSettings(records, place))) {
      found.set(name, [name, value, source]);
    }
  }
  return [...found.values()];
}

/** SET and RESET of a place. Errors: 42704, 22023, 55P02, 42501, 0A000. */
export async function changeKept(
  context: StatementContext,
  place: SettingsPlace,
  change: UtilityBody,
): Promise<void> {
  const { environment, transaction } = context.session;
  await lockRecord(context.session, 'settings', settingsKey(place));
  const writes = transaction.forWriting();
  const before = keptSettings(environment.store.records(writes), place);
  const settings = changedValues(context, before, change);
  const record = { kind: 'settings', key: settingsKey(place), ...place } as const;
  if (Object.keys(settings).length > 0) writes.putRecord({ ...record, settings });
  else writes.dropRecord(record);
}

/** Errors: 42704, 22023, 55P02, 42501, 0A000. */
export function changedValues(
  context: StatementContext,
  before: NamedValues,
  change: UtilityBody,
): NamedValues {
  const { session } = context;
  const kind = String(change['kind']);
  if (kind === 'VAR_RESET_ALL') return without(before, (name) => maySet(session, name));
  const name = String(change['name']);
  const key = findSetting(name)?.name ?? name;
  requireSetting(session, key);
  if (kind !== 'VAR_SET_VALUE' && kind !== 'VAR_SET_CURRENT') {
    return without(before, (each) => each === key);
  }
  const isCurrent = kind === 'VAR_SET_CURRENT';
  const value = isCurrent ? session.settings.get(key) : argumentText(change);
  checkValue(context, key, value);
  return { ...before, [key]: value };
}

function without(before: NamedValues, isGone: (name: string) => boolean): NamedValues {
  return Object.fromEntries(Object.entries(before).filter(([name]) => !isGone(name)));
}

/** Names with a dot that the server does not know are for superusers. */
function maySet({ roles }: SqlSession, name: string): boolean {
  return roles.isSuperuser || (findSetting(name) !== undefined && !isForSuperusers(name));
}

/** Errors: 42704, 42501, 55P02, 0A000. */
function requireSetting(session: SqlSession, name: string): void {
  const definition = findSetting(name);
  if (definition === undefined) {
    if (!name.includes('.')) {
      const message = `unrecognized configuration parameter "${name}"`;
      throw new SqlError('undefined_object', message);
    }
    if (session.roles.isSuperuser) return;
    const message = `permission denied to set parameter "${name}"`;
    throw new SqlError('insufficient_privilege', message);
  }
  checkMaySet(session, name);
  if (characteristicNames.has(name) || name === 'session_authorization' || name === 'seed') {
    throw unsupported(`${name} as a setting that is kept`);
  }
  if (definition.fixed === true) throw unchangeable(name);
}

/** Errors: 22023. A role may still be made: its absence is told. */
function checkValue({ session, out }: StatementContext, name: string, value: string): void {
  if (name === 'role') {
    if (value === 'none' || session.roles.rights.roleNamed(value) !== undefined) return;
    out.notice(makeNotice('NOTICE', '42704', `role "${value}" does not exist`));
    return;
  }
  const definition = findSetting(name);
  if (definition !== undefined) normalizeSetting(definition, value);
}
