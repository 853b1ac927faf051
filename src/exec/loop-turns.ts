/**
 * Turns of the event loop: work that need not wait for anything (messages that have come, chunks
 * that are there, statements of one text) lets others in after some milliseconds, and whoever has
 * used little of the thread goes before those who have used much.
 *
 *     begin(): something came ─┬─ the worker's turn and the loop's iteration are young: goes on
 *                              └─ else waits ─▶ one an iteration, the least user first ─▶ goes on
 *     next(): it goes on ──────── the same by the worker's turn alone
 *
 * Between two who waited the loop looks for input, so that one more session costs a short one
 * among long ones nothing: it waits for about two pieces of work, however many sessions there are.
 */
import { clockNs } from '../trace/node-statistics.ts';

/** One worker's time before it asks whether others want in. */
const turnNs = 2e6;
/** What all together may do in one iteration before they wait for another. */
const iterationNs = 4e6;
/** Use is forgotten by half in this time. */
const halfLifeNs = 1e8;

export class LoopTurns {
  #startNs = clockNs();
  /** Nanoseconds of the thread, as they counted at `#usedAtNs`. */
  #usedNs = 0;
  #usedAtNs = 0;

  /** Before work on what has come. A promise when it is others' turn. */
  begin(): Promise<void> | undefined {
    const nowNs = clockNs();
    return iteration.enter(this, nowNs) && this.#isYoung(nowNs) ? undefined : this.#another();
  }

  /** Between pieces of work. A promise when the turn has lasted long: it goes on in another. */
  next(): Promise<void> | undefined {
    const nowNs = clockNs();
    iteration.enter(this, nowNs);
    return this.#isYoung(nowNs) ? undefined : this.#another();
  }

  #isYoung(nowNs: number): boolean {
    return nowNs - this.#startNs < turnNs;
  }

  /** Others were let in just now. */
  restart(): void {
    this.#startNs = clockNs();
  }

  /** Recent use of the thread, nanoseconds. */
  usedNs(nowNs: number): number {
    return this.#usedNs * 2 ** ((this.#usedAtNs - nowNs) / halfLifeNs);
  }

  charge(spentNs: number, nowNs: number): void {
    this.#usedNs = this.usedNs(nowNs) + spentNs;
    this.#usedAtNs = nowNs;
  }

  async #another(): Promise<void> {
    await iteration.wait(this);
    this.restart();
  }
}

interface Waiter {
  readonly turns: LoopTurns;
  readonly resume: () => void;
}

/** The iteration of this thread's event loop: since when it works, and for whom. */
class Iteration {
  readonly #waiters: Waiter[] = [];
  /** 0: nobody has worked in it. */
  #startNs = 0;
  #current: LoopTurns | undefined;
  #sinceNs = 0;
  #scheduled = false;

  /** From now on the thread works for this one. Returns whether the iteration is young. */
  enter(turns: LoopTurns, nowNs: number): boolean {
    this.#settle(nowNs);
    this.#current = turns;
    this.#sinceNs = nowNs;
    if (this.#startNs === 0) this.#startNs = nowNs;
    this.#schedule();
    return nowNs - this.#startNs < iterationNs;
  }

  wait(turns: LoopTurns): Promise<void> {
    return new Promise((resume) => {
      this.#waiters.push({ turns, resume });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#over());
  }

  #over(): void {
    this.#scheduled = false;
    const nowNs = clockNs();
    this.#settle(nowNs);
    this.#current = undefined;
    this.#startNs = 0;
    const waiter = this.#takeLeast(nowNs);
    if (waiter === undefined) return;
    this.#startNs = nowNs;
    this.#current = waiter.turns;
    this.#sinceNs = nowNs;
    this.#schedule();
    waiter.resume();
  }

  /** What was done since somebody entered was done for that one. */
  #settle(nowNs: number): void {
    this.#current?.charge(nowNs - this.#sinceNs, nowNs);
  }

  #takeLeast(nowNs: number): Waiter | undefined {
    let least = 0;
    let leastNs = Infinity;
    for (const [index, { turns }] of this.#waiters.entries()) {
      const usedNs = turns.usedNs(nowNs);
      if (usedNs >= leastNs) continue;
      least = index;
      leastNs = usedNs;
    }
    return this.#waiters.splice(least, 1)[0];
  }
}

const iteration = new Iteration();
