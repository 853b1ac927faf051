/**
 * `x op ANY (rows)` and `x op ALL (rows)` over the values of a subquery.
 *
 * `= ANY` is one look-up in a set; `<> ALL` is its negation:
 *
 *     no rows: false   x is NULL: NULL   x is there: true   a NULL is there: NULL   else false
 *
 * Both sides become keys of the operator's type that are equal exactly when the values are. Types
 * without such a key, and other operators, compare one value after the other.
 */
import { compareValues } from '../types/compare.ts';
import type { Datum, Numeric, SqlArray } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';

type Key = boolean | number | bigint | string;

/** -0 equals 0 and NaN equals NaN, in a Set as in PostgreSQL. */
const plainTypes = ['bool', 'oid', 'uuid', 'date', 'time', 'timestamp', 'timestamptz'] as const;
const integerTypes: readonly string[] = ['int2', 'int4', 'int8'];
const floatTypes: readonly string[] = ['float4', 'float8'];
const textTypes: readonly string[] = ['text', 'varchar', 'name'];

/** How values of `type` become keys of an operator over `operand`; undefined: they do not. */
function keyOf(type: string, operand: string): ((value: Datum) => Key) | undefined {
  const isInteger = integerTypes.includes(type);
  if (integerTypes.includes(operand)) return isInteger ? toBigInt : undefined;
  if (operand === 'float8') {
    return isInteger || floatTypes.includes(type) ? (value) => Number(value) : undefined;
  }
  if (operand === 'numeric') {
    if (isInteger) return (value) => decimalKey({ digits: toBigInt(value), scale: 0 });
    return type === 'numeric' ? (value) => decimalKey(value as Numeric) : undefined;
  }
  const isPlain = [...plainTypes, 'float4'].includes(operand) && type === operand;
  const isText = textTypes.includes(operand) && textTypes.includes(type);
  return isPlain || isText ? (value) => value as Key : undefined;
}

function toBigInt(value: Datum): bigint {
  return BigInt(value as number | bigint);
}

/** One text for 1, 1.0 and 1.00. */
function decimalKey({ digits, scale, special }: Numeric): string {
  if (special !== undefined) return special;
  if (digits === 0n) return '0';
  let [kept, places] = [digits, scale];
  for (; kept % 10n === 0n; places--) kept /= 10n;
  return `${kept}e${-places}`;
}

/** True, false or NULL for a left side. */
export type Membership = (left: Datum | null) => boolean | null;

/** `operands`: the types that the equality compares. */
export function membershipOf(
  rows: SqlArray,
  left: TypeName,
  operands: readonly string[],
): Membership | undefined {
  const { element, values } = rows;
  const leftKey = keyOf(left, operands[0] ?? '');
  const rowKey = keyOf(element, operands[1] ?? '');
  const areAlike =
    operands[0] === operands[1] || operands.every((operand) => integerTypes.includes(operand));
  if (leftKey === undefined || rowKey === undefined || !areAlike) return undefined;
  const keys = new Set<Key>();
  for (const value of values) if (value !== null) keys.add(rowKey(value));
  const hasNull = values.includes(null);
  return (value) => {
    if (values.length === 0) return false;
    if (value === null) return null;
    if (keys.has(leftKey(value))) return true;
    return hasNull ? null : false;
  };
}

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

interface RowsOperator {
  readonly name: string;
  readonly args: readonly string[];
  readonly left: TypeName;
  readonly form: 'any' | 'all';
}

/** Undefined unless both sides are of the operator's one type and it compares their order. */
export function comparisonOf(
  { element, values }: SqlArray,
  { name, args, left, form }: RowsOperator,
): Membership | undefined {
  const holds = orders[name];
  const isOrdered = args.length === 2 && args.every((arg) => arg === left) && element === left;
  if (holds === undefined || !isOrdered) return undefined;
  const decisive = form === 'any';
  return (value) => {
    let hasNull = false;
    for (const row of values) {
      if (row === null || value === null) hasNull = true;
      else if (holds(compareValues(left, value, row)) === decisive) return decisive;
    }
    return hasNull ? null : !decisive;
  };
}
