/**
 * The table of types: one row per scalar type, array types derived from it.
 * OIDs, lengths and categories are PostgreSQL's pg_type.
 */
import { must } from '../errors/assert.ts';
import type { Layout, ScalarTypeName, SqlType, TypeName, TypeRecord } from './sql-type.ts';
import { userTypeRecord } from './user-type.ts';

type Row = readonly [
  name: ScalarTypeName,
  oid: number,
  arrayOid: number,
  element: ScalarTypeName | undefined,
  length: number,
  category: string,
  preferred: boolean,
  layout: Layout,
  sqlName: string,
];

// prettier-ignore
const scalarRows: readonly Row[] = [
  ['bool', 16, 1000, undefined, 1, 'B', true, 'bit', 'boolean'],
  ['int2', 21, 1005, undefined, 2, 'N', false, 'i16', 'smallint'],
  ['int4', 23, 1007, undefined, 4, 'N', false, 'i32', 'integer'],
  ['int8', 20, 1016, undefined, 8, 'N', false, 'i64', 'bigint'],
  ['float4', 700, 1021, undefined, 4, 'N', false, 'f32', 'real'],
  ['float8', 701, 1022, undefined, 8, 'N', true, 'f64', 'double precision'],
  ['numeric', 1700, 1231, undefined, -1, 'N', false, 'varlen', 'numeric'],
  ['text', 25, 1009, undefined, -1, 'S', true, 'varlen', 'text'],
  ['varchar', 1043, 1015, undefined, -1, 'S', false, 'varlen', 'character varying'],
  ['bpchar', 1042, 1014, undefined, -1, 'S', false, 'varlen', 'character'],
  ['name', 19, 1003, undefined, 64, 'S', false, 'varlen', 'name'],
  ['char', 18, 1002, undefined, 1, 'Z', false, 'varlen', '"char"'],
  ['bytea', 17, 1001, undefined, -1, 'U', false, 'varlen', 'bytea'],
  ['uuid', 2950, 2951, undefined, 16, 'U', false, 'b16', 'uuid'],
  ['date', 1082, 1182, undefined, 4, 'D', false, 'i32', 'date'],
  ['time', 1083, 1183, undefined, 8, 'D', false, 'i64', 'time without time zone'],
  ['timetz', 1266, 1270, undefined, 12, 'D', false, 'b16', 'time with time zone'],
  ['timestamp', 1114, 1115, undefined, 8, 'D', false, 'i64', 'timestamp without time zone'],
  ['timestamptz', 1184, 1185, undefined, 8, 'D', true, 'i64', 'timestamp with time zone'],
  ['interval', 1186, 1187, undefined, 16, 'T', true, 'b16', 'interval'],
  ['json', 114, 199, undefined, -1, 'U', false, 'varlen', 'json'],
  ['jsonb', 3802, 3807, undefined, -1, 'U', false, 'varlen', 'jsonb'],
  ['jsonpath', 4072, 4073, undefined, -1, 'U', false, 'varlen', 'jsonpath'],
  ['oid', 26, 1028, undefined, 4, 'N', true, 'i32', 'oid'],
  ['xid', 28, 1011, undefined, 4, 'U', false, 'i32', 'xid'],
  ['cid', 29, 1012, undefined, 4, 'U', false, 'i32', 'cid'],
  ['tid', 27, 1010, undefined, 6, 'U', false, 'varlen', 'tid'],
  ['xid8', 5069, 271, undefined, 8, 'U', false, 'i64', 'xid8'],
  ['pg_lsn', 3220, 3221, undefined, 8, 'U', false, 'i64', 'pg_lsn'],
  ['tsvector', 3614, 3643, undefined, -1, 'U', false, 'varlen', 'tsvector'],
  ['tsquery', 3615, 3645, undefined, -1, 'U', false, 'varlen', 'tsquery'],
  ['pg_snapshot', 5038, 5039, undefined, -1, 'U', false, 'varlen', 'pg_snapshot'],
  ['txid_snapshot', 2970, 2949, undefined, -1, 'U', false, 'varlen', 'txid_snapshot'],
  ['regclass', 2205, 2210, undefined, 4, 'N', false, 'i32', 'regclass'],
  ['regtype', 2206, 2211, undefined, 4, 'N', false, 'i32', 'regtype'],
  ['regproc', 24, 1008, undefined, 4, 'N', false, 'i32', 'regproc'],
  ['regprocedure', 2202, 2207, undefined, 4, 'N', false, 'i32', 'regprocedure'],
  ['regoper', 2203, 2208, undefined, 4, 'N', false, 'i32', 'regoper'],
  ['regoperator', 2204, 2209, undefined, 4, 'N', false, 'i32', 'regoperator'],
  ['regnamespace', 4089, 4090, undefined, 4, 'N', false, 'i32', 'regnamespace'],
  ['regrole', 4096, 4097, undefined, 4, 'N', false, 'i32', 'regrole'],
  ['regcollation', 4191, 4192, undefined, 4, 'N', false, 'i32', 'regcollation'],
  ['int2vector', 22, 1006, 'int2', -1, 'A', false, 'varlen', 'int2vector'],
  ['oidvector', 30, 1013, 'oid', -1, 'A', false, 'varlen', 'oidvector'],
  ['aclitem', 1033, 1034, undefined, 12, 'U', false, 'varlen', 'aclitem'],
  ['pg_node_tree', 194, 0, undefined, -1, 'Z', false, 'varlen', 'pg_node_tree'],
  ['inet', 869, 1041, undefined, -1, 'I', true, 'varlen', 'inet'],
  ['cidr', 650, 651, undefined, -1, 'I', false, 'varlen', 'cidr'],
  ['macaddr', 829, 1040, undefined, 6, 'U', false, 'varlen', 'macaddr'],
  ['money', 790, 791, undefined, 8, 'N', false, 'i64', 'money'],
  ['bit', 1560, 1561, undefined, -1, 'V', false, 'varlen', 'bit'],
  ['varbit', 1562, 1563, undefined, -1, 'V', true, 'varlen', 'bit varying'],
  ['xml', 142, 143, undefined, -1, 'U', false, 'varlen', 'xml'],
  ['point', 600, 1017, undefined, 16, 'G', false, 'varlen', 'point'],
  ['int4range', 3904, 3905, undefined, -1, 'R', false, 'varlen', 'int4range'],
  ['int8range', 3926, 3927, undefined, -1, 'R', false, 'varlen', 'int8range'],
  ['numrange', 3906, 3907, undefined, -1, 'R', false, 'varlen', 'numrange'],
  ['daterange', 3912, 3913, undefined, -1, 'R', false, 'varlen', 'daterange'],
  ['tsrange', 3908, 3909, undefined, -1, 'R', false, 'varlen', 'tsrange'],
  ['tstzrange', 3910, 3911, undefined, -1, 'R', false, 'varlen', 'tstzrange'],
  ['int4multirange', 4451, 6150, undefined, -1, 'R', false, 'varlen', 'int4multirange'],
  ['int8multirange', 4536, 6157, undefined, -1, 'R', false, 'varlen', 'int8multirange'],
  ['nummultirange', 4532, 6151, undefined, -1, 'R', false, 'varlen', 'nummultirange'],
  ['datemultirange', 4535, 6155, undefined, -1, 'R', false, 'varlen', 'datemultirange'],
  ['tsmultirange', 4533, 6152, undefined, -1, 'R', false, 'varlen', 'tsmultirange'],
  ['tstzmultirange', 4534, 6153, undefined, -1, 'R', false, 'varlen', 'tstzmultirange'],
  ['refcursor', 1790, 2201, undefined, -1, 'U', false, 'varlen', 'refcursor'],
  ['cstring', 2275, 1263, undefined, -2, 'P', false, 'varlen', 'cstring'],
  ['unknown', 705, 0, undefined, -2, 'X', false, 'varlen', 'unknown'],
  ['void', 2278, 0, undefined, 4, 'P', false, 'varlen', 'void'],
  ['record', 2249, 2287, undefined, -1, 'P', false, 'varlen', 'record'],
  ['anyelement', 2283, 0, undefined, 4, 'P', false, 'varlen', 'anyelement'],
  ['anyarray', 2277, 0, undefined, -1, 'P', false, 'varlen', 'anyarray'],
  ['anyenum', 3500, 0, undefined, 4, 'P', false, 'i64', 'anyenum'],
  ['anynonarray', 2776, 0, undefined, 4, 'P', false, 'varlen', 'anynonarray'],
  ['any', 2276, 0, undefined, 4, 'P', false, 'varlen', '"any"'],
  ['anycompatible', 5077, 0, undefined, 4, 'P', false, 'varlen', 'anycompatible'],
  ['anycompatiblearray', 5078, 0, undefined, -1, 'P', false, 'varlen', 'anycompatiblearray'],
  ['anycompatiblenonarray', 5079, 0, undefined, 4, 'P', false, 'varlen', 'anycompatiblenonarray'],
  ['anycompatiblerange', 5080, 0, undefined, -1, 'P', false, 'varlen', 'anycompatiblerange'],
  ['anycompatiblemultirange', 4538, 0, undefined, -1, 'P', false, 'varlen', 'anycompatiblemultirange'],
  ['anyrange', 3831, 0, undefined, -1, 'P', false, 'varlen', 'anyrange'],
  ['anymultirange', 4537, 0, undefined, -1, 'P', false, 'varlen', 'anymultirange'],
];

const records: readonly TypeRecord[] = scalarRows.flatMap(recordsOf);
const byName = new Map(records.map((record) => [record.name as string, record]));
const byOid = new Map(records.map((record) => [record.oid, record]));

function recordsOf(row: Row): TypeRecord[] {
  const [name, oid, arrayOid, element, length, category, preferred, layout, sqlName] = row;
  const scalar = { name, oid, arrayOid, element, length, category, preferred, layout, sqlName };
  if (arrayOid === 0) return [scalar];
  const array: TypeRecord = {
    name: `_${name}`,
    oid: arrayOid,
    arrayOid: 0,
    element: name,
    length: -1,
    category: 'A',
    preferred: false,
    layout: 'varlen',
    sqlName: `${sqlName}[]`,
  };
  return [scalar, array];
}

export function allTypes(): readonly TypeRecord[] {
  return records;
}

export function typeRecord(name: TypeName): TypeRecord {
  return must(findTypeRecord(name), `type ${name}`);
}

/** The record of a name as plans have it; undefined for arrays that there are none of. */
export function findTypeRecord(name: TypeName): TypeRecord | undefined {
  return byName.get(name) ?? userTypeRecord(name);
}

/** The record of a name that may not be a type: pg_type.typname, of PostgreSQL's own types. */
export function findTypeByName(name: string): TypeRecord | undefined {
  return byName.get(name);
}

export function findTypeByOid(oid: number): TypeRecord | undefined {
  return byOid.get(oid);
}

/** FirstGenbkiObjectId: only OIDs below are the same on every server. */
const firstLooseOid = 10_000;

/** Whether a binary value that says the OID is refused where another is wanted. */
export function isOtherType(oid: number, wanted: number): boolean {
  return oid !== wanted && oid < firstLooseOid && wanted < firstLooseOid;
}

export function sqlType(name: TypeName, typmod = -1): SqlType {
  return { name, typmod };
}

export function layoutOf(name: TypeName): Layout {
  return typeRecord(name).layout;
}

/** Bytes of one value; 0 for `bit` and `varlen`, which have no whole bytes per value. */
export function valueBytes(layout: Layout): number {
  return layoutBytes[layout];
}

const layoutBytes: Readonly<Record<Layout, number>> = {
  bit: 0,
  i16: 2,
  i32: 4,
  i64: 8,
  f32: 4,
  f64: 8,
  b16: 16,
  varlen: 0,
};
