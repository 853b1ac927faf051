/**
 * Turns of the event loop: work that need not wait for anything (messages that have come, chunks
 * that are there, statements of one text) lets others in after some milliseconds.
 *
 *     begin(): something came ─┬─ the worker's turn and the loop's iteration are young: goes on
 *                              └─ else waits ─▶ one an iteration, by deadlines ─▶ goes on
 *     next(): it goes on ──────── the same by the worker's turn alone
 *
 * The earliest deadline goes first. It is the sooner, the less the worker uses of the thread between
 * two times of having nothing to do, by the median of its last bursts: a session that asks little
 * goes before newcomers and before those with much to do, who wait for no more than the longest
 * deadline beside it. Clocks go on while the machine works for others and while memory is
 * collected, so what a burst took so far counts at most twice as much with each turn. Between two
 * who waited the loop looks for input, so a short question waits for about two pieces of work,
 * however many others there are.
 */
import { clockNs } from '../trace/node-statistics.ts';

/** One worker's time before it asks whether others want in. */
const turnNs = 2e6;
/** What all together may do in one iteration before they wait for another. */
const iterationNs = 4e6;
/** Deadlines are so many times the work of a burst away, at most this long. */
const deadlineFactor = 50;
const deadlineNsMax = 5e8;
/** Who has worked in fewer bursts than are remembered counts as one that works so long. */
const newcomerNs = 1e7;
const burstsRemembered = 8;

export class LoopTurns {
  #startNs = clockNs();
  /** Nanoseconds of the thread in each of the last bursts, and in this one. */
  readonly #burstsNs: number[] = [];
  #spentNs = 0;
  /** Turns that this burst has waited for. */
  #waits = 0;

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

  /** It has nothing to do. */
  rest(): void {
    iteration.leave(this);
  }

  /** It had nothing to do, and has something now: another burst begins. */
  comeBack(): void {
    this.#startNs = clockNs();
    iteration.enter(this, this.#startNs);
    if (this.#burstsNs.length === burstsRemembered) this.#burstsNs.shift();
    this.#burstsNs.push(this.#spentNs);
    this.#spentNs = 0;
    this.#waits = 0;
  }

  charge(spentNs: number): void {
    this.#spentNs += spentNs;
  }

  deadlineNs(nowNs: number): number {
    const usualNs = this.#usualNs();
    const believedNs = Math.min(this.#spentNs, usualNs * 2 ** this.#waits);
    const burstNs = Math.max(usualNs, believedNs);
    return nowNs + Math.min(deadlineNsMax, deadlineFactor * burstNs);
  }

  #usualNs(): number {
    if (this.#burstsNs.length < burstsRemembered) return newcomerNs;
    return this.#burstsNs.toSorted((a, b) => a - b)[burstsRemembered / 2] ?? newcomerNs;
  }

  async #another(): Promise<void> {
    await iteration.wait(this);
    this.#waits += 1;
    this.#startNs = clockNs();
  }
}

interface Waiter {
  readonly turns: LoopTurns;
  readonly deadlineNs: number;
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

  /** Until somebody enters the thread works for nobody known. */
  leave(turns: LoopTurns): void {
    if (this.#current !== turns) return;
    this.#settle(clockNs());
    this.#current = undefined;
  }

  wait(turns: LoopTurns): Promise<void> {
    return new Promise((resume) => {
      this.#waiters.push({ turns, deadlineNs: turns.deadlineNs(clockNs()), resume });
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
    const waiter = this.#takeEarliest();
    if (waiter === undefined) return;
    this.#startNs = nowNs;
    this.#current = waiter.turns;
    this.#sinceNs = nowNs;
    this.#schedule();
    waiter.resume();
  }

  /** What was done since somebody entered was done for that one. */
  #settle(nowNs: number): void {
    this.#current?.charge(nowNs - this.#sinceNs);
  }

  #takeEarliest(): Waiter | undefined {
    let earliest = 0;
    for (const [index, { deadlineNs }] of this.#waiters.entries()) {
      if (deadlineNs < (this.#waiters[earliest] as Waiter).deadlineNs) earliest = index;
    }
    return this.#waiters.splice(earliest, 1)[0];
  }
}

const iteration = new Iteration();
