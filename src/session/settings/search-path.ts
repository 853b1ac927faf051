/** Schemas that names without one are looked up in. */
import { splitNames } from '../../types/name-list.ts';
import { effectiveUser, type Settings } from './settings.ts';
import type { SqlSession } from '../sql-session.ts';

const temporaryName = 'pg_temp';

/** As shownPathOf, without pg_catalog, which is always there. */
export function searchPathOf(session: SqlSession): readonly string[] {
  return mayUse(session, session.settings.derived(userSchemas));
}

/**
 * Schemas that names of relations and types are looked up in: the temporary one first, or where the
 * path names pg_temp.
 */
export function relationPathOf(session: SqlSession): readonly string[] {
  const { temporarySchema, settings } = session;
  const path = searchPathOf(session);
  const first = settings.derived(schemasBeforeTemporary);
  if (first.length === 0) return [temporarySchema, ...path];
  const isFirst = (name: string): boolean => first.includes(name);
  return [...path.filter(isFirst), temporarySchema, ...path.filter((name) => !isFirst(name))];
}

/** Schemas that new relations without a schema may be made in. */
export function creationPathOf(session: SqlSession): readonly string[] {
  const names = session.settings.derived(namedSchemas);
  return names.includes(temporaryName) ? relationPathOf(session) : searchPathOf(session);
}

/** Without schemas that the current user may not use. */
export function shownPathOf(session: SqlSession): readonly string[] {
  return mayUse(session, session.settings.derived(namedSchemas));
}

function mayUse({ roles }: SqlSession, names: readonly string[]): readonly string[] {
  return roles.isSuperuser
    ? names
    : names.filter((name) => name === temporaryName || roles.mayUseSchema(name));
}

/** `"$user"` is the current user's own. */
function namedSchemas(settings: Settings): readonly string[] {
  const names = splitNames(settings.get('search_path')) ?? [];
  return names
    .map((name) => (name === '$user' ? currentUserOf(settings) : name))
    .filter((name) => name !== '');
}

/** Functions are never found in temporary schemas. */
function userSchemas(settings: Settings): readonly string[] {
  const others = ['pg_catalog', temporaryName];
  return settings.derived(namedSchemas).filter((name) => !others.includes(name));
}

function schemasBeforeTemporary(settings: Settings): readonly string[] {
  const names = settings.derived(namedSchemas);
  return names.slice(0, Math.max(0, names.indexOf(temporaryName)));
}

/** Whose rights a function has, or the role that SET ROLE names, else the session user. */
export function currentUserOf(settings: Settings): string {
  const effective = settings.find(effectiveUser);
  if (effective !== undefined) return effective;
  const role = settings.get('role');
  return role === 'none' ? settings.get('session_authorization') : role;
}
