/**
 * A query on the calling thread, in slices below 10 ms. Nothing runs ahead: each `next` works
 * until there is a chunk.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { Chunk, QueryReport, QueryRun, RunProgress } from './execution.ts';
import type { LiveRows } from './live-rows.ts';
import { QueryDriver, type DriverServices, type DriverStart } from './query-driver.ts';
import { LoopTurns } from './loop-turns.ts';
import { raiseStop } from './stop-flag.ts';

const sliceNs = 6e6;
/** A query that worked so long before its first row gives up, if it may. */
const patienceNs = 8e6;
/** What counts between two pulls: more was the machine's, which let others work. */
const gapNsMax = 1e6;

/** The query takes longer than this thread has time for; it has sent nothing. */
export class TakesLong extends Error {}

/** What a query on the calling thread gets from it. */
export interface LocalServices extends Pick<DriverServices, 'segments'> {
  /** Whether the query may end with TakesLong. */
  readonly givesUp: boolean;
}

export interface LocalRunOptions {
  readonly stopCell: number;
  /** The stop cell is no longer used. */
  readonly released: () => void;
  readonly liveRows?: LiveRows | undefined;
  readonly turns?: LoopTurns | undefined;
}

export class LocalRun implements QueryRun {
  readonly #driver: QueryDriver;
  readonly #stopCell: number;
  readonly #chunks = new ChunkQueue();
  readonly #turns: LoopTurns;
  readonly #released: () => void;
  #workedNs = 0;
  #checkedNs = 0;
  #givesUp: boolean;
  #owedCredit = 0;
  #error: unknown;
  #report: QueryReport | undefined;
  #progress: RunProgress | undefined;
  readonly liveRows: LiveRows | undefined;

  constructor(start: DriverStart, { segments, givesUp }: LocalServices, options: LocalRunOptions) {
    this.#stopCell = options.stopCell;
    this.#released = options.released;
    this.liveRows = options.liveRows;
    this.#turns = options.turns ?? new LoopTurns();
    this.#givesUp = givesUp;
    const giveWay = givesUp ? () => this.#checkTime() : undefined;
    const services = { segments, giveWay, parallel: undefined };
    this.#driver = new QueryDriver(start, services, {
      chunk: (chunk) => this.#take(chunk),
      paused: (progress) => (this.#progress = progress),
      end: (report, error) => this.#end(report, error),
    });
  }

  #checkTime(): number {
    if (!this.#givesUp) return 0;
    const now = clockNs();
    this.#workedNs += Math.min(gapNsMax, now - this.#checkedNs);
    this.#checkedNs = now;
    if (this.#workedNs > patienceNs) throw new TakesLong();
    return 0;
  }

  #take(chunk: Chunk): void {
    this.#givesUp = false;
    this.#chunks.push(chunk);
  }

  #end(report: QueryReport, error: unknown): void {
    this.#report = report;
    this.#error ??= error;
    this.#released();
  }

  async next(rowsMax: number): Promise<Chunk | undefined> {
    const turn = this.#turns.next();
    if (turn !== undefined) await turn;
    this.#driver.resume();
    this.#driver.credit(this.#owedCredit);
    this.#owedCredit = 0;
    this.#driver.allow(this.#chunks.want(rowsMax));
    while (this.#chunks.isEmpty && this.#error === undefined && this.#report === undefined) {
      const now = clockNs();
      this.#checkedNs = now;
      if (this.#driver.step(now + sliceNs) === 'more' && this.#chunks.isEmpty) await immediate();
    }
    const chunk = this.#chunks.take(rowsMax);
    if (chunk !== undefined) {
      this.#owedCredit = chunk.kind === 'rows' ? chunk.bytes.length : 1;
      return chunk;
    }
    if (this.#error !== undefined) throw this.#error;
    return undefined;
  }

  progress(): Promise<RunProgress> {
    return Promise.resolve(must(this.#report ?? this.#progress, 'counters of a paused query'));
  }

  cancel(reason: CloseReason, message: string): void {
    if (this.#report !== undefined) return;
    this.#error ??= new SqlError('query_canceled', message);
    this.#chunks.clear();
    raiseStop(this.#stopCell, reason);
  }

  close(reason: CloseReason): Promise<QueryReport> {
    if (this.#report === undefined) this.#driver.close(reason);
    this.#chunks.clear();
    return Promise.resolve(must(this.#report, 'a report: nobody closes a query from within'));
  }
}
