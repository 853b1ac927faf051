/** One trigger's function, called for a row or for a statement. */
import type { TableDefinition } from '../../../catalog/table.ts';
import type { TriggerEvent, TriggerRecord } from '../../../catalog/trigger-records.ts';
import { must } from '../../../errors/assert.ts';
import type { FactTable } from '../../../plan/planner.ts';
import type { Datum } from '../../../types/datum.ts';
import { userRoutines } from '../../definition/routine/routine-lookup.ts';
import { runTriggerFunction } from '../../plpgsql/run-trigger.ts';
import { hostOf } from '../../routines/routine-host.ts';
import { asTrigger } from '../../routines/running-function.ts';
import { withinRoutine } from '../../routines/routine-runners.ts';
import type { SqlSession } from '../../sql-session.ts';
import { inFunction } from '../../transaction/in-block.ts';

export type Row = readonly (Datum | null)[];

/** The table's columns before and after; absent where there is no such row. */
export interface TriggerRow {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

export interface Firing {
  readonly table: TableDefinition;
  readonly event: TriggerEvent;
  readonly trigger: TriggerRecord;
  /** undefined: it is fired for the statement. */
  readonly row: TriggerRow | undefined;
  /** Transition tables, by name. */
  readonly relations?: ReadonlyMap<string, FactTable> | undefined;
}

/** The row that the function returned; undefined: NULL. Errors: its own, 42804, 2F005. */
export async function fireTrigger(session: SqlSession, firing: Firing): Promise<Row | undefined> {
  const record = userRoutines(session).find(({ oid }) => oid === firing.trigger.routine);
  const routine = must(record, 'its function');
  const { interrupts } = session;
  const around = interrupts.current;
  let returned: Row | undefined;
  try {
    await withinRoutine(session, routine, () =>
      inFunction(session, async () => {
        await asTrigger(session, async () => {
          returned = await runTriggerFunction(hostOf(session), routine, firing);
        });
      }),
    );
    return returned;
  } finally {
    interrupts.current = around;
  }
}
