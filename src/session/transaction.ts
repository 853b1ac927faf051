/**
 * The session's transaction: PostgreSQL's block states over the store's transactions.
 *
 *     idle ──statement──▶ implicit ──end of cycle──▶ idle
 *     idle ──BEGIN──▶ block ──error──▶ failed ──ROLLBACK/COMMIT──▶ idle
 *
 * The store's transaction is opened by the first statement that needs it.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { CommitReport, Store, StoreTransaction } from '../catalog/table.ts';
import type { Settings } from './settings.ts';

interface Savepoint {
  readonly name: string;
  readonly storeMark: number;
  readonly settingsMark: number;
}

export type BlockState = 'idle' | 'implicit' | 'block' | 'failed';

export class Transaction {
  readonly #store: Store;
  readonly #settings: Settings;
  #state: BlockState = 'idle';
  #writes: StoreTransaction | undefined;
  #savepoints: Savepoint[] = [];
  /** µs since 1970 of the transaction's start: now(). */
  startMicros = 0n;

  constructor(store: Store, settings: Settings) {
    this.#store = store;
    this.#settings = settings;
  }

  get state(): BlockState {
    return this.#state;
  }

  get status(): 'I' | 'T' | 'E' {
    if (this.#state === 'failed') return 'E';
    return this.#state === 'block' ? 'T' : 'I';
  }

  get inBlock(): boolean {
    return this.#state === 'block' || this.#state === 'failed';
  }

  /** The store's transaction, if this transaction has one already. */
  get storeTransaction(): StoreTransaction | undefined {
    return this.#writes;
  }

  /** Makes sure that a transaction is open: implicit, unless a block is. */
  ensure(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'implicit';
    this.#open();
  }

  #open(): void {
    this.startMicros = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
    this.#settings.beginTransaction();
  }

  /** The store's transaction, opened now if need be. */
  forWriting(): StoreTransaction {
    this.ensure();
    this.#writes ??= this.#store.begin();
    return this.#writes;
  }

  /** BEGIN. Returns false when a block was open already (WARNING 25001). */
  begin(): boolean {
    if (this.inBlock) return false;
    if (this.#state === 'idle') this.#open();
    this.#state = 'block';
    this.#writes ??= this.#store.begin();
    return true;
  }

  /** An error happened: a block becomes failed, an implicit transaction is undone. */
  fail(): void {
    if (this.#state === 'block') this.#state = 'failed';
    else if (this.#state === 'implicit') this.#rollbackNow();
  }

  async commit(): Promise<CommitReport | undefined> {
    if (this.#state === 'failed') {
      this.#rollbackNow();
      return undefined;
    }
    const writes = this.#writes;
    this.#writes = undefined;
    try {
      const report = writes === undefined ? undefined : await writes.commit();
      this.#end(true);
      return report;
    } catch (error) {
      writes?.rollback();
      this.#end(false);
      throw error;
    }
  }

  rollback(): void {
    this.#rollbackNow();
  }

  #rollbackNow(): void {
    this.#writes?.rollback();
    this.#writes = undefined;
    this.#end(false);
  }

  #end(committed: boolean): void {
    if (this.#state !== 'idle') this.#settings.endTransaction(committed);
    this.#state = 'idle';
    this.#savepoints = [];
  }

  savepoint(name: string): void {
    const mark = this.forWriting().mark();
    this.#savepoints.push({ name, storeMark: mark, settingsMark: this.#settings.mark() });
  }

  /** Errors: 3B001. */
  release(name: string): void {
    this.#savepoints.length = this.#savepointIndex(name);
  }

  /** ROLLBACK TO: the savepoint stays; a failed block works again. */
  rollbackTo(name: string): void {
    const index = this.#savepointIndex(name);
    const savepoint = this.#savepoints[index] as Savepoint;
    this.#savepoints.length = index + 1;
    this.forWriting().rollbackTo(savepoint.storeMark);
    this.#settings.rollbackTo(savepoint.settingsMark);
    this.#state = 'block';
  }

  #savepointIndex(name: string): number {
    const index = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (index < 0) {
      throw new SqlError('invalid_savepoint_specification', `savepoint "${name}" does not exist`);
    }
    return index;
  }
}
