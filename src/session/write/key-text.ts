/** Keys as text: equal keys have equal texts: 1.0 and 1.00, 0 and -0, '24 hours' and '1 day'. */
import { withoutBlanks } from '../../types/compare.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';

/** The values of one key, part by part. */
export type Key = readonly Datum[];

export function keyText(
  parts: readonly { readonly type: SqlType }[],
  values: readonly (Datum | null)[],
): string {
  return JSON.stringify(
    values.map((value, index) => (value === null ? null : comparable(parts[index]?.type, value))),
  );
}

function comparable(type: SqlType | undefined, value: Datum): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return value === 0 ? 0 : String(value);
  if (typeof value === 'string') return type?.name === 'bpchar' ? withoutBlanks(value) : value;
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if ('digits' in value) return value.special ?? trimmedNumeric(value.digits, value.scale);
  if ('months' in value) {
    const days = BigInt(value.months * 30 + value.days);
    return (days * 86_400_000_000n + value.micros).toString();
  }
  if ('values' in value) {
    const element = type === undefined ? undefined : { name: value.element, typmod: -1 };
    const items = value.values.map((item) => (item === null ? null : comparable(element, item)));
    return [value.dimensions, items];
  }
  if ('fields' in value) {
    return value.fields.map((field) => {
      return field.value === null
        ? null
        : comparable({ name: field.type, typmod: -1 }, field.value);
    });
  }
  if ('ranges' in value) return value.ranges.map((range) => comparable(undefined, range));
  if ('isEmpty' in value) {
    const { isEmpty, lower, upper, lowerInclusive, upperInclusive } = value;
    const bounds = [lower, upper].map((bound) => {
      return bound === null ? null : comparable(undefined, bound);
    });
    return [isEmpty, bounds, lowerInclusive, upperInclusive];
  }
  return [value.micros.toString(), value.zoneSeconds];
}

function trimmedNumeric(digits: bigint, scale: number): string {
  let left = digits;
  let places = scale;
  while (places > 0 && left % 10n === 0n) {
    left /= 10n;
    places -= 1;
  }
  return `${left}e-${places}`;
}
