/** What no column of a table may be called, and of which types none may be. */
import type { ColumnDefinition } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';

const systemNames: ReadonlySet<string> = new Set([
  'tableoid',
  'ctid',
  'xmin',
  'xmax',
  'cmin',
  'cmax',
]);

/** Errors: 42701. */
export function refuseSystemName(name: string): void {
  if (!systemNames.has(name)) return;
  const message = `column name "${name}" conflicts with a system column name`;
  throw new SqlError('duplicate_column', message);
}

const pseudoTypes: ReadonlySet<string> = new Set([
  'unknown',
  'record',
  '_record',
  'void',
  'cstring',
]);

/** Errors: 42P16. */
export function refusePseudoType({ name, type }: Pick<ColumnDefinition, 'name' | 'type'>): void {
  if (!pseudoTypes.has(type.name) && !type.name.startsWith('any')) return;
  const message = `column "${name}" has pseudo-type ${sqlNameOf(type)}`;
  throw new SqlError('invalid_table_definition', message);
}
