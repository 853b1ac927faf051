/** Users' types of one moment, in the form of PostgreSQL's own: what pg_type says of them. */
import type { CompositeRecord, DomainRecord, EnumRecord, UserTypeRecord } from '../type-records.ts';
import { arrayTypeName, isCompositeRecord, isDomainRecord, userTypesOf } from '../type-records.ts';
import type { CatalogState } from '../catalog-state.ts';
import { typeRecord } from '../../types/type-table.ts';
import { arrayTypeOf, rowTypeOf, typeFactByOid, type TypeFact } from './type-facts.ts';

export interface UserTypeFact {
  readonly record: UserTypeRecord;
  readonly type: TypeFact;
  readonly array: TypeFact;
}

/** enum_in, enum_out, enum_recv, enum_send. */
const enumProcs = [3506, 3507, 3532, 3533, 0, 0, 0, 0];

const domainInput = 2597;
const domainReceive = 2598;

export function userTypeFacts({ records }: CatalogState): readonly UserTypeFact[] {
  const all = userTypesOf(records).toSorted((left, right) => left.oid - right.oid);
  // Composite types are relations.
  const own = all.filter((record) => !isCompositeRecord(record));
  return own.map((record) => {
    const type = isDomainRecord(record) ? domainFact(record, all) : enumFact(record as EnumRecord);
    return { record, type, array: { ...arrayTypeOf(type), name: arrayTypeName(type.name) } };
  });
}

function enumFact({ oid, arrayOid, name, schema }: EnumRecord): TypeFact {
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

/** As its base type, but for what is its own. */
function domainFact(domain: DomainRecord, all: readonly UserTypeRecord[]): TypeFact {
  const { oid, arrayOid, name, schema, base, notNull, defaultSql } = domain;
  const below = all.find((each) => each.oid === base.domain);
  const fact =
    below !== undefined && isDomainRecord(below)
      ? domainFact(below, all)
      : baseFact(typeRecord(base.name).oid, all);
  const [, output = 0, , send = 0] = fact.procs;
  return {
    ...fact,
    ...{ oid, name, arrayOid, schema, notNull, defaultSql },
    kind: 'd',
    preferred: false,
    procs: [domainInput, output, domainReceive, send, 0, 0, fact.procs[6] ?? 0, 0],
    baseType: fact.oid,
    typmod: base.domain === undefined ? base.typmod : -1,
    relation: 0,
  };
}

function baseFact(oid: number, all: readonly UserTypeRecord[]): TypeFact {
  const known = typeFactByOid(oid);
  if (known !== undefined) return known;
  const made = all.find((each) => each.oid === oid || each.arrayOid === oid);
  if (made !== undefined && isCompositeRecord(made)) return compositeFact(made, oid);
  const type = enumFact(made as EnumRecord);
  return type.oid === oid ? type : { ...arrayTypeOf(type), name: arrayTypeName(type.name) };
}

function compositeFact(record: CompositeRecord, oid: number): TypeFact {
  const { relationOid, schema, name, arrayOid } = record;
  const row = { oid: relationOid, name, rowTypeOid: record.oid, arrayTypeOid: arrayOid };
  const type = { ...rowTypeOf(row), schema };
  return record.oid === oid ? type : arrayTypeOf(type);
}
