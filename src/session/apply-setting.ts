/** SET, RESET and set_config(): what a setting's new value means for the session. */
import { SqlError, unsupported } from '../errors/sql-error.ts';
import { findSetting } from './settings.ts';
import type { SqlSession } from './sql-session.ts';
import { characteristicNames, setCharacteristic } from './transaction-settings.ts';

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
  if (key === 'session_authorization') {
    checkRole(session, value);
    return;
  }
  if (key === 'role') {
    if (value !== 'none') checkRole(session, value);
    settings.set(key, value ?? 'none', isLocal);
    return;
  }
  if (key === 'seed') throw unsupported('the setting "seed"');
  if (value === undefined) settings.reset(key, isLocal);
  else settings.set(key, value, isLocal);
}

/** Errors: 22023 for every role but the session's own, which is the only one. */
function checkRole({ start }: SqlSession, name: string | undefined): void {
  if (name === undefined || name === start.user) return;
  throw new SqlError('invalid_parameter_value', `role "${name}" does not exist`);
}
