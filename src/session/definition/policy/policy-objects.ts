/** Policies as objects that others depend on. */
import type { PolicyRecord } from '../../../catalog/policy-records.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { DatabaseObject } from '../dependents.ts';
import { policyTable } from './table-policies.ts';

export function policiesAs(
  session: SqlSession,
  policies: readonly PolicyRecord[],
): readonly DatabaseObject[] {
  return policies.flatMap((policy): readonly DatabaseObject[] => {
    const table = policyTable(session, policy);
    return table === undefined ? [] : [{ kind: 'policy', policy, table }];
  });
}
