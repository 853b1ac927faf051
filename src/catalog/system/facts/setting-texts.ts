/**
 * Settings by category: `# category`, then each name with its context, what it is, and
 * after a slash what else is to be said.
 * Written by integration-tests/catalog/write-facts.ts.
 */
export const settingTexts = `
# Client Connection Defaults / Locale and Formatting; DateStyle user Sets the display format for
date and time values. / Also controls interpretation of ambiguous date inputs.; IntervalStyle user
Sets the display format for interval values.; TimeZone user Sets the time zone for displaying and
interpreting time stamps.; client_encoding user Sets the client's character set encoding.;
extra_float_digits user Sets the number of digits displayed for floating-point values. / This
affects real, double precision, and geometric data types. A zero or negative parameter value is
added to the standard number of digits (FLT_DIG or DBL_DIG as appropriate). Any value greater than
zero selects precise output mode.; lc_messages superuser Sets the language in which messages are
displayed.; lc_monetary user Sets the locale for formatting monetary amounts.; lc_numeric user
Sets the locale for formatting numbers.; lc_time user Sets the locale for formatting date and time
values.; timezone_abbreviations user Selects a file of time zone abbreviations.; # Client
Connection Defaults / Other Defaults; gin_fuzzy_search_limit user Sets the maximum allowed result
for exact search by GIN.; # Client Connection Defaults / Statement Behavior; bytea_output user
Sets the output format for bytea.; check_function_bodies user Check routine bodies during CREATE
FUNCTION and CREATE PROCEDURE.; client_min_messages user Sets the message levels that are sent to
the client. / Each level includes all the levels that follow it. The later the level, the fewer
messages are sent.; default_table_access_method user Sets the default table access method for new
tables.; default_tablespace user Sets the default tablespace to create tables and indexes in. / An
empty string selects the database's default tablespace.; default_transaction_deferrable user Sets
the default deferrable status of new transactions.; default_transaction_isolation user Sets the
transaction isolation level of each new transaction.; default_transaction_read_only user Sets the
default read-only status of new transactions.; idle_in_transaction_session_timeout user Sets the
maximum allowed idle time between queries, when in a transaction. / A value of 0 turns off the
timeout.; idle_session_timeout user Sets the maximum allowed idle time between queries, when not
in a transaction. / A value of 0 turns off the timeout.; lock_timeout user Sets the maximum
allowed duration of any wait for a lock. / A value of 0 turns off the timeout.; row_security user
Enable row security. / When enabled, row security will be applied to all users.; search_path user
Sets the schema search order for names that are not schema-qualified.; session_replication_role
superuser Sets the session's behavior for triggers and rewrite rules.; statement_timeout user Sets
the maximum allowed duration of any statement. / A value of 0 turns off the timeout.;
transaction_deferrable user Whether to defer a read-only serializable transaction until it can be
executed with no possible serialization failures.; transaction_isolation user Sets the current
transaction's isolation level.; transaction_read_only user Sets the current transaction's
read-only status.; xmlbinary user Sets how binary values are to be encoded in XML.; xmloption user
Sets whether XML data in implicit parsing and serialization operations is to be considered as
documents or content fragments.; # Connections and Authentication / Authentication;
password_encryption user Chooses the algorithm for encrypting passwords.; # Connections and
Authentication / Connection Settings; listen_addresses postmaster Sets the host name or IP
address(es) to listen to.; max_connections postmaster Sets the maximum number of concurrent
connections.; port postmaster Sets the TCP port the server listens on.; tcp_keepalives_idle user
Time between issuing TCP keepalives. / A value of 0 uses the system default.; # Connections and
Authentication / SSL; ssl sighup Enables SSL connections.; # Developer Options;
force_parallel_mode user Forces use of parallel query facilities. / If possible, run query using a
parallel worker and with parallel restrictions.; jit_expressions user Allow JIT compilation of
expressions.; jit_tuple_deforming user Allow JIT compilation of tuple deforming.; # Preset
Options; block_size internal Shows the size of a disk block.; in_hot_standby internal Shows
whether hot standby is currently active.; integer_datetimes internal Shows whether datetimes are
integer based.; lc_collate internal Shows the collation order locale.; lc_ctype internal Shows the
character classification and case conversion locale.; max_function_args internal Shows the maximum
number of function arguments.; max_identifier_length internal Shows the maximum identifier
length.; max_index_keys internal Shows the maximum number of index keys.; server_encoding internal
Shows the server (database) character set encoding.; server_version internal Shows the server
version.; server_version_num internal Shows the server version as an integer.; wal_segment_size
internal Shows the size of write ahead log segments.; # Query Tuning / Genetic Query Optimizer;
geqo user Enables genetic query optimization. / This algorithm attempts to do planning without
exhaustive searching.; geqo_threshold user Sets the threshold of FROM items beyond which GEQO is
used.; # Query Tuning / Other Planner Options; constraint_exclusion user Enables the planner to
use constraints to optimize queries. / Table scans will be skipped if their constraints guarantee
that no rows match the query.; cursor_tuple_fraction user Sets the planner's estimate of the
fraction of a cursor's rows that will be retrieved.; default_statistics_target user Sets the
default statistics target. / This applies to table columns that have not had a column-specific
target set via ALTER TABLE SET STATISTICS.; from_collapse_limit user Sets the FROM-list size
beyond which subqueries are not collapsed. / The planner will merge subqueries into upper queries
if the resulting FROM list would have no more than this many items.; jit user Allow JIT
compilation.; join_collapse_limit user Sets the FROM-list size beyond which JOIN constructs are
not flattened. / The planner will flatten explicit JOIN constructs into lists of FROM items
whenever a list of no more than this many items would result.; plan_cache_mode user Controls the
planner's selection of custom or generic plan. / Prepared statements can have custom and generic
plans, and the planner will attempt to choose which is better.  This can be set to override the
default behavior.; # Query Tuning / Planner Cost Constants; cpu_index_tuple_cost user Sets the
planner's estimate of the cost of processing each index entry during an index scan.;
cpu_operator_cost user Sets the planner's estimate of the cost of processing each operator or
function call.; cpu_tuple_cost user Sets the planner's estimate of the cost of processing each
tuple (row).; effective_cache_size user Sets the planner's assumption about the total size of the
data caches. / That is, the total size of the caches (kernel cache and shared buffers) used for
PostgreSQL data files. This is measured in disk pages, which are normally 8 kB each.;
jit_above_cost user Perform JIT compilation if query is more expensive. / -1 disables JIT
compilation.; jit_inline_above_cost user Perform JIT inlining if query is more expensive. / -1
disables inlining.; jit_optimize_above_cost user Optimize JIT-compiled functions if query is more
expensive. / -1 disables optimization.; min_parallel_index_scan_size user Sets the minimum amount
of index data for a parallel scan. / If the planner estimates that it will read a number of index
pages too small to reach this limit, a parallel scan will not be considered.;
min_parallel_table_scan_size user Sets the minimum amount of table data for a parallel scan. / If
the planner estimates that it will read a number of table pages too small to reach this limit, a
parallel scan will not be considered.; parallel_setup_cost user Sets the planner's estimate of the
cost of starting up worker processes for parallel query.; parallel_tuple_cost user Sets the
planner's estimate of the cost of passing each tuple (row) from worker to leader backend.;
random_page_cost user Sets the planner's estimate of the cost of a nonsequentially fetched disk
page.; seq_page_cost user Sets the planner's estimate of the cost of a sequentially fetched disk
page.; # Query Tuning / Planner Method Configuration; enable_async_append user Enables the
planner's use of async append plans.; enable_bitmapscan user Enables the planner's use of
bitmap-scan plans.; enable_gathermerge user Enables the planner's use of gather merge plans.;
enable_hashagg user Enables the planner's use of hashed aggregation plans.; enable_hashjoin user
Enables the planner's use of hash join plans.; enable_incremental_sort user Enables the planner's
use of incremental sort steps.; enable_indexonlyscan user Enables the planner's use of
index-only-scan plans.; enable_indexscan user Enables the planner's use of index-scan plans.;
enable_material user Enables the planner's use of materialization.; enable_memoize user Enables
the planner's use of memoization.; enable_mergejoin user Enables the planner's use of merge join
plans.; enable_nestloop user Enables the planner's use of nested-loop join plans.;
enable_parallel_append user Enables the planner's use of parallel append plans.;
enable_parallel_hash user Enables the planner's use of parallel hash plans.;
enable_partition_pruning user Enables plan-time and execution-time partition pruning. / Allows the
query planner and executor to compare partition bounds to conditions in the query to determine
which partitions must be scanned.; enable_partitionwise_aggregate user Enables partitionwise
aggregation and grouping.; enable_partitionwise_join user Enables partitionwise join.;
enable_seqscan user Enables the planner's use of sequential-scan plans.; enable_sort user Enables
the planner's use of explicit sort steps.; enable_tidscan user Enables the planner's use of TID
scan plans.; # Replication / Standby Servers; hot_standby postmaster Allows connections and
queries during recovery.; # Reporting and Logging / What to Log; application_name user Sets the
application name to be reported in statistics and logs.; log_statement superuser Sets the type of
statements logged.; # Reporting and Logging / When to Log; log_min_messages superuser Sets the
message levels that are logged. / Each level includes all the levels that follow it. The later the
level, the fewer messages are sent.; # Resource Usage / Asynchronous Behavior;
max_parallel_maintenance_workers user Sets the maximum number of parallel processes per
maintenance operation.; max_parallel_workers user Sets the maximum number of parallel workers that
can be active at one time.; max_parallel_workers_per_gather user Sets the maximum number of
parallel processes per executor node.; parallel_leader_participation user Controls whether Gather
and Gather Merge also run subplans. / Should gather nodes also run subplans or just gather
tuples?; # Resource Usage / Memory; hash_mem_multiplier user Multiple of work_mem to use for hash
tables.; maintenance_work_mem user Sets the maximum memory to be used for maintenance operations.
/ This includes operations such as VACUUM and CREATE INDEX.; max_prepared_transactions postmaster
Sets the maximum number of simultaneously prepared transactions.; shared_buffers postmaster Sets
the number of shared memory buffers used by the server.; temp_buffers user Sets the maximum number
of temporary buffers used by each session.; work_mem user Sets the maximum memory to be used for
query workspaces. / This much memory can be used by each internal sort operation and hash table
before switching to temporary disk files.; # Version and Platform Compatibility / Previous
PostgreSQL Versions; array_nulls user Enable input of NULL elements in arrays. / When turned on,
unquoted NULL in an array input value means a null value%3B otherwise it is taken literally.;
backslash_quote user Sets whether "\\'" is allowed in string literals.; escape_string_warning user
Warn about backslash escapes in ordinary string literals.; lo_compat_privileges superuser Enables
backward compatibility mode for privilege checks on large objects. / Skips privilege checks when
reading or modifying large objects, for compatibility with PostgreSQL releases prior to 9.0.;
quote_all_identifiers user When generating SQL fragments, quote all identifiers.;
standard_conforming_strings user Causes '...' strings to treat backslashes literally.;
synchronize_seqscans user Enable synchronized sequential scans.; # Write-Ahead Log / Settings;
synchronous_commit user Sets the current transaction's synchronization level.;
`;
