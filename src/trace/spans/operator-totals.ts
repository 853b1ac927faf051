/** What was counted of one plan node, all partitions taken together. */
import { addedFacts } from '../../plan/explain/node-actuals.ts';
import type { CloseReason, NodeStatistics } from '../node-statistics.ts';

export interface OperatorTotals {
  readonly partitions: readonly NodeStatistics[];
  readonly rows: number;
  readonly batches: number;
  readonly loops: number;
  readonly busyNs: number;
  readonly selfNs: number;
  /** On the driver's thread in the node alone, waits included: these add up to the execution. */
  readonly wallNs: number;
  readonly ioNs: number;
  readonly waitNs: number;
  readonly reads: number;
  readonly readBytes: number;
  readonly cacheHits: number;
  readonly firstPullNs: number;
  /** 0: no row came. */
  readonly firstRowNs: number;
  readonly lastNs: number;
  readonly peakBytes: number;
  readonly closeReason: CloseReason;
  /** Uneven shares of rows: 0 all alike, 1 one partition had them all. */
  readonly skew: number | undefined;
  /** Of the operator's kind. */
  readonly facts: Readonly<Record<string, number>>;
}

/** From the strongest reason to the weakest: one failed partition makes the node failed. */
const reasons: readonly CloseReason[] = [
  'error',
  'timeout',
  'cancelled',
  'disconnect',
  'aborted',
  'suspended',
  'limit',
  'open',
  'exhausted',
];

const known = new WeakMap<readonly NodeStatistics[], TotalsByNode>();

export type TotalsByNode = ReadonlyMap<number, OperatorTotals>;

/** Totals of the nodes that were pulled at all, by node: of a query that is over. */
export function totalsByNode(statistics: readonly NodeStatistics[]): TotalsByNode {
  let totals = known.get(statistics);
  if (totals === undefined) {
    totals = addedUp(statistics);
    known.set(statistics, totals);
  }
  return totals;
}

function addedUp(statistics: readonly NodeStatistics[]): TotalsByNode {
  const parts = new Map<number, NodeStatistics[]>();
  for (const entry of statistics) {
    if (entry.firstPullNs === 0) continue;
    const list = parts.get(entry.nodeId);
    if (list === undefined) parts.set(entry.nodeId, [entry]);
    else list.push(entry);
  }
  const totals = new Map<number, OperatorTotals>();
  for (const [nodeId, list] of parts) {
    const [only] = list;
    totals.set(nodeId, list.length === 1 && only ? totalsOfOne(only, list) : totalsOf(list));
  }
  return totals;
}

function totalsOfOne(part: NodeStatistics, partitions: readonly NodeStatistics[]): OperatorTotals {
  return {
    partitions,
    rows: part.rows,
    batches: part.batches,
    loops: part.loops,
    busyNs: part.busyNs,
    selfNs: part.selfNs,
    wallNs: part.partition === 0 ? wallOf(part) : 0,
    ioNs: part.ioNs,
    waitNs: part.waitNs,
    reads: part.reads,
    readBytes: part.readBytes,
    cacheHits: part.cacheHits,
    firstPullNs: part.firstPullNs,
    firstRowNs: Math.max(0, part.firstRowNs),
    lastNs: part.lastNs,
    peakBytes: part.peakBytes,
    closeReason: part.closeReason,
    skew: undefined,
    facts: part.facts,
  };
}

function totalsOf(parts: readonly NodeStatistics[]): OperatorTotals {
  const sum = (read: (part: NodeStatistics) => number): number =>
    parts.reduce((total, part) => total + read(part), 0);
  const firstRows = parts.map(({ firstRowNs }) => firstRowNs).filter((ns) => ns > 0);
  const closed = new Set(parts.map(({ closeReason }) => closeReason));
  return {
    partitions: parts,
    rows: sum(({ rows }) => rows),
    batches: sum(({ batches }) => batches),
    loops: Math.max(...parts.map(({ loops }) => loops)),
    busyNs: sum(({ busyNs }) => busyNs),
    selfNs: sum(({ selfNs }) => selfNs),
    wallNs: parts.reduce((total, part) => total + (part.partition === 0 ? wallOf(part) : 0), 0),
    ioNs: sum(({ ioNs }) => ioNs),
    waitNs: sum(({ waitNs }) => waitNs),
    reads: sum(({ reads }) => reads),
    readBytes: sum(({ readBytes }) => readBytes),
    cacheHits: sum(({ cacheHits }) => cacheHits),
    firstPullNs: Math.min(...parts.map(({ firstPullNs }) => firstPullNs)),
    firstRowNs: firstRows.length === 0 ? 0 : Math.min(...firstRows),
    lastNs: Math.max(...parts.map(({ lastNs }) => lastNs)),
    peakBytes: sum(({ peakBytes }) => peakBytes),
    closeReason: reasons.find((reason) => closed.has(reason)) ?? 'open',
    skew: skewOf(parts.map(({ rows }) => rows)),
    facts: addedFacts(parts.map((part) => part.facts)),
  };
}

function wallOf({ selfNs, ioNs, waitNs }: NodeStatistics): number {
  return selfNs + ioNs + waitNs;
}

/** 1 - (effective partitions - 1) / (partitions - 1), as DataFusion's output_rows_skew. */
function skewOf(rows: readonly number[]): number | undefined {
  const total = rows.reduce((sum, count) => sum + count, 0);
  if (rows.length < 2 || total === 0) return undefined;
  const squares = rows.reduce((sum, count) => sum + count * count, 0);
  const skew = 1 - (total ** 2 / squares - 1) / (rows.length - 1);
  return Math.round(skew * 1000) / 1000;
}
