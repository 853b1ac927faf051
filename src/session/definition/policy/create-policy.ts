/** CREATE POLICY and ALTER POLICY. */
import type { Node } from '@pgsql/types';
import type { PolicyRecord } from '../../../catalog/policy-records.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { sqlStates } from '../../../errors/sql-state.ts';
import { granteeOid, type RoleSpecs } from '../../roles/role-spec.ts';
import { mustOwn } from '../../roles/session-roles.ts';
import type { SqlSession } from '../../sql-session.ts';
import { makeNotice, type StatementContext } from '../../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import { findRelation, missingRelation, nameOf, type RangeVar } from '../relation.ts';
import { policyCondition } from './policy-condition.ts';
import { policyNamed, putPolicy, refuseSecondPolicy } from './table-policies.ts';

const lock: Utility['locks'] = (body) => [
  { name: nameOf(body['table'] as RangeVar | undefined), mode: 'access exclusive' },
];

export const createPolicy: Utility = {
  kind: 'CreatePolicyStmt',
  writes: () => 'CREATE POLICY',
  locks: lock,
  run(body, context) {
    const { session, out } = context;
    const name = String(body['policy_name']);
    const command = String(body['cmd_name']) as PolicyRecord['command'];
    refuseConditions(command, body);
    const roles = rolesOf(context, body) ?? [0];
    const table = policedTable(context, body);
    const conditions = conditionsIn(context, body, table);
    refuseSecondPolicy(session, table, name);
    const oid = session.transaction.forWriting().takeOid();
    putPolicy(session, {
      ...{ kind: 'policy', key: String(oid), oid, table: table.oid, name, command, roles },
      isPermissive: body['permissive'] === true,
      ...conditions,
    });
    out.commandComplete('CREATE POLICY');
    return 0;
  },
};

export const alterPolicy: Utility = {
  kind: 'AlterPolicyStmt',
  writes: () => 'ALTER POLICY',
  locks: lock,
  run(body, context) {
    const { session, out } = context;
    const roles = rolesOf(context, body);
    const table = policedTable(context, body);
    const conditions = conditionsIn(context, body, table);
    const policy = policyNamed(session, table, String(body['policy_name']));
    refuseOther(policy.command, conditions);
    putPolicy(session, { ...policy, ...conditions, ...(roles === undefined ? {} : { roles }) });
    out.commandComplete('ALTER POLICY');
    return 0;
  },
};

/** Errors: 42601. */
function refuseConditions(command: PolicyRecord['command'], body: UtilityBody): void {
  const isRead = command === 'select' || command === 'delete';
  if (isRead && body['with_check'] !== undefined) {
    throw new SqlError('syntax_error', 'WITH CHECK cannot be applied to SELECT or DELETE');
  }
  if (command === 'insert' && body['qual'] !== undefined) {
    throw new SqlError('syntax_error', 'only WITH CHECK expression allowed for INSERT');
  }
}

type Conditions = Pick<PolicyRecord, 'using' | 'check'>;

/** Errors: 42601. */
function refuseOther(command: PolicyRecord['command'], { using, check }: Conditions): void {
  if ((command === 'select' || command === 'delete') && check !== undefined) {
    const message = 'only USING expression allowed for SELECT, DELETE';
    throw new SqlError('syntax_error', message);
  }
  if (command === 'insert' && using !== undefined) {
    const message = 'only WITH CHECK expression allowed for INSERT';
    throw new SqlError('syntax_error', message);
  }
}

/** Undefined: none are named. Errors: 42704. */
function rolesOf({ session, out }: StatementContext, body: UtilityBody): number[] | undefined {
  const specs = (body['roles'] ?? []) as RoleSpecs;
  if (specs.length === 0) return undefined;
  const isPublic = specs.some(({ RoleSpec: spec }) => spec?.roletype === 'ROLESPEC_PUBLIC');
  if (!isPublic) {
    return specs.map(({ RoleSpec: spec = {} }) => granteeOid(session.roles, spec));
  }
  if (specs.length > 1) {
    const message = 'ignoring specified roles other than PUBLIC';
    const hint = 'All roles are members of the PUBLIC role.';
    out.notice(makeNotice('WARNING', sqlStates.invalid_parameter_value, message, { hint }));
  }
  return [0];
}

/** Errors: 42P01, 42809, 42501. */
function policedTable(context: StatementContext, body: UtilityBody): TableDefinition {
  const name = nameOf(body['table'] as RangeVar | undefined);
  return ownTable(context, name);
}

/** Errors: 42P01, 42809, 42501. */
export function ownTable(
  context: StatementContext,
  name: ReturnType<typeof nameOf>,
): TableDefinition {
  const { session } = context;
  const found = findRelation(session, name);
  if (found === undefined) {
    refuseSystem(session, name);
    throw missingRelation(context, name);
  }
  const { roles } = session;
  const isTable = found.kind === 'table';
  const owned = isTable ? found.table.definition : undefined;
  if (owned !== undefined && !roles.owns(roles.table(owned))) throw mustOwn(`table ${name.name}`);
  if (owned === undefined) {
    throw new SqlError('wrong_object_type', `"${name.name}" is not a table`);
  }
  return owned;
}

function refuseSystem(session: SqlSession, { schema, name }: ReturnType<typeof nameOf>): void {
  const catalog = session.catalog();
  const found = catalog.findView(schema, name) ?? catalog.findFacts(schema, name);
  if (found === undefined) return;
  const message = `permission denied: "${name}" is a system catalog`;
  throw new SqlError('insufficient_privilege', message);
}

/** Errors: those of binding them. */
function conditionsIn(
  { session }: StatementContext,
  body: UtilityBody,
  table: TableDefinition,
): Conditions {
  const using = body['qual'] as Node | undefined;
  const check = body['with_check'] as Node | undefined;
  const bound = (node: Node) => policyCondition(session, node, table);
  return {
    ...(using === undefined ? {} : { using: bound(using) }),
    ...(check === undefined ? {} : { check: bound(check) }),
  };
}
