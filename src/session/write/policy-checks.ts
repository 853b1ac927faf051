/**
 * Rows that are written, against the policies of their table: a plan says of each whether the
 * conditions hold. Their subqueries see what there was when the statement began.
 */
import type { TableDefinition } from '../../catalog/table.ts';
import type { Batch } from '../../columns/batch.ts';
import { columnReader } from '../../columns/read.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { PhysicalPlan } from '../../plan/physical.ts';
import type { PolicyMoment, RowPolicies, WritePolicies } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { planRows } from '../statement/internal-query.ts';
import { takeSnapshots, type PlanSnapshots } from '../statement/query-runner.ts';
import type { SqlSession } from '../sql-session.ts';

type Row = readonly (Datum | null)[];

interface Check {
  readonly policies: RowPolicies<PhysicalPlan>;
  readonly snapshots: PlanSnapshots;
}

export class PolicyChecks {
  readonly #session: SqlSession;
  readonly #table: TableDefinition;
  readonly #parameters: Row;
  readonly #checks = new Map<string, Check>();

  constructor(
    session: SqlSession,
    table: TableDefinition,
    asked: { readonly policies: WritePolicies<PhysicalPlan>; readonly parameters: Row },
  ) {
    this.#session = session;
    this.#table = table;
    this.#parameters = asked.parameters;
    session.transaction.takeSnapshot();
    for (const [moment, policies] of Object.entries(asked.policies)) {
      const snapshots = takeSnapshots(session, policies.plan);
      this.#checks.set(moment, { policies, snapshots });
    }
  }

  /** `batch` has the table's columns from the places on that `columns` gives. Errors: 42501. */
  async check(
    moment: PolicyMoment,
    batch: Batch,
    column: (position: number) => number = (position) => position,
  ): Promise<void> {
    if (batch.rowCount === 0 || !this.#checks.has(moment)) return;
    const readers = this.#table.columns.map((_, at) => columnReader(batch.column(column(at))));
    const rows = Array.from({ length: batch.rowCount }, (_, row) =>
      readers.map((read) => read(row)),
    );
    await this.checkRows(moment, rows);
  }

  /** Errors: 42501 for the first row for which a condition does not hold. */
  async checkRows(moment: PolicyMoment, rows: readonly Row[]): Promise<void> {
    const found = this.#checks.get(moment);
    if (found === undefined || rows.length === 0) return;
    const { policies, snapshots } = found;
    policies.rows.length = 0;
    for (const [place, row] of rows.entries()) policies.rows.push([BigInt(place), ...row]);
    const answers = await planRows(this.#session, policies.plan, this.#parameters, {
      snapshots: { byTable: snapshots.byTable, release: () => undefined },
    });
    const faults = answers.flatMap(([place, ...holds]) => {
      const at = holds.findIndex((each) => each !== true);
      return at < 0 ? [] : [{ place: Number(place), message: policies.messages[at] ?? '' }];
    });
    const [first] = faults.toSorted((a, b) => a.place - b.place);
    if (first !== undefined) throw new SqlError('insufficient_privilege', first.message);
  }

  free(): void {
    for (const { snapshots } of this.#checks.values()) snapshots.release();
  }
}
