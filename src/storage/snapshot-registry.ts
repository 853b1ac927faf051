/** Which snapshots are out, and what they hold. */
import type { TableSnapshot } from '../catalog/table.ts';
import type { SegmentPin } from './segment.ts';

interface Holding {
  readonly pins: readonly SegmentPin[];
  /** Frees what was made for this snapshot alone. */
  readonly frees: readonly (() => void)[];
}

export class SnapshotRegistry {
  readonly #holdings = new Map<TableSnapshot, Holding>();

  get size(): number {
    return this.#holdings.size;
  }

  add(snapshot: TableSnapshot, holding: Holding): void {
    this.#holdings.set(snapshot, holding);
  }

  releaseAll(): void {
    for (const snapshot of [...this.#holdings.keys()]) this.release(snapshot);
  }

  /** A snapshot that was released already is let be. */
  release(snapshot: TableSnapshot): void {
    const holding = this.#holdings.get(snapshot);
    if (holding === undefined) return;
    this.#holdings.delete(snapshot);
    for (const pin of holding.pins) pin.segment.unpin(pin);
    for (const free of holding.frees) free();
  }
}
