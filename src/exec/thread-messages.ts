/** What threads tell each other about queries. All of it is structured-cloneable. */
import type { MessagePort } from 'node:worker_threads';
import type { Block } from '../memory/arena.ts';
import type { Column } from '../columns/column.ts';
import type { PlanNode } from '../plan/physical.ts';
import type { CloseReason, NodeStatistics } from '../trace/node-statistics.ts';
import type { Chunk, QueryReport, RunProgress } from './execution.ts';
import type { FragmentState } from './fragment-state.ts';
import type { DriverStart } from './query-driver.ts';
import type { QueryFacts } from './query-scope.ts';
import type { PlainError } from './thread-error.ts';

/** Main thread to worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly query: number; readonly start: DriverStart }
  | { readonly kind: 'allow'; readonly query: number; readonly rows: number }
  | {
      readonly kind: 'credit';
      readonly query: number;
      readonly amount: number;
      /** Memory of chunks that were read, for the next ones. */
      readonly spares: readonly ArrayBuffer[];
    }
  | { readonly kind: 'close'; readonly query: number; readonly reason: CloseReason }
  | { readonly kind: 'peer'; readonly peer: Peer };

/** A way to another worker. */
export interface Peer {
  readonly worker: number;
  readonly port: MessagePort;
  /** See worker-cell.ts. */
  readonly cell: number;
}

/** Worker to main thread. */
export type FromWorker =
  | { readonly kind: 'chunk'; readonly query: number; readonly chunk: Chunk }
  | { readonly kind: 'paused'; readonly query: number; readonly progress: RunProgress }
  | {
      readonly kind: 'end';
      readonly query: number;
      readonly report: QueryReport;
      readonly error: PlainError | undefined;
    };

/** Driver to helper: an offer to work on a fragment. */
export interface FragmentOffer {
  readonly kind: 'fragment';
  readonly facts: QueryFacts;
  readonly root: PlanNode;
  readonly parameters: QueryFacts['parameters'];
  /** What the driver computed for all threads, by name in QueryContext.shared. */
  readonly shared: FragmentState['shared'];
  /** Pointer and generation of the fragment's control words: see fragment-control.ts. */
  readonly control: number;
  readonly generation: number;
  /** The driver's worker, see worker-cell.ts. */
  readonly driverCell: number;
  /** Where results go. */
  readonly port: MessagePort;
}

/** Helper to driver. */
export type FragmentResult =
  | {
      readonly kind: 'rows';
      readonly helper: number;
      readonly columns: readonly Column[];
      readonly rowCount: number;
      /** Memory of the columns: the driver's from now on. */
      readonly blocks: readonly Block[];
    }
  | {
      readonly kind: 'done';
      readonly helper: number;
      /** It stopped before the morsels were used up: other work waited, or its rows. */
      readonly gaveWay: boolean;
      readonly statistics: readonly NodeStatistics[];
      readonly error: PlainError | undefined;
    };

export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  readonly originMs: number;
  readonly worker: number;
  readonly cell: number;
  readonly port: MessagePort;
  /** The composition root's own data for its column loader. */
  readonly environment: unknown;
}
