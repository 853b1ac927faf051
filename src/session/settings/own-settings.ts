/** A part of a statement that runs as somebody else, or with settings of its own. */
import type { SqlSession } from '../sql-session.ts';
import { applySetting } from './apply-setting.ts';
import { effectiveUser } from './settings.ts';

export interface OwnSettings {
  /** Name of the role whose rights it has. */
  readonly user?: string;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Afterwards the user and the settings are as before, and where there are settings so is all that
 * `body` set locally; after an error also what it set otherwise. Errors: those of SET.
 */
export async function withOwnSettings<T>(
  session: SqlSession,
  own: OwnSettings,
  body: () => Promise<T>,
): Promise<T> {
  const { settings, transaction } = session;
  transaction.ensure();
  const mark = settings.mark();
  const entries = Object.entries(own.settings);
  let isDone = false;
  try {
    // The settings are the new user's to set.
    if (own.user !== undefined) settings.setOwned(effectiveUser, own.user, true);
    for (const [name, value] of entries) applySetting(session, name, value, true);
    const result = await body();
    isDone = true;
    return result;
  } finally {
    if (!isDone) settings.rollbackTo(mark);
    else if (entries.length > 0) settings.leave(mark);
    else settings.leave(mark, effectiveUser);
  }
}
