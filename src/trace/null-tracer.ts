/** The tracer when tracing is off: notes nothing, loads nothing. */
import { ServerCounts } from './metrics/server-counts.ts';
import { StatementStatistics } from './metrics/statement-statistics.ts';
import { noSpans } from './spans/span-ring.ts';
import type { QueryTrace, Tracer } from './query-trace.ts';

const nothing = (): void => undefined;

export const nullTrace: QueryTrace = {
  traceId: '',
  spanId: '',
  queryId: '',
  summary: '',
  startNs: 0,
  wantsNodes: false,
  isSampled: false,
  callerSpanId: '',
  ownTraceparent: '',
  hasInvalidContext: false,
  describe: nothing,
  phase: nothing,
  rule: nothing,
  nodes: nothing,
  attributes: nothing,
  link: nothing,
  nest: nothing,
  lost: nothing,
  keep: nothing,
  event: nothing,
  fail: nothing,
  end: nothing,
};

export const nullTracer: Tracer = {
  begin: () => nullTrace,
  wantsRules: () => false,
  openSpan: () => ({ traceparent: '', end: nothing }),
  transactionEnded: nothing,
  cancelRequested: nothing,
  sessionStarted: nothing,
  listen: nothing,
  recentSpans: () => noSpans,
  statements: new StatementStatistics(),
  counters: () => ({}),
  server: new ServerCounts(),
  metrics: () => [],
  exportMetrics: nothing,
  reload: nothing,
  flush: async () => undefined,
  shutdown: async () => undefined,
};
