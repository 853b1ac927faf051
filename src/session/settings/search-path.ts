/** Schemas that names without one are looked up in. */
import { splitNames } from '../../types/name-list.ts';
import { effectiveUser, type Settings } from './settings.ts';
import type { SqlSession } from '../sql-session.ts';

/** As shownPathOf, without pg_catalog, which is always there. */
export function searchPathOf(session: SqlSession): readonly string[] {
  return mayUse(session, session.settings.derived(userSchemas));
}

/** Without schemas that the current user may not use. */
export function shownPathOf(session: SqlSession): readonly string[] {
  return mayUse(session, session.settings.derived(namedSchemas));
}

function mayUse({ roles }: SqlSession, names: readonly string[]): readonly string[] {
  return roles.isSuperuser ? names : names.filter((name) => roles.mayUseSchema(name));
}

/** `"$user"` is the current user's own. */
function namedSchemas(settings: Settings): readonly string[] {
  const names = splitNames(settings.get('search_path')) ?? [];
  return names
    .map((name) => (name === '$user' ? currentUserOf(settings) : name))
    .filter((name) => name !== '');
}

function userSchemas(settings: Settings): readonly string[] {
  return settings.derived(namedSchemas).filter((name) => name !== 'pg_catalog');
}

/** Whose rights a function has, or the role that SET ROLE names, else the session user. */
export function currentUserOf(settings: Settings): string {
  const effective = settings.find(effectiveUser);
  if (effective !== undefined) return effective;
  const role = settings.get('role');
  return role === 'none' ? settings.get('session_authorization') : role;
}
