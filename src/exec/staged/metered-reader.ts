/** Readers of rows, and what is counted while they are read. */
import type { FactRows } from '../../plan/planner.ts';
import { clockNs, type NodeStatistics } from '../../trace/node-statistics.ts';
import type { StagedQuery } from './staged-query.ts';

export interface RowReader {
  /** At most `max` rows, none perhaps; undefined: there are no more. */
  next(max: number): Promise<FactRows | undefined>;
  /** The reader needs no more. */
  close(): Promise<void>;
}

/** Counts rows and time; those of the nodes that no operator runs are the node's. */
export class MeteredReader implements RowReader {
  readonly #query: StagedQuery;
  readonly #reader: RowReader;
  readonly #meter: NodeStatistics | undefined;

  /** `meter`: of the node, where no operator counts for it. */
  constructor(query: StagedQuery, reader: RowReader, meter: NodeStatistics | undefined) {
    this.#query = query;
    this.#reader = reader;
    this.#meter = meter;
    if (meter !== undefined) meter.loops++;
  }

  async next(max: number): Promise<FactRows | undefined> {
    const startNs = clockNs();
    const outerNs = this.#query.innerNs;
    this.#query.innerNs = 0;
    let rows: FactRows | undefined = [];
    try {
      rows = await this.#reader.next(max);
      return rows;
    } finally {
      const endNs = clockNs();
      this.#count(rows, { startNs, endNs });
      this.#query.innerNs = outerNs + endNs - startNs;
    }
  }

  #count(
    rows: FactRows | undefined,
    { startNs, endNs }: { readonly startNs: number; readonly endNs: number },
  ): void {
    const meter = this.#meter;
    if (meter === undefined) return;
    if (meter.firstPullNs === 0) meter.firstPullNs = startNs;
    meter.lastNs = endNs;
    meter.busyNs += endNs - startNs;
    meter.selfNs += Math.max(0, endNs - startNs - this.#query.innerNs);
    if (rows === undefined) meter.closeReason = 'exhausted';
    if (rows === undefined || rows.length === 0) return;
    if (meter.firstRowNs === 0) meter.firstRowNs = endNs;
    meter.rows += rows.length;
    meter.batches++;
  }

  async close(): Promise<void> {
    if (this.#meter?.closeReason === 'open') this.#meter.closeReason = 'limit';
    await this.#reader.close();
  }
}
