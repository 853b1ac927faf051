/**
 * Bound statements as text, as PostgreSQL would keep them: pg_get_viewdef, pg_get_expr and their
 * kin show it. Undefined for what has no such text.
 */
import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { astAs } from '../../sql/ast.ts';
import type { PrintStyle } from '../../sql/print/page.ts';
import { expressionText, queryText } from '../../sql/print/print.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { TypeName } from '../../types/sql-type.ts';
import type { QueryLevel } from '../binder/scope.ts';
import type { BindingRecord } from '../binder/recording.ts';
import { coerced } from './deparse-expression.ts';
import { deparseSelect } from './deparse-select.ts';
import { Deparsing } from './deparsing.ts';

const stored: PrintStyle = {
  pretty: false,
  relationName: (schema, name) =>
    [schema, name].flatMap((part) => (part === undefined ? [] : quoteIdentifier(part))).join('.'),
};

export interface DeparsedQuery {
  readonly text: string;
  /** Columns of stored relations that it names. */
  readonly usedColumns: readonly (readonly [oid: number, number: number])[];
}

/** `names`: those of the result's columns. Relations are named with their schemas. */
export function deparseQuery(
  node: Node,
  bound: { readonly record: BindingRecord; readonly formats: FormatSettings },
  names: readonly string[],
): DeparsedQuery | undefined {
  const select = astAs(node, 'SelectStmt');
  if (select === undefined) return undefined;
  const to = new Deparsing(bound.record, bound.formats);
  const text = queryText(deparseSelect(to, select, { names }), stored);
  if (text === undefined || to.isRefused) return undefined;
  return { text, usedColumns: to.usedColumns };
}

export interface BoundExpression {
  readonly record: BindingRecord;
  readonly formats: FormatSettings;
  /** The column `value` is a domain's VALUE. */
  readonly isDomain?: boolean;
}

/** WHEN of a trigger, whose columns are named with `old` or `new`. */
export function deparseTriggerCondition(
  node: Node,
  { record, formats }: BoundExpression,
  level: QueryLevel,
): string | undefined {
  const to = new Deparsing(record, formats);
  to.show(level, ['old', 'new']);
  const text = expressionText(coerced(to, node, 'bool'), { ...stored, isDomain: false });
  return to.isRefused ? undefined : text;
}

/** A policy's condition over a table's row: its columns are named alone but in subqueries. */
export function deparsePolicy(
  node: Node,
  { record, formats }: BoundExpression,
  { level, table }: { readonly level: QueryLevel; readonly table: string },
): DeparsedQuery | undefined {
  const to = new Deparsing(record, formats);
  to.bare = level;
  const text = to.within(level, [table], () => {
    return expressionText(coerced(to, node, 'bool'), { ...stored, isDomain: false });
  });
  if (text === undefined || to.isRefused) return undefined;
  return { text, usedColumns: to.usedColumns };
}

/** An expression over the columns of one row, which are named alone. */
export function deparseRowExpression(
  node: Node,
  { record, formats, isDomain = false }: BoundExpression,
  wanted?: TypeName,
): string | undefined {
  const to = new Deparsing(record, formats);
  const text = expressionText(coerced(to, node, wanted), { ...stored, isDomain });
  return to.isRefused ? undefined : text;
}
