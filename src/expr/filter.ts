/**
 * Predicates: from a batch to the rows for which the predicate is true.
 *
 * Conjuncts are steps, each on the rows that passed the ones before:
 *   1. comparisons of a column with a constant and IS NOT NULL, by kernels: flags, ANDed
 *   2. the other conjuncts that raise no error: compiled together, then interpreted ones
 *   3. conjuncts that may raise, in their order
 */
import type { Rows } from '../columns/row-set.ts';
import { rowsWhere } from '../columns/row-set.ts';
import type { Expr } from './expr.ts';
import type { PreparedFilter, PrepareOptions } from './evaluate.ts';
import { groupsByWeight, isEmittable, isTotal } from './facts.ts';
import { Frame, type Evaluator } from './frame.ts';
import { trueRows } from './interpret.ts';
import { Island } from './island.ts';
import { islandRun, Region } from './region.ts';
import { isOperation } from './island-plan.ts';
import { comparisonStep, type ComparisonStep } from './comparison.ts';
import { lower } from './lower.ts';
import { conjunctionOf, conjunctsOf } from './walk.ts';

type Step = (frame: Frame) => Rows;

export function prepareFilter(predicate: Expr, options: PrepareOptions = {}): PreparedFilter {
  const comparisons: ComparisonStep[] = [];
  const compiled: Expr[] = [];
  const interpreted: Expr[] = [];
  const raising: Expr[] = [];
  for (const conjunct of conjunctsOf(lower(predicate, options))) {
    const comparison = comparisonStep(conjunct);
    if (comparison !== undefined) comparisons.push(comparison);
    else if (!isTotal(conjunct)) raising.push(conjunct);
    else if (isOperation(conjunct) && isEmittable(conjunct, true)) compiled.push(conjunct);
    else interpreted.push(conjunct);
  }
  const steps: Step[] = [];
  if (comparisons.length > 0) steps.push(comparisonsStep(comparisons));
  for (const group of groupsByWeight(compiled)) steps.push(step(conjunctionOf(group), options));
  for (const conjunct of interpreted) steps.push(step(conjunct, options));
  steps.push(...raisingSteps(raising, options));
  return (batch, context, parameters) => {
    const { physicalRows, rowCount, selection } = batch;
    let rows: Rows = { physicalRows, rowCount, selection };
    const execution = { batch, context, parameters };
    for (const run of steps) {
      if (rows.rowCount === 0) break;
      rows = run(new Frame(execution, rows));
    }
    return {
      rowCount: rows.rowCount,
      selection: rows.rowCount === physicalRows ? 0 : rows.selection,
    };
  };
}

/** Neighbours that can be compiled together are one AND, which keeps their order. */
function raisingSteps(conjuncts: readonly Expr[], options: PrepareOptions): Step[] {
  const steps: Step[] = [];
  let run: Expr[] = [];
  const flush = () => {
    for (const group of groupsByWeight(run)) steps.push(step(conjunctionOf(group), options));
    run = [];
  };
  for (const conjunct of conjuncts) {
    if (isEmittable(conjunct, true)) {
      run.push(conjunct);
      continue;
    }
    flush();
    steps.push(step(conjunct, options));
  }
  flush();
  return steps;
}

/** One predicate on the frame's rows. */
function step(predicate: Expr, options: PrepareOptions): Step {
  const region = new Region(options);
  if (!isOperation(predicate) || !isEmittable(predicate, false)) {
    const evaluator = region.evaluator(predicate);
    return (frame) => trueRows(evaluator(frame), frame.rows, frame);
  }
  const island = new Island([predicate], true);
  const inputs = new Map<Expr, Evaluator>(
    island.plan.inputs.map(({ expr }) => [expr, region.evaluator(expr)]),
  );
  return (frame) => {
    const flags = island.evaluateFilter(islandRun(frame, inputs));
    return rowsWhere(frame.rows, flags, frame.context.arena);
  };
}

/** All comparisons by kernel: each narrows the flags of the ones before. */
function comparisonsStep(comparisons: readonly ComparisonStep[]): Step {
  return (frame) => {
    const { arena } = frame.context;
    const flags = arena.allocate(frame.rows.physicalRows + 16);
    let narrow = 0;
    for (const compare of comparisons) {
      const passing = compare(frame, flags, narrow);
      if (passing === 'none') return { ...frame.rows, rowCount: 0 };
      if (passing === 'some') narrow = 1;
    }
    return narrow === 0 ? frame.rows : rowsWhere(frame.rows, flags, arena);
  };
}
