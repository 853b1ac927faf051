/** All open sessions of a server: cancel keys, pg_stat_activity, LISTEN/NOTIFY. */
import { randomInt } from 'node:crypto';
import type { ActivityFact, TraceRow } from '../catalog/catalog-state.ts';
import type { DatabaseId } from '../catalog/databases.ts';
import type { SpanIdentity } from '../trace/query-trace.ts';
import type { Notification } from './session.ts';

export interface DirectoryEntry {
  readonly databaseId: DatabaseId;
  readonly processId: number;
  readonly secretKey: number;
  activity(): ActivityFact;
  activeSpans(): readonly TraceRow[];
  /** Stops the running statement; its root, when it is traced. */
  cancel(): SpanIdentity | undefined;
  terminate(): void;
  notify(notification: Notification): void;
  readonly channels: ReadonlySet<string>;
}

const firstProcessId = 10_000;

/** What the sessions of a database did since the server started. */
export interface DatabaseCounts {
  committed: number;
  rolledBack: number;
  sessions: number;
}

export class SessionDirectory {
  readonly #entries = new Map<number, DirectoryEntry>();
  /** Databases that are on their way out, or get another name: nobody comes in. */
  readonly closing = new Set<DatabaseId>();
  readonly #counts = new Map<DatabaseId, DatabaseCounts>();
  #nextProcessId = firstProcessId;

  get size(): number {
    return this.#entries.size;
  }

  /** A process id no open session has, and its cancel key. */
  reserve(): { readonly processId: number; readonly secretKey: number } {
    do {
      this.#nextProcessId =
        this.#nextProcessId >= 2_000_000 ? firstProcessId : this.#nextProcessId + 1;
    } while (this.#entries.has(this.#nextProcessId));
    return { processId: this.#nextProcessId, secretKey: randomInt(1, 2 ** 31 - 1) };
  }

  /** Of databases that had sessions. */
  get counts(): ReadonlyMap<DatabaseId, DatabaseCounts> {
    return this.#counts;
  }

  transactionEnded(database: DatabaseId, isCommitted: boolean): void {
    const counts = this.#countsOf(database);
    if (isCommitted) counts.committed += 1;
    else counts.rolledBack += 1;
  }

  #countsOf(database: DatabaseId): DatabaseCounts {
    const known = this.#counts.get(database);
    if (known !== undefined) return known;
    const counts = { committed: 0, rolledBack: 0, sessions: 0 };
    this.#counts.set(database, counts);
    return counts;
  }

  /** The database is gone. */
  forget(database: DatabaseId): void {
    this.#counts.delete(database);
  }

  add(entry: DirectoryEntry): void {
    this.#countsOf(entry.databaseId).sessions += 1;
    this.#entries.set(entry.processId, entry);
  }

  remove(processId: number): void {
    this.#entries.delete(processId);
  }

  find(processId: number): DirectoryEntry | undefined {
    return this.#entries.get(processId);
  }

  /** Cancels the session's statement when the key is right. */
  cancel(processId: number, secretKey: number): SpanIdentity | undefined {
    const entry = this.#entries.get(processId);
    return entry?.secretKey === secretKey ? entry.cancel() : undefined;
  }

  activity(): readonly ActivityFact[] {
    return [...this.#entries.values()].map((entry) => entry.activity());
  }

  /** Running queries of these users' sessions, and the nodes of their plans. */
  activeSpans(isWanted: (user: string) => boolean): readonly TraceRow[] {
    return [...this.#entries.values()].flatMap((entry) =>
      isWanted(entry.activity().user) ? entry.activeSpans() : [],
    );
  }

  /** To the sessions of the database that listen. */
  notify(database: DatabaseId, notification: Notification): void {
    for (const entry of this.#entries.values()) {
      const isListening = entry.channels.has(notification.channel);
      if (isListening && entry.databaseId === database) entry.notify(notification);
    }
  }

  /** Sessions of the database. */
  sessionsOf(database: DatabaseId): readonly DirectoryEntry[] {
    return [...this.#entries.values()].filter(({ databaseId }) => databaseId === database);
  }
}
