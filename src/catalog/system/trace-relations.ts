/**
 * Schema `trace`: spans that ended lately, operators that run now, what became of spans. Found by
 * name only: catalogs that clients compare with PostgreSQL's do not list it.
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
stats 9106 9107 9108 vr exporter:text counter:text value:int8`;

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
