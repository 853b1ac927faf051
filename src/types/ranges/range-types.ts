/** PostgreSQL's range and multirange types, and what they are ranges of. */
import type { MultirangeTypeName, RangeTypeName, ScalarTypeName, TypeName } from '../sql-type.ts';

type Row = readonly [subtype: ScalarTypeName, range: RangeTypeName, multirange: MultirangeTypeName];

const rows: readonly Row[] = [
  ['int4', 'int4range', 'int4multirange'],
  ['int8', 'int8range', 'int8multirange'],
  ['numeric', 'numrange', 'nummultirange'],
  ['date', 'daterange', 'datemultirange'],
  ['timestamp', 'tsrange', 'tsmultirange'],
  ['timestamptz', 'tstzrange', 'tstzmultirange'],
];

export const rangeTypes: readonly RangeTypeName[] = rows.map(([, range]) => range);

const rowsByName = new Map<string, Row>(
  rows.flatMap((row) => [[row[1], row] as const, [row[2], row] as const]),
);

export function isRange(name: string): name is RangeTypeName {
  return rowsByName.get(name)?.[1] === name;
}

export function isMultirange(name: string): name is MultirangeTypeName {
  return rowsByName.get(name)?.[2] === name;
}

/** Of a range or multirange type: what lies in its values. */
export function subtypeOf(name: RangeTypeName | MultirangeTypeName): ScalarTypeName {
  return rowsByName.get(name)?.[0] ?? 'int4';
}

export function rangeOf(multirange: MultirangeTypeName): RangeTypeName {
  return rowsByName.get(multirange)?.[1] ?? 'int4range';
}

export function multirangeOf(range: RangeTypeName): MultirangeTypeName {
  return rowsByName.get(range)?.[2] ?? 'int4multirange';
}

/** The subtype, where the name is that of a range or multirange type. */
export function findSubtype(name: TypeName): ScalarTypeName | undefined {
  return rowsByName.get(name)?.[0];
}
