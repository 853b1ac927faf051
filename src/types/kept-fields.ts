/**
 * Values whose composite type has lost fields: what is left of them, however deep such a value lies
 * in arrays and other composite values.
 *
 *     type t as (a, b, c) without b:   (1,(2,3,4)) of u as (x int, y t)   ──▶   (1,(2,4))
 */
import type { Datum, RecordValue, SqlArray } from './datum.ts';
import type { TypeName } from './sql-type.ts';
import { isCompositeName, knownComposite } from './user-type.ts';

export interface KeptFields {
  /** OID of the type that lost fields. */
  readonly oid: number;
  /** Places of the others, as they were. Further fields of the type are new. */
  readonly kept: readonly number[];
}

/** The value of the type as it was, as one of the type as it is. */
export function keepFields(
  value: Datum | null,
  [before, after]: readonly [before: TypeName, after: TypeName],
  change: KeptFields,
): Datum | null {
  if (value === null || before === after) return value;
  if (before.startsWith('_')) {
    const array = value as SqlArray;
    const [from, to] = [before.slice(1) as TypeName, after.slice(1) as TypeName];
    const values = array.values.map((each) => keepFields(each, [from, to], change));
    return { ...array, element: to, values };
  }
  if (!isCompositeName(before) || !isCompositeName(after)) return value;
  return keptRow(value as RecordValue, [before, after], change);
}

function keptRow(
  { fields }: RecordValue,
  [before, after]: readonly [
    before: Parameters<typeof knownComposite>[0],
    after: Parameters<typeof knownComposite>[0],
  ],
  change: KeptFields,
): RecordValue {
  const was = knownComposite(before);
  const isChanged = was.type.oid === change.oid;
  return {
    fields: knownComposite(after).fields.map(({ name, type }, i) => {
      const place = isChanged ? change.kept[i] : i;
      const old = place === undefined ? undefined : was.fields[place];
      const given = place === undefined ? null : (fields[place]?.value ?? null);
      const value = keepFields(given, [old?.type.name ?? type.name, type.name], change);
      return { type: type.name, value, name };
    }),
  };
}
