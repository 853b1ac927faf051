/**
 * A query that begins on the calling thread and moves to a worker when it takes long.
 *
 *     LocalRun ──a pull beyond the slice, no row sent──▶ TakesLong ──▶ RemoteRun, from the start
 *
 * Only for plans without volatile functions: what was computed is thrown away.
 */
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import type { Chunk, QueryReport, QueryRun, RunProgress } from './execution.ts';
import { TakesLong, type LocalRun } from './local-run.ts';

export class MovingRun implements QueryRun {
  readonly #startRemote: () => QueryRun;
  #run: QueryRun;
  #movedNs: number | undefined;

  constructor(local: LocalRun, startRemote: () => QueryRun) {
    this.#run = local;
    this.#startRemote = startRemote;
  }

  async next(rowsMax: number): Promise<Chunk | undefined> {
    try {
      return await this.#run.next(rowsMax);
    } catch (error) {
      if (!(error instanceof TakesLong)) throw error;
      this.#movedNs = clockNs();
      this.#run = this.#startRemote();
      return this.#run.next(rowsMax);
    }
  }

  get liveRows(): QueryRun['liveRows'] {
    return this.#run.liveRows;
  }

  progress(): Promise<RunProgress> {
    return this.#run.progress();
  }

  cancel(reason: CloseReason, message: string): void {
    this.#run.cancel(reason, message);
  }

  async close(reason: CloseReason): Promise<QueryReport> {
    const report = await this.#run.close(reason);
    return this.#movedNs === undefined ? report : { ...report, movedNs: this.#movedNs };
  }
}
