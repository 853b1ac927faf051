/**
 * Expressions that are evaluated for the same rows: they share results, and their compiled parts
 * are one function.
 *
 *     region of the operator          CASE WHEN name LIKE 'x%' THEN a / b ELSE f(t) END, a + 1
 *       island, level 0               a + 1
 *       region of the first arm       a / b            rows where the condition is true
 *       region of the second arm      f(t)             the others
 *
 * A compiled part that reads results of interpreted parts belongs to a later level than the
 * compiled parts these read.
 */
import { must } from '../errors/assert.ts';
import type { Column } from '../columns/column.ts';
import { constantColumn } from '../columns/constant.ts';
import type { PrepareOptions } from './evaluate.ts';
import type { CallExpr, Expr } from './expr.ts';
import { exprKey } from './expr-key.ts';
import { functionWeightMax, isEmittable, weightOf } from './facts.ts';
import type { Evaluator, Frame } from './frame.ts';
import { interpretedEvaluator } from './interpret.ts';
import { Island } from './island.ts';
import { IslandPlan, isOperation } from './island-plan.ts';
import { childrenOfExpr } from './walk.ts';
import type { Datum } from '../types/datum.ts';

export class Region {
  readonly options: PrepareOptions;
  readonly #evaluators = new Map<string, Evaluator>();
  /** By level, the one that takes the next output. */
  readonly #levels: IslandLevel[] = [];

  constructor(options: PrepareOptions) {
    this.options = options;
  }

  /** How to get the expression's column for the rows of a frame of this region. */
  evaluator(expr: Expr): Evaluator {
    const key = exprKey(expr);
    let evaluator = this.#evaluators.get(key);
    if (evaluator === undefined) {
      evaluator = this.#make(expr);
      this.#evaluators.set(key, evaluator);
    }
    return evaluator;
  }

  #make(expr: Expr): Evaluator {
    if (expr.kind === 'column') return (frame) => frame.execution.batch.column(expr.index);
    if (expr.kind === 'constant') {
      return (frame) => constantOf(expr, expr.value, frame);
    }
    if (expr.kind === 'parameter') {
      return (frame) => constantOf(expr, frame.execution.parameters[expr.index] ?? null, frame);
    }
    if (isEmittable(expr, false)) return this.#islandEvaluator(expr);
    if (isRelabel(expr)) return this.#relabelled(expr);
    const compute = interpretedEvaluator(expr, this);
    return (frame) => frame.once(compute, () => compute(frame));
  }

  /** The column under another type, in whatever encoding it has. */
  #relabelled({ args, type }: CallExpr): Evaluator {
    const inner = this.evaluator(must(args[0], 'argument of a cast'));
    return (frame) => ({ ...inner(frame), type });
  }

  #islandEvaluator(expr: Expr): Evaluator {
    const level = islandLevel(expr);
    const open = this.#levels[level];
    const island = open?.takes(expr) === true ? open : new IslandLevel(this);
    this.#levels[level] = island;
    const index = island.add(expr);
    return (frame) => must(island.columns(frame)[index], 'output of an island');
  }

  /** A region for rows that are only some of this one's. */
  inner(): Region {
    return new Region(this.options);
  }
}

const relabels = new Set(['cast(varchar,text)', 'cast(text,varchar)', 'cast(name,text)']);

function isRelabel(expr: Expr): expr is CallExpr {
  return expr.kind === 'call' && expr.type.typmod < 0 && relabels.has(expr.functionId);
}

/** Outputs of one compiled function of a level; complete when the first frame is evaluated. */
class IslandLevel {
  readonly #region: Region;
  readonly #outputs: Expr[] = [];
  readonly #inputs = new Map<Expr, Evaluator>();
  #weight = 0;
  #island: Island | undefined;

  constructor(region: Region) {
    this.#region = region;
  }

  takes(expr: Expr): boolean {
    return this.#weight + weightOf(expr) <= functionWeightMax;
  }

  add(expr: Expr): number {
    this.#weight += weightOf(expr);
    this.#outputs.push(expr);
    for (const input of new IslandPlan([expr]).inputs) {
      this.#inputs.set(input.expr, this.#region.evaluator(input.expr));
    }
    return this.#outputs.length - 1;
  }

  columns(frame: Frame): Column[] {
    this.#island ??= new Island(this.#outputs, false);
    const island = this.#island;
    return frame.once(this, () => island.evaluate(islandRun(frame, this.#inputs)));
  }
}

export function islandRun(frame: Frame, inputs: ReadonlyMap<Expr, Evaluator>) {
  const { context, rows } = frame;
  const { parameters } = frame.execution;
  const columns = (expr: Expr) => must(inputs.get(expr), 'input of an island')(frame);
  return { context, rows, parameters, columns };
}

/** 0 when the compiled part reads columns and constants only. */
function islandLevel(expr: Expr): number {
  const levels = new IslandPlan([expr]).inputs.map(({ expr: input }) => depthOf(input));
  return Math.max(0, ...levels);
}

/** Levels of compiled parts that an interpreted expression needs. */
function depthOf(expr: Expr): number {
  if (!isOperation(expr)) return 0;
  if (isEmittable(expr, false)) return islandLevel(expr) + 1;
  const depth = Math.max(0, ...childrenOfExpr(expr).map(depthOf));
  return compiledInParts.has(expr.kind) ? depth + 1 : depth;
}

/** Interpreted by way of another expression, which may be compiled. */
const compiledInParts: ReadonlySet<Expr['kind']> = new Set([
  'case',
  'isDistinct',
  'isNotDistinct',
  'inList',
  'notInList',
]);

function constantOf(expr: Expr, value: Datum | null, frame: Frame): Column {
  const { context, rows } = frame;
  return constantColumn(expr.type, value, rows.physicalRows, context.arena);
}
