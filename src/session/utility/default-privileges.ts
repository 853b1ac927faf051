/** ALTER DEFAULT PRIVILEGES: what objects are given that roles make later. */
import { lockRecord } from '../transaction/locks.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { DefaultObjectKind } from '../../catalog/access-records.ts';
import { privilegeLetters } from '../../catalog/access-rights.ts';
import {
  defaultAccessKey,
  firstItems,
  sameItems,
  sortedItems,
  type DefaultAccessPlace,
} from '../../catalog/default-access.ts';
import { checkSchemaExists } from '../definition/relation.ts';
import { namedLetters, type PrivilegeNode } from '../roles/privilege-letters.ts';
import { namedRole, requireMember, type RoleSpecs } from '../roles/role-spec.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { changedItems, granteesOf } from './grant.ts';
import type { Utility, UtilityBody } from './utility.ts';

const kinds: Readonly<Record<string, DefaultObjectKind>> = {
  OBJECT_TABLE: 'table',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FUNCTION: 'function',
  OBJECT_TYPE: 'type',
  OBJECT_SCHEMA: 'schema',
};

interface Options {
  readonly roles?: RoleSpecs;
  readonly schemas?: readonly { readonly String?: { readonly sval?: string } }[];
}

export const alterDefaultPrivileges: Utility = {
  kind: 'AlterDefaultPrivilegesStmt',
  writes: () => 'ALTER DEFAULT PRIVILEGES',
  async run(body, context) {
    const { session, out } = context;
    const action = body['action'] as UtilityBody;
    const { roles, schemas } = optionsOf(body, context);
    const of = kinds[String(action['objtype'])] ?? 'table';
    const grantees = granteesOf(session, action);
    const letters = lettersOf(action, of);
    for (const role of rolesOf(session, roles)) {
      for (const schema of schemas ?? [undefined]) {
        const place = { role, of, ...(schema && { schema: schema.String?.sval ?? '' }) };
        await changeDefaults(session, action, { place, grantees, letters });
      }
    }
    out.commandComplete('ALTER DEFAULT PRIVILEGES');
    return 0;
  },
};

/** Errors: 42601 where one is given twice. */
function optionsOf(body: UtilityBody, { statement }: StatementContext): Options {
  const nodes = (body['options'] ?? []) as readonly {
    readonly DefElem: {
      readonly defname: keyof Options;
      readonly arg?: { readonly List?: { readonly items?: unknown } };
      readonly location?: number;
    };
  }[];
  const options: { -readonly [K in keyof Options]: unknown } = {};
  for (const { DefElem: option } of nodes) {
    if (options[option.defname] !== undefined) {
      throw new SqlError('syntax_error', 'conflicting or redundant options', {
        position: statement.positionOf(option.location ?? -1),
      });
    }
    options[option.defname] = option.arg?.List?.items ?? [];
  }
  return options as Options;
}

/** Errors: 0LP01, 42601. */
function lettersOf(action: UtilityBody, of: DefaultObjectKind): string {
  const privileges = action['privileges'] as readonly PrivilegeNode[] | undefined;
  if (privileges?.some(({ AccessPriv: { cols } }) => cols !== undefined) === true) {
    const message = 'default privileges cannot be set for columns';
    throw new SqlError('invalid_grant_operation', message);
  }
  const noun = of === 'table' ? 'relation' : of;
  return namedLetters(privileges, { all: privilegeLetters[of], noun });
}

/** Of whoever asks, or of roles that it is a member of. Errors: 42704, 42501. */
function rolesOf({ roles }: SqlSession, specs: RoleSpecs | undefined): readonly number[] {
  if (specs === undefined) return [roles.currentOid];
  return specs.map(({ RoleSpec: spec = {} }) => {
    const role = namedRole(roles, spec);
    requireMember(roles, role);
    return role.oid;
  });
}

interface DefaultsChange {
  readonly place: DefaultAccessPlace;
  readonly grantees: readonly number[];
  readonly letters: string;
}

/** A schema's list begins empty, and is added to the role's. Errors: 3F000, 0LP01, 2BP01. */
async function changeDefaults(
  session: SqlSession,
  action: UtilityBody,
  { place, grantees, letters }: DefaultsChange,
): Promise<void> {
  const { role, of, schema } = place;
  if (schema !== undefined) {
    checkSchemaExists(session, schema);
    if (of === 'schema') {
      const message = 'cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS';
      throw new SqlError('invalid_grant_operation', message);
    }
  }
  const transaction = session.transaction.forWriting();
  const key = defaultAccessKey(place);
  await lockRecord(session, 'default access', key);
  const records = session.environment.store.records(transaction);
  const before = records.find((each) => each.kind === 'default access' && each.key === key);
  const known = before?.kind === 'default access' ? before : undefined;
  const first = schema === undefined ? firstItems(of, role) : [];
  const change = { owner: role, grantor: role, grantees, letters };
  const items = changedItems(action, known?.items ?? first, change);
  if (!sameItems(items, first)) {
    const oid = known?.oid ?? transaction.takeOid();
    const record = { kind: 'default access', key, oid, ...place } as const;
    transaction.putRecord({ ...record, items: sortedItems(items) });
  } else if (known !== undefined) transaction.dropRecord(known);
}
