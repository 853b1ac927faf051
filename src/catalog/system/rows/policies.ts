/** pg_policy. */
import { commandLetters, policiesOf } from '../../policy-records.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { FactSource } from './fact-table.ts';

function policies(moment: Moment): readonly Fields[] {
  const known = policiesOf(moment.state.records).filter(({ table }) => {
    return moment.relationByOid(table) !== undefined;
  });
  return known.map(({ oid, name, table, command, isPermissive, roles, using, check }) => ({
    oid,
    polname: name,
    polrelid: table,
    polcmd: commandLetters[command],
    polpermissive: isPermissive,
    polroles: arrayOf('oid', roles),
    polqual: using === undefined ? null : moment.policyTexts(using.sql)[0],
    polwithcheck: check === undefined ? null : moment.policyTexts(check.sql)[0],
  }));
}

export const policySources: readonly FactSource[] = [{ name: 'pg_policy', current: policies }];
