/**
 * Order of two datums of one type, for zone maps; undefined where it is not known here.
 * Text is ordered by its UTF-8 bytes, as zone maps are.
 */
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';

const byNumber: ReadonlySet<TypeName> = new Set<TypeName>([
  'bool',
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'oid',
  'date',
  'time',
  'timestamp',
  'timestamptz',
]);
const byBytes: ReadonlySet<TypeName> = new Set<TypeName>(['text', 'varchar', 'name', 'uuid']);

export function compareDatums(type: TypeName, a: Datum, b: Datum): number | undefined {
  if (byNumber.has(type)) {
    if (Number.isNaN(a) || Number.isNaN(b)) return undefined;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (!byBytes.has(type) || typeof a !== 'string' || typeof b !== 'string') return undefined;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
