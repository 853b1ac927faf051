/** What follows from several settings, for Settings.derived: made once per change of any. */
import { millisOf } from './milliseconds.ts';
import { currentUserOf } from './search-path.ts';
import type { Settings } from './settings.ts';

/** What names, literals and the trace of a plan depend on. */
const planSettings = [
  'TimeZone',
  'search_path',
  'DateStyle',
  'IntervalStyle',
  'bytea_output',
  'extra_float_digits',
  'log.filter',
  'row_security',
] as const;

/** Plans made under the same key are the same, as far as settings go. */
export function planKey(settings: Settings): string {
  const values = planSettings.map((name) => settings.get(name));
  return [currentUserOf(settings), settings.get('session_authorization'), ...values].join('|');
}

/** How long a session may wait for its next statement; 0 = for ever. */
export function idleTimeoutsMs(settings: Settings): Record<'inTransaction' | 'outside', number> {
  return {
    inTransaction: millisOf(settings.get('idle_in_transaction_session_timeout')),
    outside: millisOf(settings.get('idle_session_timeout')),
  };
}

export function statementTimeoutMs(settings: Settings): number {
  return millisOf(settings.get('statement_timeout'));
}

const noticeSeverities = ['DEBUG', 'LOG', 'NOTICE', 'WARNING'] as const;

/** Severities of notices that the client is sent. */
export function shownSeverities(settings: Settings): ReadonlySet<string> {
  const least = settings.get('client_min_messages').replace(/\d$/, '').toUpperCase();
  const from = noticeSeverities.findIndex((severity) => severity === least);
  return new Set(from < 0 ? [] : noticeSeverities.slice(from));
}
