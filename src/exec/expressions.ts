/**
 * Expressions inside the executor: `prepare` and `prepareFilter` of expr/, with subplans.
 *
 * Operators call `prepareExprs` and `preparePredicate`; the columns that come back live in the
 * operator's scratch arena. Each batch reads the stop flag first: a join that finds no pairs would
 * run long without a pull.
 */
import { assert, must } from '../errors/assert.ts';
import { Arena } from '../memory/arena.ts';
import { makeBatch, type Batch } from '../columns/batch.ts';
import { columnReader } from '../columns/read.ts';
import { prepare, prepareFilter } from '../expr/compile.ts';
import type { Column } from '../columns/column.ts';
import type { PrepareOptions, SelectedRows } from '../expr/evaluate.ts';
import type { Expr } from '../expr/expr.ts';
import { hasSubplan } from '../plan/rules/expr-tree.ts';
import type { Datum } from '../types/datum.ts';
import { computeByRow, dependOnOrder } from './row-by-row.ts';
import type { OperatorContext, QueryContext } from './operator.ts';
import { scopedContext, type ScopedContext } from './scoped-context.ts';
import { subplanRunner } from './subplans.ts';

/** Computes one column per expression for a batch. */
export function prepareExprs(
  exprs: readonly Expr[],
  context: OperatorContext,
): (batch: Batch) => Column[] {
  const { query, evaluation } = context;
  const prepared = preparedOnce(exprs, exprs, context, (options) => prepare(exprs, options));
  const compute = (batch: Batch): Column[] => {
    evaluation.checkCancelled?.();
    return prepared.evaluate(batch, evaluation, query.parameters);
  };
  return dependOnOrder(exprs) ? computeByRow(exprs, evaluation, compute) : compute;
}

/** Finds the rows of a batch for which `predicate` is true. */
export function preparePredicate(
  predicate: Expr,
  context: OperatorContext,
): (batch: Batch) => SelectedRows {
  const { query, evaluation } = context;
  const filter = preparedOnce(predicate, [predicate], context, (options) =>
    prepareFilter(predicate, options),
  );
  return (batch) => {
    evaluation.checkCancelled?.();
    return filter(batch, evaluation, query.parameters);
  };
}

interface Known {
  readonly timeZone: string;
  readonly prepared: unknown;
}

/** What was prepared, by a node's own expressions: correlated subplans open their nodes often. */
const known = new WeakMap<object, Known | 'contextual'>();

/** Expressions with subplans are of one context; the others serve every run of their plan. */
function preparedOnce<T>(
  key: object,
  exprs: readonly Expr[],
  { query, evaluation: { timeZone } }: OperatorContext,
  make: (options: PrepareOptions) => T,
): T {
  const before = known.get(key);
  if (before !== undefined && before !== 'contextual' && before.timeZone === timeZone) {
    return before.prepared as T;
  }
  if (before === 'contextual' || exprs.some(hasSubplan)) {
    known.set(key, 'contextual');
    return make({ subplan: subplanRunner(query), timeZone });
  }
  const prepared = make({ timeZone });
  known.set(key, { timeZone, prepared });
  return prepared;
}

/** The value of an expression that refers to no column. */
export function evaluateScalar(expr: Expr, context: QueryContext): Datum | null {
  if (expr.kind === 'constant') return expr.value;
  if (expr.kind === 'parameter') {
    const value = context.parameters[expr.index];
    assert(value !== undefined, `parameter ${expr.index + 1} has a value`);
    return value;
  }
  return evaluateOneRow(expr, scopedContext(context));
}

function evaluateOneRow(expr: Expr, context: ScopedContext): Datum | null {
  return prepareScalar(expr, context)(context.parameters);
}

/** An expression that refers to no column, as a function of the parameters. */
export function prepareScalar(
  expr: Expr,
  query: QueryContext,
): (parameters: readonly (Datum | null)[]) => Datum | null {
  const context = scopedContext(query);
  const prepared = prepare([expr], { subplan: subplanRunner(context) });
  return (parameters) => {
    const arena = new Arena(context.budget);
    try {
      const evaluation = { ...context.evaluation, arena };
      const columns = prepared.evaluate(makeBatch([], 1), evaluation, parameters);
      return columnReader(must(columns[0], 'the column'))(0);
    } finally {
      arena.free();
    }
  };
}
