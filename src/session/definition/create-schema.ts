/** CREATE SCHEMA, and what is made in it by the same statement. */
import type { Node } from '@pgsql/types';
import { SqlError } from '../../errors/sql-error.ts';
import { accessKey, superuserOid } from '../../catalog/access-rights.ts';
import { itemsOfNew } from '../../catalog/default-access.ts';
import { namedRole, requireMember, type RoleSpec } from '../roles/role-spec.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { Portal } from '../portal/portal.ts';
import { withOwnSettings } from '../settings/own-settings.ts';
import { Prepared } from '../statement/prepared.ts';
import { SilentWriter } from '../statement/result-writers.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { StatementExecution } from '../statement/statement-execution.ts';
import { inBlock } from '../transaction/in-block.ts';
import { schemaElements } from './schema-elements.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Utility } from '../utility/utility.ts';

export const createSchema: Utility = {
  kind: 'CreateSchemaStmt',
  writes: () => 'CREATE SCHEMA',
  async run(body, context) {
    const { session, out } = context;
    const elements = (body['schemaElts'] ?? []) as readonly Node[];
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
    if (elements.length > 0) await createElements(context, elements, { schema: name, owner });
    out.commandComplete('CREATE SCHEMA');
    return 0;
  },
};

interface NewSchema {
  readonly schema: string;
  readonly owner: RoleRecord;
}

/** As the schema's owner, names looked up in the schema first. Errors: 42P15, those of the elements. */
async function createElements(
  context: StatementContext,
  elements: readonly Node[],
  { schema, owner }: NewSchema,
): Promise<void> {
  const { session, statement, trace } = context;
  const statements = schemaElements(statement, elements, schema);
  const path = `${quoteIdentifier(schema)}, ${session.settings.get('search_path')}`;
  const own = { user: owner.name, settings: { search_path: path } };
  const writer = new SilentWriter(context.out);
  await withOwnSettings(session, own, () =>
    inBlock(session, async () => {
      for (const element of statements) {
        const prepared = new Prepared('', element.text, element, [], 'fixed');
        const portal = new Portal({ name: '', prepared, parameters: [], formats: [] });
        await new StatementExecution(session, prepared, writer).runInside(portal, trace);
      }
    }),
  );
}

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
