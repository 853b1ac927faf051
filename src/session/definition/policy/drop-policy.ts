/** DROP POLICY. */
import { SqlError } from '../../../errors/sql-error.ts';
import { mustOwn } from '../../roles/session-roles.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import type { UtilityBody } from '../../utility/utility.ts';
import { displayName, findRelation, namedOnRelation } from '../relation.ts';
import { noteMissing } from '../trigger/table-triggers.ts';
import { dropPolicy, policyNamed, tablePolicies } from './table-policies.ts';

/** Errors: 42P01, 42704, 42501. */
export function dropNamedPolicy(context: StatementContext, body: UtilityBody): void {
  const { session } = context;
  const { relation, name } = namedOnRelation(body);
  const isMissingOk = body['missing_ok'] === true;
  const found = findRelation(session, relation);
  if (found === undefined) {
    const { schema } = relation;
    const schemas = session.environment.store.schemas(session.transaction.storeTransaction);
    const hasSchema = schema === undefined || schemas.includes(schema);
    const what = hasSchema ? `relation "${displayName(relation)}"` : `schema "${schema}"`;
    if (isMissingOk) return noteMissing(context, `${what} does not exist`);
    const state = hasSchema ? 'undefined_table' : 'invalid_schema_name';
    throw new SqlError(state, `${what} does not exist`);
  }
  const oid = found.kind === 'table' ? found.table.definition.oid : 0;
  if (isMissingOk && !tablePolicies(session, oid).some((policy) => policy.name === name)) {
    const missing = `policy "${name}" for relation "${relation.name}" does not exist`;
    return noteMissing(context, missing);
  }
  const policy = policyNamed(session, { oid, name: relation.name }, name);
  const { roles } = session;
  if (found.kind === 'table' && !roles.owns(roles.table(found.table.definition))) {
    throw mustOwn(`relation ${relation.name}`);
  }
  dropPolicy(session, policy);
}
