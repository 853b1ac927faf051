/**
 * SQL types as the whole engine names them: pg_type.typname plus a type modifier.
 *
 * The layout says how a column of the type lies in memory (Arrow's layouts):
 *
 *   bit      validity-like bitmap, least significant bit first (bool)
 *   i16 i32 i64 f32 f64   little-endian values
 *            date: i32 days since 1970-01-01; time: i64 µs since midnight;
 *            timestamp, timestamptz: i64 µs since 1970-01-01 UTC
 *            infinity: the type's largest value, -infinity: its smallest
 *            oid, reg*, xid, cid: unsigned values in i32
 *   b16      16 bytes: uuid (network order); interval (i64 µs, i32 days, i32 months);
 *            timetz (i64 µs, i32 zone seconds west positive, i32 unused)
 *   enumerated types: i64 codes in the order of the labels; composite types: as record
 *   varlen   u32 offsets and bytes: text types (UTF-8); bytea (raw); json (its text);
 *            jsonb (PostgreSQL's normalised text); numeric (its canonical decimal text, scale kept);
 *            arrays (PostgreSQL's binary array format, array_send);
 *            record (PostgreSQL's binary record format, record_send);
 *            ranges and multiranges (their binary formats)
 */
export type Layout = 'bit' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'b16' | 'varlen';

export type RangeTypeName =
  'int4range' | 'int8range' | 'numrange' | 'daterange' | 'tsrange' | 'tstzrange';

export type MultirangeTypeName =
  | 'int4multirange'
  | 'int8multirange'
  | 'nummultirange'
  | 'datemultirange'
  | 'tsmultirange'
  | 'tstzmultirange';

export type ScalarTypeName =
  | RangeTypeName
  | MultirangeTypeName
  | 'bool'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'float4'
  | 'float8'
  | 'numeric'
  | 'text'
  | 'varchar'
  | 'bpchar'
  | 'name'
  | 'char'
  | 'bytea'
  | 'uuid'
  | 'date'
  | 'time'
  | 'timetz'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'json'
  | 'jsonb'
  | 'jsonpath'
  | 'oid'
  | 'xid'
  | 'cid'
  | 'tid'
  | 'xid8'
  | 'pg_lsn'
  | 'tsvector'
  | 'tsquery'
  | 'pg_snapshot'
  | 'txid_snapshot'
  | 'regclass'
  | 'regtype'
  | 'regproc'
  | 'regprocedure'
  | 'regoper'
  | 'regoperator'
  | 'regnamespace'
  | 'regrole'
  | 'regcollation'
  | 'int2vector'
  | 'oidvector'
  | 'aclitem'
  | 'pg_node_tree'
  | 'inet'
  | 'cidr'
  | 'macaddr'
  | 'money'
  | 'bit'
  | 'varbit'
  | 'xml'
  | 'point'
  | 'refcursor'
  | 'cstring'
  | 'unknown'
  | 'void'
  | 'record'
  | 'anyelement'
  | 'anyarray'
  | 'anyenum'
  | 'anynonarray'
  | 'any'
  | 'anycompatible'
  | 'anycompatiblearray'
  | 'anycompatiblenonarray'
  | 'anycompatiblerange'
  | 'anycompatiblemultirange'
  | 'anyrange'
  | 'anymultirange';

/** A type that a user made: see user-type.ts. */
export type EnumName = `enum ${string}`;
export type CompositeTypeName = `composite ${string}`;
export type UserTypeName = EnumName | CompositeTypeName;

export type ElementTypeName = ScalarTypeName | UserTypeName;

/** Array types carry PostgreSQL's name, an underscore before the element's. */
export type TypeName = ElementTypeName | `_${ElementTypeName}`;

export interface SqlType {
  readonly name: TypeName;
  /** PostgreSQL's atttypmod; -1 when the type has none. */
  readonly typmod: number;
  /**
   * OID of the domain that values are of. Name and modifier are those of its base type, which it
   * computes as; what is computed from it is of the base type again.
   */
  readonly domain?: number;
}

export interface TypeRecord {
  readonly name: TypeName;
  readonly oid: number;
  /** OID of the array type over this one; 0 when there is none. */
  readonly arrayOid: number;
  /** Element type of an array or vector type. */
  readonly element: ElementTypeName | undefined;
  /** pg_type.typlen: bytes, or -1 for variable length, -2 for cstring. */
  readonly length: number;
  /** pg_type.typcategory: B boolean, N numeric, S string, D date/time, T timespan, A array, … */
  readonly category: string;
  readonly preferred: boolean;
  readonly layout: Layout;
  /** As format_type prints it: `integer`, `timestamp with time zone`, `text[]`. */
  readonly sqlName: string;
}
