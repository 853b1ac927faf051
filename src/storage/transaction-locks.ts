/**
 * Who holds which lock in which mode, and who waits for it. Requests are granted in their order,
 * unless they do not conflict with those before them.
 *
 *     resource ─▶ holders (transaction, modes) ─▶ queue (transaction, mode)
 *
 * A transaction waits for one lock at most. A wait that would never end is found when it begins,
 * by following who waits for whom (wait-circles.ts).
 */
import { lockModes, type LockMode, type LockWait } from '../catalog/locks.ts';
import { SqlError } from '../errors/sql-error.ts';
import { breakCircles, type WaitEdge } from './wait-circles.ts';

/** Modes that a mode conflicts with, by their places in `lockModes`. */
const conflicts: Readonly<Record<LockMode, readonly number[]>> = {
  'access share': [7],
  'row share': [6, 7],
  'row exclusive': [4, 5, 6, 7],
  'share update exclusive': [3, 4, 5, 6, 7],
  share: [2, 3, 5, 6, 7],
  'share row exclusive': [2, 3, 4, 5, 6, 7],
  exclusive: [1, 2, 3, 4, 5, 6, 7],
  'access exclusive': [0, 1, 2, 3, 4, 5, 6, 7],
};

const bitOf = (mode: LockMode): number => 1 << lockModes.indexOf(mode);
const masks = new Map(
  lockModes.map((mode) => [mode, conflicts[mode].reduce((mask, at) => mask | (1 << at), 0)]),
);
const maskOf = (mode: LockMode): number => masks.get(mode) ?? 0;

interface Waiter {
  readonly transaction: number;
  readonly resource: string;
  readonly mode: LockMode;
  readonly resolve: () => void;
}

interface Lock {
  /** Modes held, as bits. */
  readonly holders: Map<number, number>;
  readonly queue: Waiter[];
}

/**
 * Where the transaction stands in line: before those who wait for what it has already, behind all
 * if none does.
 */
function placeOf({ holders, queue }: Lock, transaction: number): number {
  const own = holders.get(transaction) ?? 0;
  const place = queue.findIndex(({ mode }) => (maskOf(mode) & own) !== 0);
  return place < 0 ? queue.length : place;
}

/** What waits for a transaction's end stand in line for. */
const endOf = (transaction: number): string => `transaction ${transaction}`;

export class TransactionLocks {
  readonly #locks = new Map<string, Lock>();
  readonly #held = new Map<number, Set<string>>();
  readonly #waits = new Map<number, Waiter>();

  /** Whether the transaction has the lock now; it does not wait. */
  tryTake(transaction: number, resource: string, mode: LockMode, passesNobody = false): boolean {
    const lock = this.#locks.get(resource) ?? { holders: new Map<number, number>(), queue: [] };
    const own = lock.holders.get(transaction) ?? 0;
    if ((own & bitOf(mode)) !== 0) return true;
    const before = passesNobody ? lock.queue : lock.queue.slice(0, placeOf(lock, transaction));
    if (this.#blockersOf(lock, { transaction, mode, before }).length > 0) return false;
    this.#locks.set(resource, lock);
    this.#grant(lock, { transaction, resource, mode });
    return true;
  }

  /** Whether one that holds nothing would have to wait. */
  wouldWait(resource: string, mode: LockMode): boolean {
    const lock = this.#locks.get(resource);
    if (lock === undefined) return false;
    return this.#blockersOf(lock, { transaction: -1, mode, before: lock.queue }).length > 0;
  }

  /** Undefined: the transaction has the lock. Errors: 40P01. */
  take(transaction: number, resource: string, mode: LockMode): LockWait | undefined {
    if (this.tryTake(transaction, resource, mode)) return undefined;
    const lock = this.#locks.get(resource);
    if (lock === undefined) return undefined;
    let waiter: Waiter | undefined;
    const granted = new Promise<void>((resolve) => {
      waiter = { transaction, resource, mode, resolve };
      lock.queue.splice(placeOf(lock, transaction), 0, waiter);
      this.#waits.set(transaction, waiter);
    });
    const moved = breakCircles([transaction], (id) => this.#edgesOf(id));
    if (moved === undefined) {
      this.#abandon(waiter);
      throw new SqlError('deadlock_detected', 'deadlock detected', {
        detail: 'Two transactions wait for locks that the other one holds.',
        hint: 'See server log for query details.',
      });
    }
    for (const resource of moved) {
      const other = this.#locks.get(resource);
      if (other !== undefined) this.#passOn(resource, other);
    }
    return { granted, abandon: () => this.#abandon(waiter) };
  }

  /** Waits until the other transaction is over, or took something back. */
  waitFor(transaction: number, other: number): LockWait | undefined {
    const resource = endOf(other);
    if (!this.#held.has(other)) return undefined;
    this.tryTake(other, resource, 'exclusive');
    const wait = this.take(transaction, resource, 'share');
    const leave = (): void => this.release(transaction, resource);
    if (wait === undefined) leave();
    return wait && { granted: wait.granted.then(leave), abandon: wait.abandon };
  }

  /** Who waits for the transaction's end may look again: it took something back. */
  wakeWaiters(transaction: number): void {
    this.release(transaction, endOf(transaction));
  }

  /** The modes in which the transaction has the lock, as bits. */
  modesOf(transaction: number, resource: string): number {
    return this.#locks.get(resource)?.holders.get(transaction) ?? 0;
  }

  /** Gives back all modes but these bits. */
  keepModes(transaction: number, resource: string, modes: number): void {
    const lock = this.#locks.get(resource);
    const held = lock?.holders.get(transaction);
    if (lock === undefined || held === undefined) return;
    const kept = held & modes;
    if (kept === held) return;
    if (kept === 0) return this.release(transaction, resource);
    lock.holders.set(transaction, kept);
    this.#passOn(resource, lock);
  }

  /** The transaction is one that others may wait for. */
  begin(transaction: number): void {
    if (!this.#held.has(transaction)) this.#held.set(transaction, new Set());
  }

  release(transaction: number, resource: string): void {
    const lock = this.#locks.get(resource);
    if (lock?.holders.delete(transaction) !== true) return;
    this.#held.get(transaction)?.delete(resource);
    this.#passOn(resource, lock);
  }

  /** The transaction ended: its locks go on, its own wait ends. */
  releaseAll(transaction: number): void {
    const waiter = this.#waits.get(transaction);
    this.#abandon(waiter);
    waiter?.resolve();
    const resources = [...(this.#held.get(transaction) ?? [])];
    this.#held.delete(transaction);
    for (const resource of resources) {
      const lock = this.#locks.get(resource);
      lock?.holders.delete(transaction);
      if (lock !== undefined) this.#passOn(resource, lock);
    }
  }

  #abandon(waiter: Waiter | undefined): void {
    if (waiter === undefined || this.#waits.get(waiter.transaction) !== waiter) return;
    this.#waits.delete(waiter.transaction);
    const lock = this.#locks.get(waiter.resource);
    if (lock === undefined) return;
    lock.queue.splice(lock.queue.indexOf(waiter), 1);
    this.#passOn(waiter.resource, lock);
  }

  #grant(lock: Lock, { transaction, resource, mode }: Omit<Waiter, 'resolve'>): void {
    lock.holders.set(transaction, (lock.holders.get(transaction) ?? 0) | bitOf(mode));
    this.begin(transaction);
    this.#held.get(transaction)?.add(resource);
  }

  /** Others who hold the lock, or wait for it before this request, in modes that conflict. */
  #blockersOf(
    lock: Lock,
    {
      transaction,
      mode,
      before,
    }: {
      readonly transaction: number;
      readonly mode: LockMode;
      readonly before: readonly Waiter[];
    },
  ): readonly number[] {
    const mask = maskOf(mode);
    const holders = [...lock.holders].filter(([id, modes]) => id !== transaction && modes & mask);
    const waiting = before.filter((each) => {
      return each.transaction !== transaction && (bitOf(each.mode) & mask) !== 0;
    });
    return [...holders.map(([id]) => id), ...waiting.map((each) => each.transaction)];
  }

  /** For whom a transaction waits, and where it only stands behind them in line. */
  #edgesOf(from: number): readonly WaitEdge[] {
    const waiter = this.#waits.get(from);
    const lock = waiter && this.#locks.get(waiter.resource);
    if (waiter === undefined || lock === undefined) return [];
    const { queue } = lock;
    const holders = this.#blockersOf(lock, { ...waiter, before: [] });
    const before = queue.slice(0, queue.indexOf(waiter));
    const all = this.#blockersOf(lock, { ...waiter, before });
    const ahead = all.slice(holders.length).filter((to) => !holders.includes(to));
    return [
      ...holders.map((to) => ({ from, to, queue: undefined })),
      ...ahead.map((to) => ({ from, to, queue })),
    ];
  }

  #passOn(resource: string, lock: Lock): void {
    for (let at = 0; at < lock.queue.length;) {
      const waiter = lock.queue[at];
      if (waiter === undefined) break;
      const before = lock.queue.slice(0, at);
      if (this.#blockersOf(lock, { ...waiter, before }).length > 0) {
        at += 1;
        continue;
      }
      lock.queue.splice(at, 1);
      this.#waits.delete(waiter.transaction);
      this.#grant(lock, waiter);
      waiter.resolve();
    }
    if (lock.holders.size === 0 && lock.queue.length === 0) this.#locks.delete(resource);
  }
}
