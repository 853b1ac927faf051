/**
 * The session's transaction: PostgreSQL's block states over the store's transactions.
 *
 *     idle ──statement──▶ implicit ──end of cycle──▶ idle
 *     idle ──BEGIN──▶ block ──error──▶ failed ──ROLLBACK/COMMIT──▶ idle
 *
 * The store's transaction is opened by the first statement that needs it: a write, or with
 * REPEATABLE READ any statement that sees data.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { CommitReport, Store, StoreTransaction } from '../../catalog/table.ts';
import { ChannelChanges } from './channel-changes.ts';
import { Descriptors } from './descriptors.ts';
import { nextSerial } from '../portal/portal.ts';
import type { Settings } from '../settings/settings.ts';

interface Savepoint {
  readonly name: string;
  readonly storeMark: number;
  readonly settingsMark: number;
  readonly channelsMark: number;
  readonly descriptorsMark: number;
  /** Portals with larger ones are younger. */
  readonly serial: number;
  /** transaction_read_only, which RELEASE gives back. */
  readonly readOnly: string;
}

export type BlockState = 'idle' | 'implicit' | 'block' | 'failed';

/** Settings that a transaction begins with: its own name, and that of the session's default. */
const characteristics = [
  'transaction_isolation',
  'transaction_read_only',
  'transaction_deferrable',
];

export class Transaction {
  readonly #store: Store;
  readonly #settings: Settings;
  readonly #ended: (isCommitted: boolean) => void;
  #state: BlockState = 'idle';
  #writes: StoreTransaction | undefined;
  #savepoints: Savepoint[] = [];
  #hasSnapshot = false;
  /** LISTEN, UNLISTEN, NOTIFY: they count when the transaction commits. */
  readonly channels = new ChannelChanges();
  /** Large objects that are open. */
  readonly descriptors = new Descriptors();
  /** µs since 1970 of the transaction's start: now(). */
  startMicros = 0n;
  /** The statement is one of several in a simple query: an implicit block, for some checks. */
  isMultiple = false;

  /** What runs now may end the transaction: PL/pgSQL that no block is around. */
  mayEndInside = false;

  /** `ended`: told of every end. */
  constructor(store: Store, settings: Settings, ended: (isCommitted: boolean) => void) {
    this.#ended = ended;
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

  /** A block that BEGIN opened, or the one around several statements of a simple query. */
  get inSomeBlock(): boolean {
    return this.inBlock || this.isMultiple;
  }

  get inSavepoint(): boolean {
    return this.#savepoints.length > 0;
  }

  get isReadOnly(): boolean {
    return this.#settings.get('transaction_read_only') === 'on';
  }

  /** Whether a statement of this transaction has seen data. */
  get hasSnapshot(): boolean {
    return this.#hasSnapshot;
  }

  /** Portals up to this serial outlive an error. */
  get survivorSerial(): number {
    return this.#savepoints.at(-1)?.serial ?? 0;
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
    this.#hasSnapshot = false;
    this.#settings.beginTransaction();
    for (const name of characteristics) {
      this.#settings.assume(name, this.#settings.get(`default_${name}`));
    }
  }

  /** A statement is about to see data: from here on REPEATABLE READ sees this moment. */
  takeSnapshot(): void {
    this.ensure();
    this.#hasSnapshot = true;
    if (!this.isRepeatable) return;
    this.forWriting().freeze();
  }

  /** Whether it sees one moment alone; read uncommitted means read committed. */
  get isRepeatable(): boolean {
    return this.#isolation() !== 'read committed';
  }

  #isolation(): 'read committed' | 'repeatable read' | 'serializable' {
    const level = this.#settings.get('transaction_isolation');
    return level === 'repeatable read' || level === 'serializable' ? level : 'read committed';
  }

  /** The store's transaction, opened now if need be. */
  forWriting(): StoreTransaction {
    this.ensure();
    this.#writes ??= this.#store.begin(this.#isolation());
    return this.#writes;
  }

  /** BEGIN. Returns false when a block was open already (WARNING 25001). */
  begin(): boolean {
    if (this.inBlock) return false;
    if (this.#state === 'idle') this.#open();
    this.#state = 'block';
    return true;
  }

  /** COMMIT AND CHAIN: what the next transaction takes over. */
  characteristics(): readonly (readonly [string, string])[] {
    return characteristics.map((name) => [name, this.#settings.get(name)]);
  }

  /** A new block with the characteristics of the one before. */
  chain(before: readonly (readonly [string, string])[]): void {
    this.begin();
    this.assume(before);
  }

  /** The characteristics of a transaction before. */
  assume(before: readonly (readonly [string, string])[]): void {
    for (const [name, value] of before) this.#settings.assume(name, value);
  }

  /** An error happened: a block becomes failed, an implicit transaction is undone. */
  fail(): void {
    if (this.#state === 'block') this.#failBlock();
    else if (this.#state === 'implicit') this.#rollbackNow();
  }

  /** Nothing since the last savepoint can be saved: it goes at once, with its locks. */
  #failBlock(): void {
    this.#state = 'failed';
    const savepoint = this.#savepoints.at(-1);
    this.#settings.rollbackTo(savepoint?.settingsMark ?? 0);
    if (savepoint !== undefined) {
      this.#writes?.rollbackTo(savepoint.storeMark);
      return;
    }
    this.#writes?.rollback();
    this.#writes = undefined;
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
    if (this.#state !== 'idle') this.#ended(committed);
    if (!committed) this.channels.take();
    this.descriptors.closeAll();
    this.#state = 'idle';
    this.#savepoints = [];
  }

  savepoint(name: string): void {
    const storeMark = this.forWriting().mark();
    const settingsMark = this.#settings.mark();
    const channelsMark = this.channels.mark();
    const descriptorsMark = this.descriptors.mark();
    const serial = nextSerial();
    const readOnly = this.#settings.get('transaction_read_only');
    const marks = { storeMark, settingsMark, channelsMark, descriptorsMark };
    this.#savepoints.push({ name, ...marks, serial, readOnly });
  }

  /** Errors: 3B001. */
  release(name: string): void {
    const index = this.#savepointIndex(name);
    const { readOnly } = this.#savepoints[index] as Savepoint;
    this.#savepoints.length = index;
    if (this.#settings.get('transaction_read_only') === readOnly) return;
    this.#settings.set('transaction_read_only', readOnly, true);
  }

  /**
   * ROLLBACK TO: the savepoint stays; a failed block works again. Returns the serial up to which
   * portals live on.
   */
  rollbackTo(name: string): number {
    const index = this.#savepointIndex(name);
    const savepoint = this.#savepoints[index] as Savepoint;
    this.#savepoints.length = index + 1;
    this.forWriting().rollbackTo(savepoint.storeMark);
    this.#settings.rollbackTo(savepoint.settingsMark);
    this.channels.rollbackTo(savepoint.channelsMark);
    this.descriptors.rollbackTo(savepoint.descriptorsMark);
    this.#state = 'block';
    return savepoint.serial;
  }

  /** Runs `body`; when it fails, what it did in this transaction is taken back. */
  async inSubtransaction(body: () => Promise<void>): Promise<void> {
    const state = this.#state;
    // No savepoint that a user names has a NUL in it.
    const name = `\0${nextSerial()}`;
    this.savepoint(name);
    try {
      await body();
    } catch (error) {
      this.rollbackTo(name);
      this.#state = state;
      throw error;
    } finally {
      this.release(name);
    }
  }

  #savepointIndex(name: string): number {
    const index = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (index < 0) {
      throw new SqlError('invalid_savepoint_specification', `savepoint "${name}" does not exist`);
    }
    return index;
  }
}
