/**
 * A query that a worker drives, as the main thread sees it. The worker runs ahead of the reader
 * by `creditBytes` at most; bytes are given back as credit when they are read.
 */
import { SqlError } from '../errors/sql-error.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { Chunk, QueryReport, QueryRun, RunProgress } from './execution.ts';
import type { LiveRows } from './live-rows.ts';
import { LoopTurns } from './loop-turns.ts';
import { raiseStop } from './stop-flag.ts';
import { errorOf, type PlainError } from './thread-error.ts';
import type { ToWorker } from './thread-messages.ts';

/** Credit is sent back in pieces of about this size. */
const creditWorthwhile = 65_536;
/** Smaller pieces of memory are not worth sending back. */
const spareBytesMin = 65_536;

type WithoutQuery<T> = T extends { readonly query: number } ? Omit<T, 'query'> : never;
export type QueryMessage = WithoutQuery<ToWorker>;

export interface RemoteRunOptions {
  readonly startNs: number;
  readonly stopCell: number;
  readonly liveRows: LiveRows | undefined;
  readonly turns: LoopTurns | undefined;
  readonly post: (message: QueryMessage, transfer?: readonly ArrayBuffer[]) => void;
  /** The worker has let go of the query. */
  readonly ended: () => void;
}

export class RemoteRun implements QueryRun {
  readonly #options: RemoteRunOptions;
  readonly liveRows: LiveRows | undefined;
  readonly #chunks = new ChunkQueue();
  readonly #turns: LoopTurns;
  #owedCredit = 0;
  /** Memory that the reader holds, and what it held before. */
  #held: ArrayBuffer | undefined;
  #spares: ArrayBuffer[] = [];
  #error: Error | undefined;
  #report: QueryReport | undefined;
  /** Counters at the last pause; undefined while rows are under way. */
  #progress: RunProgress | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeCloser: (() => void) | undefined;

  constructor(options: RemoteRunOptions) {
    this.#options = options;
    this.liveRows = options.liveRows;
    this.#turns = options.turns ?? new LoopTurns();
  }

  async next(rowsMax: number): Promise<Chunk | undefined> {
    const turn = this.#turns.next();
    if (turn !== undefined) await turn;
    this.#letGo();
    this.#repay(this.#chunks.isEmpty);
    const rows = this.#chunks.want(rowsMax);
    if (rows > 0 && this.#isOpen) {
      this.#progress = undefined;
      this.#options.post({ kind: 'allow', rows });
    }
    while (this.#chunks.isEmpty && this.#isOpen) await this.#arrival();
    const chunk = this.#chunks.take(rowsMax);
    if (chunk !== undefined) {
      this.#owedCredit += chunk.kind === 'rows' ? chunk.bytes.length : 1;
      if (chunk.kind === 'rows') this.#held = chunk.bytes.buffer as ArrayBuffer;
      return chunk;
    }
    if (this.#error !== undefined) throw this.#error;
    return undefined;
  }

  async #arrival(): Promise<void> {
    this.#turns.rest();
    await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    this.#turns.comeBack();
    const turn = this.#turns.begin();
    if (turn !== undefined) await turn;
  }

  get #isOpen(): boolean {
    return this.#error === undefined && this.#report === undefined;
  }

  /** Who asks for a chunk is done with the one before; a part of it may be in the queue still. */
  #letGo(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined || this.#chunks.holds(held)) return;
    if (held.byteLength >= spareBytesMin) this.#spares.push(held);
  }

  #repay(isDry: boolean): void {
    const amount = this.#owedCredit;
    if (amount === 0 || (!isDry && amount < creditWorthwhile) || !this.#isOpen) return;
    this.#owedCredit = 0;
    const spares = this.#spares;
    this.#spares = [];
    this.#options.post({ kind: 'credit', amount, spares }, spares);
  }

  async progress(): Promise<RunProgress> {
    for (;;) {
      const found = this.#report ?? this.#progress;
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#wakeCloser = resolve));
    }
  }

  /** The worker sent the rows that were allowed. */
  paused(progress: RunProgress): void {
    this.#progress = progress;
    this.#wakeCloser?.();
  }

  cancel(reason: CloseReason, message: string): void {
    if (this.#report !== undefined) return;
    raiseStop(this.#options.stopCell, reason);
    this.#chunks.clear();
    this.#error ??= new SqlError('query_canceled', message);
    this.#wakeReader?.();
  }

  async close(reason: CloseReason): Promise<QueryReport> {
    if (this.#report === undefined) {
      raiseStop(this.#options.stopCell, reason);
      this.#options.post({ kind: 'close', reason });
    }
    this.#chunks.clear();
    for (;;) {
      if (this.#report !== undefined) return this.#report;
      await new Promise<void>((resolve) => (this.#wakeCloser = resolve));
    }
  }

  /** The worker sent rows. */
  arrived(chunk: Chunk): void {
    if (!this.#isOpen) return;
    this.#chunks.push(chunk);
    this.#wakeReader?.();
  }

  /** The worker has ended the query. */
  end(report: QueryReport, error: PlainError | undefined): void {
    this.#report = { ...report, seenNs: clockNs() };
    if (error !== undefined) this.#error ??= errorOf(error);
    this.#options.ended();
    this.#wakeReader?.();
    this.#wakeCloser?.();
  }

  /** The worker is gone, and the query with it. */
  lose(error: SqlError): void {
    this.#error ??= error;
    raiseStop(this.#options.stopCell, 'error');
    this.end(emptyReport(this.#options.startNs), undefined);
  }
}

function emptyReport(startNs: number): QueryReport {
  return {
    nodes: [],
    encodeNs: 0,
    encodeBytes: 0,
    encodeFirstNs: 0,
    encodeLastNs: 0,
    queueNs: 0,
    startNs,
    endNs: clockNs(),
    rows: 0,
    peakBytes: 0,
    blockedNs: 0,
    yieldedNs: 0,
  };
}
