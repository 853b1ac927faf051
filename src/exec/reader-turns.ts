/**
 * Turns of the event loop that a reader of chunks takes. Chunks that are there already are read
 * without waiting for anything, so the reader itself has to let others in.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { clockNs } from '../trace/node-statistics.ts';

const turnNs = 4e6;

export class ReaderTurns {
  #startNs = clockNs();

  /** A promise when the turn has lasted long: the reader goes on in another. */
  next(): Promise<void> | undefined {
    return clockNs() - this.#startNs < turnNs ? undefined : this.#another();
  }

  async #another(): Promise<void> {
    await immediate();
    this.#startNs = clockNs();
  }
}
