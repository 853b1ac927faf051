/**
 * Schema `trace`: spans that ended lately, operators that run now, what became of spans; and
 * pg_stat_statements, which is found in public and without a schema, too. Found by name only:
 * catalogs that clients compare with PostgreSQL's do not list them.
 */
import { once, recordsOf } from './static-records.ts';
import { relationOf, type SystemRelation } from './system-relations.ts';

export const traceSchema = 'trace';

const records = `
spans 9100 9101 9102 vr trace_id:text span_id:text parent_span_id:text name:text kind:text
start_time:timestamptz end_time:timestamptz duration_ns:int8 status:text error_type:text
target:text level:text query_id:text node_id:int4 rows:int8 self_ns:int8 attributes:jsonb
events:jsonb links:jsonb;
active_spans 9103 9104 9105 vr pid:int4 trace_id:text span_id:text query_id:text name:text
node_id:int4 parent_node_id:int4 depth:int4 rows:int8 rows_estimated:int8 start_time:timestamptz
elapsed_ns:int8;
stats 9106 9107 9108 vr exporter:text counter:text value:int8;
pg_stat_statements 9109 9110 9111 vr userid:oid dbid:oid toplevel:bool queryid:int8 query:text
plans:int8! total_plan_time:float8! min_plan_time:float8! max_plan_time:float8!
mean_plan_time:float8! stddev_plan_time:float8! calls:int8! total_exec_time:float8!
min_exec_time:float8! max_exec_time:float8! mean_exec_time:float8! stddev_exec_time:float8!
rows:int8! shared_blks_hit:int8! shared_blks_read:int8! shared_blks_dirtied:int8!
shared_blks_written:int8! local_blks_hit:int8! local_blks_read:int8! local_blks_dirtied:int8!
local_blks_written:int8! temp_blks_read:int8! temp_blks_written:int8! blk_read_time:float8!
blk_write_time:float8! temp_blk_read_time:float8! temp_blk_write_time:float8! wal_records:int8!
wal_fpi:int8! wal_bytes:numeric jit_functions:int8! jit_generation_time:float8!
jit_inlining_count:int8! jit_inlining_time:float8! jit_optimization_count:int8!
jit_optimization_time:float8! jit_emission_count:int8! jit_emission_time:float8!;
pg_stat_statements_info 9112 9113 9114 vr dealloc:int8 stats_reset:timestamptz`;

/** Relations of the extension of that name. */
export function isOfStatements(name: string): boolean {
  return name === 'pg_stat_statements' || name === 'pg_stat_statements_info';
}

const relations = once(
  () =>
    new Map(
      recordsOf(records).map((words) => {
        const relation = relationOf(traceSchema, words);
        return [relation.name, relation];
      }),
    ),
);

export function traceRelation(name: string): SystemRelation | undefined {
  return relations().get(name);
}
