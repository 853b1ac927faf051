/**
 * Expressions over the columns of a row as they are kept: conditions of CHECK and of indexes,
 * parts of indexes. The text is PostgreSQL's, so that it can be shown as it is.
 *
 *     c in ('x', 'y')   ──▶   ((c)::text = ANY ((ARRAY['x'::character varying, …])::text[]))
 */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../expr/expr.ts';
import {
  bindCheck,
  bindGeneration,
  bindRowExpression,
  type Generation,
  type RowShape,
} from '../../plan/binder/bind-statement.ts';
import { bindDomainCheck } from '../../plan/binder/domains.ts';
import { BindingRecord } from '../../plan/binder/recording.ts';
import { deparseRowExpression } from '../../plan/deparse/deparse.ts';
import { exprText } from '../../plan/explain/expr-text.ts';
import type { PlannerOptions } from '../../plan/planner.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { defaultFormats } from '../../types/format-settings.ts';

export interface StoredExpression {
  readonly sql: string;
  readonly expr: Expr;
}

/** A condition. Errors: those of binding it. */
export function storedCheck(node: Node, options: PlannerOptions, row: RowShape): StoredExpression {
  const record = new BindingRecord();
  const expr = bindCheck(node, { ...options, record }, row);
  return { sql: textOf(node, expr, { record, options }, true), expr };
}

/** A domain's condition over VALUE of that type. Errors: those of binding it. */
export function storedDomainCheck(node: Node, options: PlannerOptions, type: SqlType): string {
  const record = new BindingRecord();
  const expr = bindDomainCheck(node, { ...options, record }, type);
  return textOf(node, expr, { record, options, isDomain: true }, true);
}

/** Any expression. Errors: those of binding it. */
export function storedPart(node: Node, options: PlannerOptions, row: RowShape): StoredExpression {
  const record = new BindingRecord();
  const expr = bindRowExpression(node, { ...options, record }, row);
  return { sql: textOf(node, expr, { record, options }, false), expr };
}

/** The expression of a generated column. Errors: those of binding it. */
export function storedGeneration(
  node: Node,
  options: PlannerOptions,
  target: Generation,
): StoredExpression {
  const record = new BindingRecord();
  const expr = bindGeneration(node, { ...options, record }, target);
  return { sql: textOf(node, expr, { record, options }, false), expr };
}

interface Bound {
  readonly record: BindingRecord;
  readonly options: PlannerOptions;
  readonly isDomain?: boolean;
}

/** What has no text of PostgreSQL's is kept as it was bound. */
function textOf(node: Node, expr: Expr, bound: Bound, isCondition: boolean): string {
  const { record, options, isDomain = false } = bound;
  const formats = options.formats ?? { ...defaultFormats, timeZone: options.timeZone };
  const wanted = isCondition ? 'bool' : undefined;
  const text = deparseRowExpression(node, { record, formats, isDomain }, wanted);
  return text ?? exprText(expr, { maskLiterals: false, isStored: true });
}

/** The tree with a column under another name. */
export function withColumn(node: Node, before: string, after: string): Node {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, child]): [string, unknown] => [
      key,
      key === 'ColumnRef' ? renamedReference(child, before, after) : renamed(child),
    ]);
    return Object.fromEntries(entries);
  };
  return renamed(node) as Node;
}

interface Reference {
  readonly fields?: readonly { readonly String?: { readonly sval?: string } }[];
}

function renamedReference(reference: Reference, before: string, after: string): Reference {
  const { fields = [] } = reference;
  if (fields.at(-1)?.String?.sval !== before) return reference;
  return { ...reference, fields: [...fields.slice(0, -1), { String: { sval: after } }] };
}
