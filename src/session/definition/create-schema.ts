/** CREATE SCHEMA. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { accessKey, superuserOid } from '../../catalog/access-rights.ts';
import { itemsOfNew } from '../../catalog/default-access.ts';
import { namedRole, requireMember, type RoleSpec } from '../roles/role-spec.ts';
import { makeNotice } from '../statement/statement-context.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Utility } from '../utility/utility.ts';

export const createSchema: Utility = {
  kind: 'CreateSchemaStmt',
  writes: () => 'CREATE SCHEMA',
  run(body, { session, out }) {
    if (body['schemaElts'] !== undefined) throw unsupported('CREATE SCHEMA with objects in it');
    const owner = ownerOf(session, body['authrole'] as RoleSpec | undefined);
    const name = String(body['schemaname'] ?? owner.name);
    const { store } = session.environment;
    if (name.startsWith('pg_')) {
      throw new SqlError('reserved_name', `unacceptable schema name "${name}"`, {
        detail: 'The prefix "pg_" is reserved for system schemas.',
      });
    }
    if (
      store.schemas(session.transaction.storeTransaction).includes(name) ||
      name === 'information_schema'
    ) {
      const message = `schema "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_schema', message);
      out.notice(makeNotice('NOTICE', '42P06', `${message}, skipping`));
    } else {
      const transaction = session.transaction.forWriting();
      transaction.createSchema(name);
      const key = accessKey({ kind: 'schema', id: name });
      const items = firstItems(session, owner.oid);
      const own = items === undefined ? {} : { items };
      if (owner.oid !== superuserOid || name === 'public' || items !== undefined) {
        transaction.putRecord({ kind: 'access', key, owner: owner.oid, ...own });
      }
    }
    out.commandComplete('CREATE SCHEMA');
    return 0;
  },
};

/** By ALTER DEFAULT PRIVILEGES … ON SCHEMAS; undefined: those of any schema. */
function firstItems({ environment, transaction }: SqlSession, role: number) {
  const records = environment.store.records(transaction.storeTransaction);
  return itemsOfNew({ role, of: 'schema' }, (key) => {
    const record = records.find((each) => each.kind === 'default access' && each.key === key);
    return record?.kind === 'default access' ? record : undefined;
  });
}

/** AUTHORIZATION, or who makes the schema. Errors: 42704, 42501. */
function ownerOf({ roles }: SqlSession, spec: RoleSpec | undefined): RoleRecord {
  if (spec === undefined) return roles.roleNamed(roles.currentUser);
  const role = namedRole(roles, spec);
  requireMember(roles, role);
  return role;
}
