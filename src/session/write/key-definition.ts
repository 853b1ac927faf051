/** What rules keys: constraints, and unique indexes beside them, over columns or expressions. */
import { must } from '../../errors/assert.ts';
import type { IndexDefinition } from '../../catalog/index-definition.ts';
import { isKey, type ConstraintDefinition, type TableDefinition } from '../../catalog/table.ts';
import type { WriteStatement } from '../../plan/planner.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import type { SqlType } from '../../types/sql-type.ts';

export interface KeyDefinition
  extends
    Pick<ConstraintDefinition, 'name' | 'columns' | 'nullsEqual'>,
    Pick<IndexDefinition, 'expressions' | 'where'> {}

export function keysOf(table: TableDefinition): readonly KeyDefinition[] {
  const constraints = table.constraints.filter(isKey);
  return [...constraints, ...(table.indexes ?? []).filter(({ isUnique }) => isUnique)];
}

/** The keys that a statement may give rows: an UPDATE of other columns leaves them as they are. */
export function keysWritten({
  operation,
  table,
  assigned,
}: Pick<WriteStatement, 'operation' | 'table' | 'assigned'>): readonly KeyDefinition[] {
  if (operation === 'delete') return [];
  const keys = keysOf(table);
  if (assigned === undefined) return keys;
  const isWritten = (position: number): boolean =>
    assigned.includes(position) || table.columns[position]?.generated !== undefined;
  return keys.filter(({ columns, expressions, where }) => {
    const isPlain = (expressions ?? []).length === 0 && where === undefined;
    return !isPlain || columns.some(isWritten);
  });
}

/** A column or an expression. */
export interface KeyPart {
  readonly type: SqlType;
  /** For queries over the table. */
  readonly sql: string;
  /** As errors name it. */
  readonly shown: string;
}

/** Function calls stand alone, other expressions in parentheses. */
const callPattern = /^[a-z_0-9]+\(.*\)$/is;

export function keyParts(
  table: TableDefinition,
  { columns, expressions = [] }: KeyDefinition,
): readonly KeyPart[] {
  const rest = expressions.values();
  return columns.map((position): KeyPart => {
    const column = table.columns[position];
    if (column !== undefined) {
      const { name, type } = column;
      return { type, sql: quoteIdentifier(name), shown: name };
    }
    const { sql, type } = must(rest.next().value, 'an expression of the index');
    const inParentheses = `(${sql})`;
    return { type, sql: inParentheses, shown: callPattern.test(sql) ? sql : inParentheses };
  });
}

/** `(a, lower(b))`, as errors name the key. */
export function keyName(table: TableDefinition, key: KeyDefinition): string {
  return `(${keyParts(table, key)
    .map(({ shown }) => shown)
    .join(', ')})`;
}
