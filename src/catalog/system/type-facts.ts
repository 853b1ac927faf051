/** PostgreSQL's own types, by OID and name: what pg_type and pg_attribute say of them. */
import { typeFacts } from './facts/types.ts';
import { once, recordsOf, type Words } from './static-records.ts';

export interface TypeFact {
  readonly oid: number;
  readonly name: string;
  readonly arrayOid: number;
  readonly length: number;
  readonly byValue: boolean;
  readonly kind: string;
  readonly category: string;
  readonly preferred: boolean;
  readonly align: string;
  readonly storage: string;
  readonly element: number;
  readonly delimiter: string;
  /** input, output, receive, send, typmod input, typmod output, analyze, subscript. */
  readonly procs: readonly number[];
  readonly baseType: number;
  /** Of a domain: NULL is no value of it. */
  readonly notNull?: boolean;
  readonly collation: number;
  readonly typmod: number;
  /** Text of a domain's default. */
  readonly defaultSql: string | undefined;
  /** OID of the relation whose row type this is, or 0. */
  readonly relation: number;
  readonly schema: string;
}

const firstInformationSchemaOid = 13_000;

/** array_in, array_out, array_recv, array_send, none, none, array_typanalyze, its subscripts. */
const arrayProcs = [750, 751, 2400, 2401, 0, 0, 3816, 6179];
const recordProcs = [2290, 2291, 2402, 2403, 0, 0, 0, 0];

export const scalarTypes = once(() => recordsOf(typeFacts).map(typeOf));

const byOid = once(() => {
  const types = scalarTypes().flatMap((type) =>
    type.arrayOid === 0 ? [type] : [type, arrayTypeOf(type)],
  );
  return new Map(types.map((type) => [type.oid, type]));
});

const byName = once(() => new Map([...byOid().values()].map((type) => [type.name, type])));

function typeOf(words: Words): TypeFact {
  const [name = '', oid, arrayOid, length, flags = '', element, procs = '', ...rest] = words;
  const [byValue, kind = 'b', category = 'U', preferred, align = 'i', storage = 'p'] = flags;
  const [baseType, collation, typmod, defaultSql] = rest;
  return {
    oid: Number(oid),
    name,
    arrayOid: Number(arrayOid),
    length: Number(length),
    byValue: byValue === 't',
    kind,
    category,
    preferred: preferred === 't',
    align,
    storage,
    element: Number(element),
    delimiter: name === 'box' ? ';' : ',',
    procs: procs.split(',').map(Number),
    baseType: Number(baseType),
    collation: Number(collation),
    typmod: Number(typmod),
    defaultSql,
    relation: 0,
    schema: Number(oid) > firstInformationSchemaOid ? 'information_schema' : 'pg_catalog',
  };
}

/** The array type over a type. */
export function arrayTypeOf(type: TypeFact): TypeFact {
  const [, , , , typmodIn = 0, typmodOut = 0] = type.procs;
  const procs = [...arrayProcs];
  procs[4] = typmodIn;
  procs[5] = typmodOut;
  return {
    ...type,
    oid: type.arrayOid,
    name: `_${type.name}`.slice(0, 63),
    arrayOid: 0,
    length: -1,
    byValue: false,
    kind: type.name === 'record' ? 'p' : 'b',
    category: type.name === 'record' ? 'P' : 'A',
    preferred: false,
    align: type.align === 'd' ? 'd' : 'i',
    storage: 'x',
    element: type.oid,
    procs,
    baseType: 0,
    notNull: false,
    typmod: -1,
    defaultSql: undefined,
    relation: 0,
  };
}

export interface RowTypeSource {
  readonly oid: number;
  readonly name: string;
  readonly rowTypeOid: number;
  readonly arrayTypeOid: number;
}

/** The row type of a relation. */
export function rowTypeOf(relation: RowTypeSource): TypeFact {
  return {
    oid: relation.rowTypeOid,
    name: relation.name,
    arrayOid: relation.arrayTypeOid,
    length: -1,
    byValue: false,
    kind: 'c',
    category: 'C',
    preferred: false,
    align: 'd',
    storage: 'x',
    element: 0,
    delimiter: ',',
    procs: recordProcs,
    baseType: 0,
    collation: 0,
    typmod: -1,
    defaultSql: undefined,
    relation: relation.oid,
    schema: 'pg_catalog',
  };
}

/** A type that PostgreSQL itself has; row types of relations are not among them. */
export function typeFactByOid(oid: number): TypeFact | undefined {
  return byOid().get(oid);
}

export function typeFactByName(name: string): TypeFact | undefined {
  return byName().get(name);
}

export function builtInTypes(): Iterable<TypeFact> {
  return byOid().values();
}
