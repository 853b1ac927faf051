/**
 * What may stop a statement from outside: a cancel request, a timeout, a client that left.
 *
 *     stop() ──▶ the query that runs ──▶ 57014        stop() ──▶ who waits: 57014
 */
import { SqlError } from '../errors/sql-error.ts';
import type { CloseReason } from '../trace/node-statistics.ts';
import type { RunningQuery } from './statement/query-runner.ts';

export class Interrupts {
  /** The query that a stop cancels. */
  current: RunningQuery | undefined;
  #pending: SqlError | undefined;
  readonly #waiting = new Set<(error: SqlError) => void>();

  /** Stops the statement with 57014 and these words. */
  stop(reason: CloseReason, message: string): void {
    const error = new SqlError('query_canceled', message);
    this.#pending = error;
    this.current?.run.cancel(reason, message);
    for (const reject of this.#waiting) reject(error);
  }

  /** Errors: 57014 when a stop came while no query was running. */
  check(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    throw pending;
  }

  /** Another statement begins, or none runs. */
  reset(): void {
    this.#pending = undefined;
  }

  /**
   * The result of `work`, unless a stop comes first, or the time ends (0: it does not) and
   * `timeoutError` says how. The work itself goes on.
   */
  async wait<T>(work: Promise<T>, timeoutMs = 0, timeoutError?: () => SqlError): Promise<T> {
    this.check();
    let stop: ((error: SqlError) => void) | undefined;
    let timer: NodeJS.Timeout | undefined;
    const stopped = new Promise<never>((_resolve, reject) => {
      stop = reject;
      this.#waiting.add(reject);
      if (timeoutMs > 0 && timeoutError !== undefined) {
        timer = setTimeout(() => reject(timeoutError()), timeoutMs);
      }
    });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      clearTimeout(timer);
      if (stop !== undefined) this.#waiting.delete(stop);
    }
  }
}
