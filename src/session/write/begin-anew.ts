/**
 * A row that another transaction writes is waited for; then, or when it has committed since the
 * statement's snapshot, what the statement did is undone, and it begins anew with what is committed
 * by then. In a repeatable read it fails.
 */
import { RowBusy, RowChanged } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { endTurn, waitForLock } from '../transaction/locks.ts';
import type { SqlSession } from '../sql-session.ts';

export interface Attempts<T> {
  /** Whose rows it writes. */
  readonly tables: readonly number[];
  /** Before each attempt; its turn ends with it. */
  readonly lock: () => Promise<void>;
  /** Whether others may write rows of its meanwhile: a mark to go back to costs something. */
  readonly mayMeet: () => boolean;
  /** Throws RowBusy or RowChanged: another transaction writes or wrote a row of its. */
  readonly attempt: () => Promise<T>;
  /** Its changes are taken back. */
  readonly undone: () => void;
}

/** Errors: 40001, 40P01, 55P03 and those of the attempt. */
export async function beginAnew<T>(session: SqlSession, attempts: Attempts<T>): Promise<T> {
  const { tables, lock, mayMeet, attempt, undone } = attempts;
  const transaction = session.transaction.forWriting();
  const endTurns = (): void => tables.forEach((oid) => endTurn(session, oid));
  try {
    for (;;) {
      await lock();
      const mark = mayMeet() ? transaction.mark() : undefined;
      const outcome = await takenOr(attempt);
      if (!isTaken(outcome)) {
        if (!session.transaction.inSavepoint) transaction.forgetMarks();
        return outcome;
      }
      if (mark === undefined) throw staleSnapshot();
      transaction.undoAttempt(mark);
      undone();
      endTurns();
      if (outcome instanceof RowChanged) continue;
      await waitForLock(session, transaction.waitFor(outcome.transaction));
    }
  } finally {
    endTurns();
  }
}

/** A row that the statement would write is or was another transaction's. */
type Taken = RowBusy | RowChanged;

function isTaken(outcome: unknown): outcome is Taken {
  return outcome instanceof RowBusy || outcome instanceof RowChanged;
}

async function takenOr<T>(work: () => Promise<T>): Promise<T | Taken> {
  try {
    return await work();
  } catch (error) {
    if (isTaken(error)) return error;
    throw error;
  }
}

function staleSnapshot(): SqlError {
  const words = 'could not serialize access due to concurrent update';
  return new SqlError('serialization_failure', words);
}
