/** Settings, sessions and prepared statements of the moment, and the server's counters. */
import { allAbbreviations } from '../../../types/zone-abbreviations.ts';
import { typeRecord } from '../../../types/type-table.ts';
import type { ActivityFact } from '../../catalog-state.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import { databaseOid } from '../object-facts.ts';
import { isListedSetting, settingFields } from '../setting-facts.ts';
import type { FactSource } from './fact-table.ts';

const readAllStatistics = 3375;

function activityFields(moment: Moment, activity: ActivityFact): Fields {
  const { access } = moment;
  const { currentRole } = moment.state;
  const mayRead = [access.ownerOid(activity.user), readAllStatistics].some((role) =>
    access.hasRightsOf(currentRole, role),
  );
  return mayRead ? allActivity(moment, activity) : hiddenActivity(moment, activity);
}

/** What others see of a session. */
function hiddenActivity(moment: Moment, activity: ActivityFact): Fields {
  return {
    datid: databaseOid(moment, activity.database) ?? null,
    datname: activity.database,
    pid: activity.pid,
    usesysid: moment.ownerOid(activity.user),
    usename: activity.user,
    application_name: activity.applicationName,
    query: '<insufficient privilege>',
  };
}

function allActivity(moment: Moment, activity: ActivityFact): Fields {
  const { clientAddress } = activity;
  const state = activity.transactionStartMicros ?? null;
  return {
    datid: databaseOid(moment, activity.database) ?? null,
    datname: activity.database,
    pid: activity.pid,
    usesysid: moment.ownerOid(activity.user),
    usename: activity.user,
    application_name: activity.applicationName,
    client_addr: /^[\d.]+$|:/.test(clientAddress) ? clientAddress : null,
    client_port: activity.clientPort,
    backend_start: activity.backendStartMicros,
    xact_start: state,
    query_start: activity.queryStartMicros,
    state_change: activity.queryStartMicros,
    ...waitFields(activity),
    state: activity.state,
    query: activity.query,
    backend_type: 'client backend',
  };
}

function waitFields({ state, lockWait }: ActivityFact): Fields {
  if (lockWait !== undefined) return { wait_event_type: 'Lock', wait_event: lockWait };
  const isIdle = state !== 'active';
  return {
    wait_event_type: isIdle ? 'Client' : null,
    wait_event: isIdle ? 'ClientRead' : null,
  };
}

/** What is not counted by database is NULL. */
function databaseStatistics({ access, state }: Moment): readonly Fields[] {
  return access.databases.map(({ id, oid, name }): Fields => {
    const counts = state.databaseCounts?.get(id);
    return {
      datid: oid,
      datname: name,
      numbackends: state.activity.filter(({ database }) => database === name).length,
      xact_commit: BigInt(counts?.committed ?? 0),
      xact_rollback: BigInt(counts?.rolledBack ?? 0),
      sessions: BigInt(counts?.sessions ?? 0),
    };
  });
}

function preparedFields(moment: Moment): readonly Fields[] {
  return moment.state.prepared.map(({ name, statement, parameterTypes }) => ({
    name,
    statement,
    from_sql: true,
    generic_plans: 0n,
    custom_plans: 0n,
    parameter_types: arrayOf(
      'regtype',
      parameterTypes.map((type) => typeRecord(type.name).oid),
    ),
  }));
}

function cursorFields({ state }: Moment): readonly Fields[] {
  return (state.cursors ?? []).map((cursor) => ({
    name: cursor.name,
    statement: cursor.statement,
    is_holdable: cursor.isHoldable,
    is_binary: cursor.isBinary,
    is_scrollable: cursor.scrolls,
    creation_time: cursor.createdMicros,
  }));
}

function abbreviations(): readonly Fields[] {
  return [...allAbbreviations()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([abbrev, { offsetSeconds, isSummer }]) => ({
      abbrev,
      utc_offset: { months: 0, days: 0, micros: BigInt(offsetSeconds) * 1_000_000n },
      is_dst: isSummer,
    }));
}

export const sessionSources: readonly FactSource[] = [
  {
    name: 'pg_settings',
    dependsOn: 'session',
    current: (moment) =>
      moment.state.settings.filter(({ name }) => isListedSetting(name)).map(settingFields),
  },
  {
    name: 'pg_stat_activity',
    dependsOn: 'session',
    current: (moment) => moment.state.activity.map((each) => activityFields(moment, each)),
  },
  { name: 'pg_stat_database', dependsOn: 'session', current: databaseStatistics },
  { name: 'pg_prepared_statements', dependsOn: 'session', current: preparedFields },
  { name: 'pg_cursors', dependsOn: 'session', current: cursorFields },
  { name: 'pg_timezone_abbrevs', fixed: abbreviations },
  {
    name: 'timefusion_stats',
    dependsOn: 'session',
    current: (moment) =>
      moment.state.statistics.map(([component, key, value]) => ({ component, key, value })),
  },
];
