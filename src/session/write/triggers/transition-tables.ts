/**
 * REFERENCING OLD TABLE AS o NEW TABLE AS n: the rows that a statement wrote, before and after, as
 * tables of the functions of its AFTER triggers.
 */
import type { TableDefinition } from '../../../catalog/table.ts';
import {
  hasTransitions,
  type TriggerEvent,
  type TriggerRecord,
} from '../../../catalog/trigger-records.ts';
import type { FactTable } from '../../../plan/planner.ts';
import type { Row, TriggerRow } from './fire-trigger.ts';

interface Written {
  readonly before: Row[];
  readonly after: Row[];
}

export class TransitionTables {
  readonly #table: TableDefinition;
  readonly #written = new Map<TriggerEvent, Written>();

  /** `events`: those of which some trigger wants the rows. */
  constructor(table: TableDefinition, events: readonly TriggerEvent[]) {
    this.#table = table;
    for (const event of events) this.#written.set(event, { before: [], after: [] });
  }

  wants(event: TriggerEvent): boolean {
    return this.#written.has(event);
  }

  add(event: TriggerEvent, { before, after }: TriggerRow): void {
    const written = this.#written.get(event);
    if (before !== undefined) written?.before.push(before);
    if (after !== undefined) written?.after.push(after);
  }

  /** By the names that the trigger gives; undefined: it gives none. */
  of(event: TriggerEvent, trigger: TriggerRecord): ReadonlyMap<string, FactTable> | undefined {
    const written = this.#written.get(event);
    if (written === undefined || !hasTransitions(trigger)) return undefined;
    const { oldTable, newTable } = trigger;
    const tables = new Map<string, FactTable>();
    if (oldTable !== undefined) tables.set(oldTable, this.#asTable(oldTable, written.before));
    if (newTable !== undefined) tables.set(newTable, this.#asTable(newTable, written.after));
    return tables;
  }

  #asTable(name: string, rows: readonly Row[]): FactTable {
    const { columns } = this.#table;
    return { oid: 0, schema: '', name, columns, rowCount: () => rows.length, rows };
  }
}
