/**
 * Plans of queries over the catalog, shared by all sessions: a driver asks the same ones on every
 * connection that it opens. And those of what sessions ask themselves, about keys say, whose names
 * are whole. The plan used longest ago leaves first.
 */
import { childrenOf, type PhysicalPlan, type PlanNode } from '../../plan/physical.ts';
import { isKeepable } from './kept-texts.ts';
import type { KeptPlan } from './kept-plan.ts';
import { RecentTexts } from './recent-texts.ts';

const limits = { countMax: 256, lengthMax: 1_048_576 };
const catalogNames = /pg_|information_schema/i;

/** Whether a statement may be one whose plan is shared; saves the others the making of a key. */
export function mayNameCatalog(text: string): boolean {
  return catalogNames.test(text) && isKeepable(text);
}

export class SharedPlans {
  readonly #plans = new RecentTexts<KeptPlan>(limits);

  find(key: string): KeptPlan | undefined {
    return this.#plans.find(key);
  }

  /**
   * Keeps a plan that reads the catalog or is internal, and says whether it does; others are those
   * of who prepared them.
   */
  keep(key: string, kept: KeptPlan, isInternal: boolean): boolean {
    const { planned } = kept;
    if (planned.kind !== 'query' || planned.locks !== undefined) return false;
    if (planned.earlier !== undefined || planned.constantError !== undefined) return false;
    if (!isInternal && !readsFacts(planned.plan)) return false;
    this.#plans.keep(key, kept);
    return true;
  }
}

function readsFacts({ root, subplans }: PhysicalPlan): boolean {
  const reads = (node: PlanNode): boolean =>
    node.kind === 'FactScanExec' || childrenOf(node).some(reads);
  return [root, ...subplans.map(({ plan }) => plan)].some(reads);
}
