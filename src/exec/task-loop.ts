/**
 * Turns of a worker thread: tasks that can work take slices in order, and between slices the
 * event loop reads messages.
 *
 *     event loop ──▶ turn: first task, one slice ──▶ event loop …
 *                          └─ giveWay(), at its pulls: a slice for each waiting task, nested
 *
 * A blocking operator may work for seconds within one slice. So every pull looks whether others
 * wait, and lets them work on top of the stack, half of the time at most. A nested task cannot be
 * waited for by one below it: only tasks that allow it (`mayNest`) are nested.
 */
import { clockNs } from '../trace/node-statistics.ts';
import type { StepOutcome } from './query-driver.ts';

export interface Task {
  step(untilNs: number): StepOutcome;
  readonly mayNest: boolean;
}

const sliceNs = 8e6;
const nestedSliceNs = 4e6;
const depthMax = 3;

export class TaskLoop {
  readonly #receive: () => void;
  readonly #waiting = new Set<Task>();
  readonly #running = new Set<Task>();
  #scheduled = false;
  #nextGiveNs = 0;

  /** `receive` takes messages that the event loop has not read yet. */
  constructor(receive: () => void) {
    this.#receive = receive;
  }

  /** Tasks on the stack: 1 = an ordinary slice, more = nested. */
  get depth(): number {
    return this.#running.size;
  }

  /** The task can work, as far as its own business is concerned. */
  wake(task: Task): void {
    if (!this.#running.has(task)) this.#waiting.add(task);
    this.#schedule();
  }

  forget(task: Task): void {
    this.#waiting.delete(task);
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.size === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const [task] = this.#waiting;
      if (task !== undefined) this.#run(task, sliceNs);
      this.#schedule();
    });
  }

  #run(task: Task, ns: number): void {
    this.#waiting.delete(task);
    this.#running.add(task);
    const now = clockNs();
    this.#nextGiveNs = now + nestedSliceNs;
    let outcome: StepOutcome = 'ended';
    try {
      outcome = task.step(now + ns);
    } finally {
      this.#running.delete(task);
    }
    if (outcome === 'more') this.#waiting.add(task);
  }

  /** Whether someone else could use the thread now. */
  get someoneWaits(): boolean {
    this.#receive();
    return this.#waiting.size > 0;
  }

  /** Lets waiting tasks work for a moment; returns the time they took. */
  giveWay(): number {
    if (this.#running.size >= depthMax || !this.someoneWaits) return 0;
    const startNs = clockNs();
    if (startNs < this.#nextGiveNs) return 0;
    for (const task of [...this.#waiting]) {
      if (task.mayNest) this.#run(task, nestedSliceNs);
    }
    const endNs = clockNs();
    this.#nextGiveNs = endNs + Math.max(nestedSliceNs, endNs - startNs);
    return endNs - startNs;
  }
}
