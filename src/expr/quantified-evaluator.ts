/**
 * `left op ANY (array)` and `left op ALL (array)`.
 *
 * A constant array is turned into IN for equality, and into a chain of comparisons otherwise. An
 * array that differs from row to row is laid out flat: each row's left value beside each of its
 * elements; the comparison runs over that, and rows are folded again.
 *
 *     left  array      flat left  element   op     ANY
 *     3     {1,3}      3          1         false
 *                      3          3         true   true
 *     5     {2}        5          2         false  false
 */
import { functionTypeName } from '../types/user-type.ts';
import { ColumnBuilder } from '../columns/builder.ts';
import type { Column } from '../columns/column.ts';
import { makeBatch } from '../columns/batch.ts';
import { constantColumn } from '../columns/constant.ts';
import { columnReader } from '../columns/read.ts';
import { eachRow } from '../columns/row-set.ts';
import { must } from '../errors/assert.ts';
import type { Datum, SqlArray } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import { sqlType, typeRecord } from '../types/type-table.ts';
import type { Expr, QuantifiedArrayExpr } from './expr.ts';
import { isConstantExpr } from './facts.ts';
import { valueKey } from './expr-key.ts';
import { Frame, type Evaluator } from './frame.ts';
import type { Region } from './region.ts';

export function quantifiedEvaluator(expr: QuantifiedArrayExpr, region: Region): Evaluator {
  if (!isConstantExpr(expr.array)) return flatEvaluator(expr, region);
  const arrayIn = arrayReader(expr.array, region);
  let prepared: { readonly array: SqlArray; readonly evaluator: Evaluator } | undefined;
  return (frame) => {
    const { context, rows } = frame;
    const array = rows.rowCount === 0 ? null : arrayIn(frame);
    if (array === undefined) return flatEvaluator(expr, region)(frame);
    if (array === null) return constantColumn(expr.type, null, rows.physicalRows, context.arena);
    if (prepared === undefined || !isSame(prepared.array, array)) {
      prepared = { array, evaluator: region.inner().evaluator(overElements(expr, array)) };
    }
    return prepared.evaluator(frame.narrowed(rows));
  };
}

/** The array of all rows; undefined: they may have others. */
function arrayReader(expr: Expr, region: Region): (frame: Frame) => SqlArray | null | undefined {
  if (expr.kind === 'constant') return () => expr.value as SqlArray | null;
  if (expr.kind === 'parameter') {
    return ({ execution }) => (execution.parameters[expr.index] ?? null) as SqlArray | null;
  }
  const column = region.evaluator(expr);
  return (frame) => {
    const found = column(frame);
    return found.encoding === 'constant' ? (columnReader(found)(0) as SqlArray | null) : undefined;
  };
}

/** Computed arrays are other objects in every batch. */
function isSame(one: SqlArray, other: SqlArray): boolean {
  return one === other || valueKey(one) === valueKey(other);
}

/** The expression over the elements of a constant array. */
export function overElements(expr: QuantifiedArrayExpr, array: SqlArray): Expr {
  const { left, functionId, type } = expr;
  const element = sqlType(array.element);
  const isAny = expr.kind === 'anyArray';
  if (array.values.length === 0) return { kind: 'constant', type, value: !isAny };
  const name = functionTypeName(left.type.name);
  const plain = `(${name},${name})`;
  const isSameType = left.type.name === array.element;
  if (isSameType && isAny && functionId === `=${plain}`) {
    return { kind: 'inList', arg: left, list: array.values, type };
  }
  if (isSameType && !isAny && functionId === `<>${plain}`) {
    return { kind: 'notInList', arg: left, list: array.values, type };
  }
  const tests = array.values.map((value): Expr => ({
    kind: 'call',
    functionId,
    args: [left, { kind: 'constant', type: element, value }],
    type,
  }));
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return { kind: isAny ? 'or' : 'and', args: tests, type };
}

function flatEvaluator(expr: QuantifiedArrayExpr, region: Region): Evaluator {
  const left = region.evaluator(expr.left);
  const array = region.evaluator(expr.array);
  const element = sqlType(elementOf(expr.array.type));
  const compare = region.inner().evaluator({
    kind: 'call',
    functionId: expr.functionId,
    args: [
      { kind: 'column', index: 0, type: expr.left.type, name: 'left' },
      { kind: 'column', index: 1, type: element, name: 'element' },
    ],
    type: expr.type,
  });
  return (frame) => {
    const flat = flatten({ left: left(frame), array: array(frame), element }, frame);
    const rowCount = flat.columns[0]?.length ?? 0;
    const rows = { physicalRows: rowCount, rowCount, selection: 0 };
    const execution = { ...frame.execution, batch: makeBatch(flat.columns, rowCount) };
    const tests = rowCount === 0 ? undefined : compare(new Frame(execution, rows));
    return fold(expr, { tests, counts: flat.counts }, frame);
  };
}

function elementOf({ name }: SqlType): SqlType['name'] {
  return must(typeRecord(name).element, 'element type of an array');
}

interface FlatInput {
  readonly left: Column;
  readonly array: Column;
  readonly element: SqlType;
}

interface Flat {
  readonly columns: readonly Column[];
  /** Elements per selected row; -1 for a NULL array. */
  readonly counts: readonly number[];
}

function flatten({ left, array, element }: FlatInput, { context, rows }: Frame): Flat {
  const readLeft = columnReader(left);
  const readArray = columnReader(array);
  const flatLeft = new ColumnBuilder(left.type, context.arena);
  const flatElement = new ColumnBuilder(element, context.arena);
  const counts: number[] = [];
  eachRow(rows, (row) => {
    const value = readArray(row) as SqlArray | null;
    counts.push(value === null ? -1 : value.values.length);
    if (value === null) return;
    const leftValue = readLeft(row);
    for (const item of value.values) {
      flatLeft.append(leftValue);
      flatElement.append(item);
    }
  });
  return { columns: [flatLeft.finish(), flatElement.finish()], counts };
}

interface Tests {
  readonly tests: Column | undefined;
  readonly counts: readonly number[];
}

function fold(
  expr: QuantifiedArrayExpr,
  { tests, counts }: Tests,
  { context, rows }: Frame,
): Column {
  const deciding = expr.kind === 'anyArray';
  const read = tests === undefined ? () => null : columnReader(tests);
  const builder = new ColumnBuilder(expr.type, context.arena, rows.physicalRows);
  let at = 0;
  let index = 0;
  eachRow(rows, (row) => {
    const count = counts[index++] as number;
    let result: Datum | null = count < 0 ? null : !deciding;
    for (let i = 0; i < count; i++) {
      const test = read(at++);
      if (test === deciding) result = deciding;
      else if (test === null && result !== deciding) result = null;
    }
    builder.appendAt(row, result);
  });
  builder.skipTo(rows.physicalRows);
  return builder.finish();
}
