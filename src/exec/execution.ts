/**
 * The executor's face towards the session: a plan in, chunks of encoded rows (or columns) out.
 *
 *     session ──start──▶ driver thread ──▶ chunks … (credit: at most 128 KiB ahead) ──▶ end
 *
 * Back-pressure: the driver stops pulling when `creditBytes` are unread; a query that nobody reads
 * holds no thread, only its state.
 */
import type { Column } from '../columns/column.ts';
import type { CatalogLookup, EvaluationContext } from '../functions/function-record.ts';
import type { SentCatalogState } from '../catalog/catalog-state.ts';
import type { CalledRoutine } from '../plan/called-routine.ts';
import type { PhysicalPlan } from '../plan/physical.ts';
import type { FactRows } from '../plan/planner.ts';
import type { TableSnapshot } from '../catalog/table.ts';
import type { CloseReason, NodeStatistics } from '../trace/node-statistics.ts';
import type { Datum } from '../types/datum.ts';
import type { LiveRows } from './live-rows.ts';
import type { LoopTurns } from './loop-turns.ts';

export interface QueryCatalog extends CatalogLookup {
  /** Rows of a fact table in parts; a part is the same array as long as its rows are the same. */
  factParts(schema: string, name: string): readonly FactRows[];
  sent?(traceRelations: readonly string[]): SentCatalogState;
}

export interface QueryRequest {
  readonly plan: PhysicalPlan;
  readonly parameters: readonly (Datum | null)[];
  readonly snapshots: ReadonlyMap<number, TableSnapshot>;
  readonly evaluation: Omit<EvaluationContext, 'arena' | 'catalog'> & {
    /** The catalog itself, for plans that run on the session's own thread. */
    readonly catalog?: QueryCatalog;
    /** What a worker makes its catalog from, for plans that ask. */
    readonly catalogState?: SentCatalogState;
  };
  /** `rows`: DataRow messages, one format code (0 text, 1 binary) per column; `copy`: see below. */
  readonly output:
    { readonly kind: 'rows'; readonly formats: readonly number[] } | { readonly kind: 'columns' };
  /** Count and time every node. Off: operators are not wrapped, no clock is read. */
  readonly instrument: boolean;
  /** Rows of each node that are kept as text for the trace; 0: none. */
  readonly previewRows?: number;
  readonly memoryBytesMax: number;
  /** The session's turns of the event loop; undefined: nobody else has it. */
  readonly turns?: LoopTurns;
  /** Calls a user's function; of plans that call some. */
  readonly callRoutine?: CallRoutine;
  /** The rows are to be written, each before the next is asked for. */
  readonly isWrite?: boolean;
}

/** The rows that the function gives: one, or those of a set. Errors: the function's own. */
export type CallRoutine = (
  call: CalledRoutine,
  values: readonly (Datum | null)[],
) => Promise<FactRows>;

export type Chunk =
  | {
      readonly kind: 'rows';
      /** Whole protocol messages; the bytes are the receiver's. */
      readonly bytes: Uint8Array;
      readonly rowCount: number;
    }
  | {
      readonly kind: 'columns';
      /** Dense; valid until the next call of `next`. */
      readonly columns: readonly Column[];
      readonly rowCount: number;
    };

/** What was counted so far. */
export type RunProgress = Pick<
  QueryReport,
  | 'nodes'
  | 'encodeNs'
  | 'encodeBytes'
  | 'encodeFirstNs'
  | 'encodeLastNs'
  | 'rows'
  | 'peakBytes'
  | 'blockedNs'
  | 'yieldedNs'
>;

export interface QueryRun {
  /** Rows of each node while it runs; undefined when nothing is counted. */
  readonly liveRows: Pick<LiveRows, 'of'> | undefined;
  /** After the last row that `next` asked for: the counters at that moment, with counting on. */
  progress(): Promise<RunProgress>;
  /**
   * The next chunk, of at most `rowsMax` rows (0 = no limit); undefined when exhausted. Its memory is
   * used again from the next call on.
   * Errors: SqlError of the failing operator; 57014 after `cancel`.
   */
  next(rowsMax: number): Promise<Chunk | undefined>;
  /** Asks the query to stop; `next` then fails with 57014 and the given words. */
  cancel(reason: CloseReason, message: string): void;
  /** Ends the query (portal closed, rows left or not) and returns what was counted. */
  close(reason: CloseReason): Promise<QueryReport>;
}

export interface QueryReport {
  /** Empty when the request said not to instrument. */
  readonly nodes: readonly NodeStatistics[];
  /** Time spent encoding rows and bytes written. */
  readonly encodeNs: number;
  readonly encodeBytes: number;
  readonly encodeFirstNs: number;
  readonly encodeLastNs: number;
  /** From `start` until the driver began. */
  readonly queueNs: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly rows: number;
  readonly peakBytes: number;
  /** Time that the driver waited for its reader: for credit, or to be asked for rows. */
  readonly blockedNs: number;
  /** Time between its turns while it had work: others had the thread. */
  readonly yieldedNs: number;
  /** When the query left the session's thread for a worker, to begin anew; undefined: it did not. */
  readonly movedNs?: number;
  /** When the session's thread knew of a worker's end. */
  readonly seenNs?: number;
}

export interface Executor {
  /** Resolves when every thread has loaded and answered, so that the first query does not wait. */
  ready(): Promise<void>;
  start(request: QueryRequest): QueryRun;
  close(): Promise<void>;
}
