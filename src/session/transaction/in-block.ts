/** Statements that one statement runs: what holds for a transaction holds for all of them. */
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
