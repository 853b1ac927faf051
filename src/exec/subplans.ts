/**
 * Subqueries that stayed expressions: run when a row first needs them, remembered by the values
 * they depend on. An uncorrelated one runs once.
 */
import { assert, must, unreachable } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { columnReader } from '../columns/read.ts';
import { pageBytes } from '../memory/heap.ts';
import { splitFunctionId } from '../plan/rules/expr-tree.ts';
import { findTypeRecord, sqlType, typeRecord } from '../types/type-table.ts';
import type { SubplanCallback } from '../expr/evaluate.ts';
import type { Expr, SubplanExpr } from '../expr/expr.ts';
import { visitExpr } from '../expr/walk.ts';
import { childrenOf, type PlanNode } from '../plan/physical.ts';
import { nodeExprs } from '../plan/physical/node-exprs.ts';
import type { Datum, SqlArray } from '../types/datum.ts';
import type { ScalarTypeName } from '../types/sql-type.ts';
import { stackArrays } from './aggregates/collect.ts';
import { prepareScalar } from './expressions.ts';
import { datumsKey } from './datum-key.ts';
import { comparisonOf, membershipOf } from './rows-tests.ts';
import type { QueryContext } from './operator.ts';
import { selectedRow } from './selected-row.ts';
import { bindParameters, scopedContext, type ScopedContext } from './scoped-context.ts';

/** Values in JavaScript's memory count as much against the query's, until it ends. */
const valuesPerPage = pageBytes / 64;
/** Results that a subplan may remember, by argument values. */
const rememberedMax = 65_536;

export function subplanRunner(query: QueryContext): SubplanCallback {
  const tests = new WeakMap<SqlArray, RowsTest>();
  return (expr, argumentValues, left) => {
    const result = rememberedResult(expr, argumentValues, scopedContext(query));
    if (expr.form !== 'any' && expr.form !== 'all') return result;
    const rows = result as SqlArray;
    let test = tests.get(rows);
    if (test === undefined) tests.set(rows, (test = rowsTest(expr, rows, query)));
    return test(left);
  };
}

type RowsTest = (left: Datum | null) => Datum | null;

const setTests = { any: '=', all: '<>' } as const;

/** `left op ANY|ALL (rows)` as a function of the left side. */
function rowsTest(expr: SubplanExpr, rows: SqlArray, query: QueryContext): RowsTest {
  const { form } = expr;
  assert(form === 'any' || form === 'all', 'a comparison with rows');
  const { name, args } = splitFunctionId(must(expr.functionId, 'the comparison'));
  const { type } = must(expr.left, 'left side');
  const set = name === setTests[form] ? membershipOf(rows, type.name, args) : undefined;
  if (set !== undefined) return form === 'any' ? set : (left) => negated(set(left));
  return comparisonOf(rows, { name, args, left: type.name, form }) ?? viaArray(expr, rows, query);
}

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}

function rememberedResult(
  expr: SubplanExpr,
  argumentValues: readonly (Datum | null)[],
  query: ScopedContext,
): Datum | null {
  const name = `subplan ${expr.planIndex} ${expr.form}`;
  const known = (query.shared.get(name) as Map<string, Datum | null> | undefined) ?? new Map();
  query.shared.set(name, known);
  const around = outerParameters(expr, query).map((index) => query.parameters[index] ?? null);
  const key = datumsKey([...around, ...argumentValues]);
  const found = known.get(key) as Datum | null | undefined;
  if (found !== undefined) return found;
  const result = runSubplan(expr, argumentValues, query);
  if (known.size >= rememberedMax) known.clear();
  known.set(key, result);
  return result;
}

const knownParameters = new WeakMap<PlanNode, readonly number[]>();

/**
 * Numbers of the parameters on which the subplan's rows depend, but for its own arguments: those
 * that subplans and lateral joins around it have bound.
 */
function outerParameters(expr: SubplanExpr, query: ScopedContext): readonly number[] {
  const { plan } = must(query.subplans[expr.planIndex], 'the subplan');
  let known = knownParameters.get(plan);
  if (known === undefined) {
    const isBound = (index: number): boolean => index >= query.statementParameters;
    known = [...parametersOf(expr, query)].filter(isBound).toSorted((a, b) => a - b);
    knownParameters.set(plan, known);
  }
  return known;
}

function parametersOf(expr: SubplanExpr, query: ScopedContext): ReadonlySet<number> {
  const { plan, firstParameter } = must(query.subplans[expr.planIndex], 'the subplan');
  const found = new Set<number>();
  const note = (part: Expr): void => {
    if (part.kind === 'parameter') found.add(part.index);
    if (part.kind !== 'subplan') return;
    for (const index of parametersOf(part, query)) found.add(index);
  };
  const visit = (node: PlanNode): void => {
    for (const each of nodeExprs(node)) visitExpr(each, note);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(plan);
  expr.arguments.forEach((_, index) => found.delete(firstParameter + index));
  return found;
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
      return rowsOfColumn(plan, inner);
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

/** ARRAY(…): rows that are arrays become one with a dimension more. */
function arrayOfRows(plan: PlanNode, query: QueryContext): SqlArray {
  const { type } = must(plan.fields[0], 'a column of the subplan');
  const { element } = typeRecord(type.name);
  if (element === undefined || !type.name.startsWith('_')) return rowsOfColumn(plan, query);
  const values = countedValues(plan, query);
  return values.length === 0
    ? { element, dimensions: [], values: [] }
    : stackArrays(element, values);
}

/** The first column's values, counted against the query's memory. */
function countedValues(plan: PlanNode, query: QueryContext): (Datum | null)[] {
  const values: (Datum | null)[] = [];
  for (const value of firstColumn(plan, query)) {
    if (values.push(value) % valuesPerPage === 0) query.budget.take(pageBytes);
  }
  return values;
}

/** The rows' values as a list, whatever their type. */
function rowsOfColumn(plan: PlanNode, query: QueryContext): SqlArray {
  const { type } = must(plan.fields[0], 'a column of the subplan');
  const values = countedValues(plan, query);
  const dimensions = values.length === 0 ? [] : [{ length: values.length, lowerBound: 1 }];
  return { element: type.name, dimensions, values };
}

/** As `viaArray`, one row at a time: no array has elements that are arrays. */
function oneByOne(expr: SubplanExpr, rows: SqlArray, query: QueryContext): RowsTest {
  const isAny = expr.form === 'any';
  const { parameters } = query;
  const { length } = parameters;
  const compare = prepareScalar(
    {
      kind: 'call',
      functionId: must(expr.functionId, 'the comparison'),
      args: [
        { kind: 'parameter', index: length, type: must(expr.left, 'left side').type },
        { kind: 'parameter', index: length + 1, type: sqlType(rows.element) },
      ],
      type: sqlType('bool'),
    },
    query,
  );
  return (left) => {
    const tests = rows.values.map((value) => compare([...parameters, left, value]));
    if (tests.includes(isAny)) return isAny;
    return tests.includes(null) ? null : !isAny;
  };
}

/** Computed as over an array of the rows' values. */
function viaArray(expr: SubplanExpr, rows: SqlArray, query: QueryContext): RowsTest {
  const arrayName = `_${rows.element as ScalarTypeName}` as const;
  if (findTypeRecord(arrayName) === undefined) return oneByOne(expr, rows, query);
  const { parameters } = query;
  const comparison: Expr = {
    kind: expr.form === 'any' ? 'anyArray' : 'allArray',
    left: { kind: 'parameter', index: parameters.length, type: must(expr.left, 'left side').type },
    array: { kind: 'constant', type: sqlType(arrayName), value: rows },
    functionId: must(expr.functionId, 'the comparison'),
    type: sqlType('bool'),
  };
  const compare = prepareScalar(comparison, query);
  return (left) => compare([...parameters, left]);
}
