/**
 * Rows of schema `trace`: ended spans from the tracer, running ones from the sessions. As in
 * pg_stat_activity, a role sees its own statements, those of roles whose rights it has, and with
 * pg_read_all_stats everybody's.
 */
import type { TraceRelation, TraceRow } from '../../catalog/catalog-state.ts';
import { childrenOf, type PlanNode } from '../../plan/physical.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import { epochMicros } from '../../trace/spans/span-data.ts';
import type { SessionEnvironment } from '../environment.ts';
import { statementInfoRows, statementRows } from '../facts/statement-rows.ts';
import { mayReadStatistics } from '../facts/activity.ts';
import type { RunningQuery } from '../statement/query-runner.ts';
import type { SqlSession } from '../sql-session.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';

export function traceRelation(session: SqlSession, relation: string): TraceRelation {
  if (relation !== 'spans') return { kind: 'rows', rows: traceRows(session, relation) };
  const spans = session.environment.tracer.recentSpans(mayReadStatistics(session));
  return { kind: 'spans', spans };
}

function traceRows(session: SqlSession, relation: string): readonly TraceRow[] {
  const { environment } = session;
  switch (relation) {
    case 'active_spans':
      return environment.directory.activeSpans(mayReadStatistics(session));
    case 'stats':
      return statisticsRows(environment);
    case 'pg_stat_statements':
      return statementRows(session);
    case 'pg_stat_statements_info':
      return statementInfoRows(session);
    default:
      return [];
  }
}

/** `jaeger_dropped_queue_full` is the exporter's name and the counter's. */
function statisticsRows({ tracer }: SessionEnvironment): readonly TraceRow[] {
  return Object.entries(tracer.counters()).map(([name, value]) => {
    const at = name.indexOf('_');
    const [exporter, counter] = [name.slice(0, at), name.slice(at + 1)];
    return { exporter, counter, value: BigInt(Math.round(value)) };
  });
}

export interface ActiveQuery {
  readonly pid: number;
  readonly trace: QueryTrace;
  readonly running: RunningQuery | undefined;
}

/** A running query, and each node of its plan with its rows so far; NULL: not started. */
export function activeRows({ pid, trace, running }: ActiveQuery): readonly TraceRow[] {
  const { traceId, spanId, queryId } = trace;
  const query = { pid, trace_id: traceId, span_id: spanId, query_id: queryId };
  const times = (startNs: number): TraceRow => ({
    start_time: BigInt(epochMicros(startNs)),
    elapsed_ns: BigInt(Math.round(clockNs() - startNs)),
  });
  const nothing = { node_id: null, parent_node_id: null, rows: null, rows_estimated: null };
  const root = { ...query, ...nothing, name: trace.summary, depth: 0, ...times(trace.startNs) };
  if (running === undefined) return [root];
  const rows: TraceRow[] = [root];
  const visit = (node: PlanNode, parent: number | null, depth: number): void => {
    const given = running.run.liveRows?.of(node.id);
    rows.push({
      ...query,
      name: node.kind,
      node_id: node.id,
      parent_node_id: parent,
      depth,
      rows: given === undefined ? null : BigInt(given),
      rows_estimated: BigInt(Math.round(node.estimatedRows)),
      ...times(running.startNs),
    });
    for (const child of childrenOf(node)) visit(child, node.id, depth + 1);
  };
  visit(running.plan.root, null, 1);
  for (const subplan of running.plan.subplans) visit(subplan.plan, null, 1);
  return rows;
}
