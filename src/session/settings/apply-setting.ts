/** SET, RESET and set_config(): what a setting's new value means for the session. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { effectiveUser, findSetting } from './settings.ts';
import type { SqlSession } from '../sql-session.ts';
import { characteristicNames, setCharacteristic } from './transaction-settings.ts';

const superuserSettings = new Set([
  'lo_compat_privileges',
  'log.filter',
  'log_min_messages',
  'log_statement',
  'session_replication_role',
]);

const ofUsers = new Set(['role', 'session_authorization']);

/** `value` undefined: back to the session's first value. Errors: 42704, 55P02, 22023, 25001. */
export function applySetting(
  session: SqlSession,
  name: string,
  value: string | undefined,
  isLocal: boolean,
): void {
  const { settings } = session;
  const key = findSetting(name)?.name ?? name;
  if (characteristicNames.has(key)) {
    setCharacteristic(session, key, value ?? settings.get(`default_${key}`));
    return;
  }
  if (ofUsers.has(key) && settings.find(effectiveUser) !== undefined) {
    const message = `cannot set parameter "${key}" within security-definer function`;
    throw new SqlError('insufficient_privilege', message);
  }
  if (key === 'session_authorization') {
    setAuthorization(session, value ?? session.start.user, isLocal);
    return;
  }
  if (key === 'role') {
    if (value !== undefined && value !== 'none') session.roles.checkSettable(value);
    settings.set(key, value ?? 'none', isLocal);
    return;
  }
  checkMaySet(session, key);
  if (key === 'seed') throw unsupported('the setting "seed"');
  if (value === undefined) settings.reset(key, isLocal);
  else settings.set(key, value, isLocal);
}

export function isForSuperusers(name: string): boolean {
  return superuserSettings.has(name);
}

/** Errors: 42501 for what only superusers set. */
export function checkMaySet({ roles }: Pick<SqlSession, 'roles'>, name: string): void {
  const key = findSetting(name)?.name ?? name;
  if (!isForSuperusers(key) || roles.isSuperuser) return;
  throw new SqlError('insufficient_privilege', `permission denied to set parameter "${key}"`);
}

/** Another session user, with no role set. */
function setAuthorization(session: SqlSession, name: string, isLocal: boolean): void {
  session.roles.checkAuthorization(name);
  session.settings.setOwned('session_authorization', name, isLocal);
  session.settings.set('role', 'none', isLocal);
}
