/** Functions of information_schema that drivers call by name (its _pg_ helpers). */
import type { Datum, RecordValue } from '../../types/datum.ts';
import { numericTypmodParts } from '../../types/numeric-convert.ts';
import { formatType } from '../../types/type-name.ts';
import { family, scalar, typed } from '../define.ts';
import type { ArgumentType, FunctionRecord, TypedDatumEvaluation } from '../function-record.ts';

const define = family('system');

const domain = 'd';

/** A field of a whole-row argument by name. */
function fieldOf(
  type: ArgumentType | undefined,
  row: Datum | null | undefined,
  name: string,
): Datum | null {
  const at = type?.fields?.findIndex((field) => field.name === name) ?? -1;
  return (row as RecordValue).fields[at]?.value ?? null;
}

/** Of a column's type, or of the type below a domain. */
function below(column: string, base: string): TypedDatumEvaluation {
  return (_context, [attribute, type], [attributeType, typeType]) =>
    fieldOf(typeType, type, 'typtype') === domain
      ? fieldOf(typeType, type, base)
      : fieldOf(attributeType, attribute, column);
}

const int2 = 21;
const int4 = 23;
const int8 = 20;
const float4 = 700;
const float8 = 701;
const numeric = 1700;
const bpchar = 1042;
const varchar = 1043;
const text = 25;
const bits: readonly number[] = [1560, 1562];
const date = 1082;
const momentTypes: readonly number[] = [1083, 1114, 1184, 1266];
const interval = 1186;
const noPrecision = 0xffff;

const precisions: Readonly<Record<number, number>> = {
  [int2]: 16,
  [int4]: 32,
  [int8]: 64,
  [float4]: 24,
  [float8]: 53,
};

function charMaxLength(type: number, typmod: number): number | null {
  if (typmod === -1) return null;
  if (type === bpchar || type === varchar) return typmod - 4;
  return bits.includes(type) ? typmod : null;
}

/** A character takes at most four bytes. */
function charOctetLength(type: number, typmod: number): number | null {
  if (![text, bpchar, varchar].includes(type)) return null;
  return typmod === -1 ? 2 ** 30 : (typmod - 4) * 4;
}

function numericPrecision(type: number, typmod: number): number | null {
  if (type !== numeric) return precisions[type] ?? null;
  return typmod === -1 ? null : numericTypmodParts(typmod).precision;
}

function numericScale(type: number, typmod: number): number | null {
  if ([int2, int4, int8].includes(type)) return 0;
  return type !== numeric || typmod === -1 ? null : numericTypmodParts(typmod).scale;
}

function numericRadix(type: number): number | null {
  if (type === numeric) return 10;
  return precisions[type] === undefined ? null : 2;
}

function datetimePrecision(type: number, typmod: number): number | null {
  if (type === date) return 0;
  if (momentTypes.includes(type)) return typmod < 0 ? 6 : typmod;
  if (type !== interval) return null;
  const precision = typmod & noPrecision;
  return typmod < 0 || precision === noPrecision ? 6 : precision;
}

function intervalType(type: number, typmod: number): string | null {
  if (type !== interval) return null;
  const fields = /^interval[()0-9]* (.*)$/.exec(formatType(type, typmod))?.[1];
  return fields?.toUpperCase() ?? null;
}

export const informationFunctions: readonly FunctionRecord[] = [
  define(
    '_pg_truetypid',
    { text: 'type of a column, below its domain' },
    typed('record, record → oid', below('atttypid', 'typbasetype')),
  ),
  define(
    '_pg_truetypmod',
    { text: 'type modifier of a column, below its domain' },
    typed('record, record → int4', below('atttypmod', 'typtypmod')),
  ),
  define(
    '_pg_char_max_length',
    { text: 'characters at most', example: ['_pg_char_max_length(1043, 84)', '80'] },
    scalar('oid, int4 → int4', charMaxLength),
  ),
  define(
    '_pg_char_octet_length',
    { text: 'bytes at most' },
    scalar('oid, int4 → int4', charOctetLength),
  ),
  define(
    '_pg_numeric_precision',
    { text: 'digits of a number type', example: ['_pg_numeric_precision(23, -1)', '32'] },
    scalar('oid, int4 → int4', numericPrecision),
  ),
  define(
    '_pg_numeric_precision_radix',
    { text: 'base of those digits' },
    scalar('oid, int4 → int4', numericRadix),
  ),
  define(
    '_pg_numeric_scale',
    { text: 'fraction digits of a number type' },
    scalar('oid, int4 → int4', numericScale),
  ),
  define(
    '_pg_datetime_precision',
    { text: 'fraction digits of seconds', example: ['_pg_datetime_precision(1184, -1)', '6'] },
    scalar('oid, int4 → int4', datetimePrecision),
  ),
  define(
    '_pg_interval_type',
    { text: 'fields of an interval type' },
    scalar('oid, int4 → text', intervalType),
  ),
];
