/** A table's triggers that a statement fires, by when they are. */
import type { Store, TableDefinition } from '../../../catalog/table.ts';
import {
  triggersOf,
  type TriggerEvent,
  type TriggerRecord,
} from '../../../catalog/trigger-records.ts';
import type { SqlSession } from '../../sql-session.ts';

export interface Fired {
  readonly table: TableDefinition;
  readonly event: TriggerEvent;
  /** Of UPDATE: positions of the columns that it sets. */
  readonly assigned?: readonly number[] | undefined;
}

export interface FiredTriggers {
  readonly beforeStatement: readonly TriggerRecord[];
  readonly beforeRow: readonly TriggerRecord[];
  readonly afterRow: readonly TriggerRecord[];
  readonly afterStatement: readonly TriggerRecord[];
}

/** By name, as PostgreSQL fires them; undefined: there are none. */
export function firedTriggers(session: SqlSession, fired: Fired): FiredTriggers | undefined {
  const { table, event } = fired;
  const replica = session.settings.get('session_replication_role') === 'replica';
  const isEnabled = ({ enabled }: TriggerRecord): boolean =>
    enabled === 'A' || enabled === (replica ? 'R' : 'O');
  const all = allTriggers(session)
    .filter((trigger) => trigger.table === table.oid && trigger.events.includes(event))
    .filter((trigger) => isEnabled(trigger) && setsOne(trigger, fired))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (all.length === 0) return undefined;
  const of = (timing: TriggerRecord['timing'], level: TriggerRecord['level']) =>
    all.filter((trigger) => trigger.timing === timing && trigger.level === level);
  return {
    beforeStatement: of('before', 'statement'),
    beforeRow: of('before', 'row'),
    afterRow: of('after', 'row'),
    afterStatement: of('after', 'statement'),
  };
}

/** Every write asks: they are kept as long as definitions stay. */
const kept = new WeakMap<
  Store,
  { readonly version: number; readonly all: readonly TriggerRecord[] }
>();

function allTriggers({
  environment: { store },
  transaction,
}: SqlSession): readonly TriggerRecord[] {
  const { storeTransaction } = transaction;
  if (storeTransaction?.redefines === true) return triggersOf(store.records(storeTransaction));
  const known = kept.get(store);
  const version = store.definitionVersion;
  if (known?.version === version) return known.all;
  const all = triggersOf(store.records(storeTransaction));
  kept.set(store, { version, all });
  return all;
}

/** UPDATE OF wants one of its columns set. */
function setsOne({ columns, events }: TriggerRecord, { table, event, assigned }: Fired): boolean {
  if (event !== 'update' || columns.length === 0) return true;
  if (!events.includes('update') || assigned === undefined) return true;
  return assigned.some((position) => columns.includes(table.columns[position]?.name ?? ''));
}
