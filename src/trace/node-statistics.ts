/**
 * What the instrumented wrapper counts for one plan node on one thread. Plain numbers, so that
 * counting costs no allocation and a worker can send them home. EXPLAIN ANALYZE, spans, log lines
 * and SQL views are all made from these.
 */
export interface NodeStatistics {
  readonly nodeId: number;
  /** 0 = the query's driver; helpers are 1 … n-1. */
  readonly partition: number;
  rows: number;
  batches: number;
  /** Times the node was started: more than once below a lateral join. */
  loops: number;
  /** Time in the node and its children, and in the node alone. */
  busyNs: number;
  selfNs: number;
  /** Loading stored columns, and waiting for other threads: in busyNs, not in selfNs. */
  ioNs: number;
  waitNs: number;
  /** Columns of segments that were read from files, and those found in memory. */
  reads: number;
  readBytes: number;
  cacheHits: number;
  /** The segments whose columns took longest to read, at most `longReadsMax`. */
  longReads?: SegmentRead[];
  /** The first rows as text, when the session asked for them. */
  preview?: string[][];
  /** Counters at the ends of the first loops, at most `loopMarksMax`, when there are several. */
  loopMarks?: LoopMark[];
  /** Process clock (performance.now-like, ns from `clockNs`); 0 = never pulled. */
  firstPullNs: number;
  firstRowNs: number;
  lastNs: number;
  peakBytes: number;
  closeReason: CloseReason;
  /** Facts of the operator's kind by attribute name: `segments_pruned`, `groups`, `build_rows` … */
  facts: Record<string, number>;
}

/** All columns of one segment that one node read, taken together. */
export interface SegmentRead {
  readonly segment: string;
  reads: number;
  bytes: number;
  ns: number;
  readonly startNs: number;
  endNs: number;
}

export const longReadsMax = 8;

export interface LoopMark {
  readonly rows: number;
  readonly busyNs: number;
  readonly selfNs: number;
  readonly endNs: number;
}

export const loopMarksMax = 10;

export type CloseReason =
  | 'open'
  | 'exhausted'
  | 'limit'
  | 'suspended'
  | 'error'
  | 'aborted'
  | 'cancelled'
  | 'timeout'
  | 'disconnect';

/** Nanoseconds since the process clock's origin, the same on all threads; about 60 ns a read. */
export function clockNs(): number {
  return Math.round((performance.timeOrigin + performance.now() - originMs) * 1e6);
}

/** All threads subtract the same whole second, so that the difference keeps its precision. */
let originMs = Math.floor(performance.timeOrigin / 1000) * 1000;

/** Workers take over the main thread's origin before they read the clock. */
export function alignClock(mainOriginMs: number): void {
  originMs = mainOriginMs;
}

export function clockOriginMs(): number {
  return originMs;
}
