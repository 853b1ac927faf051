/** A session's row of pg_stat_activity, and signals that sessions send each other. */
import { systemRoutine } from '../roles/listed-objects.ts';
import type { ActivityFact } from '../../catalog/catalog-state.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { normalizeSql } from '../../sql/fingerprint.ts';
import type { SqlSession } from '../sql-session.ts';

export function activityFact(session: SqlSession): ActivityFact {
  const { transaction, statementMicros, start } = session;
  const { status } = transaction;
  const idle = status === 'T' ? 'idle in transaction' : 'idle in transaction (aborted)';
  return {
    pid: session.processId,
    user: session.roles.sessionUser,
    database: start.database,
    applicationName: session.settings.get('application_name'),
    clientAddress: start.clientAddress,
    clientPort: start.clientPort ?? -1,
    state: session.active ? 'active' : status === 'I' ? 'idle' : idle,
    backendStartMicros: session.startedMicros,
    lockWait: session.lockWait,
    queryStartMicros: statementMicros === 0n ? undefined : statementMicros,
    transactionStartMicros: transaction.state === 'idle' ? undefined : transaction.startMicros,
    query: shownText(session.currentSql),
  };
}

/** What others may see of a statement: one that names a password loses its literals. */
function shownText(sql: string): string {
  return /password/i.test(sql) ? normalizeSql(sql) : sql;
}

const readAllStatisticsRole = 3375;

/** Whether the current role sees what a user's statements did. */
export function mayReadStatistics({ roles }: SqlSession): (user: string) => boolean {
  const { rights, currentOid, isSuperuser } = roles;
  const readsAll = isSuperuser || rights.hasRightsOf(currentOid, readAllStatisticsRole);
  if (readsAll) return () => true;
  const known = new Map<string, boolean>();
  return (user) => {
    const isKnown = known.get(user);
    if (isKnown !== undefined) return isKnown;
    const owner = rights.roleNamed(user)?.oid;
    const sees = owner !== undefined && rights.hasRightsOf(currentOid, owner);
    known.set(user, sees);
    return sees;
  };
}

const signalBackendRole = 4200;

/** pg_cancel_backend and pg_terminate_backend: false without such a session. Errors: 42501. */
export function signalSession(
  { environment, roles }: SqlSession,
  pid: number,
  action: 'cancel' | 'terminate',
): boolean {
  const entry = environment.directory.find(pid);
  if (entry === undefined) return false;
  const { rights, currentOid } = roles;
  const owner = rights.roleNamed(entry.activity().user)?.oid ?? -1;
  const [doing, object] = action === 'cancel' ? ['canceled', 'query'] : ['terminated', 'process'];
  if (rights.isSuperuser(owner) && !roles.isSuperuser) {
    const message = `must be a superuser to ${action} superuser ${object}`;
    throw new SqlError('insufficient_privilege', message);
  }
  if (![owner, signalBackendRole].some((role) => rights.hasRightsOf(currentOid, role))) {
    const message =
      `must be a member of the role whose ${object} is being ${doing} ` +
      'or member of pg_signal_backend';
    throw new SqlError('insufficient_privilege', message);
  }
  if (action === 'cancel') entry.cancel();
  else entry.terminate();
  return true;
}

/** OID of pg_reload_conf(). */
const reloadProc = 2621;

/** Errors: 42501. */
export function reloadSettings({ roles, environment }: SqlSession): void {
  roles.require(systemRoutine(reloadProc), 'X', 'function pg_reload_conf');
  environment.reloadSettings();
}
