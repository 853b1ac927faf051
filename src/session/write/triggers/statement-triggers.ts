/**
 * Triggers of one writing statement.
 *
 *     BEFORE STATEMENT ─▶ each row: BEFORE ROW ─▶ written ─▶ … ─▶ AFTER ROW of all ─▶ AFTER STATEMENT
 *
 * Rows that AFTER triggers are to see are kept until the statement is over.
 */
import type { TriggerRecord } from '../../../catalog/trigger-records.ts';
import { Budget } from '../../../memory/arena.ts';
import { pageBytes } from '../../../memory/heap.ts';
import type { SqlSession } from '../../sql-session.ts';
import { fireTrigger, type Row, type TriggerRow } from './fire-trigger.ts';
import { firedTriggers, type Fired, type FiredTriggers } from './fired-triggers.ts';
import { TriggerCondition } from './trigger-condition.ts';

const valuesPerPage = pageBytes / 64;

export class StatementTriggers {
  readonly #session: SqlSession;
  readonly #fired: Fired;
  readonly #triggers: FiredTriggers;
  readonly #conditions = new Map<TriggerRecord, TriggerCondition | undefined>();
  readonly #after: { readonly trigger: TriggerRecord; readonly row: TriggerRow }[] = [];
  readonly #budget: Budget;
  #values = 0;

  private constructor(session: SqlSession, fired: Fired, triggers: FiredTriggers) {
    this.#session = session;
    this.#fired = fired;
    this.#triggers = triggers;
    this.#budget = new Budget(session.environment.queryMemoryBytesMax);
  }

  /** undefined: the statement fires none. */
  static of(session: SqlSession, fired: Fired): StatementTriggers | undefined {
    const triggers = firedTriggers(session, fired);
    return triggers && new StatementTriggers(session, fired, triggers);
  }

  /** Rows are looked at one by one. */
  get wantsRows(): boolean {
    return this.#triggers.beforeRow.length + this.#triggers.afterRow.length > 0;
  }

  get isBeforeStatement(): boolean {
    return this.#triggers.beforeStatement.length > 0;
  }

  async beforeStatement(): Promise<void> {
    for (const trigger of this.#triggers.beforeStatement) await this.#fire(trigger, undefined);
  }

  /** The row as it is to be written, of DELETE as it was; undefined: it is left out. */
  async beforeRow(row: TriggerRow): Promise<Row | undefined> {
    let { after } = row;
    for (const trigger of this.#triggers.beforeRow) {
      const now = { before: row.before, after };
      if (!this.#holds(trigger, now)) continue;
      const returned = await this.#fire(trigger, now);
      if (returned === undefined) return undefined;
      if (after !== undefined) after = returned;
    }
    return after ?? row.before;
  }

  /** A row that was written. Errors: 53200. */
  written(row: TriggerRow): void {
    for (const trigger of this.#triggers.afterRow) {
      if (!this.#holds(trigger, row)) continue;
      this.#after.push({ trigger, row });
      this.#values += (row.before?.length ?? 0) + (row.after?.length ?? 0) + 1;
      for (; this.#values >= valuesPerPage; this.#values -= valuesPerPage) {
        this.#budget.take(pageBytes);
      }
    }
  }

  /** The statement is over. */
  async afterStatement(): Promise<void> {
    for (const { trigger, row } of this.#after) await this.#fire(trigger, row);
    for (const trigger of this.#triggers.afterStatement) await this.#fire(trigger, undefined);
  }

  #fire(trigger: TriggerRecord, row: TriggerRow | undefined): Promise<Row | undefined> {
    const { table, event } = this.#fired;
    return fireTrigger(this.#session, { table, event, trigger, row });
  }

  #holds(trigger: TriggerRecord, row: TriggerRow): boolean {
    if (trigger.when === undefined) return true;
    let condition = this.#conditions.get(trigger);
    if (condition === undefined) {
      condition = TriggerCondition.of(this.#session, this.#fired.table, trigger);
      this.#conditions.set(trigger, condition);
    }
    return condition?.holds(row) !== false;
  }
}
