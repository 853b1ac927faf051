/**
 * A worker thread of the executor: drives the queries it was given and helps other drivers.
 *
 *     main thread ──start, allow, credit, close──▶ worker ──chunk, end──▶ main thread
 *     other workers ──fragment offers──▶ worker
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { attachHeap } from '../memory/heap.ts';
import { alignClock, type CloseReason } from '../trace/node-statistics.ts';
import type { SegmentReader } from '../catalog/table.ts';
import { CellPool } from './cell-pool.ts';
import { FragmentTask } from './fragment-task.ts';
import { provideKernelFormats } from './kernel-formats.ts';
import { runFragment, type FragmentHost } from './parallel-fragment.ts';
import { QueryDriver, type StepOutcome } from './query-driver.ts';
import type { QueryScope } from './query-scope.ts';
import { TaskLoop, type Task } from './task-loop.ts';
import { plainError } from './thread-error.ts';
import type { FragmentOffer, FromWorker, Peer, ToWorker, WorkerStart } from './thread-messages.ts';
import { postedMessages } from './worker-cell.ts';

export interface WorkerServices {
  readonly segments: SegmentReader;
}

/** Binds the thread to the shared memory and the clock: before anything else runs on it. */
export function attachWorker(start: WorkerStart): void {
  attachHeap(start.memory);
  alignClock(start.originMs);
  provideKernelFormats();
}

/** Serves queries until the port is closed. */
export function runWorker(start: WorkerStart, services: WorkerServices): void {
  const worker = new Worker(start, services);
  start.port.on('message', (message: ToWorker) => worker.receive(message));
}

class DriverTask implements Task {
  readonly driver: QueryDriver;
  fragments = 0;

  constructor(driver: QueryDriver) {
    this.driver = driver;
  }

  /** A driver with helpers out may have to wait for them: not on top of another task. */
  get mayNest(): boolean {
    return this.fragments === 0;
  }

  step(untilNs: number): StepOutcome {
    return this.driver.step(untilNs);
  }
}

/** Ends a query in a turn of its own. */
class ClosingTask implements Task {
  readonly mayNest = false;
  readonly #driver: QueryDriver;
  readonly #reason: CloseReason;

  constructor(driver: QueryDriver, reason: CloseReason) {
    this.#driver = driver;
    this.#reason = reason;
  }

  step(): StepOutcome {
    this.#driver.close(this.#reason);
    return 'ended';
  }
}

class Worker implements FragmentHost {
  readonly cell: number;
  readonly pool = new CellPool();
  readonly peers = new Map<number, Peer>();
  readonly #port: MessagePort;
  readonly #services: WorkerServices;
  readonly #loop: TaskLoop;
  readonly #tasks = new Map<number, DriverTask>();
  readonly #byScope = new Map<QueryScope, DriverTask>();
  #seenMessages = 0;

  constructor(start: WorkerStart, services: WorkerServices) {
    this.cell = start.cell;
    this.#port = start.port;
    this.#services = services;
    this.#loop = new TaskLoop(() => this.#receiveWaiting());
  }

  get depth(): number {
    return this.#loop.depth;
  }

  fragments(scope: QueryScope, change: 1 | -1): void {
    const task = this.#byScope.get(scope);
    if (task !== undefined) task.fragments += change;
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'start':
        this.#start(message);
        break;
      case 'peer':
        this.#meet(message.peer);
        break;
      case 'allow':
        this.#withTask(message.query, (task) => task.driver.allow(message.rows));
        break;
      case 'credit':
        this.#withTask(message.query, (task) => task.driver.credit(message.amount, message.spares));
        break;
      case 'close':
        this.#close(message.query, message.reason);
        break;
    }
  }

  #withTask(query: number, change: (task: DriverTask) => void): void {
    const task = this.#tasks.get(query);
    if (task === undefined) return;
    change(task);
    if (task.driver.canWork) this.#loop.wake(task);
  }

  /**
   * Closing a driver waits for its helpers. On top of another task that could be the helper that
   * another thread waits for, each for the other; so it waits for its own turn then.
   */
  #close(query: number, reason: CloseReason): void {
    const task = this.#tasks.get(query);
    if (task === undefined) return;
    if (this.depth === 0 || task.fragments === 0) task.driver.close(reason);
    else this.#loop.wake(new ClosingTask(task.driver, reason));
  }

  #start({ query, start }: ToWorker & { kind: 'start' }): void {
    const post = (message: FromWorker, transfer: ArrayBuffer[] = []) =>
      this.#port.postMessage(message, transfer);
    const driver = new QueryDriver(
      start,
      {
        segments: this.#services.segments,
        giveWay: () => this.#loop.giveWay(),
        parallel: (node, context, scope) => runFragment(this, node, context, scope),
      },
      {
        chunk: (chunk) =>
          post(
            { kind: 'chunk', query, chunk },
            chunk.kind === 'rows' ? [chunk.bytes.buffer as ArrayBuffer] : [],
          ),
        paused: (progress) => post({ kind: 'paused', query, progress }),
        end: (report, error) => {
          this.#forget(query);
          const failure = error === undefined ? undefined : plainError(error);
          post({ kind: 'end', query, report, error: failure });
        },
      },
    );
    const task = new DriverTask(driver);
    this.#tasks.set(query, task);
    this.#byScope.set(driver.scope, task);
  }

  #forget(query: number): void {
    const task = this.#tasks.get(query);
    if (task === undefined) return;
    this.#tasks.delete(query);
    this.#byScope.delete(task.driver.scope);
    this.#loop.forget(task);
  }

  #meet(peer: Peer): void {
    this.peers.get(peer.worker)?.port.close();
    this.peers.set(peer.worker, peer);
    peer.port.on('message', (offer: FragmentOffer) => this.#consider(offer));
  }

  #consider(offer: FragmentOffer): void {
    const helper = new FragmentTask(offer, {
      services: {
        segments: this.#services.segments,
        giveWay: () => this.#loop.giveWay(),
        parallel: undefined,
      },
      someoneWaits: () => this.#loop.someoneWaits,
    });
    this.#loop.wake(helper);
  }

  /** Takes messages that were posted while this thread was busy. */
  #receiveWaiting(): void {
    const posted = postedMessages(this.cell);
    if (posted === this.#seenMessages) return;
    drain<ToWorker>(this.#port, (message) => this.receive(message));
    for (const { port } of this.peers.values()) {
      drain<FragmentOffer>(port, (offer) => this.#consider(offer));
    }
    this.#seenMessages = posted;
  }
}

function drain<T>(port: MessagePort, take: (message: T) => void): void {
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (received === undefined) return;
    take(received.message as T);
  }
}
