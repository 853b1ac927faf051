/** Triggers of tables. */
import type { AccessRecord } from './access-records.ts';

/** Of the type that a trigger's function returns. */
export const triggerOid = 2279;

export type TriggerEvent = 'insert' | 'delete' | 'update';

export interface TriggerRecord {
  readonly kind: 'trigger';
  /** The OID as text. */
  readonly key: string;
  readonly oid: number;
  /** OIDs of its table and of its function. */
  readonly table: number;
  readonly routine: number;
  readonly name: string;
  readonly timing: 'before' | 'after';
  readonly level: 'row' | 'statement';
  readonly events: readonly TriggerEvent[];
  /** UPDATE OF: names of columns in the order given; empty: any. */
  readonly columns: readonly string[];
  /** WHEN, over `old` and `new`, and the columns that it names. */
  readonly when?: { readonly sql: string; readonly columns: readonly string[] };
  readonly args: readonly string[];
  /** REFERENCING: what its function calls the rows that the statement wrote. */
  readonly oldTable?: string;
  readonly newTable?: string;
  /** As pg_trigger.tgenabled. */
  readonly enabled: 'O' | 'D' | 'A' | 'R';
}

/** It sees all rows of the statement. */
export function hasTransitions({ oldTable, newTable }: TriggerRecord): boolean {
  return (oldTable ?? newTable) !== undefined;
}

export function triggersOf(records: readonly AccessRecord[]): readonly TriggerRecord[] {
  return records.filter((record) => record.kind === 'trigger');
}

const eventBits: Readonly<Record<TriggerEvent, number>> = { insert: 4, delete: 8, update: 16 };

/** As pg_trigger.tgtype. */
export function triggerType({ level, timing, events }: TriggerRecord): number {
  const base = (level === 'row' ? 1 : 0) + (timing === 'before' ? 2 : 0);
  return events.reduce((type, event) => type | eventBits[event], base);
}
