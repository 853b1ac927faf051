/** A plan, and whether it is what planning would give now. */
import type { PlannedStatement } from '../../plan/planner.ts';
import type { SqlSession } from '../sql-session.ts';

/** A plan, and what it was made from. */
export interface KeptPlan {
  readonly planned: PlannedStatement;
  readonly definitionVersion: number;
  readonly settingsKey: string;
  /** Rows of the stored tables when the plan was made. */
  readonly sizes: ReadonlyMap<number, number>;
}

/** Tables that grow or shrink by more than this factor, and these rows, are planned anew. */
const growthMax = 2;
const fewRows = 1000;

export function isCurrent(kept: KeptPlan, session: SqlSession): boolean {
  return (
    kept.definitionVersion === session.environment.store.definitionVersion &&
    kept.settingsKey === session.planSettingsKey() &&
    hasSimilarSizes(kept, session)
  );
}

function hasSimilarSizes({ sizes }: KeptPlan, { environment }: SqlSession): boolean {
  for (const [oid, before] of sizes) {
    const now = environment.store.tableByOid(oid, undefined)?.rowCount ?? before;
    if (now > before * growthMax + fewRows || before > now * growthMax + fewRows) return false;
  }
  return true;
}
