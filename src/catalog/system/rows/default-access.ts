/** pg_default_acl: what new objects are given. */
import { defaultObjectLetters } from '../../default-access.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import { schemaOid } from '../object-ids.ts';
import type { FactSource } from './fact-table.ts';

function defaultAccess({ state, access }: Moment): readonly Fields[] {
  return state.records.flatMap((record) => {
    if (record.kind !== 'default access') return [];
    const { oid, role, of, schema, items } = record;
    return {
      oid,
      defaclrole: role,
      defaclnamespace: schema === undefined ? 0 : schemaOid(schema),
      defaclobjtype: defaultObjectLetters[of],
      defaclacl: arrayOf('aclitem', access.itemTexts(items)),
    };
  });
}

export const defaultAccessSources: readonly FactSource[] = [
  { name: 'pg_default_acl', current: defaultAccess },
];
