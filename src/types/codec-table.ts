/** Every scalar type's codec; arrays and records are built over these. */
import { codecOf, type Codec } from './codec.ts';
import {
  dateCodec,
  timeCodec,
  timestampCodec,
  timestampTzCodec,
  timeTzCodec,
} from './datetime-codecs.ts';
import { float4Codec, float8Codec } from './float-codecs.ts';
import {
  int2Codec,
  int4Codec,
  int8Codec,
  lsnCodec,
  oidCodec,
  xid8Codec,
} from './integer-codecs.ts';
import { intervalCodec } from './interval-codec.ts';
import { jsonbCodec, jsonCodec } from './json-codecs.ts';
import { cidrCodec, inetCodec, macaddrCodec } from './network-codecs.ts';
import { numericCodec } from './numeric-convert.ts';
import {
  bitCodec,
  closedCodec,
  jsonpathCodec,
  moneyCodec,
  pointCodec,
  xmlCodec,
  tidCodec,
  voidCodec,
} from './rare-codecs.ts';
import { regCodec, regtypeCodec } from './reg-codecs.ts';
import { snapshotCodec } from './snapshot-codec.ts';
import type {
  CompositeTypeName,
  ElementTypeName,
  EnumName,
  MultirangeTypeName,
  RangeTypeName,
  ScalarTypeName,
} from './sql-type.ts';
import { decodeText, encodeText } from './text-bytes.ts';
import { tsqueryCodec } from './text-search/tsquery.ts';
import { tsvectorCodec } from './text-search/tsvector.ts';
import {
  boolCodec,
  byteaCodec,
  charCodec,
  nameCodec,
  textCodec,
  uuidCodec,
} from './text-codecs.ts';
import { formatEnum, isEnumName, parseEnum } from './user-type.ts';

/** The codec of a scalar type, a user's among them. */
export function codecFor(name: Exclude<ElementTypeName, CompositeName>): Codec {
  return isEnumName(name) ? enumCodec(name) : codecs[name];
}

function enumCodec(name: EnumName): Codec {
  return codecOf<bigint>({
    parse: (text) => parseEnum(name, text),
    format: (code) => formatEnum(name, code),
    encode: (code) => encodeText(formatEnum(name, code)),
    decode: (bytes) => parseEnum(name, decodeText(bytes)),
  });
}

/** Types that are handled over their elements, fields or bounds. */
export type CompositeName =
  'int2vector' | 'oidvector' | 'record' | CompositeTypeName | RangeTypeName | MultirangeTypeName;

export const codecs: Readonly<Record<Exclude<ScalarTypeName, CompositeName>, Codec>> = {
  bool: boolCodec,
  int2: int2Codec,
  int4: int4Codec,
  int8: int8Codec,
  float4: float4Codec,
  float8: float8Codec,
  numeric: numericCodec,
  text: textCodec,
  varchar: textCodec,
  bpchar: textCodec,
  name: nameCodec,
  char: charCodec,
  bytea: byteaCodec,
  uuid: uuidCodec,
  date: dateCodec,
  time: timeCodec,
  timetz: timeTzCodec,
  timestamp: timestampCodec,
  timestamptz: timestampTzCodec,
  interval: intervalCodec,
  json: jsonCodec,
  jsonb: jsonbCodec,
  jsonpath: jsonpathCodec,
  oid: oidCodec('oid'),
  xid: oidCodec('xid'),
  cid: oidCodec('cid'),
  tid: tidCodec,
  xid8: xid8Codec,
  pg_lsn: lsnCodec,
  tsvector: tsvectorCodec,
  tsquery: tsqueryCodec,
  pg_snapshot: snapshotCodec,
  txid_snapshot: snapshotCodec,
  regclass: regCodec('class'),
  regtype: regtypeCodec,
  regproc: regCodec('proc'),
  regprocedure: regCodec('procedure'),
  regoper: regCodec('oper'),
  regoperator: regCodec('operator'),
  regnamespace: regCodec('namespace'),
  regrole: regCodec('role'),
  regcollation: regCodec('collation'),
  aclitem: textCodec,
  pg_node_tree: textCodec,
  inet: inetCodec,
  cidr: cidrCodec,
  macaddr: macaddrCodec,
  money: moneyCodec,
  bit: bitCodec,
  varbit: bitCodec,
  xml: xmlCodec,
  point: pointCodec,
  refcursor: textCodec,
  cstring: textCodec,
  unknown: textCodec,
  void: voidCodec,
  anyelement: closedCodec('anyelement'),
  anyarray: closedCodec('anyarray'),
  anyenum: closedCodec('anyenum'),
  anynonarray: closedCodec('anynonarray'),
  any: closedCodec('any'),
  anycompatible: closedCodec('anycompatible'),
  anycompatiblearray: closedCodec('anycompatiblearray'),
  anycompatiblenonarray: closedCodec('anycompatiblenonarray'),
  anycompatiblerange: closedCodec('anycompatiblerange'),
  anycompatiblemultirange: closedCodec('anycompatiblemultirange'),
  anyrange: closedCodec('anyrange'),
  anymultirange: closedCodec('anymultirange'),
};
