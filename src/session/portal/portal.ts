/** A bound statement: parameters, result formats, and the rows still to come. */
import { SqlError } from '../../errors/sql-error.ts';
import type { CloseReason } from '../../trace/node-statistics.ts';
import type { QueryTrace } from '../../trace/query-trace.ts';
import type { Datum } from '../../types/datum.ts';
import type { PortalRows } from './portal-rows.ts';
import type { RowIdentities } from './row-identities.ts';
import type { Prepared } from '../statement/prepared.ts';
import type { RunningQuery } from '../statement/query-runner.ts';

/** What DECLARE said of a cursor. */
export interface CursorFacts {
  readonly holds: boolean;
  readonly isBinary: boolean;
  readonly scrolls: boolean;
}

export interface PortalStart {
  readonly name: string;
  readonly prepared: Prepared;
  readonly parameters: readonly (Datum | null)[];
  readonly formats: readonly number[];
  readonly cursor?: CursorFacts;
}

let lastSerial = 0;

/** A number for whatever comes and goes in order: portals, savepoints. */
export function nextSerial(): number {
  lastSerial += 1;
  return lastSerial;
}

export class Portal {
  readonly name: string;
  readonly prepared: Prepared;
  /** What the client gave. */
  readonly given: readonly (Datum | null)[];
  readonly formats: readonly number[];
  readonly cursor: CursorFacts | undefined;
  readonly createdMicros = BigInt(Date.now()) * 1000n;
  /** Portals that are younger than a savepoint end with it. */
  readonly serial = nextSerial();
  /** The query of a SELECT, from the first Execute or DECLARE on. */
  running: RunningQuery | undefined;
  /** Set by the first Execute of a statement that returns rows. */
  rows: PortalRows | undefined;
  /** Of a cursor that locks its rows. */
  identities: RowIdentities | undefined;
  /** Command tag before the number of rows; without one when it has no number. */
  tag: ((rows: number) => string) | undefined;
  /** The transaction that made a WITH HOLD cursor is committed. */
  isHeld = false;
  /** A statement without rows ran, or one with rows failed: later Executes raise 55000. */
  isSpent = false;

  constructor({ name, prepared, parameters, formats, cursor }: PortalStart) {
    this.name = name;
    this.prepared = prepared;
    this.given = parameters;
    this.formats = formats;
    this.cursor = cursor;
  }

  /** Of the plan. */
  get parameters(): readonly (Datum | null)[] {
    const { literals } = this.prepared;
    return literals.length > 0 ? literals : this.given;
  }

  /** Errors: 55000. */
  checkRunnable(): void {
    if (!this.isSpent) return;
    const message = `portal "${this.name}" cannot be run`;
    throw new SqlError('object_not_in_prerequisite_state', message);
  }

  /** All rows are kept: the query is let go. */
  async release(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.close('exhausted', undefined);
  }

  async close(reason: CloseReason, trace?: QueryTrace): Promise<void> {
    const { running } = this;
    this.running = undefined;
    this.isSpent = true;
    await running?.close(running.exhausted ? 'exhausted' : reason, trace);
  }
}
