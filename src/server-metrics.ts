/** What the server knows of itself: the rows of timefusion_stats, and its gauges. */
import { allocatedBytes } from './memory/allocator.ts';
import type { Database } from './database.ts';
import type { SessionEnvironment } from './session/environment.ts';
import { CounterFamily, type MetricFamily } from './trace/metrics/metric-families.ts';

type Statistic = readonly [component: string, key: string, value: string];

const states = ['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'] as const;

/** Sessions by state; every state has a number. */
function connections({ directory }: SessionEnvironment): readonly (readonly [string, number])[] {
  const facts = directory.activity();
  return states.map((state) => [state, facts.filter((fact) => fact.state === state).length]);
}

export function serverStatistics(environment: SessionEnvironment): readonly Statistic[] {
  const memory = process.memoryUsage();
  const numbers: readonly (readonly [string, string, number])[] = [
    ['process', 'rss_bytes', memory.rss],
    ['process', 'heap_used_bytes', memory.heapUsed],
    ['process', 'uptime_seconds', Math.floor(process.uptime())],
    ['memory', 'columns_bytes', allocatedBytes()],
    ...connections(environment).map(
      ([state, count]) =>
        ['connections', state.replaceAll(/\W+/g, '_').replace(/_$/, ''), count] as const,
    ),
    ...countedRows('logins', environment.tracer.server.connections),
    ...countedRows('transactions', environment.tracer.server.transactions),
    ['statements', 'lost', environment.tracer.statements.info().lost],
    ...Object.entries(environment.tracer.counters()).map(
      ([key, value]) => ['trace', key, value] as const,
    ),
  ];
  return numbers.map(([component, key, value]) => [component, key, String(value)]);
}

function countedRows(
  component: string,
  counts: Readonly<Record<string, number>>,
): readonly (readonly [string, string, number])[] {
  return Object.entries(counts).map(([key, value]) => [component, key, value]);
}

export function serverMetrics({ environment }: Database): readonly MetricFamily[] {
  const rows = serverStatistics(environment).map(([component, key, value]): MetricFamily => {
    const name = `timefusion_${component}_${key}`;
    const points = [{ labels: {}, value: Number(value) }];
    return { name, help: 'As in timefusion_stats.', kind: 'gauge', points };
  });
  const open = new CounterFamily('db_server_connections', 'Sessions by state.', 'gauge');
  for (const [state, count] of connections(environment)) open.set({ state }, count);
  const active = new CounterFamily('db_server_active_queries', 'Statements that run now.', 'gauge');
  active.set({}, environment.directory.activity().filter(({ state }) => state === 'active').length);
  return [...rows, open.now, active.now, memoryFamily()];
}

function memoryFamily(): MetricFamily {
  const bytes = new CounterFamily('db_server_memory_bytes', 'Memory in use, by pool.', 'gauge');
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  bytes.set({ pool: 'columns' }, allocatedBytes());
  bytes.set({ pool: 'resident' }, rss);
  bytes.set({ pool: 'heap' }, heapUsed);
  bytes.set({ pool: 'external' }, external);
  bytes.set({ pool: 'array_buffers' }, arrayBuffers);
  return bytes.now;
}
