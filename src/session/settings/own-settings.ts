/** A part of a statement that runs as somebody else, or with settings of its own. */
import type { SqlSession } from '../sql-session.ts';
import { effectiveUser } from './settings.ts';

export interface OwnSettings {
  /** Name of the role whose rights it has. */
  readonly user?: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Afterwards all of it is as it was; after an error so is what `body` set itself. */
export async function withOwnSettings<T>(
  session: SqlSession,
  own: OwnSettings,
  body: () => Promise<T>,
): Promise<T> {
  const { settings, transaction } = session;
  transaction.ensure();
  const mark = settings.mark();
  let isDone = false;
  try {
    if (own.user !== undefined) settings.setOwned(effectiveUser, own.user, true);
    for (const [name, value] of Object.entries(own.settings)) settings.set(name, value, true);
    const result = await body();
    isDone = true;
    return result;
  } finally {
    if (isDone) settings.leave(mark);
    else settings.rollbackTo(mark);
  }
}
