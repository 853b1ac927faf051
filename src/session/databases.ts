/** Databases by name, and what the sessions of each share. */
import type { DatabaseFact } from '../catalog/databases.ts';
import { SqlError } from '../errors/sql-error.ts';
import type { SessionEnvironment } from './environment.ts';
import type { SqlSession } from './sql-session.ts';

/** Plans and facts that are kept know whose database they are of: all share them. */
export function environmentOf(
  first: SessionEnvironment,
  { id, name }: DatabaseFact,
): SessionEnvironment {
  if (id === first.databaseId) return first;
  return { ...first, databaseId: id, database: name, store: first.store.ofDatabase(id) };
}

/** Errors: 3D000. */
export function databaseNamed({ roles }: SqlSession, name: string): DatabaseFact {
  const found = roles.rights.databaseNamed(name);
  if (found !== undefined) return found;
  throw new SqlError('invalid_catalog_name', `database "${name}" does not exist`);
}
