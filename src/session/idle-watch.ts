/** Ends a session that stays idle too long: 57P05, within a transaction 25P03. */
import { SqlError } from '../errors/sql-error.ts';
import { idleTimeoutsMs } from './settings/derived-settings.ts';
import type { SessionPeer } from './session.ts';
import type { Settings } from './settings/settings.ts';
import type { Transaction } from './transaction/transaction.ts';

interface WatchedSession {
  readonly settings: Settings;
  readonly transaction: Transaction;
}

export class IdleWatch {
  #timer: NodeJS.Timeout | undefined;

  start({ settings, transaction }: WatchedSession, peer: SessionPeer | undefined): void {
    this.stop();
    const { inBlock } = transaction;
    const state = inBlock ? 'idle_in_transaction_session_timeout' : 'idle_session_timeout';
    const { inTransaction, outside } = settings.derived(idleTimeoutsMs);
    const timeoutMs = inBlock ? inTransaction : outside;
    if (timeoutMs === 0 || peer === undefined) return;
    const words = inBlock ? 'idle-in-transaction timeout' : 'idle-session timeout';
    this.#timer = setTimeout(() => {
      peer.terminate(new SqlError(state, `terminating connection due to ${words}`));
    }, timeoutMs);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
