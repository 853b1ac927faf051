/** A bound statement: parameters, result formats, and the rows still to come. */
import type { CloseReason } from '../trace/node-statistics.ts';
import type { QueryTrace } from '../trace/query-trace.ts';
import type { Datum } from '../types/datum.ts';
import type { Prepared } from './prepared.ts';
import type { RunningQuery } from './query-runner.ts';

export class Portal {
  readonly name: string;
  readonly prepared: Prepared;
  readonly parameters: readonly (Datum | null)[];
  readonly formats: readonly number[];
  readonly createdMicros = BigInt(Date.now()) * 1000n;
  withHold = false;
  /** Set by the first Execute of a query. */
  running: RunningQuery | undefined;
  /** A statement that is not a query runs once; later Executes fail with 55000. */
  finished = false;

  constructor(
    name: string,
    prepared: Prepared,
    parameters: readonly (Datum | null)[],
    formats: readonly number[],
  ) {
    this.name = name;
    this.prepared = prepared;
    this.parameters = parameters;
    this.formats = formats;
  }

  async close(reason: CloseReason, trace?: QueryTrace): Promise<void> {
    const { running } = this;
    this.running = undefined;
    this.finished = true;
    await running?.close(running.exhausted ? 'exhausted' : reason, trace);
  }
}
