/**
 * Plans of queries over the catalog, shared by all sessions: a driver asks the same ones on every
 * connection that it opens. The plan used longest ago leaves first.
 */
import { childrenOf, type PhysicalPlan, type PlanNode } from '../../plan/physical.ts';
import { isKeepable } from './kept-texts.ts';
import type { KeptPlan } from './prepared.ts';

const plansMax = 256;
const catalogNames = /pg_|information_schema/i;

/** Whether a statement may be one whose plan is shared; saves the others the making of a key. */
export function mayNameCatalog(text: string): boolean {
  return catalogNames.test(text) && isKeepable(text);
}

export class SharedPlans {
  readonly #plans = new Map<string, KeptPlan>();

  find(key: string): KeptPlan | undefined {
    const found = this.#plans.get(key);
    if (found === undefined) return undefined;
    this.#plans.delete(key);
    this.#plans.set(key, found);
    return found;
  }

  /** Keeps a plan that reads the catalog; others belong to those who prepared them. */
  keep(key: string, kept: KeptPlan): void {
    const { planned } = kept;
    if (planned.kind !== 'query' || planned.locks !== undefined) return;
    if (planned.earlier !== undefined || planned.constantError !== undefined) return;
    if (!readsFacts(planned.plan)) return;
    this.#plans.set(key, kept);
    if (this.#plans.size <= plansMax) return;
    for (const oldest of this.#plans.keys()) {
      this.#plans.delete(oldest);
      break;
    }
  }
}

function readsFacts({ root, subplans }: PhysicalPlan): boolean {
  const reads = (node: PlanNode): boolean =>
    node.kind === 'FactScanExec' || childrenOf(node).some(reads);
  return [root, ...subplans.map(({ plan }) => plan)].some(reads);
}
