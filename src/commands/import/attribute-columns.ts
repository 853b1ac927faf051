/**
 * Which column an attribute belongs to, read off the columns' names: `___` is a dot of the
 * attribute's name, and so is the `__` that a few of them have instead.
 *
 *     attributes___http___request___method    http.request.method
 *     attributes___network___local__address   network.local.address
 */
import type { ColumnDefinition } from '../../catalog/table.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { Json } from './otlp-values.ts';

export class AttributeColumns {
  readonly #byKey = new Map<string, { readonly column: string; readonly type: SqlType }>();

  /** `prefix`: attributes or resource. */
  constructor(columns: readonly ColumnDefinition[], prefix: string) {
    for (const { name, type } of columns) {
      if (!name.startsWith(`${prefix}___`)) continue;
      const key = name.slice(prefix.length + 3).replaceAll(/___?/g, '.');
      this.#byKey.set(key, { column: name, type });
    }
  }

  /** Sets the columns of `row`; returns the attributes that have none, or do not fit theirs. */
  spread(
    attributes: Readonly<Record<string, Json>>,
    row: Map<string, Datum>,
  ): Readonly<Record<string, Json>> {
    const rest: [string, Json][] = [];
    for (const [key, value] of Object.entries(attributes)) {
      const place = this.#byKey.get(key);
      const datum = place === undefined ? undefined : datumOf(place.type, value);
      if (place === undefined || datum === undefined) rest.push([key, value]);
      else row.set(place.column, datum);
    }
    return Object.fromEntries(rest);
  }
}

const int4Max = 2 ** 31 - 1;

/** undefined: the value does not fit the type. */
function datumOf({ name }: SqlType, value: Json): Datum | undefined {
  if (value === null) return undefined;
  if (name === 'text') return typeof value === 'string' ? value : JSON.stringify(value);
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined;
  if (name === 'int8') return BigInt(number);
  return name === 'int4' && Math.abs(number) <= int4Max ? number : undefined;
}
