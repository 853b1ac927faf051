/** ALTER SCHEMA … OWNER TO: schemas belong to the superuser, or to pg_database_owner, for good. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { RoleNode } from './alter-command.ts';
import { roleNamed } from './owner.ts';

/** Errors: 3F000, 42704, 0A000 for another owner than the one that it has. */
export function keepSchemaOwner(
  { session }: StatementContext,
  object: unknown,
  role: RoleNode | undefined,
): void {
  const name = (object as { readonly String?: { readonly sval?: string } }).String?.sval ?? '';
  const { store } = session.environment;
  if (!store.schemas(session.transaction.storeTransaction).includes(name)) {
    throw new SqlError('invalid_schema_name', `schema "${name}" does not exist`);
  }
  const owner = roleNamed(session, role);
  const { rights } = session.roles;
  if (rights.roleNamed(owner)?.oid !== rights.schemaOwner(name)) {
    throw unsupported('ALTER SCHEMA ... OWNER TO another role');
  }
}
