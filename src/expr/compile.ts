/**
 * Prepares expressions for evaluation over batches.
 *
 *     exprs ──▶ region: compiled parts (one WebAssembly function) + interpreted parts ──▶ columns
 */
import { makeBatch, type Batch } from '../columns/batch.ts';
import { columnReader } from '../columns/read.ts';
import { must } from '../errors/assert.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import type { Datum } from '../types/datum.ts';
import type { PreparedExprs, PrepareOptions } from './evaluate.ts';
import type { Expr } from './expr.ts';
import { Frame } from './frame.ts';
import { lower } from './lower.ts';
import { Region } from './region.ts';

export { prepareFilter } from './filter.ts';

/** Prepares expressions over batches whose columns the ColumnExprs number. */
export function prepare(exprs: readonly Expr[], options: PrepareOptions = {}): PreparedExprs {
  const region = new Region(options);
  const evaluators = exprs.map((expr) => region.evaluator(lower(expr, options)));
  return {
    evaluate(batch, context, parameters) {
      const { physicalRows, rowCount, selection } = batch;
      const rows = { physicalRows, rowCount, selection };
      const frame = new Frame({ batch, context, parameters }, rows);
      return evaluators.map((evaluator) => evaluator(frame));
    },
  };
}

const oneRow: Batch = makeBatch([], 1);

/** The value of an expression without columns. Errors: as evaluation. */
export function evaluateConstant(
  expr: Expr,
  context: EvaluationContext,
  parameters: readonly (Datum | null)[] = [],
  options: PrepareOptions = {},
): Datum | null {
  if (expr.kind === 'constant') return expr.value;
  if (expr.kind === 'parameter') return parameters[expr.index] ?? null;
  const [column] = prepare([expr], options).evaluate(oneRow, context, parameters);
  return columnReader(must(column, 'value of an expression'))(0);
}
