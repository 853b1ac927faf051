/**
 * Rows that each node of a running query has given so far, for who looks while it runs: numbers in
 * memory that all threads see, one per node and thread. A thread writes only its own.
 */
import { helpersMax } from './fragment-control.ts';
import { childrenOf, type PhysicalPlan, type PlanNode } from '../plan/physical.ts';

export class LiveRows {
  readonly share: LiveRowsShare;
  readonly #numbers: Float64Array;

  constructor(nodeCount: number) {
    const buffer = new SharedArrayBuffer(nodeCount * (helpersMax + 1) * 8);
    this.share = { buffer, nodeCount };
    this.#numbers = new Float64Array(buffer);
  }

  /** Undefined: the node was not started. */
  of(nodeId: number): number | undefined {
    let found: number | undefined;
    for (let at = nodeId; at < this.#numbers.length; at += this.share.nodeCount) {
      const number = this.#numbers[at] ?? 0;
      if (number > 0) found = (found ?? 0) + number - 1;
    }
    return found;
  }
}

/** What threads get: plain data. */
export interface LiveRowsShare {
  readonly buffer: SharedArrayBuffer;
  readonly nodeCount: number;
}

/** A node's number on one thread: its rows and one, so that 0 says that it was not started. */
export class LiveCell {
  readonly #numbers: Float64Array;
  readonly #at: number;

  constructor({ buffer, nodeCount }: LiveRowsShare, nodeId: number, partition: number) {
    this.#numbers = new Float64Array(buffer);
    this.#at = partition * nodeCount + nodeId;
  }

  tell(rows: number): void {
    this.#numbers[this.#at] = rows + 1;
  }
}

/** Nodes are numbered from 0 over the plan and its subplans. */
export function nodeCountOf(plan: Pick<PhysicalPlan, 'root' | 'subplans'>): number {
  let most = 0;
  const visit = (node: PlanNode): void => {
    most = Math.max(most, node.id);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(plan.root);
  for (const subplan of plan.subplans) visit(subplan.plan);
  return most + 1;
}
