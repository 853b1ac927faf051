/** What a statement may ask about its session and server, and the settings. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { Datum, Interval } from '../../types/datum.ts';
import { parseText } from '../../types/type-text.ts';
import { sqlType } from '../../types/type-table.ts';
import { contextual, family, scalar } from '../define.ts';
import { transactionId } from './snapshots.ts';
import type { EvaluationContext, FunctionRecord, SessionEffects } from '../function-record.ts';
import { sleepFor, sleepUntil } from './sleep.ts';

const define = family('system');
const volatile = { volatility: 'volatile' } as const;

function fact(name: string) {
  return ({ session }: EvaluationContext): string | null => session[name] ?? null;
}

function addressOf(name: string) {
  return ({ session }: EvaluationContext): Datum | null => {
    const address = session[name] ?? '';
    return address === '' ? null : parseText(sqlType('inet'), address);
  };
}

function numberOf(name: string) {
  return ({ session }: EvaluationContext): number | null => {
    const value = session[name] ?? '';
    return value === '' ? null : Number(value);
  };
}

/** Empty counts as missing. */
function filled(name: string) {
  return ({ session }: EvaluationContext): string | null => session[name] || null;
}

function version({ session }: EvaluationContext): string {
  const machine = `${process.arch}-${process.platform}`;
  return `PostgreSQL ${session['serverVersion'] ?? '15'} (TimeFusion) on ${machine}, 64-bit`;
}

function schemas({ session }: EvaluationContext, isImplicitShown: boolean): Datum {
  const path = (session['searchPath'] ?? '').split('\0').filter((name) => name !== '');
  const isListed = path.includes('pg_catalog');
  return arrayOf('name', isImplicitShown && !isListed ? ['pg_catalog', ...path] : path);
}

const session: readonly FunctionRecord[] = [
  define('version', { text: 'name and version of the server' }, contextual('→ text', version)),
  define(
    'current_database current_catalog',
    { text: 'name of the database' },
    contextual('→ name', fact('database')),
  ),
  define(
    'current_schema',
    { text: 'first schema of the search path' },
    contextual('→ name', filled('schema')),
  ),
  define(
    'current_schemas',
    { text: 'schemas of the search path' },
    contextual('bool → _name', schemas),
  ),
  define(
    'current_user user current_role',
    { text: 'name of the present role' },
    contextual('→ name', fact('user')),
  ),
  define(
    'session_user',
    { text: 'name of the role that logged in' },
    contextual('→ name', fact('sessionUser')),
  ),
  define(
    'pg_backend_pid',
    { text: 'number of the session' },
    contextual('→ int4', numberOf('pid')),
  ),
  define(
    'inet_client_addr',
    { text: 'address of the client' },
    contextual('→ inet', addressOf('clientAddress')),
  ),
  define(
    'inet_client_port',
    { text: 'port of the client' },
    contextual('→ int4', numberOf('clientPort')),
  ),
  define(
    'inet_server_addr',
    { text: 'address that the client reached' },
    contextual('→ inet', addressOf('serverAddress')),
  ),
  define(
    'inet_server_port',
    { text: 'port that the client reached' },
    contextual('→ int4', numberOf('serverPort')),
  ),
  define(
    'pg_postmaster_start_time pg_conf_load_time',
    { text: 'start of the server' },
    contextual('→ timestamptz', ({ session: facts }) => BigInt(facts['startedMicros'] ?? 0)),
  ),
  define(
    'pg_client_encoding',
    { text: 'encoding of the client', example: ['pg_client_encoding()', 'UTF8'] },
    contextual('→ name', ({ session: facts }) => facts['setting.client_encoding'] ?? 'UTF8'),
  ),
  define(
    'getdatabaseencoding',
    { text: 'encoding of the database', example: ['getdatabaseencoding()', 'UTF8'] },
    contextual('→ name', () => 'UTF8'),
  ),
  define(
    'trace_id',
    { text: 'trace of the statement, as hexadecimal digits' },
    contextual('→ text', filled('traceId')),
  ),
  define(
    'span_id',
    { text: 'span of the statement, as hexadecimal digits' },
    contextual('→ text', filled('spanId')),
  ),
];

const state: readonly FunctionRecord[] = [
  define(
    'pg_is_in_recovery pg_is_wal_replay_paused',
    { text: 'whether this is a standby', example: ['pg_is_in_recovery()', 'f'] },
    contextual('→ bool', () => false),
  ),
  define(
    'txid_current',
    { text: 'number of the transaction', example: ['txid_current() > 0', 't'] },
    contextual('→ int8', transactionId),
  ),
  define(
    'pg_current_xact_id pg_current_xact_id_if_assigned',
    { text: 'number of the transaction' },
    contextual('→ xid8', transactionId),
  ),
  define(
    'txid_current_if_assigned',
    { text: 'number of the transaction' },
    contextual('→ int8', transactionId),
  ),
  define(
    'pg_jit_available',
    { text: "whether PostgreSQL's LLVM code is there", example: ['pg_jit_available()', 'f'] },
    contextual('→ bool', () => false),
  ),
  define(
    'pg_trigger_depth',
    { text: 'depth of triggers', example: ['pg_trigger_depth()', '0'] },
    contextual('→ int4', ({ session }) => Number(session['triggerDepth'] ?? 0)),
  ),
  define(
    'pg_blocking_pids pg_safe_snapshot_blocking_pids',
    { text: 'sessions that a session waits for', example: ['pg_blocking_pids(1)', '{}'] },
    contextual('int4 → _int4', () => arrayOf('int4', []), volatile),
  ),
  define(
    'pg_my_temp_schema',
    { text: "OID of the session's temporary schema, or 0" },
    contextual('→ oid', (context) => Number(context.catalog.find('namespace_oid', 'pg_temp') ?? 0)),
  ),
  define(
    'pg_is_other_temp_schema',
    { text: "whether it is another session's temporary schema" },
    contextual('oid → bool', () => false),
  ),
  define(
    'pg_stat_clear_snapshot',
    { text: 'forgets nothing: statistics are always new' },
    contextual('→ void', () => '', volatile),
  ),
  define(
    'pg_sleep',
    { text: 'waits some seconds' },
    contextual('float8 → void', (context, seconds: number) => sleepFor(context, seconds), volatile),
  ),
  define(
    'pg_sleep_for',
    { text: 'waits for an interval' },
    contextual(
      'interval → void',
      (context, { months, days, micros }: Interval) =>
        sleepFor(context, (months * 30 + days) * 86_400 + Number(micros) / 1e6),
      volatile,
    ),
  ),
  define(
    'pg_sleep_until',
    { text: 'waits until a moment' },
    contextual('timestamptz → void', sleepUntil, volatile),
  ),
];

function effectsOf({ effects }: EvaluationContext, name: string): SessionEffects {
  if (effects === undefined) throw unsupported(`${name} in this place`);
  return effects;
}

function setting(
  { session: facts }: EvaluationContext,
  name: string,
  isOptional: boolean,
): string | null {
  const value = facts[`setting.${name.toLowerCase()}`];
  if (value !== undefined) return value;
  if (isOptional) return null;
  const message = `unrecognized configuration parameter "${name}"`;
  throw new SqlError('undefined_object', message);
}

function setConfig(
  context: EvaluationContext,
  name: string | null,
  value: string | null,
  isLocal: boolean | null,
): string {
  if (name === null) throw new SqlError('null_value_not_allowed', 'SET requires parameter name');
  return effectsOf(context, 'set_config').setConfig(name, value, isLocal === true);
}

function notify(
  context: EvaluationContext,
  channel: string | null,
  payload: string | null,
): string {
  const fail = (message: string): SqlError => new SqlError('invalid_parameter_value', message);
  if (channel === null || channel === '') throw fail('channel name cannot be empty');
  if (Buffer.byteLength(channel) > 63) throw fail('channel name too long');
  if (Buffer.byteLength(payload ?? '') > 7999) throw fail('payload string too long');
  const send = effectsOf(context, 'pg_notify').notify;
  if (send === undefined) throw unsupported('pg_notify in this place');
  send(channel, payload ?? '');
  return '';
}

function signal(action: 'cancel' | 'terminate') {
  return (context: EvaluationContext, pid: number): boolean => {
    const send = effectsOf(context, `pg_${action}_backend`).signalBackend;
    if (send === undefined) throw unsupported(`pg_${action}_backend in this place`);
    return send(pid, action);
  };
}

function resetStatements(
  context: EvaluationContext,
  user: number,
  database: number,
  queryId: bigint,
): string {
  const reset = effectsOf(context, 'pg_stat_statements_reset').resetStatements;
  if (reset === undefined) throw unsupported('pg_stat_statements_reset in this place');
  reset(user, database, queryId);
  return '';
}

function exportSnapshot(context: EvaluationContext): string {
  const take = effectsOf(context, 'pg_export_snapshot').exportSnapshot;
  if (take === undefined) throw unsupported('pg_export_snapshot in this place');
  return take();
}

function reloadSettings(context: EvaluationContext): boolean {
  const reload = effectsOf(context, 'pg_reload_conf').reloadSettings;
  if (reload === undefined) throw unsupported('pg_reload_conf in this place');
  reload();
  return true;
}

const changes: readonly FunctionRecord[] = [
  define(
    'pg_export_snapshot',
    { text: 'name of what the transaction sees, for SET TRANSACTION SNAPSHOT' },
    contextual('→ text', exportSnapshot, volatile),
  ),
  define(
    'current_setting',
    { text: 'value of a setting', example: ["current_setting('server_version_num')", '150020'] },
    contextual('text → text', (context, name: string) => setting(context, name, false)),
    contextual('text, bool → text', setting),
  ),
  define(
    'set_config',
    { text: 'sets a setting' },
    contextual('text, text, bool → text', setConfig, { volatility: 'volatile', strict: false }),
  ),
  define(
    'pg_notify',
    { text: 'sends a notification' },
    contextual('text, text → void', notify, { volatility: 'volatile', strict: false }),
  ),
  define(
    'pg_cancel_backend',
    { text: 'cancels the statement of a session' },
    contextual('int4 → bool', signal('cancel'), volatile),
  ),
  define(
    'pg_terminate_backend',
    { text: 'ends a session' },
    contextual('int4 → bool', signal('terminate'), volatile),
    contextual('int4, int8 → bool', signal('terminate'), volatile),
  ),
  define(
    'pg_stat_statements_reset',
    { text: 'forgets counts of pg_stat_statements: all, or those of a user and a statement' },
    contextual('→ void', (context) => resetStatements(context, 0, 0, 0n), volatile),
    contextual(
      'oid → void',
      (context, user: number) => resetStatements(context, user, 0, 0n),
      volatile,
    ),
    contextual(
      'oid, oid → void',
      (context, user: number, database: number) => resetStatements(context, user, database, 0n),
      volatile,
    ),
    contextual('oid, oid, int8 → void', resetStatements, volatile),
  ),
  define(
    'pg_reload_conf',
    { text: 'reads TRACE_SETTINGS_FILE again, as SIGHUP does' },
    contextual('→ bool', reloadSettings, volatile),
  ),
  define(
    'pg_rotate_logfile',
    { text: 'does nothing: lines go to standard output' },
    scalar('→ bool', () => true, volatile),
  ),
];

export const sessionFunctions: readonly FunctionRecord[] = [...session, ...state, ...changes];
