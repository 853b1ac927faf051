/**
 * Foreign keys at work: what a statement made and lost of references is looked after when it is
 * over, in order; what that changes joins the queue. Deferred constraints wait for COMMIT.
 *
 *     statement ─▶ events ─▶ locks of keys ─▶ checks (23503) and actions (CASCADE …) ─▶ events …
 *                     └── deferred ──▶ COMMIT, SET CONSTRAINTS … IMMEDIATE
 *
 * Who writes a row that references a key shares the key's lock, who takes the key away has it
 * alone, both to the end of the transaction: a check sees what will be committed.
 */
import { SqlError } from '../../../errors/sql-error.ts';
import { lockNames } from '../../../catalog/locks.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import type { Datum } from '../../../types/datum.ts';
import { hidesRows, mayRead } from '../../roles/row-security.ts';
import { waitForLock } from '../../transaction/locks.ts';
import { deleterOfRows, queryDatums, queryRows } from '../../statement/internal-query.ts';
import type { SqlSession } from '../../sql-session.ts';
import { keyText, type Key } from '../key-text.ts';
import { foreignKeyNamed, type ForeignKey } from './foreign-key.ts';
import { actOnLost, type Lost } from './reference-actions.ts';
import { missingReference, referencedStill } from './reference-errors.ts';
import { missingKey, rowsReferencing, stillReferenced } from './reference-queries.ts';

/** A key that went; `after`: what its row has instead. */
export interface KeyChange {
  readonly before: Key;
  readonly after: readonly (Datum | null)[] | undefined;
}

interface Named {
  /** OID of the referencing table, and the constraint's name. */
  readonly table: number;
  readonly name: string;
}

/** Rows that reference keys; keys that went. Without a list all rows of the table are meant. */
export type ReferenceEvent =
  | (Named & { readonly kind: 'made'; readonly keys: readonly Key[] | undefined })
  | (Named & {
      readonly kind: 'lost';
      readonly isDelete: boolean;
      readonly changes: readonly KeyChange[] | undefined;
    });

type Timing = 'immediate' | 'deferred';

/** Keys that one event locks one by one; for more, all keys of the table. */
const lockedKeysMax = 10_000;

export class ReferenceQueue {
  readonly #session: SqlSession;
  readonly #queue: ReferenceEvent[] = [];
  #deferred: ReferenceEvent[] = [];
  /** SET CONSTRAINTS: for all, and by `table name`. */
  #timing: Timing | undefined;
  readonly #timings = new Map<string, Timing>();

  constructor(session: SqlSession) {
    this.#session = session;
  }

  add(events: readonly ReferenceEvent[]): void {
    this.#queue.push(...events);
  }

  /** The statement failed. */
  forget(): void {
    this.#queue.length = 0;
  }

  /** The statement is over. Errors: 23503 and those of the actions. */
  async settle(): Promise<void> {
    for (;;) {
      const event = this.#queue.shift();
      if (event === undefined) return;
      await this.#treat(event);
    }
  }

  /** COMMIT. Errors: 23503; nothing of the transaction stays then. */
  async commit(): Promise<void> {
    let isSound = false;
    try {
      await this.settleDeferred();
      isSound = true;
    } finally {
      if (!isSound) this.#session.transaction.rollback();
    }
  }

  /** What waits for COMMIT. Errors: 23503. */
  async settleDeferred(): Promise<void> {
    for (const event of this.#deferred.splice(0)) await this.#check(event, true);
  }

  /** The transaction is over, whichever way. */
  reset(): void {
    this.#queue.length = 0;
    this.#deferred = [];
    this.#timing = undefined;
    this.#timings.clear();
  }

  /** SET CONSTRAINTS; `keys` undefined: ALL. Errors: 23503. */
  async setTiming(keys: readonly ForeignKey[] | undefined, timing: Timing): Promise<void> {
    if (keys === undefined) {
      this.#timing = timing;
      this.#timings.clear();
    }
    for (const key of keys ?? []) this.#timings.set(timingName(key.table.oid, key.name), timing);
    if (timing === 'deferred') return;
    const isDue = ({ table, name }: ReferenceEvent): boolean =>
      keys?.some((key) => key.table.oid === table && key.name === name) ?? true;
    const due = this.#deferred.filter(isDue);
    this.#deferred = this.#deferred.filter((event) => !isDue(event));
    for (const event of due) await this.#check(event, true);
  }

  #isDeferred({ table, name, references }: ForeignKey): boolean {
    if (references.deferral === 'never') return false;
    const set = this.#timings.get(timingName(table.oid, name)) ?? this.#timing;
    return (set ?? references.deferral) === 'deferred';
  }

  async #treat(event: ReferenceEvent): Promise<void> {
    const key = foreignKeyNamed(this.#session, event.table, event.name);
    if (key === undefined) return;
    if (event.kind === 'made') {
      if (this.#isDeferred(key)) this.#deferred.push(event);
      else await this.#check(event, false);
      return;
    }
    await this.#lock(key, event);
    const { onDelete, onUpdate } = key.references;
    const action = event.isDelete ? onDelete : onUpdate;
    if (action === 'no action' && this.#isDeferred(key)) this.#deferred.push(event);
    else if (action === 'no action' || action === 'restrict') await this.#check(event, false);
    else await this.#act(key, { action, ...event });
    // A default that is the key that went changes no row: nothing else would look for it.
    if (action === 'set default') await this.#check(event, false);
  }

  /** Shares the keys that are referenced, or takes alone those that went. */
  async #lock(key: ForeignKey, event: ReferenceEvent): Promise<void> {
    const { oid } = key.target;
    const transaction = this.#session.transaction.forWriting();
    const isShared = event.kind === 'made';
    const keys = isShared ? event.keys : event.changes?.map(({ before }) => before);
    const all = lockNames.references(oid);
    if (keys === undefined || keys.length > lockedKeysMax) {
      const wait = transaction.lock(all, isShared ? 'share' : 'exclusive');
      await waitForLock(this.#session, wait);
      return;
    }
    const intent = transaction.lock(all, isShared ? 'row share' : 'row exclusive');
    await waitForLock(this.#session, intent);
    for (const values of keys) {
      const text = keyText(key.targetColumns, values);
      const resource = lockNames.reference(oid, key.references.columns, text);
      const wait = transaction.lock(resource, isShared ? 'share' : 'exclusive');
      await waitForLock(this.#session, wait);
    }
  }

  /** A key as errors tell of it; undefined: its row is hidden, or its columns are. */
  #shown(
    table: TableDefinition,
    columns: readonly { readonly name: string }[],
    [text]: readonly unknown[],
  ): string | undefined {
    if (hidesRows(this.#session, table)) return undefined;
    const names = columns.map(({ name }) => name);
    return mayRead(this.#session, table, names) ? String(text) : undefined;
  }

  /** Errors: 23503. */
  async #check(event: ReferenceEvent, isDeferred: boolean): Promise<void> {
    const key = foreignKeyNamed(this.#session, event.table, event.name);
    if (key === undefined) return;
    if (event.kind === 'made') {
      await this.#lock(key, event);
      await this.checkRows(key, event.keys, isDeferred);
      return;
    }
    const { changes } = event;
    const before = changes?.map((change) => change.before);
    const action = event.isDelete ? key.references.onDelete : key.references.onUpdate;
    const query =
      before === undefined
        ? missingKey(key, undefined, isDeferred)
        : stillReferenced(key, before, action === 'restrict');
    for (;;) {
      const [row] = await queryDatums(this.#session, query);
      if (row === undefined) return;
      const deleter =
        before === undefined
          ? undefined
          : await deleterOfRows(this.#session, key.table.oid, rowsReferencing(key, before));
      if (deleter === undefined)
        throw referencedStill(key, this.#shown(key.target, key.targetColumns, row));
      const transaction = this.#session.transaction.forWriting();
      await waitForLock(this.#session, transaction.waitFor(deleter));
    }
  }

  /** A repeatable read changes no row that it does not see. Errors: 40001, those of the action. */
  async #act(key: ForeignKey, lost: Lost): Promise<void> {
    if (this.#session.transaction.isRepeatable && lost.changes !== undefined) {
      const query = rowsReferencing(
        key,
        lost.changes.map(({ before }) => before),
      );
      const seen = await queryRows(this.#session, query, 'transaction');
      const ids = new Set(seen.map(({ rowId }) => rowId));
      const all = await queryRows(this.#session, query);
      if (all.some(({ rowId }) => !ids.has(rowId))) throw concurrentUpdate();
    }
    await actOnLost(this.#session, key, lost);
  }

  /**
   * Rows with these keys, or all rows, reference rows that are there; a repeatable read must see
   * them, too. Errors: 23503, 40001.
   */
  async checkRows(
    key: ForeignKey,
    keys: readonly Key[] | undefined,
    isDeferred = false,
  ): Promise<void> {
    const query = missingKey(key, keys, isDeferred);
    const { isRepeatable } = this.#session.transaction;
    if (isRepeatable) {
      const [unseen] = await queryDatums(this.#session, query, 'transaction');
      if (unseen !== undefined)
        throw missingReference(key, this.#shown(key.table, key.columns, unseen));
    }
    const [row] = await queryDatums(this.#session, query);
    if (row === undefined) return;
    throw isRepeatable
      ? concurrentUpdate()
      : missingReference(key, this.#shown(key.table, key.columns, row));
  }
}

/** The row was there when the transaction began. */
function concurrentUpdate(): SqlError {
  const words = 'could not serialize access due to concurrent update';
  return new SqlError('serialization_failure', words);
}

function timingName(table: number, name: string): string {
  return `${table} ${name}`;
}
