/**
 * Calls of functions that are not compiled: a column at a time, or a value at a time.
 *
 * A strict function is called for the rows without NULL arguments only. A call whose arguments are
 * all constant is computed once; one whose only other argument is a dictionary column is computed
 * per dictionary entry. Volatile functions are computed for every row.
 */
import { calledIndex } from './called-function.ts';
import { ColumnBuilder } from '../columns/builder.ts';
import type { Column, DictionaryColumn } from '../columns/column.ts';
import { constantColumn, repeatRow } from '../columns/constant.ts';
import { columnReader, isValid, type ColumnReader } from '../columns/read.ts';
import {
  bitmapOf,
  bothValid,
  eachRowWatched,
  rowsWhere,
  validFlags,
  type Rows,
} from '../columns/row-set.ts';
import { assert, must } from '../errors/assert.ts';
import { unsupported } from '../errors/sql-error.ts';
import type {
  ArgumentType,
  DatumEvaluation,
  EvaluationContext,
  ScalarOverload,
} from '../functions/function-record.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import { EntryTable } from './entry-table.ts';
import { argumentType } from './argument-type.ts';
import type { CallExpr } from './expr.ts';
import { isConstantExpr, scalarOverload } from './facts.ts';
import type { Evaluator, Frame } from './frame.ts';

/** Dictionaries larger than this are not computed per entry. */
const entriesMax = 262_144;

export function callEvaluator(expr: CallExpr, args: readonly Evaluator[]): Evaluator {
  const overload = scalarOverload(expr.functionId);
  if (calledIndex(expr.functionId) !== undefined) {
    throw unsupported('calling a function that is no query in this place');
  }
  if (overload === undefined) throw unsupported(`function ${expr.functionId}`);
  assert(
    (overload.column ?? overload.datum ?? overload.datumTyped) !== undefined,
    `${expr.functionId} is computed neither by column nor by value`,
  );
  const tables = new EntryTables(expr);
  const types = expr.args.map(argumentType);
  return (frame) => {
    const columns = args.map((arg) => arg(frame));
    return evaluateCall({ expr, overload, types, tables }, columns, frame);
  };
}

/** Results per entry, kept while the same dictionary and the same execution last. */
class EntryTables {
  readonly #isKept: boolean;
  readonly #type: SqlType;
  #tables = new WeakMap<object, EntryTable>();
  #parameters: unknown;
  #context: EvaluationContext | undefined;

  constructor(expr: CallExpr) {
    this.#type = expr.type;
    this.#isKept = expr.args.filter((arg) => !isConstantExpr(arg)).length === 1;
  }

  of(column: DictionaryColumn, frame: Frame): EntryTable {
    const { parameters, context } = frame.execution;
    const { dictionary } = column;
    if (!this.#isKept) return new EntryTable(this.#type, dictionary.length);
    if (this.#parameters !== parameters || this.#context !== context) {
      this.#tables = new WeakMap();
      this.#parameters = parameters;
      this.#context = context;
    }
    let table = this.#tables.get(dictionary);
    if (table === undefined) {
      table = new EntryTable(this.#type, dictionary.length);
      this.#tables.set(dictionary, table);
    }
    return table;
  }
}

interface Call {
  readonly expr: CallExpr;
  readonly overload: ScalarOverload;
  readonly types: readonly ArgumentType[];
  readonly tables: EntryTables;
}

/** Computes the call over the frame's rows. */
function evaluateCall(call: Call, args: readonly Column[], frame: Frame): Column {
  const { expr, overload } = call;
  const { context, rows } = frame;
  const length = rows.physicalRows;
  const isStrict = overload.strict !== false;
  if (isStrict && args.some((arg) => arg.encoding === 'constant' && !isValid(arg, 0))) {
    return constantColumn(expr.type, null, length, context.arena);
  }
  const varying = args.filter((arg) => arg.encoding !== 'constant');
  if (overload.volatility !== 'volatile' && rows.rowCount > 0) {
    if (varying.length === 0) return evaluateOnce(call, args, frame);
    const only = varying.length === 1 ? varying[0] : undefined;
    if (isStrict && only?.encoding === 'dictionary' && only.dictionary.length <= entriesMax) {
      return evaluateEntries(call, { args, only }, frame);
    }
  }
  return isStrict ? evaluateStrict(call, args, frame) : evaluateRows(call, args, frame);
}

function evaluateOnce(
  { expr, overload, types }: Call,
  args: readonly Column[],
  frame: Frame,
): Column {
  const { context, rows } = frame;
  const one = { physicalRows: 1, rowCount: 1, selection: 0 };
  const first = args.map((arg) => ({ ...arg, length: 1 }));
  const result = runRows({ overload, types, type: expr.type, args: first }, one, context);
  return repeatRow(result, 0, rows.physicalRows, context.arena);
}

interface OneDictionary {
  readonly args: readonly Column[];
  readonly only: DictionaryColumn;
}

function evaluateEntries(call: Call, { args, only }: OneDictionary, frame: Frame): Column {
  const { context, rows } = frame;
  const { dictionary } = only;
  const compute = (entries: Rows): ColumnReader => {
    const length = entries.physicalRows;
    const entryArgs = args.map((arg) => (arg === only ? dictionary : { ...arg, length }));
    return columnReader(
      runRows({ ...call, type: call.expr.type, args: entryArgs }, entries, context),
    );
  };
  const needed = validRows(args, rows, context).rows;
  return call.tables.of(only, frame).apply(only, rows, { arena: context.arena, needed, compute });
}

/** The rows in which no argument is NULL, and the bitmap of them (0 = all). */
function validRows(
  args: readonly Column[],
  rows: Rows,
  { arena }: EvaluationContext,
): { readonly rows: Rows; readonly validity: number } {
  const nullable = args.filter((arg) => arg.validity !== 0 && arg.encoding !== 'constant');
  if (nullable.length === 0) return { rows, validity: 0 };
  let narrowed = rows;
  let validity = 0;
  for (const arg of nullable) {
    narrowed = rowsWhere(narrowed, validFlags(arg, rows.physicalRows, arena), arena);
    validity = bothValid(validity, arg.validity, rows, arena);
  }
  return { rows: narrowed, validity };
}

function evaluateStrict(
  { expr, overload, types }: Call,
  args: readonly Column[],
  frame: Frame,
): Column {
  const { context } = frame;
  const { rows, validity } = validRows(args, frame.rows, context);
  const result = runRows({ overload, types, type: expr.type, args }, rows, context);
  if (validity === 0) return result;
  if (result.encoding === 'constant') return nulledConstant(result, validity, frame);
  const both = bothValid(result.validity, validity, frame.rows, context.arena);
  return { ...result, validity: both };
}

/** A constant result is NULL in some rows: write it out. */
function nulledConstant(result: Column, validity: number, frame: Frame): Column {
  const { rows, context } = frame;
  const length = rows.physicalRows;
  const read = columnReader(result);
  const builder = new ColumnBuilder(result.type, context.arena, length);
  const value = read(0);
  for (let row = 0; row < length; row++) builder.append(value);
  const column = builder.finish();
  return { ...column, validity: bothValid(column.validity, validity, rows, context.arena) };
}

function evaluateRows(
  { expr, overload, types }: Call,
  args: readonly Column[],
  frame: Frame,
): Column {
  return runRows({ overload, types, type: expr.type, args }, frame.rows, frame.context);
}

interface RowsCall {
  readonly overload: ScalarOverload;
  readonly types: readonly ArgumentType[];
  readonly type: SqlType;
  readonly args: readonly Column[];
}

function runRows(call: RowsCall, rows: Rows, context: EvaluationContext): Column {
  const { overload, types, type, args } = call;
  if (overload.column !== undefined) return overload.column(context, rows, args, type);
  const compute = valueEvaluation(overload, types);
  const readers = args.map(columnReader);
  const values: (Datum | null)[] = readers.map(() => null);
  const isStrict = overload.strict !== false;
  const builder = new ColumnBuilder(type, context.arena, rows.physicalRows);
  const visit = (row: number): void => {
    let hasNull = false;
    for (let i = 0; i < readers.length; i++) {
      const value = (readers[i] as ColumnReader)(row);
      if (value === null) hasNull = true;
      values[i] = value;
    }
    builder.appendAt(row, isStrict && hasNull ? null : compute(context, values, type));
  };
  eachRowWatched(rows, visit, context.checkCancelled);
  builder.skipTo(rows.physicalRows);
  return builder.finish();
}

function valueEvaluation(
  { datum, datumTyped }: ScalarOverload,
  types: readonly ArgumentType[],
): DatumEvaluation {
  if (datum !== undefined) return datum;
  const compute = must(datumTyped, 'evaluation by value');
  return (context, values, type) => compute(context, values, types, type);
}

/** Validity bitmap from flags, for evaluators that make their own results. */
export function validityOf(flags: number, frame: Frame): number {
  return bitmapOf(flags, frame.rows.physicalRows, frame.context.arena);
}
