/**
 * The worker threads: started once, replaced when one dies, each connected with every other.
 */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { must, unreachable } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { heap } from '../memory/heap.ts';
import { clockNs, clockOriginMs } from '../trace/node-statistics.ts';
import type { CellPool } from './cell-pool.ts';
import type { RemoteRun } from './remote-run.ts';
import type { FromWorker, Peer, ToWorker, WorkerStart } from './thread-messages.ts';
import { countPosted, markDead } from './worker-cell.ts';

export interface WorkerPoolOptions {
  readonly workers: number;
  /** The module that calls `runWorker`. */
  readonly workerUrl: URL;
  readonly memory: WebAssembly.Memory;
  /** Sent to each worker for its column loader; structured-cloneable. */
  readonly environment: unknown;
  readonly cells: CellPool;
  /** A thread ended by itself: for the log. */
  readonly workerLost: ((failure: Error | undefined) => void) | undefined;
}

/** Deeply nested expressions and JSON need more than the usual stack. */
const stackSizeMb = 16;
/** Threads that end sooner than this, again and again, are replaced after a pause. */
const soonNs = 1e9;
const restartPauseMs = 250;

interface Thread {
  readonly index: number;
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly cell: number;
  readonly runs: Map<number, RemoteRun>;
  readonly startedNs: number;
  failure: Error | undefined;
}

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #threads: Thread[] = [];
  #nextIndex = 1;
  #nextQuery = 1;
  #closing = false;
  #soonLosses = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let count = 0; count < options.workers; count++) this.#add();
  }

  get size(): number {
    return this.#threads.length;
  }

  #add(): void {
    const { workerUrl, memory, environment, cells } = this.#options;
    const { port1, port2 } = new MessageChannel();
    const index = this.#nextIndex++;
    const cell = cells.take();
    heap().u8.fill(0, cell, cell + 8);
    const workerData: WorkerStart = {
      memory,
      originMs: clockOriginMs(),
      worker: index,
      cell,
      port: port2,
      environment,
    };
    const resourceLimits = { stackSizeMb };
    const worker = new Worker(workerUrl, { workerData, transferList: [port2], resourceLimits });
    const thread: Thread = {
      index,
      worker,
      port: port1,
      cell,
      runs: new Map(),
      startedNs: clockNs(),
      failure: undefined,
    };
    port1.on('message', (message: FromWorker) => receive(thread, message));
    worker.on('error', (error: Error) => (thread.failure = error));
    worker.on('exit', () => this.#lost(thread));
    worker.unref();
    port1.unref();
    for (const other of this.#threads) connect(thread, other);
    this.#threads.push(thread);
  }

  /** A thread ended by itself: its queries fail, another thread takes its place. */
  #lost(thread: Thread): void {
    if (this.#closing) return;
    markDead(thread.cell);
    thread.port.close();
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    this.#options.workerLost?.(thread.failure);
    for (const run of [...thread.runs.values()]) run.lose(lostError(thread.failure));
    const isSoon = clockNs() - thread.startedNs < soonNs;
    this.#soonLosses = isSoon ? this.#soonLosses + 1 : 0;
    if (this.#soonLosses <= this.#options.workers) this.#add();
    else setTimeout(() => this.#closing || this.#add(), restartPauseMs).unref();
  }

  /** Gives the query to the thread with the fewest; `make` gets the way to it. */
  start(start: (ToWorker & { kind: 'start' })['start'], make: MakeRun): RemoteRun {
    const thread = must(
      this.#threads.toSorted((a, b) => a.runs.size - b.runs.size)[0],
      'a worker thread',
    );
    const query = this.#nextQuery++;
    const run = make({
      post: (message, transfer) => post(thread, { ...message, query } as ToWorker, transfer),
      ended: () => forget(thread, query),
    });
    post(thread, { kind: 'start', query, start });
    thread.runs.set(query, run);
    thread.port.ref();
    return run;
  }

  /** Ends all threads; running queries fail. */
  async close(): Promise<void> {
    this.#closing = true;
    const words = 'terminating connection due to administrator command';
    const error = new SqlError('admin_shutdown', words);
    for (const thread of this.#threads) {
      for (const run of [...thread.runs.values()]) run.lose(error);
    }
    await Promise.all(this.#threads.map((thread) => thread.worker.terminate()));
    for (const thread of this.#threads) thread.port.close();
    this.#threads.length = 0;
  }
}

type MakeRun = (thread: {
  readonly post: (message: Omit<ToWorker, 'query'>, transfer?: readonly ArrayBuffer[]) => void;
  readonly ended: () => void;
}) => RemoteRun;

function post(thread: Thread, message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
  thread.port.postMessage(message, [...transfer]);
  countPosted(thread.cell);
}

function receive(thread: Thread, message: FromWorker): void {
  const run = thread.runs.get(message.query);
  if (run === undefined) return;
  switch (message.kind) {
    case 'chunk':
      return run.arrived(message.chunk);
    case 'paused':
      return run.paused(message.progress);
    case 'end':
      return run.end(message.report, message.error);
    default:
      return unreachable(message);
  }
}

function forget(thread: Thread, query: number): void {
  thread.runs.delete(query);
  if (thread.runs.size === 0) thread.port.unref();
}

/** Lays a line between two workers. */
function connect(a: Thread, b: Thread): void {
  const { port1, port2 } = new MessageChannel();
  introduce(a, { worker: b.index, cell: b.cell, port: port1 });
  introduce(b, { worker: a.index, cell: a.cell, port: port2 });
}

function introduce(thread: Thread, peer: Peer): void {
  const message: ToWorker = { kind: 'peer', peer };
  thread.port.postMessage(message, [peer.port]);
  countPosted(thread.cell);
}

function lostError(failure: Error | undefined): SqlError {
  const error = new SqlError('internal_error', 'a worker thread ended unexpectedly', {
    ...(failure === undefined ? {} : { detail: failure.message }),
  });
  if (failure?.stack !== undefined) error.stack = failure.stack;
  return error;
}
