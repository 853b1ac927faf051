/** Which varlen types hold plain UTF-8 text that is a JavaScript string as a datum. */
import { findSubtype } from '../types/ranges/range-types.ts';
import { layoutOf } from '../types/type-table.ts';
import type { TypeName } from '../types/sql-type.ts';
import { isCompositeName } from '../types/user-type.ts';

const otherForms: ReadonlySet<TypeName> = new Set<TypeName>([
  'numeric',
  'bytea',
  'record',
  'int2vector',
  'oidvector',
]);

/** True when value bytes are the datum's UTF-8; false: types/storage-form.ts knows the form. */
export function isTextLike(type: TypeName): boolean {
  if (layoutOf(type) !== 'varlen' || type.startsWith('_')) return false;
  return !otherForms.has(type) && findSubtype(type) === undefined && !isCompositeName(type);
}

const byteEqual: ReadonlySet<TypeName> = new Set<TypeName>([
  'text',
  'varchar',
  'name',
  'char',
  'bytea',
  'unknown',
  'cstring',
]);

/** Values are equal exactly when their bytes are: only then may results become dictionaries. */
export function isByteEqual(type: TypeName): boolean {
  return byteEqual.has(type);
}
