/** Values made row by row: ARRAY[…], ROW(…) and subplans. */
import { ColumnBuilder } from '../columns/builder.ts';
import { constantColumn } from '../columns/constant.ts';
import { columnReader, type ColumnReader } from '../columns/read.ts';
import { eachRowWatched } from '../columns/row-set.ts';
import { must } from '../errors/assert.ts';
import { SqlError, unsupported } from '../errors/sql-error.ts';
import type { Column } from '../columns/column.ts';
import type { Datum, SqlArray } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import { typeRecord } from '../types/type-table.ts';
import type { ArrayExpr, RowExpr, SubplanExpr } from './expr.ts';
import type { Evaluator, Frame } from './frame.ts';
import type { Region } from './region.ts';

type RowValue = (values: readonly (Datum | null)[]) => Datum | null;

/** A column whose rows are made from the rows of the arguments' columns. */
function byRow(type: SqlType, frame: Frame, columns: readonly Column[], make: RowValue): Column {
  const { context, rows } = frame;
  const readers = columns.map(columnReader);
  const isConstant = columns.every(({ encoding }) => encoding === 'constant');
  const read = (row: number) => make(readers.map((reader: ColumnReader) => reader(row)));
  if (isConstant && rows.rowCount > 0) {
    return constantColumn(type, read(0), rows.physicalRows, context.arena);
  }
  const builder = new ColumnBuilder(type, context.arena, rows.physicalRows);
  eachRowWatched(rows, (row) => builder.appendAt(row, read(row)), context.checkCancelled);
  builder.skipTo(rows.physicalRows);
  return builder.finish();
}

export function arrayEvaluator(expr: ArrayExpr, region: Region): Evaluator {
  const args = expr.args.map((arg) => region.evaluator(arg));
  const element = must(typeRecord(expr.type.name).element, 'element type of an array');
  const isNested = expr.args.some((arg) => arg.type.name.startsWith('_'));
  const make = (values: readonly (Datum | null)[]): SqlArray =>
    isNested
      ? nestedArray(element, values as readonly (SqlArray | null)[])
      : {
          element,
          dimensions: values.length === 0 ? [] : [{ length: values.length, lowerBound: 1 }],
          values,
        };
  return (frame) =>
    byRow(
      expr.type,
      frame,
      args.map((arg) => arg(frame)),
      make,
    );
}

function nestedArray(element: SqlArray['element'], values: readonly (SqlArray | null)[]): SqlArray {
  const parts = values.map((value) => value ?? { element, dimensions: [], values: [] });
  const inner = parts[0]?.dimensions ?? [];
  const shape = (part: SqlArray) =>
    part.dimensions.map(({ length, lowerBound }) => `${lowerBound}:${length}`).join();
  const wanted = parts[0] === undefined ? '' : shape(parts[0]);
  if (parts.some((part) => shape(part) !== wanted)) {
    throw new SqlError(
      'array_subscript_error',
      'multidimensional arrays must have array expressions with matching dimensions',
    );
  }
  if (inner.length === 0) return { element, dimensions: [], values: [] };
  const outer = { length: values.length, lowerBound: 1 };
  const dimensions = [outer, ...inner];
  return { element, dimensions, values: parts.flatMap((part) => part.values) };
}

export function rowEvaluator(expr: RowExpr, region: Region): Evaluator {
  const args = expr.args.map((arg) => region.evaluator(arg));
  return (frame) =>
    byRow(
      expr.type,
      frame,
      args.map((arg) => arg(frame)),
      (values) => ({
        fields: values.map((value, index) => ({
          type: must(expr.args[index], 'field').type.name,
          value,
          name: expr.names[index] ?? `f${index + 1}`,
        })),
      }),
    );
}

export function subplanEvaluator(expr: SubplanExpr, region: Region): Evaluator {
  const run = region.options.subplan;
  if (run === undefined) throw unsupported('a subquery in this place');
  const args = expr.arguments.map((arg) => region.evaluator(arg));
  const left = expr.left === undefined ? undefined : region.evaluator(expr.left);
  const count = args.length;
  return (frame) => {
    const columns = [...args, ...(left === undefined ? [] : [left])].map((arg) => arg(frame));
    return byRow(expr.type, frame, columns, (values) =>
      run(expr, values.slice(0, count), values[count] ?? null),
    );
  };
}
