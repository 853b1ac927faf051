/**
 * VALUES whose rows have one form: a column of them is computed at once.
 *
 *     ($1::numeric(10,2)), ($4::numeric(10,2)), …   ──▶   the cast of a column of $1, $4, …
 */
import { makeBatch } from '../columns/batch.ts';
import { ColumnBuilder } from '../columns/builder.ts';
import { columnReader } from '../columns/read.ts';
import { SqlError } from '../errors/sql-error.ts';
import { calledIndex } from '../expr/called-function.ts';
import type { Expr } from '../expr/expr.ts';
import { isConstantExpr } from '../expr/facts.ts';
import { mapExpr, someExpr, visitExpr } from '../expr/walk.ts';
import { must } from '../errors/assert.ts';
import { handsOut, seesHandedOut } from '../functions/system/sequence-functions.ts';
import type { Datum } from '../types/datum.ts';
import { prepareExprs } from './expressions.ts';
import type { OperatorContext } from './operator.ts';

type Rows = readonly (readonly Expr[])[];
type Parameter = Extract<Expr, { readonly kind: 'parameter' }>;

/** For fewer rows it is not worth the look. */
const rowsMin = 8;

/** What all rows of a column have, but for parameters. */
export interface Form {
  readonly expr: Expr;
  /** It differs from row to row; it is computed behind the columns that are not. */
  readonly isVolatile: boolean;
}

/** Undefined: rows differ, or are constants and parameters. */
export function formOf(rows: Rows, at: number): Form | undefined {
  const expr = rows[0]?.[at];
  if (rows.length < rowsMin || expr === undefined || isLeaf(expr)) return undefined;
  if (!rows.every((row) => hasForm(expr, row[at]))) return undefined;
  if (isConstantExpr(expr)) return { expr, isVolatile: false };
  return isAloneVolatile(rows, at, expr) ? { expr, isVolatile: true } : undefined;
}

/**
 * The column's value by row; undefined: they are to be computed one by one, because one of them raises an
 * error, which must be that of the first such row. Errors: 57014, and those of volatile functions.
 */
export function valuesTogether(
  rows: Rows,
  at: number,
  form: Form | undefined,
  context: OperatorContext,
): ((row: number) => Datum | null) | undefined {
  if (form === undefined) return undefined;
  try {
    return compute(rows, at, form.expr, context);
  } catch (error) {
    if (form.isVolatile || !(error instanceof SqlError) || error.code === '57014') throw error;
    return undefined;
  }
}

function isLeaf({ kind }: Expr): boolean {
  return kind === 'constant' || kind === 'parameter';
}

/** Structure and constants are the same, and parameters are at the same places. */
function hasForm(form: unknown, other: unknown): boolean {
  if (Object.is(form, other)) return true;
  if (!isRecord(form) || !isRecord(other)) return false;
  if (form['kind'] === 'parameter' && other['kind'] === 'parameter') {
    return hasForm(form['type'], other['type']);
  }
  let count = 0;
  for (const key in form) {
    if (!hasForm(form[key], other[key])) return false;
    count += 1;
  }
  for (const _key in other) count -= 1;
  return count === 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** DEFAULT nextval(…), say: volatile, and nothing beside it tells in what order it is computed. */
function isAloneVolatile(rows: Rows, at: number, form: Expr): boolean {
  const isBuiltIn = !someExpr(form, ({ kind }) => kind === 'outerColumn' || kind === 'column');
  if (!isBuiltIn || callsOthers(form)) return false;
  const isOrdered = (expr: Expr): boolean => callsOthers(expr) || usesSequence(expr);
  return (
    !usesSequence(form) || !rows.some((row) => row.some((each, i) => i !== at && isOrdered(each)))
  );
}

function callsOthers(expr: Expr): boolean {
  return someExpr(expr, (part) => {
    return part.kind === 'call'
      ? calledIndex(part.functionId) !== undefined
      : part.kind === 'subplan';
  });
}

function usesSequence(expr: Expr): boolean {
  return someExpr(expr, (part) => {
    const [name = ''] = part.kind === 'call' ? part.functionId.split('(') : [];
    return handsOut(name) || seesHandedOut(name);
  });
}

function compute(
  rows: Rows,
  at: number,
  form: Expr,
  context: OperatorContext,
): (row: number) => Datum | null {
  const { query, scratch } = context;
  const builders = parametersOf(form).map(
    ({ type }) => new ColumnBuilder(type, scratch, rows.length),
  );
  for (const row of rows) {
    for (const [place, parameter] of parametersOf(must(row[at], 'a value')).entries()) {
      builders[place]?.append(query.scalar(parameter));
    }
  }
  const columns = builders.map((builder) => builder.finish());
  let place = 0;
  const overColumns = mapExpr(form, (part) => {
    if (part.kind !== 'parameter') return part;
    place += 1;
    return { kind: 'column', index: place - 1, type: part.type, name: '' };
  });
  const [column] = prepareExprs([overColumns], context)(makeBatch(columns, rows.length));
  return columnReader(must(column, 'the column'));
}

/** From left to right, as mapExpr meets them. */
function parametersOf(expr: Expr): readonly Parameter[] {
  const found: Parameter[] = [];
  visitExpr(expr, (part) => {
    if (part.kind === 'parameter') found.push(part);
  });
  return found;
}
