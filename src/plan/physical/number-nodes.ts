/** Gives every node its preorder number; subplans count on after the root's tree. */
import { SqlError } from '../../errors/sql-error.ts';
import { childKeys, type PlanNode } from '../physical.ts';

/** Nodes of one plan: CTEs that read CTEs several times multiply. */
const nodesMax = 20_000;

export class NodeNumbers {
  #next = 0;

  number(node: PlanNode): PlanNode {
    const id = this.#next;
    this.#next += 1;
    if (this.#next > nodesMax) {
      throw new SqlError('statement_too_complex', 'query plan is too large');
    }
    const copy = { ...node, id } as unknown as Record<string, unknown>;
    for (const key of childKeys[node.kind]) {
      const child = copy[key as string] as PlanNode | readonly PlanNode[];
      copy[key as string] = Array.isArray(child)
        ? child.map((item: PlanNode) => this.number(item))
        : this.number(child as PlanNode);
    }
    return copy as unknown as PlanNode;
  }
}
