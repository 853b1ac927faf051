/**
 * When the messages of a cycle came, and what was waited for between them: the client, until the
 * last byte of the next message, and then the event loop, until that was worked on.
 *
 *     first byte ─receive─▶ last byte ─queue.wait─▶ arrived() ─ work ─▶ departed() ─receive─▶ …
 */
import { clockNs } from '../../trace/node-statistics.ts';
import type { PhaseNote } from '../../trace/query-trace.ts';
import type { CycleTimes } from '../session.ts';

/** Messages that came together are worked on at once: shorter waits are the session's own steps. */
const waitNsMin = 20_000;
/** Of one root; waits beyond are counted to the session. */
const notesMax = 64;

export class Arrivals {
  /** Start of the next root: the first byte, or the end of the root before. 0: no cycle. */
  startNs = 0;
  #leftNs = 0;
  #notes: PhaseNote[] = [];

  arrived({ firstByteNs, lastByteNs }: CycleTimes): void {
    const now = clockNs();
    const isFirst = this.startNs === 0;
    if (isFirst) this.startNs = Math.min(firstByteNs, now);
    const fromNs = Math.max(this.startNs, isFirst ? 0 : this.#leftNs);
    const toNs = Math.min(now, Math.max(fromNs, lastByteNs));
    if (isFirst || toNs - fromNs > waitNsMin) {
      this.#note({ name: 'pgwire.receive', startNs: fromNs, endNs: toNs });
    }
    if (now - toNs > waitNsMin) {
      this.#note({ name: 'queue.wait', startNs: toNs, endNs: now, waitsFor: 'loop' });
    }
  }

  departed(): void {
    this.#leftNs = clockNs();
  }

  #note(phase: PhaseNote): void {
    if (this.#notes.length < notesMax) this.#notes.push(phase);
  }

  /** The waits since the last call. */
  take(): readonly PhaseNote[] {
    const taken = this.#notes;
    if (taken.length > 0) this.#notes = [];
    return taken;
  }
}
