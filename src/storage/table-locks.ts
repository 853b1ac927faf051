/**
 * One updating transaction per table at a time; the others wait in line.
 *
 * A transaction waits for at most one table, so a deadlock is a circle of holders, found by
 * following it when a wait begins.
 */
import { SqlError } from '../errors/sql-error.ts';

interface TableLock {
  holder: number;
  readonly waiting: { readonly transaction: number; readonly resolve: () => void }[];
}

export class TableLocks {
  readonly #locks = new Map<number, TableLock>();
  /** The table that a transaction waits for. */
  readonly #waits = new Map<number, number>();

  /** Errors: 40P01. */
  async take(transaction: number, tableOid: number): Promise<void> {
    const lock = this.#locks.get(tableOid);
    if (lock === undefined) {
      this.#locks.set(tableOid, { holder: transaction, waiting: [] });
      return;
    }
    if (lock.holder === transaction) return;
    if (this.#leadsTo(lock, transaction)) {
      throw new SqlError('deadlock_detected', 'deadlock detected', {
        detail: 'Two transactions wait for tables that the other one updates.',
      });
    }
    this.#waits.set(transaction, tableOid);
    await new Promise<void>((resolve) => lock.waiting.push({ transaction, resolve }));
  }

  #leadsTo(lock: TableLock, transaction: number): boolean {
    let next: TableLock | undefined = lock;
    while (next !== undefined) {
      if (next.holder === transaction) return true;
      const table = this.#waits.get(next.holder);
      next = table === undefined ? undefined : this.#locks.get(table);
    }
    return false;
  }

  /** The transaction ended: its locks go to who waits longest, its own waits end. */
  releaseAll(transaction: number): void {
    const table = this.#waits.get(transaction);
    const waited = table === undefined ? undefined : this.#locks.get(table);
    const place = waited?.waiting.findIndex((each) => each.transaction === transaction) ?? -1;
    if (place >= 0) waited?.waiting.splice(place, 1)[0]?.resolve();
    this.#waits.delete(transaction);
    for (const [oid, lock] of this.#locks) {
      if (lock.holder === transaction) this.#passOn(oid, lock);
    }
  }

  #passOn(tableOid: number, lock: TableLock): void {
    const next = lock.waiting.shift();
    if (next === undefined) {
      this.#locks.delete(tableOid);
      return;
    }
    lock.holder = next.transaction;
    this.#waits.delete(next.transaction);
    next.resolve();
  }
}
