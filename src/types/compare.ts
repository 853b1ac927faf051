/**
 * Order of two values of one type, as PostgreSQL's btree operator classes have it.
 * Text is ordered by its UTF-8 bytes (collation C). Errors: 42883 for types without an order.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { Datum, Interval, Numeric, RecordValue, SqlArray, TimeTz } from './datum.ts';
import { compareJsonb } from './json-compare.ts';
import { compareNumeric } from './numeric.ts';
import type { TypeName } from './sql-type.ts';
import { layoutOf, typeRecord } from './type-table.ts';

/** Negative, zero or positive. */
export function compareValues(type: TypeName, a: Datum, b: Datum): number {
  return comparator(type)(a, b);
}

type Compare = (a: Datum, b: Datum) => number;

function comparator(type: TypeName): Compare {
  const special = specialOrders[type];
  if (special !== undefined) return special;
  if (type.startsWith('_') || type === 'oidvector' || type === 'int2vector') return compareArrays;
  if (unordered.has(type)) {
    const message = `could not identify an ordering operator for type ${typeRecord(type).sqlName}`;
    throw new SqlError('undefined_function', message);
  }
  return layoutOf(type) === 'varlen' || type === 'uuid' ? compareBytes : comparePlain;
}

const unordered: ReadonlySet<TypeName> = new Set<TypeName>(['json', 'xml', 'point', 'void']);

const specialOrders: Partial<Record<TypeName, Compare>> = {
  numeric: (a, b) => compareNumeric(a as Numeric, b as Numeric),
  float4: compareFloats,
  float8: compareFloats,
  interval: (a, b) => comparePlain(intervalSpan(a as Interval), intervalSpan(b as Interval)),
  timetz: compareTimeTz,
  jsonb: (a, b) => compareJsonb(a as string, b as string),
  bpchar: (a, b) => compareBytes((a as string).trimEnd(), (b as string).trimEnd()),
  record: compareRecords,
};

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
function compareArrays(a: Datum, b: Datum): number {
  const left = a as SqlArray;
  const right = b as SqlArray;
  const compare = comparator(left.element);
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

function compareRecords(a: Datum, b: Datum): number {
  const left = (a as RecordValue).fields;
  const right = (b as RecordValue).fields;
  for (const [index, field] of left.entries()) {
    const other = right[index];
    if (other === undefined) break;
    const order = compareNullable(field.value, other.value, comparator(field.type));
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
