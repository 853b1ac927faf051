/** COMMIT and ROLLBACK of a DO statement that is in no transaction block. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Flow, PlRun } from './run.ts';
import type { StatementOf } from './statements.ts';

/** Errors: 2D000, and those of committing. */
export async function endTransaction(
  run: PlRun,
  { kind, chains }: StatementOf<'commit' | 'rollback'>,
): Promise<Flow> {
  const { session } = run;
  const { transaction } = session;
  if (!transaction.mayEndInside) {
    throw new SqlError('invalid_transaction_termination', 'invalid transaction termination');
  }
  if (transaction.inSavepoint) {
    const message = `cannot ${kind === 'commit' ? 'commit' : 'roll back'} while a subtransaction is active`;
    throw new SqlError('invalid_transaction_termination', message);
  }
  const before = transaction.characteristics();
  if (kind === 'commit') await session.commitNow();
  else transaction.rollback();
  await session.closePortalsOutsideBlock();
  transaction.ensure();
  if (chains) transaction.assume(before);
  run.evaluator.forget();
  return undefined;
}
