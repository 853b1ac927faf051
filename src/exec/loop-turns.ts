/**
 * Turns of the event loop: work that need not wait for anything (messages that have come, chunks
 * that are there, statements of one text) lets others in after some milliseconds.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { clockNs } from '../trace/node-statistics.ts';

const turnNs = 2e6;

export class LoopTurns {
  #startNs = clockNs();

  /** A promise when the turn has lasted long: whoever works goes on in another. */
  next(): Promise<void> | undefined {
    return clockNs() - this.#startNs < turnNs ? undefined : this.#another();
  }

  /** Others were let in just now. */
  restart(): void {
    this.#startNs = clockNs();
  }

  async #another(): Promise<void> {
    await immediate();
    this.restart();
  }
}
