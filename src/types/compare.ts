/**
 * Order of two values of one type, as PostgreSQL's btree operator classes have it.
 * Text is ordered by its UTF-8 bytes (collation C). Errors: 42883 for types without an order.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { Datum, Interval, Numeric, RecordValue, SqlArray, TimeTz } from './datum.ts';
import { compareNumeric } from './numeric.ts';
import { parseNumeric } from './numeric.ts';
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
  jsonb: (a, b) => compareJson(JSON.parse(a as string), JSON.parse(b as string), a, b),
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
  const utc = ({ micros, zoneSeconds }: TimeTz): bigint => micros + BigInt(zoneSeconds) * 1_000_000n;
  return comparePlain(utc(left), utc(right)) || left.zoneSeconds - right.zoneSeconds;
}

/** Element by element, NULL last; then the shorter, then fewer dimensions. */
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
    left.values.length - right.values.length || left.dimensions.length - right.dimensions.length
  );
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

/** Object > array > boolean > number > string > null; an empty array comes before null. */
const jsonRanks = { null: 0, string: 1, number: 2, boolean: 3, array: 4, object: 5 } as const;

function jsonKind(value: unknown): keyof typeof jsonRanks {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'string' | 'number' | 'boolean' | 'object';
}

function compareJson(a: unknown, b: unknown, textA?: Datum, textB?: Datum): number {
  const kindA = jsonKind(a);
  const kindB = jsonKind(b);
  if (isEmptyArray(a) !== isEmptyArray(b) && (kindA !== 'object' && kindB !== 'object')) {
    return isEmptyArray(a) ? -1 : 1;
  }
  if (kindA !== kindB) return jsonRanks[kindA] - jsonRanks[kindB];
  switch (kindA) {
    case 'null':
      return 0;
    case 'number':
      return compareJsonNumbers(a as number, b as number, textA, textB);
    case 'boolean':
      return Number(a) - Number(b);
    case 'string':
      return compareBytes(a as string, b as string);
    case 'array':
      return compareJsonLists(a as unknown[], b as unknown[]);
    default:
      return compareJsonObjects(a as Record<string, unknown>, b as Record<string, unknown>);
  }
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Top-level numbers are compared by their text, since doubles would lose digits. */
function compareJsonNumbers(a: number, b: number, textA?: Datum, textB?: Datum): number {
  if (typeof textA !== 'string' || typeof textB !== 'string') return comparePlain(a, b);
  return compareNumeric(parseNumeric(textA), parseNumeric(textB));
}

function compareJsonLists(a: readonly unknown[], b: readonly unknown[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [index, value] of a.entries()) {
    const order = compareJson(value, b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareJsonObjects(a: Record<string, unknown>, b: Record<string, unknown>): number {
  const keysA = Object.keys(a).toSorted(compareKeys);
  const keysB = Object.keys(b).toSorted(compareKeys);
  if (keysA.length !== keysB.length) return keysA.length - keysB.length;
  for (const [index, key] of keysA.entries()) {
    const order = compareKeys(key, keysB[index] ?? '') || compareJson(a[key], b[key]);
    if (order !== 0) return order;
  }
  return 0;
}

/** jsonb stores keys by length, then bytes. */
function compareKeys(a: string, b: string): number {
  return Buffer.byteLength(a) - Buffer.byteLength(b) || compareBytes(a, b);
}
