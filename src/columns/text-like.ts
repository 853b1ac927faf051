/** Which varlen types hold plain UTF-8 text that is a JavaScript string as a datum. */
import { layoutOf } from '../types/type-table.ts';
import type { TypeName } from '../types/sql-type.ts';

const otherForms: ReadonlySet<TypeName> = new Set<TypeName>([
  'numeric',
  'bytea',
  'record',
  'int2vector',
  'oidvector',
]);

/** True when value bytes are the datum's UTF-8; false: types/storage-form.ts knows the form. */
export function isTextLike(type: TypeName): boolean {
  return layoutOf(type) === 'varlen' && !type.startsWith('_') && !otherForms.has(type);
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
