/** What was counted for each node, partitions added up, in the terms of EXPLAIN ANALYZE. */
import type { NodeStatistics } from '../../trace/node-statistics.ts';

export interface NodeActuals {
  /** Per loop, as PostgreSQL prints it. */
  readonly rows: number;
  readonly loops: number;
  readonly totalRows: number;
  readonly startupMs: number;
  readonly totalMs: number;
  readonly partitions: number;
  readonly peakBytes: number;
  /** Of all partitions, in the node alone: computing, reading columns, waiting for threads. */
  readonly selfNs: number;
  readonly ioNs: number;
  readonly waitNs: number;
  readonly facts: Readonly<Record<string, number>>;
}

export function actualsByNode(
  statistics: readonly NodeStatistics[],
): ReadonlyMap<number, NodeActuals> {
  const parts = new Map<number, NodeStatistics[]>();
  for (const entry of statistics) {
    const list = parts.get(entry.nodeId) ?? [];
    parts.set(entry.nodeId, list);
    list.push(entry);
  }
  return new Map([...parts].map(([id, list]) => [id, actualsOf(list)]));
}

/** Partitions run side by side: rows add up, times are those of the slowest. */
function actualsOf(parts: readonly NodeStatistics[]): NodeActuals {
  const ran = parts.filter(({ loops }) => loops > 0);
  const loops = Math.max(0, ...ran.map((part) => part.loops));
  const totalRows = parts.reduce((sum, { rows }) => sum + rows, 0);
  const divisor = Math.max(1, loops);
  const facts = addedFacts(parts.map((part) => part.facts));
  return {
    rows: Math.round(totalRows / divisor),
    loops,
    totalRows,
    startupMs: Math.max(0, ...ran.map(firstRowMs)) / divisor,
    totalMs: Math.max(0, ...ran.map(({ busyNs }) => busyNs / 1e6)) / divisor,
    partitions: ran.length,
    peakBytes: parts.reduce((sum, { peakBytes }) => sum + peakBytes, 0),
    selfNs: parts.reduce((sum, { selfNs }) => sum + selfNs, 0),
    ioNs: parts.reduce((sum, { ioNs }) => sum + ioNs, 0),
    waitNs: parts.reduce((sum, { waitNs }) => sum + waitNs, 0),
    facts,
  };
}

function firstRowMs({ firstPullNs, firstRowNs, busyNs }: NodeStatistics): number {
  if (firstRowNs === 0 || firstRowNs < firstPullNs) return busyNs / 1e6;
  return Math.min(firstRowNs - firstPullNs, busyNs) / 1e6;
}

type Facts = Readonly<Record<string, number>>;

export function addedFacts(parts: readonly Facts[]): Facts {
  const names = new Set(parts.flatMap((facts) => Object.keys(facts)));
  const added = [...names].map((name): [string, number] => {
    const values = parts.map((facts) => facts[name] ?? 0);
    return [name, addedFact(name, values)];
  });
  return Object.fromEntries(added);
}

/**
 * Every partition of a join has the whole table of its build side.
 * Every partition of a scan sees all segments and prunes the same ones by zone map; what one
 * prunes beyond that is its own find.
 */
function addedFact(name: string, values: readonly number[]): number {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (name === 'segments_total' || name === 'build_rows') return most;
  if (name !== 'segments_pruned') return values.reduce((sum, value) => sum + value, 0);
  return values.reduce((sum, value) => sum + value - least, least);
}
