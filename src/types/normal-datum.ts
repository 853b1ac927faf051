/** Values that SQL calls equal as one form: 1.0 and 1, -0 and 0, one month and 30 days. */
import { withoutBlanks } from './compare.ts';
import type {
  Datum,
  Interval,
  MultirangeValue,
  Numeric,
  RangeValue,
  RecordValue,
  SqlArray,
} from './datum.ts';
import type { TypeName } from './sql-type.ts';
import { isRecordName } from './user-type.ts';

/** Two values of the type are equal exactly when their forms have equal bytes. */
export function normalDatum(type: TypeName, value: Datum): Datum {
  if (isRecordName(type)) return normalRecord(value as RecordValue);
  if (type.startsWith('_')) return normalArray(value as SqlArray);
  return forms[type]?.(value) ?? value;
}

const forms: Partial<Record<TypeName, (value: Datum) => Datum>> = {
  numeric: (value) => normalNumeric(value as Numeric),
  float4: normalFloat,
  float8: normalFloat,
  bpchar: (value) => withoutBlanks(value as string),
  interval: (value) => normalInterval(value as Interval),
  jsonb: (value) => plainNumbers(value as string),
  numrange: (value) => normalRange(value as RangeValue),
  nummultirange: (value) => {
    const multirange = value as MultirangeValue;
    return { ...multirange, ranges: multirange.ranges.map(normalRange) };
  },
};

function normalRange(range: RangeValue): RangeValue {
  const bound = (value: Datum | null): Datum | null =>
    value === null ? null : normalNumeric(value as Numeric);
  return { ...range, lower: bound(range.lower), upper: bound(range.upper) };
}

/** Arrays of these, and records, can be equal and differ in their bytes. */
export function hasNormalForm(type: TypeName): boolean {
  return isRecordName(type) || forms[type] !== undefined || hasNormalElement(type);
}

function hasNormalElement(type: TypeName): boolean {
  return type.startsWith('_') && hasNormalForm(type.slice(1) as TypeName);
}

function normalNumeric(value: Numeric): Numeric {
  if (value.special !== undefined) return value;
  let { digits, scale } = value;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return { digits, scale };
}

function normalFloat(value: Datum): Datum {
  return Number.isNaN(value) ? NaN : (value as number) + 0;
}

const microsPerMonth = 30n * 86_400_000_000n;

/** Whole months of 30 days, in two parts as they may need 33 bits, and what is left. */
function normalInterval({ months, days, micros }: Interval): Interval {
  const span = (BigInt(months) * 30n + BigInt(days)) * 86_400_000_000n + micros;
  const rest = ((span % microsPerMonth) + microsPerMonth) % microsPerMonth;
  const whole = Number((span - rest) / microsPerMonth);
  return { months: Math.floor(whole / 65_536), days: whole & 0xffff, micros: rest };
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|\d+\.\d+/g;

/** Numbers inside of a document without zeros behind their fraction: 2.50 equals 2.5. */
export function plainNumbers(text: string): string {
  if (!/\.\d*0/.test(text)) return text;
  return text.replace(stringOrNumber, (found) =>
    found.startsWith('"') ? found : found.replace(/\.?0+$/, ''),
  );
}

function normalArray(array: SqlArray): SqlArray {
  const { element, values } = array;
  if (!hasNormalForm(element)) return array;
  return {
    ...array,
    values: values.map((value) => (value === null ? null : normalDatum(element, value))),
  };
}

function normalRecord({ fields }: RecordValue): RecordValue {
  return {
    // Names do not count.
    fields: fields.map(({ type, value }) => ({
      type,
      value: value === null ? null : normalDatum(type, value),
    })),
  };
}
