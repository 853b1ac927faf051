/** A part of a statement that runs as somebody else, or with settings of its own. */
import type { SqlSession } from '../sql-session.ts';
import { applySetting } from './apply-setting.ts';
import { effectiveUser, type Settings } from './settings.ts';

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
  const around = settings.state;
  const entries = Object.entries(own.settings);
  let isDone = false;
  let isUntouched = false;
  try {
    // The settings are the new user's to set.
    if (own.user !== undefined) settings.setOwned(effectiveUser, own.user, true);
    for (const [name, value] of entries) applySetting(session, name, value, true);
    const inside = recallInside(settings, around, own);
    const result = await body();
    isDone = true;
    isUntouched = settings.state === inside;
    return result;
  } finally {
    if (!isDone) settings.rollbackTo(mark);
    else if (entries.length > 0) settings.leave(mark);
    else settings.leave(mark, effectiveUser);
    if (isUntouched) settings.recall(around);
  }
}

/** Of the values around a call: those inside of it, by what it says of them. */
const states = new WeakMap<object, Map<string, unknown>>();

/** The same call after the same values finds what followed from its own the last time. */
function recallInside(settings: Settings, around: unknown, own: OwnSettings): unknown {
  const key = JSON.stringify(own);
  const known = states.get(around as object) ?? new Map<string, unknown>();
  states.set(around as object, known);
  const inside = known.get(key) ?? settings.state;
  settings.recall(inside);
  if (known.size >= statesMax) known.clear();
  known.set(key, inside);
  return inside;
}

const statesMax = 100;
