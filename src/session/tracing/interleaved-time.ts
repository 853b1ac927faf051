/** Time of a phase that alternates with others: from its first moment to its last, and the sum. */
import type { PhaseName, PhaseNote } from '../../trace/query-trace.ts';

export class InterleavedTime {
  readonly #name: PhaseName;
  #startNs = 0;
  #endNs = 0;
  #activeNs = 0;

  constructor(name: PhaseName) {
    this.#name = name;
  }

  get activeNs(): number {
    return this.#activeNs;
  }

  add(startNs: number, endNs: number): void {
    if (this.#startNs === 0) this.#startNs = startNs;
    this.#endNs = endNs;
    this.#activeNs += endNs - startNs;
  }

  /** The phase so far, and begins anew; undefined: there was none. */
  take(): PhaseNote | undefined {
    const [name, startNs, endNs, activeNs] = [
      this.#name,
      this.#startNs,
      this.#endNs,
      this.#activeNs,
    ];
    if (activeNs === 0) return undefined;
    this.#startNs = 0;
    this.#activeNs = 0;
    return { name, startNs, endNs, activeNs };
  }
}
