/** What nobody may be connected to a database for: dropping it, and giving it another name. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseFact } from '../../catalog/databases.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { signalSession } from '../facts/activity.ts';
import type { SqlSession } from '../sql-session.ts';

/** PostgreSQL's: sessions that are just ending are waited for. */
const waitMs = 5000;
const lookEveryMs = 20;

/**
 * Does it once the database has no sessions; nobody comes in meanwhile. `isForced`: they are ended.
 * Errors: 55006, 42501, 57014.
 */
export async function untilEmpty(
  session: SqlSession,
  { id, name }: Pick<DatabaseFact, 'id' | 'name'>,
  isForced: boolean,
  act: () => Promise<void>,
): Promise<void> {
  const { directory } = session.environment;
  directory.closing.add(id);
  try {
    if (isForced) {
      for (const { processId } of directory.sessionsOf(id)) {
        signalSession(session, processId, 'terminate');
      }
    }
    const untilMs = performance.now() + waitMs;
    while (directory.sessionsOf(id).length > 0) {
      if (performance.now() > untilMs) throw inUse(name, directory.sessionsOf(id).length);
      await session.interrupts.wait(sleep(lookEveryMs));
    }
    await act();
  } finally {
    directory.closing.delete(id);
  }
}

function inUse(name: string, count: number): SqlError {
  const message = `database "${name}" is being accessed by other users`;
  const [verb, noun] = count === 1 ? ['is', 'session'] : ['are', 'sessions'];
  const detail = `There ${verb} ${count} other ${noun} using the database.`;
  return new SqlError('object_in_use', message, { detail });
}
