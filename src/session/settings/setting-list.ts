/**
 * Every run-time setting ("GUC") of a session: one row each. PostgreSQL's names, defaults, ranges.
 *
 * Settings whose name holds a dot and is not listed are accepted as custom text settings.
 */

export type SettingKind =
  | { readonly type: 'bool' }
  | {
      readonly type: 'integer';
      readonly min: number;
      readonly max: number;
      readonly unit?: 'ms' | 'B' | 'kB' | '8kB' | 's' | 'min';
    }
  | { readonly type: 'real'; readonly min: number; readonly max: number }
  | { readonly type: 'text' }
  | { readonly type: 'enum'; readonly values: readonly string[] };

export interface SettingDefinition {
  readonly name: string;
  readonly kind: SettingKind;
  /** As SHOW prints it. */
  readonly initial: string;
  /** Sent to the client as ParameterStatus, at start and on change. */
  readonly reported?: true;
  /** Cannot be changed by SET (SQLSTATE 55P02). */
  readonly fixed?: true;
  readonly description: string;
}

const bool: SettingKind = { type: 'bool' };
const text: SettingKind = { type: 'text' };
const integer = (min: number, max: number): SettingKind => ({ type: 'integer', min, max });
const millis: SettingKind = { type: 'integer', min: 0, max: 2_147_483_647, unit: 'ms' };
const oneOf = (...values: string[]): SettingKind => ({ type: 'enum', values });
const messageLevels = oneOf(
  'debug5',
  'debug4',
  'debug3',
  'debug2',
  'debug1',
  'log',
  'notice',
  'warning',
  'error',
);

type Row = readonly [
  name: string,
  kind: SettingKind,
  initial: string,
  flags: '' | 'reported' | 'fixed' | 'reported fixed',
  description: string,
];

// prettier-ignore
const rows: readonly Row[] = [
  ['application_name', text, '', 'reported', 'Name of the client application in logs and statistics.'],
  ['array_nulls', bool, 'on', '', 'NULL without quotes in an array is null; off is refused.'],
  ['backslash_quote', oneOf('safe_encoding', 'on', 'off'), 'safe_encoding', '', 'Whether "\\\'" is allowed in string literals.'],
  ['block_size', integer(8192, 8192), '8192', 'fixed', 'Size of a disk block.'],
  ['bytea_output', oneOf('escape', 'hex'), 'hex', '', 'Output format of bytea.'],
  ['check_function_bodies', bool, 'on', '', 'Check routine bodies when they are created.'],
  ['client_encoding', text, 'UTF8', 'reported', 'Character set of the client.'],
  ['client_min_messages', messageLevels, 'notice', '', 'Message levels that are sent to the client.'],
  ['constraint_exclusion', oneOf('partition', 'on', 'off'), 'partition', '', 'Accepted; plans do not depend on it.'],
  ['cpu_index_tuple_cost', { type: 'real', min: 0, max: 1.79769e308 }, '0.005', '', 'Accepted; plans do not depend on it.'],
  ['cpu_operator_cost', { type: 'real', min: 0, max: 1.79769e308 }, '0.0025', '', 'Accepted; plans do not depend on it.'],
  ['cpu_tuple_cost', { type: 'real', min: 0, max: 1.79769e308 }, '0.01', '', 'Accepted; plans do not depend on it.'],
  ['cursor_tuple_fraction', { type: 'real', min: 0, max: 1 }, '0.1', '', 'Fraction of a cursor\'s rows expected to be read.'],
  ['DateStyle', text, 'ISO, MDY', 'reported', 'Display format of dates and field order of input.'],
  ['default_statistics_target', integer(1, 10000), '100', '', 'Accepted; plans do not depend on it.'],
  ['default_table_access_method', text, 'heap', '', 'Access method of new tables.'],
  ['default_tablespace', text, '', '', 'Tablespace of new tables.'],
  ['default_transaction_deferrable', bool, 'off', '', 'Deferrable status of new transactions.'],
  ['default_transaction_isolation', oneOf('serializable', 'repeatable read', 'read committed', 'read uncommitted'), 'read committed', '', 'Isolation level of new transactions.'],
  ['default_transaction_read_only', bool, 'off', 'reported', 'Whether new transactions are read-only.'],
  ['default_with_oids', bool, 'off', 'fixed', 'Tables never have OIDs.'],
  ['effective_cache_size', { type: 'integer', min: 1, max: 2147483647, unit: '8kB' }, '4GB', '', 'Accepted; plans do not depend on it.'],
  ['enable_async_append', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_bitmapscan', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_gathermerge', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_hashagg', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_hashjoin', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_incremental_sort', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_indexonlyscan', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_indexscan', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_material', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_memoize', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_mergejoin', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_nestloop', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_parallel_append', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_parallel_hash', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_partition_pruning', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_partitionwise_aggregate', bool, 'off', '', 'Accepted; plans do not depend on it.'],
  ['enable_partitionwise_join', bool, 'off', '', 'Accepted; plans do not depend on it.'],
  ['enable_seqscan', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_sort', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['enable_tidscan', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['escape_string_warning', bool, 'on', '', 'Warn about backslashes in ordinary literals.'],
  ['extra_float_digits', integer(-15, 3), '1', '', 'Digits of floating-point output.'],
  ['force_parallel_mode', oneOf('off', 'on', 'regress'), 'off', '', 'Accepted; plans do not depend on it.'],
  ['from_collapse_limit', integer(1, 2147483647), '8', '', 'Accepted; plans do not depend on it.'],
  ['geqo', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['geqo_threshold', integer(2, 2147483647), '12', '', 'Accepted; plans do not depend on it.'],
  ['gin_fuzzy_search_limit', integer(0, 2147483647), '0', '', 'Accepted without effect.'],
  ['hash_mem_multiplier', { type: 'real', min: 1, max: 1000 }, '2', '', 'Accepted; plans do not depend on it.'],
  ['hot_standby', bool, 'on', 'fixed', 'Queries during recovery.'],
  ['idle_in_transaction_session_timeout', millis, '0', '', 'Longest idle time within a transaction.'],
  ['idle_session_timeout', millis, '0', '', 'Longest idle time outside a transaction.'],
  ['in_hot_standby', bool, 'off', 'reported fixed', 'Whether hot standby is active.'],
  ['integer_datetimes', bool, 'on', 'reported fixed', 'Datetimes are integer based.'],
  ['IntervalStyle', oneOf('postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'), 'postgres', 'reported', 'Display format of intervals.'],
  ['is_superuser', bool, 'on', 'reported fixed', 'Whether the user is a superuser.'],
  ['jit', bool, 'on', '', 'Expressions are compiled.'],
  ['jit_above_cost', { type: 'real', min: -1, max: 1.79769e308 }, '100000', '', 'Accepted; plans do not depend on it.'],
  ['jit_expressions', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['jit_inline_above_cost', { type: 'real', min: -1, max: 1.79769e308 }, '500000', '', 'Accepted; plans do not depend on it.'],
  ['jit_optimize_above_cost', { type: 'real', min: -1, max: 1.79769e308 }, '500000', '', 'Accepted; plans do not depend on it.'],
  ['jit_tuple_deforming', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['join_collapse_limit', integer(1, 2147483647), '8', '', 'Accepted; plans do not depend on it.'],
  ['lc_collate', text, 'C', 'fixed', 'Collation order.'],
  ['lc_ctype', text, 'C.UTF-8', 'fixed', 'Character classification.'],
  ['lc_messages', text, 'C', '', 'Language of messages.'],
  ['lc_monetary', text, 'C', '', 'Format of money.'],
  ['lc_numeric', text, 'C', '', 'Format of numbers.'],
  ['lc_time', text, 'C', '', 'Format of dates and times.'],
  ['listen_addresses', text, '127.0.0.1', 'fixed', 'Addresses that are served.'],
  ['lo_compat_privileges', bool, 'off', '', 'Everybody may read and write all large objects.'],
  ['lock_timeout', millis, '0', '', 'Longest wait for a lock.'],
  ['log.filter', text, '', '', 'Directives of spans and log lines, as RUST_LOG.'],
  ['log_min_messages', messageLevels, 'warning', '', 'Message levels that are logged.'],
  ['log_statement', oneOf('none', 'ddl', 'mod', 'all'), 'none', '', 'Statements are never logged as text.'],
  ['maintenance_work_mem', { type: 'integer', min: 1024, max: 2147483647, unit: 'kB' }, '64MB', '', 'Accepted without effect.'],
  ['max_connections', integer(1, 262143), '100', 'fixed', 'Connections that are served at once.'],
  ['max_function_args', integer(100, 100), '100', 'fixed', 'Most arguments of a function.'],
  ['max_identifier_length', integer(63, 63), '63', 'fixed', 'Most bytes of an identifier.'],
  ['max_index_keys', integer(32, 32), '32', 'fixed', 'Most keys of an index.'],
  ['max_parallel_maintenance_workers', integer(0, 1024), '2', '', 'Accepted without effect.'],
  ['max_parallel_workers', integer(0, 1024), '8', '', 'Accepted; the worker pool is shared.'],
  ['max_parallel_workers_per_gather', integer(0, 1024), '2', '', 'Accepted; the worker pool is shared.'],
  ['max_prepared_transactions', integer(0, 262143), '0', 'fixed', 'Two-phase commit is not offered.'],
  ['min_parallel_index_scan_size', { type: 'integer', min: 0, max: 715827882, unit: '8kB' }, '512kB', '', 'Accepted; plans do not depend on it.'],
  ['min_parallel_table_scan_size', { type: 'integer', min: 0, max: 715827882, unit: '8kB' }, '8MB', '', 'Accepted; plans do not depend on it.'],
  ['parallel_leader_participation', bool, 'on', '', 'Accepted; plans do not depend on it.'],
  ['parallel_setup_cost', { type: 'real', min: 0, max: 1.79769e308 }, '1000', '', 'Accepted; plans do not depend on it.'],
  ['parallel_tuple_cost', { type: 'real', min: 0, max: 1.79769e308 }, '0.1', '', 'Accepted; plans do not depend on it.'],
  ['password_encryption', oneOf('md5', 'scram-sha-256'), 'scram-sha-256', '', 'How passwords are stored.'],
  ['plan_cache_mode', oneOf('auto', 'force_generic_plan', 'force_custom_plan'), 'auto', '', 'Accepted; plans do not depend on it.'],
  ['plpgsql.check_asserts', bool, 'on', '', 'Perform checks given in ASSERT statements.'],
  ['port', integer(1, 65535), '5432', 'fixed', 'TCP port.'],
  ['quote_all_identifiers', bool, 'off', '', 'Quote every identifier in SQL fragments.'],
  ['random_page_cost', { type: 'real', min: 0, max: 1.79769e308 }, '4', '', 'Accepted; plans do not depend on it.'],
  ['role', text, 'none', '', 'Current role.'],
  ['row_security', bool, 'on', '', 'Row security: off makes queries fail whose rows policies would hide.'],
  ['search_path', text, '"$user", public', '', 'Schemas in which unqualified names are looked up.'],
  ['seed', { type: 'real', min: -1, max: 1 }, 'unavailable', '', 'Seed of random().'],
  ['seq_page_cost', { type: 'real', min: 0, max: 1.79769e308 }, '1', '', 'Accepted; plans do not depend on it.'],
  ['server_encoding', text, 'UTF8', 'reported fixed', 'Character set of the database.'],
  ['server_version', text, '', 'reported fixed', 'Server version.'],
  ['server_version_num', integer(0, 999999), '150020', 'fixed', 'Server version as a number.'],
  ['session_authorization', text, '', 'reported fixed', 'Session user.'],
  ['session_replication_role', oneOf('origin', 'replica', 'local'), 'origin', '', 'Accepted without effect.'],
  ['shared_buffers', { type: 'integer', min: 16, max: 1073741823, unit: '8kB' }, '128MB', 'fixed', 'Column memory is TIMEFUSION_MEMORY_LIMIT.'],
  ['ssl', bool, 'off', 'fixed', 'Whether TLS connections are offered.'],
  ['standard_conforming_strings', bool, 'on', 'reported', 'Ordinary literals treat backslashes literally.'],
  ['statement_timeout', millis, '0', '', 'Longest run of a statement.'],
  ['synchronize_seqscans', bool, 'on', '', 'Accepted without effect.'],
  ['synchronous_commit', oneOf('local', 'remote_write', 'remote_apply', 'on', 'off'), 'on', '', 'A commit is always on disk before it is acknowledged.'],
  ['tcp_keepalives_idle', integer(0, 2147483647), '0', '', 'Accepted without effect.'],
  ['temp_buffers', { type: 'integer', min: 100, max: 1073741823, unit: '8kB' }, '8MB', '', 'Accepted without effect.'],
  ['TimeZone', text, 'UTC', 'reported', 'Time zone of display and input.'],
  ['timezone_abbreviations', text, 'Default', '', 'Time zone abbreviations.'],
  ['trace.caller_sample_rate', { type: 'real', min: 0, max: 1 }, '1', '', 'Share of queries with a sampled caller that are traced.'],
  ['trace.echo', bool, 'off', '', 'Send the trace id as ParameterStatus trace_id.'],
  ['trace.force', bool, 'off', '', 'Export the trace of every query.'],
  ['trace.last_trace_id', text, '', 'fixed', 'Trace id of the previous query.'],
  ['trace.node_literals', bool, 'off', '', 'Show constants in node texts of spans.'],
  ['trace.parameters', bool, 'off', '', 'Show parameter values in spans.'],
  ['trace.plan_diff', bool, 'off', '', 'Show in spans of rules how they changed the plan.'],
  ['trace.preview_rows', integer(0, 100), '0', '', 'Rows that operators preview in spans.'],
  ['trace.rules', oneOf('full', 'phase_only', 'off'), 'full', '', 'Spans of optimizer rules: full, phase_only or off.'],
  ['trace.sample_rate', { type: 'real', min: 0, max: 1 }, '1', '', 'Share of queries that are traced.'],
  ['trace.traceparent', text, '', '', 'W3C trace context of the caller.'],
  ['trace.tracestate', text, '', '', 'W3C trace state of the caller.'],
  ['trace.transaction', oneOf('link', 'parent'), 'link', '', 'Statements of a block link to its BEGIN, or hang under one span.'],
  ['transaction_deferrable', bool, 'off', '', 'Whether the transaction is deferrable.'],
  ['transaction_isolation', oneOf('serializable', 'repeatable read', 'read committed', 'read uncommitted'), 'read committed', '', 'Isolation level of the transaction.'],
  ['transaction_read_only', bool, 'off', '', 'Whether the transaction is read-only.'],
  ['wal_segment_size', { type: 'integer', min: 1048576, max: 1073741824, unit: 'B' }, '16MB', 'fixed', 'Size of a log segment.'],
  ['work_mem', { type: 'integer', min: 64, max: 2147483647, unit: 'kB' }, '4MB', '', 'A query\'s budget is TIMEFUSION_QUERY_MEMORY.'],
  ['xmlbinary', oneOf('base64', 'hex'), 'base64', '', 'Accepted without effect.'],
  ['xmloption', oneOf('content', 'document'), 'content', '', 'Accepted without effect.'],
];

function definitionOf(row: Row): SettingDefinition {
  const [name, kind, initial, flags, description] = row;
  return {
    name,
    kind,
    initial,
    description,
    ...(flags.includes('reported') ? { reported: true } : {}),
    ...(flags.includes('fixed') ? { fixed: true } : {}),
  };
}

export const settingList: readonly SettingDefinition[] = rows.map(definitionOf);
