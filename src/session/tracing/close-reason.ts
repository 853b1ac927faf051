/** Why a query ended, told from the error that ended it. */
import { SqlError } from '../../errors/sql-error.ts';
import type { CloseReason } from '../../trace/node-statistics.ts';

/** Why a statement that failed with this error ended. */
export function closeReasonOf(error: unknown): CloseReason {
  if (!(error instanceof SqlError) || error.code !== '57014') return 'error';
  if (error.message === 'connection to client lost') return 'disconnect';
  return error.message.includes('timeout') ? 'timeout' : 'cancelled';
}
