/** Users' types of one moment, in the form of PostgreSQL's own: what pg_type says of them. */
import type { UserTypeRecord } from '../type-records.ts';
import { arrayTypeName, userTypesOf } from '../type-records.ts';
import type { CatalogState } from '../catalog-state.ts';
import { arrayTypeOf, type TypeFact } from './type-facts.ts';

export interface UserTypeFact {
  readonly record: UserTypeRecord;
  readonly type: TypeFact;
  readonly array: TypeFact;
}

/** enum_in, enum_out, enum_recv, enum_send. */
const enumProcs = [3506, 3507, 3532, 3533, 0, 0, 0, 0];

export function userTypeFacts({ records }: CatalogState): readonly UserTypeFact[] {
  return userTypesOf(records)
    .toSorted((left, right) => left.oid - right.oid)
    .map((record) => {
      const type = enumFact(record);
      return { record, type, array: { ...arrayTypeOf(type), name: arrayTypeName(type.name) } };
    });
}

function enumFact({ oid, arrayOid, name, schema }: UserTypeRecord): TypeFact {
  return {
    oid,
    name,
    arrayOid,
    length: 4,
    byValue: true,
    kind: 'e',
    category: 'E',
    preferred: false,
    align: 'i',
    storage: 'p',
    element: 0,
    delimiter: ',',
    procs: enumProcs,
    baseType: 0,
    collation: 0,
    typmod: -1,
    defaultSql: undefined,
    relation: 0,
    schema,
  };
}
