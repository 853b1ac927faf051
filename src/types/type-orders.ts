/** Which types have `=`, `<` and a hash, as PostgreSQL's default operator classes say. */
import type { TypeName } from './sql-type.ts';
import { typeRecord } from './type-table.ts';

const unequal: ReadonlySet<string> = new Set([
  'json',
  'xml',
  'point',
  'jsonpath',
  'refcursor',
  'cstring',
  'void',
  'pg_snapshot',
  'txid_snapshot',
]);
/** Equal or not, but neither greater nor less. */
const unordered: ReadonlySet<string> = new Set(['xid', 'cid', 'aclitem', 'tsquery']);
const unhashed: ReadonlySet<string> = new Set([
  ...['bit', 'varbit', 'money', 'tsvector', 'tsquery'],
]);

/** The element that decides for an array; the type itself for others. */
function decisive(type: TypeName): TypeName {
  return type.startsWith('_') ? (typeRecord(type).element ?? type) : type;
}

export function hasEquality(type: TypeName): boolean {
  return !unequal.has(decisive(type));
}

export function hasOrder(type: TypeName): boolean {
  const name = decisive(type);
  return !unequal.has(name) && !unordered.has(name);
}

/** What PostgreSQL can only sort, it does not take in WITH RECURSIVE … UNION. */
export function hasHash(type: TypeName): boolean {
  return hasEquality(type) && !unhashed.has(decisive(type));
}
