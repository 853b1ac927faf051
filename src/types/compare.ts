/**
 * Order of two values of one type, as PostgreSQL's btree operator classes have it.
 * Text is ordered by its UTF-8 bytes (collation C). Errors: 42883 for types without an order.
 */
import { SqlError } from '../errors/sql-error.ts';
import type {
  Datum,
  Interval,
  MultirangeValue,
  Numeric,
  RangeValue,
  RecordValue,
  SqlArray,
  TimeTz,
} from './datum.ts';
import { compareJsonb } from './json-compare.ts';
import { compareAddresses } from './network-codecs.ts';
import { compareNumeric } from './numeric.ts';
import { compareMultiranges } from './ranges/multirange-value.ts';
import { isMultirange, isRange } from './ranges/range-types.ts';
import { compareRanges } from './ranges/range-value.ts';
import type { TypeName } from './sql-type.ts';
import { compareVectors as compareTsVectors } from './text-search/tsvector.ts';
import { byteOfChar } from './text-codecs.ts';
import { tidParts } from './rare-codecs.ts';
import { hasEquality, hasOrder } from './type-orders.ts';
import { layoutOf, typeRecord } from './type-table.ts';
import { isRecordName } from './user-type.ts';

/** Negative, zero or positive. Errors: 42883 where the type, or that of a part, has no order. */
export function compareValues(type: TypeName, a: Datum, b: Datum): number {
  return comparator(type, 'comparison function')(a, b);
}

/**
 * The larger (sign 1) or smaller (-1) of two. Of equal ones PostgreSQL's max and min keep the
 * later, of character(n) the earlier.
 */
export function betterOf(type: TypeName, earlier: Datum, later: Datum, sign: 1 | -1): Datum {
  // max(anyarray) orders a vector as an array.
  const name = type === 'oidvector' ? '_oid' : type;
  const order = compareValues(name, later, earlier) * sign;
  return order > 0 || (order === 0 && type !== 'bpchar') ? later : earlier;
}

/** As `=` has it. Errors: 42883 where the type, or that of a part, has no equality. */
export function equalValues(type: TypeName, a: Datum, b: Datum): boolean {
  return comparator(type, 'equality operator')(a, b) === 0;
}

type Compare = (a: Datum, b: Datum) => number;
/** What is missed where a type has no order. */
type Wanted = 'comparison function' | 'equality operator';

function comparator(type: TypeName, wanted: Wanted): Compare {
  const special = specialOrders[type];
  if (special !== undefined) return special;
  if (isRange(type)) return (a, b) => compareRanges(a as RangeValue, b as RangeValue);
  if (isMultirange(type)) {
    return (a, b) => compareMultiranges(a as MultirangeValue, b as MultirangeValue);
  }
  if (isRecordName(type)) return (a, b) => compareRecords(a, b, wanted);
  if (type.startsWith('_') || type === 'int2vector') {
    return (a, b) => compareArrays(a, b, wanted);
  }
  if (wanted === 'equality operator' ? !hasEquality(type) : !hasOrder(type)) {
    const message = `could not identify ${article[wanted]} ${wanted} for type`;
    throw new SqlError('undefined_function', `${message} ${typeRecord(type).sqlName}`);
  }
  return layoutOf(type) === 'varlen' || type === 'uuid' ? compareBytes : comparePlain;
}

const article: Readonly<Record<Wanted, string>> = {
  'comparison function': 'a',
  'equality operator': 'an',
};

const specialOrders: Partial<Record<TypeName, Compare>> = {
  numeric: (a, b) => compareNumeric(a as Numeric, b as Numeric),
  float4: compareFloats,
  float8: compareFloats,
  interval: (a, b) => comparePlain(intervalSpan(a as Interval), intervalSpan(b as Interval)),
  timetz: compareTimeTz,
  jsonb: (a, b) => compareJsonb(a as string, b as string),
  bpchar: (a, b) => compareBytes(withoutBlanks(a as string), withoutBlanks(b as string)),
  char: (a, b) => byteOfChar(a as string) - byteOfChar(b as string),
  tid: compareTids,
  xid8: compareUnsigned,
  pg_lsn: compareUnsigned,
  inet: (a, b) => compareAddresses(a as string, b as string),
  cidr: (a, b) => compareAddresses(a as string, b as string),
  oidvector: compareVectors,
  tsvector: (a, b) => compareTsVectors(a as string, b as string),
};

/** Only spaces: a tab counts. */
export function withoutBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return text.slice(0, end);
}

function compareUnsigned(a: Datum, b: Datum): number {
  return comparePlain(BigInt.asUintN(64, a as bigint), BigInt.asUintN(64, b as bigint));
}

function compareTids(a: Datum, b: Datum): number {
  const left = tidParts(a as string);
  const right = tidParts(b as string);
  return left.block - right.block || left.offset - right.offset;
}

/** The shorter is less; object identifiers are unsigned. */
function compareVectors(a: Datum, b: Datum): number {
  const left = (a as SqlArray).values;
  const right = (b as SqlArray).values;
  if (left.length !== right.length) return left.length - right.length;
  for (const [index, value] of left.entries()) {
    const order = Number(value) - Number(right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePlain(a: Datum, b: Datum): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareFloats(a: Datum, b: Datum): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : comparePlain(a, b);
}

function compareBytes(a: Datum, b: Datum): number {
  return Buffer.compare(bytesOf(a), bytesOf(b));
}

function bytesOf(value: Datum): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array);
}

/** A month counts 30 days, a day 24 hours. */
function intervalSpan({ months, days, micros }: Interval): bigint {
  return (BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros;
}

function compareTimeTz(a: Datum, b: Datum): number {
  const left = a as TimeTz;
  const right = b as TimeTz;
  const utc = ({ micros, zoneSeconds }: TimeTz): bigint =>
    micros + BigInt(zoneSeconds) * 1_000_000n;
  return comparePlain(utc(left), utc(right)) || left.zoneSeconds - right.zoneSeconds;
}

/** Element by element, NULL last; then the shorter, then by dimensions and their bounds. */
function compareArrays(a: Datum, b: Datum, wanted: Wanted): number {
  const left = a as SqlArray;
  const right = b as SqlArray;
  const compare = comparator(left.element, wanted);
  const shared = Math.min(left.values.length, right.values.length);
  for (let index = 0; index < shared; index++) {
    const order = compareNullable(left.values[index] ?? null, right.values[index] ?? null, compare);
    if (order !== 0) return order;
  }
  return (
    left.values.length - right.values.length ||
    left.dimensions.length - right.dimensions.length ||
    compareDimensions(left, right)
  );
}

function compareDimensions(left: SqlArray, right: SqlArray): number {
  for (const [index, { length, lowerBound }] of left.dimensions.entries()) {
    const other = right.dimensions[index];
    const order = length - (other?.length ?? 0) || lowerBound - (other?.lowerBound ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

function compareNullable(a: Datum | null, b: Datum | null, compare: Compare): number {
  if (a === null) return b === null ? 0 : 1;
  return b === null ? -1 : compare(a, b);
}

function compareRecords(a: Datum, b: Datum, wanted: Wanted): number {
  const left = (a as RecordValue).fields;
  const right = (b as RecordValue).fields;
  for (const [index, field] of left.entries()) {
    const other = right[index];
    if (other === undefined) break;
    if (field.type !== other.type) {
      const types = [field, other].map(({ type }) => typeRecord(type).sqlName).join(' and ');
      const place = `at record column ${index + 1}`;
      const message = `cannot compare dissimilar column types ${types} ${place}`;
      throw new SqlError('datatype_mismatch', message);
    }
    const order = compareNullable(field.value, other.value, comparator(field.type, wanted));
    if (order !== 0) return order;
  }
  if (left.length === right.length) return 0;
  const message = 'cannot compare record types with different numbers of columns';
  throw new SqlError('datatype_mismatch', message);
}
