/**
 * ON CONFLICT DO UPDATE with subqueries: pairs of rows go to a plan, which gives the new rows. The
 * subqueries see what there was when the statement began.
 */
import type { PhysicalPlan } from '../../plan/physical.ts';
import type { QueriedUpdate } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { planRows } from '../statement/internal-query.ts';
import { takeSnapshots, type PlanSnapshots } from '../statement/query-runner.ts';
import type { SqlSession } from '../sql-session.ts';

type Row = readonly (Datum | null)[];

export class QueriedPairs {
  readonly #session: SqlSession;
  readonly #update: QueriedUpdate<PhysicalPlan>;
  readonly #parameters: Row;
  readonly #snapshots: PlanSnapshots;

  constructor(session: SqlSession, update: QueriedUpdate<PhysicalPlan>, parameters: Row) {
    this.#session = session;
    this.#update = update;
    this.#parameters = parameters;
    session.transaction.takeSnapshot();
    this.#snapshots = takeSnapshots(session, update.plan);
  }

  /** The new rows of pairs that WHERE lets through, by place of the pair, in their order. */
  async newRows(
    pairs: readonly (readonly [existing: Row, proposed: Row])[],
  ): Promise<ReadonlyMap<number, Row>> {
    const { plan, pairs: asked } = this.#update;
    asked.length = 0;
    for (const [place, [existing, proposed]] of pairs.entries()) {
      asked.push([BigInt(place), ...existing, ...proposed]);
    }
    const rows = await planRows(this.#session, plan, this.#parameters, {
      snapshots: { ...this.#snapshots, release: () => undefined },
    });
    const chosen = rows
      .filter(([, isChosen]) => isChosen === true)
      .map(([place, , ...row]): [number, Row] => [Number(place), row]);
    return new Map(chosen.toSorted(([a], [b]) => a - b));
  }

  free(): void {
    this.#snapshots.release();
  }
}
