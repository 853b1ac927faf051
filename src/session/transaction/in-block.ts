/** Statements that one statement runs, as in a block; statements that no block may hold. */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlSession } from '../sql-session.ts';

/** While `body` runs, its statements are as those of a block. */
export async function inBlock(
  { transaction }: SqlSession,
  body: () => Promise<void>,
): Promise<void> {
  const { isMultiple, mayEndInside } = transaction;
  transaction.mayEndInside ||= !transaction.inSomeBlock;
  transaction.isMultiple = true;
  try {
    await body();
  } finally {
    transaction.isMultiple = isMultiple;
    transaction.mayEndInside = mayEndInside;
  }
}

/** As inBlock, for what may not end the transaction. */
export async function inFunction(session: SqlSession, body: () => Promise<void>): Promise<void> {
  await inBlock(session, async () => {
    session.transaction.mayEndInside = false;
    await body();
  });
}

/** Of a statement that is a transaction of its own. Errors: 25001. */
export function refuseInBlock({ transaction }: SqlSession, command: string): void {
  if (!transaction.inSomeBlock) return;
  const message = `${command} cannot run inside a transaction block`;
  throw new SqlError('active_sql_transaction', message);
}
