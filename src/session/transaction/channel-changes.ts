/**
 * What a transaction does to channels: LISTEN, UNLISTEN and NOTIFY take effect when it commits,
 * in their order; what a savepoint takes back never happened (async.c).
 */

import type { DatabaseId } from '../../catalog/databases.ts';
import { unreachable } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { SessionDirectory } from '../session-directory.ts';

export type ChannelChange =
  | { readonly kind: 'listen'; readonly channel: string }
  | { readonly kind: 'unlisten'; readonly channel: string }
  | { readonly kind: 'unlistenAll' }
  | { readonly kind: 'notify'; readonly channel: string; readonly payload: string };

/** Changes that one transaction may keep back. */
const changesMax = 100_000;

export class ChannelChanges {
  #changes: ChannelChange[] = [];
  /** Notifications that were added, those that were taken back left out. */
  #notified = new Set<string>();

  /** The same notification twice in one transaction is delivered once. Errors: 54000. */
  add(change: ChannelChange): void {
    if (change.kind === 'notify') {
      const key = keyOf(change);
      if (this.#notified.has(key)) return;
      this.#notified.add(key);
    }
    if (this.#changes.length >= changesMax) {
      const message = 'too many notifications in the NOTIFY queue';
      throw new SqlError('program_limit_exceeded', message);
    }
    this.#changes.push(change);
  }

  mark(): number {
    return this.#changes.length;
  }

  rollbackTo(mark: number): void {
    for (const change of this.#changes.splice(mark)) {
      if (change.kind === 'notify') this.#notified.delete(keyOf(change));
    }
  }

  take(): readonly ChannelChange[] {
    const changes = this.#changes;
    if (changes.length > 0) {
      this.#changes = [];
      this.#notified = new Set();
    }
    return changes;
  }
}

function keyOf({ channel, payload }: ChannelChange & { readonly kind: 'notify' }): string {
  return JSON.stringify([channel, payload]);
}

export interface Listener {
  readonly processId: number;
  readonly channels: Set<string>;
  readonly environment: { readonly directory: SessionDirectory; readonly databaseId: DatabaseId };
}

/** What a transaction that committed does to channels. */
export function changeChannels(session: Listener, changes: readonly ChannelChange[]): void {
  const { channels, environment, processId } = session;
  for (const change of changes) {
    switch (change.kind) {
      case 'listen':
        channels.add(change.channel);
        break;
      case 'unlisten':
        channels.delete(change.channel);
        break;
      case 'unlistenAll':
        channels.clear();
        break;
      case 'notify':
        environment.directory.notify(environment.databaseId, { processId, ...change });
        break;
      default:
        unreachable(change);
    }
  }
}
