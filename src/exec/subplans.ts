/**
 * Subqueries that stayed expressions: run when a row first needs them, remembered by the values
 * they depend on. An uncorrelated one runs once.
 */
import { must, unreachable } from '../errors/assert.ts';
import { SqlError, unsupported } from '../errors/sql-error.ts';
import { columnReader } from '../columns/read.ts';
import { findTypeByName, sqlType } from '../types/type-table.ts';
import type { SubplanCallback } from '../expr/evaluate.ts';
import type { Expr, SubplanExpr } from '../expr/expr.ts';
import type { PlanNode } from '../plan/physical.ts';
import type { Datum, SqlArray } from '../types/datum.ts';
import type { ScalarTypeName } from '../types/sql-type.ts';
import { evaluateScalar } from './expressions.ts';
import { datumsKey } from './datum-key.ts';
import type { QueryContext } from './operator.ts';
import { selectedRow } from './selected-row.ts';
import { bindParameters, scopedContext, type ScopedContext } from './scoped-context.ts';

/** Results that a subplan may remember, by argument values. */
const rememberedMax = 65_536;

export function subplanRunner(query: QueryContext): SubplanCallback {
  return (expr, argumentValues, left) => {
    const result = rememberedResult(expr, argumentValues, scopedContext(query));
    if (expr.form !== 'any' && expr.form !== 'all') return result;
    return compareAll(expr, left, result as SqlArray, query);
  };
}

function rememberedResult(
  expr: SubplanExpr,
  argumentValues: readonly (Datum | null)[],
  query: ScopedContext,
): Datum | null {
  const name = `subplan ${expr.planIndex} ${expr.form}`;
  const known = (query.shared.get(name) as Map<string, Datum | null> | undefined) ?? new Map();
  query.shared.set(name, known);
  const own = query.parameters.slice(query.statementParameters);
  const key = datumsKey([...own, ...argumentValues]);
  const found = known.get(key) as Datum | null | undefined;
  if (found !== undefined) return found;
  const result = runSubplan(expr, argumentValues, query);
  if (known.size >= rememberedMax) known.clear();
  known.set(key, result);
  return result;
}

function runSubplan(
  expr: SubplanExpr,
  argumentValues: readonly (Datum | null)[],
  query: ScopedContext,
): Datum | null {
  const { plan, firstParameter } = must(query.subplans[expr.planIndex], 'the subplan');
  const inner = bindParameters(query, firstParameter, argumentValues);
  switch (expr.form) {
    case 'exists':
      return hasRow(plan, inner);
    case 'scalar':
      return onlyValue(plan, inner);
    case 'any':
    case 'all':
    case 'array':
      return arrayOfRows(plan, inner);
    default:
      return unreachable(expr.form);
  }
}

function hasRow(plan: PlanNode, query: QueryContext): boolean {
  for (const batch of query.open(plan)) if (batch.rowCount > 0) return true;
  return false;
}

/** The first column of each row. */
function* firstColumn(plan: PlanNode, query: QueryContext): Generator<Datum | null> {
  for (const batch of query.open(plan)) {
    const read = columnReader(batch.column(0));
    const { rowCount, selection } = batch;
    for (let at = 0; at < rowCount; at++) {
      yield read(selectedRow(selection, at));
    }
  }
}

function onlyValue(plan: PlanNode, query: QueryContext): Datum | null {
  let value: Datum | null = null;
  let rowCount = 0;
  for (const found of firstColumn(plan, query)) {
    value = found;
    if (++rowCount > 1) {
      throw new SqlError(
        'cardinality_violation',
        'more than one row returned by a subquery used as an expression',
      );
    }
  }
  return value;
}

function arrayOfRows(plan: PlanNode, query: QueryContext): SqlArray {
  const { type } = must(plan.fields[0], 'a column of the subplan');
  if (type.name.startsWith('_')) throw unsupported('ARRAY over a subquery of arrays');
  const values = [...firstColumn(plan, query)];
  const dimensions = values.length === 0 ? [] : [{ length: values.length, lowerBound: 1 }];
  return { element: type.name, dimensions, values };
}

/** `left op ANY|ALL (rows)`, computed as over an array of the rows' values. */
function compareAll(
  expr: SubplanExpr,
  left: Datum | null,
  rows: SqlArray,
  query: QueryContext,
): Datum | null {
  const arrayName = `_${rows.element as ScalarTypeName}` as const;
  if (findTypeByName(arrayName) === undefined) {
    throw unsupported(`comparing a subquery's values of type ${rows.element}`);
  }
  const leftType = must(expr.left, 'left side').type;
  const comparison: Expr = {
    kind: expr.form === 'any' ? 'anyArray' : 'allArray',
    left: { kind: 'constant', type: leftType, value: left },
    array: { kind: 'constant', type: sqlType(arrayName), value: rows },
    functionId: must(expr.functionId, 'the comparison'),
    type: sqlType('bool'),
  };
  return evaluateScalar(comparison, query);
}
