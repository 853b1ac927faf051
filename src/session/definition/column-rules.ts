/** What no column of a table may be called, and of which types none may be. */
import type { ColumnDefinition } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import { systemNames } from '../../plan/binder/from/system-columns.ts';

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

interface ColumnConstraint {
  readonly contype?: string;
  readonly location?: number;
}

/** What gives a column its value, with the words for two of one kind. */
const sources: Readonly<Record<string, readonly [source: string, twice: string]>> = {
  CONSTR_DEFAULT: ['default', 'multiple default values specified'],
  CONSTR_IDENTITY: ['identity', 'multiple identity specifications'],
  CONSTR_GENERATED: ['generation expression', 'multiple generation clauses specified'],
};

/** `of`: `column "a" of table "t"`. Errors: 42601. */
export function refuseTwoSources(
  constraints: readonly ColumnConstraint[],
  { isSerial, of }: { readonly isSerial: boolean; readonly of: string },
  positionOf: (location: number) => number,
): void {
  const found = new Set<string>(isSerial ? ['default'] : []);
  for (const { contype = '', location } of constraints) {
    const [source, twice] = sources[contype] ?? [];
    if (source === undefined) continue;
    const [other] = found;
    const is = other === source ? twice : other === undefined ? undefined : both(other, source);
    found.add(source);
    if (is === undefined) continue;
    const place = location === undefined || isSerial ? {} : { position: positionOf(location) };
    throw new SqlError('syntax_error', `${is} for ${of}`, place);
  }
}

/** In PostgreSQL's order of the two. */
function both(one: string, other: string): string {
  const order = Object.values(sources).map(([source]) => source);
  const [first, second] = order.filter((each) => each === one || each === other);
  return `both ${first} and ${second} specified`;
}
