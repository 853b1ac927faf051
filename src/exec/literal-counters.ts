/**
 * Counters of the nodes behind literal rows, as the instrumented wrapper would count them: the node
 * that makes the rows, and the placeholder row below a SELECT list. A batch costs three readings of
 * the clock.
 *
 *     began ─ the placeholder's turn ─▶ read ─ the root's turn ─▶ made(rows)
 */
import type { PlanNode } from '../plan/physical.ts';
import { clockNs, type CloseReason, type NodeStatistics } from '../trace/node-statistics.ts';
import { newStatistics } from './instrument.ts';

export class LiteralCounters {
  readonly #root: NodeStatistics;
  readonly #input: NodeStatistics | undefined;
  #beganNs = 0;
  #readNs = 0;
  #leftNs = 0;
  /** Time in which the reader had its turn. */
  blockedNs = 0;

  constructor(root: PlanNode) {
    this.#root = newStatistics(root.id, 0);
    if (root.kind === 'ProjectionExec') this.#input = newStatistics(root.input.id, 0);
  }

  began(): void {
    this.#beganNs = clockNs();
    begin(this.#root, this.#beganNs);
    if (this.#input !== undefined) begin(this.#input, this.#beganNs);
  }

  read(): void {
    this.#readNs = clockNs();
  }

  /** A batch is there. `heldBytes`: memory of the node that made it. */
  made(rowCount: number, heldBytes: number): void {
    const [root, input, beganNs, readNs] = [this.#root, this.#input, this.#beganNs, this.#readNs];
    const endNs = clockNs();
    countBatch(root, { rowCount, beganNs, endNs });
    root.selfNs += endNs - (input === undefined ? beganNs : readNs);
    root.peakBytes = Math.max(root.peakBytes, heldBytes);
    if (input === undefined) return;
    countBatch(input, { rowCount, beganNs, endNs: readNs });
    input.selfNs += readNs - beganNs;
  }

  /** The reader's turn begins. */
  left(): void {
    this.#leftNs = clockNs();
  }

  resumed(): void {
    if (this.#leftNs > 0) this.blockedNs += clockNs() - this.#leftNs;
    this.#leftNs = 0;
  }

  failed(): void {
    this.#root.closeReason = 'error';
  }

  /** `isWhole`: all rows were made. */
  closed(reason: CloseReason, isWhole: boolean): void {
    const own = reason === 'error' ? 'limit' : reason;
    for (const node of this.#all) {
      if (node.closeReason === 'open') node.closeReason = isWhole ? reason : own;
    }
  }

  get #all(): readonly NodeStatistics[] {
    const nodes = this.#input === undefined ? [this.#root] : [this.#root, this.#input];
    return nodes.filter(({ loops }) => loops > 0);
  }

  /** As they are now; counting goes on. */
  get now(): readonly NodeStatistics[] {
    return this.#all.map((node) => ({ ...node }));
  }

  /** Rows of a node so far; undefined: it was not started. */
  of(nodeId: number): number | undefined {
    return this.#all.find((node) => node.nodeId === nodeId)?.rows;
  }
}

interface CountedBatch {
  readonly rowCount: number;
  readonly beganNs: number;
  readonly endNs: number;
}

function begin(node: NodeStatistics, nowNs: number): void {
  node.loops = 1;
  if (node.firstPullNs === 0) node.firstPullNs = nowNs;
}

function countBatch(node: NodeStatistics, { rowCount, beganNs, endNs }: CountedBatch): void {
  node.batches += 1;
  node.rows += rowCount;
  node.busyNs += endNs - beganNs;
  if (node.firstRowNs === 0 && rowCount > 0) node.firstRowNs = endNs;
  node.lastNs = endNs;
}
