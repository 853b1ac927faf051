/**
 * Triggers of one writing statement.
 *
 *     BEFORE STATEMENT ─▶ each row: BEFORE ROW ─▶ written ─▶ … ─▶ AFTER ROW of all ─▶ AFTER STATEMENT
 *
 * Rows that AFTER triggers are to see are kept until the statement is over.
 */
import type { TableDefinition } from '../../../catalog/table.ts';
import {
  hasTransitions,
  type TriggerEvent,
  type TriggerRecord,
} from '../../../catalog/trigger-records.ts';
import { Budget } from '../../../memory/arena.ts';
import { pageBytes } from '../../../memory/heap.ts';
import type { SqlSession } from '../../sql-session.ts';
import { fireTrigger, type Row, type TriggerRow } from './fire-trigger.ts';
import { firedTriggers, type FiredTriggers } from './fired-triggers.ts';
import { TransitionTables } from './transition-tables.ts';
import { TriggerCondition } from './trigger-condition.ts';

const valuesPerPage = pageBytes / 64;

/** What the statement may do to rows; of UPDATE the columns that it sets. */
export interface StatementEvents {
  readonly table: TableDefinition;
  readonly events: readonly TriggerEvent[];
  readonly assigned?: readonly number[] | undefined;
}

interface Queued {
  readonly event: TriggerEvent;
  readonly trigger: TriggerRecord;
  readonly row: TriggerRow;
}

export class StatementTriggers {
  readonly #session: SqlSession;
  readonly #table: TableDefinition;
  readonly #triggers: ReadonlyMap<TriggerEvent, FiredTriggers>;
  readonly #conditions = new Map<TriggerRecord, TriggerCondition | undefined>();
  readonly #after: Queued[] = [];
  readonly #transitions: TransitionTables;
  readonly #budget: Budget;
  #values = 0;

  private constructor(
    session: SqlSession,
    table: TableDefinition,
    triggers: ReadonlyMap<TriggerEvent, FiredTriggers>,
  ) {
    this.#session = session;
    this.#table = table;
    this.#triggers = triggers;
    const events = [...triggers].filter(([, { afterRow, afterStatement }]) =>
      [...afterRow, ...afterStatement].some(hasTransitions),
    );
    this.#transitions = new TransitionTables(
      table,
      events.map(([event]) => event),
    );
    this.#budget = new Budget(session.environment.queryMemoryBytesMax);
  }

  /** undefined: the statement fires none. */
  static of(
    session: SqlSession,
    { table, events, assigned }: StatementEvents,
  ): StatementTriggers | undefined {
    const triggers = new Map<TriggerEvent, FiredTriggers>();
    for (const event of events) {
      const fired = firedTriggers(session, { table, event, assigned });
      if (fired !== undefined) triggers.set(event, fired);
    }
    return triggers.size === 0 ? undefined : new StatementTriggers(session, table, triggers);
  }

  get #all(): readonly FiredTriggers[] {
    return [...this.#triggers.values()];
  }

  /** Rows are looked at one by one. */
  get wantsRows(): boolean {
    return [...this.#triggers].some(([event, { beforeRow, afterRow }]) => {
      return beforeRow.length + afterRow.length > 0 || this.#transitions.wants(event);
    });
  }

  /** Some are of UPDATE OF columns. */
  get hasColumns(): boolean {
    return this.#all.some((fired) =>
      Object.values(fired).some((triggers: readonly TriggerRecord[]) =>
        triggers.some(({ columns }) => columns.length > 0),
      ),
    );
  }

  get isBeforeStatement(): boolean {
    return this.#all.some(({ beforeStatement }) => beforeStatement.length > 0);
  }

  async beforeStatement(): Promise<void> {
    for (const event of order) {
      for (const trigger of this.#triggers.get(event)?.beforeStatement ?? []) {
        await this.#fire(event, trigger, undefined);
      }
    }
  }

  /** The row as it is to be written, of DELETE as it was; undefined: it is left out. */
  async beforeRow(event: TriggerEvent, row: TriggerRow): Promise<Row | undefined> {
    let { after } = row;
    for (const trigger of this.#triggers.get(event)?.beforeRow ?? []) {
      const now = { before: row.before, after };
      if (!this.#holds(trigger, now)) continue;
      const returned = await this.#fire(event, trigger, now);
      if (returned === undefined) return undefined;
      if (after !== undefined) after = returned;
    }
    return after ?? row.before;
  }

  /** A row that was written. Errors: 53200. */
  written(event: TriggerEvent, row: TriggerRow): void {
    if (this.#transitions.wants(event)) {
      this.#transitions.add(event, row);
      this.#keep(row);
    }
    for (const trigger of this.#triggers.get(event)?.afterRow ?? []) {
      if (!this.#holds(trigger, row)) continue;
      this.#after.push({ event, trigger, row });
      this.#keep(row);
    }
  }

  #keep({ before, after }: TriggerRow): void {
    this.#values += (before?.length ?? 0) + (after?.length ?? 0) + 1;
    for (; this.#values >= valuesPerPage; this.#values -= valuesPerPage) {
      this.#budget.take(pageBytes);
    }
  }

  /** The statement is over. */
  async afterStatement(): Promise<void> {
    for (const { event, trigger, row } of this.#after) await this.#fire(event, trigger, row);
    for (const event of order.toReversed()) {
      for (const trigger of this.#triggers.get(event)?.afterStatement ?? []) {
        await this.#fire(event, trigger, undefined);
      }
    }
  }

  #fire(
    event: TriggerEvent,
    trigger: TriggerRecord,
    row: TriggerRow | undefined,
  ): Promise<Row | undefined> {
    const relations = this.#transitions.of(event, trigger);
    return fireTrigger(this.#session, { table: this.#table, event, trigger, row, relations });
  }

  #holds(trigger: TriggerRecord, row: TriggerRow): boolean {
    if (trigger.when === undefined) return true;
    let condition = this.#conditions.get(trigger);
    if (condition === undefined) {
      condition = TriggerCondition.of(this.#session, this.#table, trigger);
      this.#conditions.set(trigger, condition);
    }
    return condition?.holds(row) !== false;
  }
}

/** Of a statement that does several: MERGE, ON CONFLICT DO UPDATE. */
const order = ['insert', 'update', 'delete'] as const;
