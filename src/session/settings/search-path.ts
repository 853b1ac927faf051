/** Schemas that names without one are looked up in. */
import { splitNames } from '../../types/name-list.ts';
import { effectiveUser, type Settings } from './settings.ts';
import type { SqlSession } from '../sql-session.ts';

/** Without pg_catalog, which is always there, and schemas that the current user may not use. */
export function searchPathOf({ settings, roles }: SqlSession): readonly string[] {
  const names = settings.derived(namedSchemas);
  return roles.isSuperuser ? names : names.filter((name) => roles.mayUseSchema(name));
}

/** `"$user"` is the current user's own. */
function namedSchemas(settings: Settings): readonly string[] {
  const names = splitNames(settings.get('search_path')) ?? [];
  return names
    .map((name) => (name === '$user' ? currentUserOf(settings) : name))
    .filter((name) => name !== '' && name !== 'pg_catalog');
}

/** Whose rights a function has, or the role that SET ROLE names, else the session user. */
export function currentUserOf(settings: Settings): string {
  const effective = settings.find(effectiveUser);
  if (effective !== undefined) return effective;
  const role = settings.get('role');
  return role === 'none' ? settings.get('session_authorization') : role;
}
