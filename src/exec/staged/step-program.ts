/**
 * The steps of a RoutineCallExec for one row after the other: conditions and arguments are computed
 * on this thread, functions are called by the session.
 *
 * A step's expressions are over the row's values so far, which are parameters behind the query's.
 */
import { makeBatch } from '../../columns/batch.ts';
import { columnReader } from '../../columns/read.ts';
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import type { Expr, SubplanExpr } from '../../expr/expr.ts';
import { mapExpr } from '../../expr/walk.ts';
import type { EvaluationContext } from '../../functions/function-record.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { CalledRoutine } from '../../plan/called-routine.ts';
import type { RoutineStep } from '../../plan/logical.ts';
import type { NodeOf, PlanNode } from '../../plan/physical.ts';
import type { FactRows } from '../../plan/planner.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { typeRecord } from '../../types/type-table.ts';
import { stackArrays } from '../aggregates/collect.ts';
import { catalogOf } from '../catalog-of.ts';
import type { Parameters, Row, StagedQuery } from './staged-query.ts';

/** Reads at most so many rows of a part of the plan. */
export type ReadRows = (node: PlanNode, parameters: Parameters, max: number) => Promise<FactRows>;

type StepOf<K extends RoutineStep['kind']> = Extract<RoutineStep, { readonly kind: K }>;

const oneRow = makeBatch([], 1);

export class StepProgram {
  readonly #query: StagedQuery;
  readonly #steps: readonly RoutineStep[];
  readonly #parameters: Parameters;
  readonly #readRows: ReadRows;
  readonly #arena: Arena;
  readonly #evaluation: EvaluationContext;
  /** Functions called so far. */
  calls = 0;

  constructor(
    { query, parameters }: { readonly query: StagedQuery; readonly parameters: Parameters },
    { steps }: NodeOf<'RoutineCallExec'>,
    readRows: ReadRows,
  ) {
    const { evaluation, memoryBytesMax } = query.request;
    this.#query = query;
    this.#steps = steps;
    this.#parameters = parameters;
    this.#readRows = readRows;
    this.#arena = new Arena(new Budget(memoryBytesMax));
    const { catalog: _own, catalogState: _sent, ...facts } = evaluation;
    this.#evaluation = { ...facts, catalog: catalogOf(evaluation), arena: this.#arena };
  }

  free(): void {
    this.#arena.free();
  }

  /** What becomes of the row: none where a filter drops it, several where a set is. */
  async run(row: Row): Promise<FactRows> {
    const rows: Row[] = [];
    await this.#from(0, row, rows);
    return rows;
  }

  async #from(start: number, input: Row, into: Row[]): Promise<void> {
    const row = [...input];
    for (let at = start; at < this.#steps.length; at++) {
      const step = this.#steps[at] as RoutineStep;
      if (step.kind === 'filter') {
        if (this.#valueOf(step.predicate, row) !== true) return;
      } else if (step.kind === 'set') {
        for (const more of await this.#setOf(step, row)) {
          await this.#from(at + 1, [...row, ...more], into);
        }
        return;
      } else row.push(await this.#guarded(step, row));
    }
    into.push(row);
  }

  async #guarded(step: StepOf<'call' | 'value'>, row: Row): Promise<Datum | null> {
    if (step.guard !== undefined && this.#valueOf(step.guard, row) !== true) return null;
    if (step.kind === 'call') return resultOf(step.call, await this.#rowsOf(step, row));
    const { expr } = step;
    return expr.kind === 'subplan' ? this.#subquery(expr, row) : this.#valueOf(expr, row);
  }

  /** Of what returns no set one row: of NULLs where it is NULL. */
  async #setOf(step: StepOf<'set'>, row: Row): Promise<FactRows> {
    const rows = await this.#rowsOf(step, row);
    const { routine, fields } = step.call;
    return rows.length > 0 || routine.record.returnsSet ? rows : [fields.map(() => null)];
  }

  async #rowsOf({ call, args }: StepOf<'call' | 'set'>, row: Row): Promise<FactRows> {
    const values = args.map((arg) => this.#valueOf(arg, row));
    const { isStrict, volatility } = call.routine.record;
    if (isStrict && values.includes(null)) return [];
    const isFixed = volatility === 'immutable' && args.every(({ kind }) => kind === 'constant');
    const known = isFixed ? this.#query.fixed.get(args) : undefined;
    if (known !== undefined) return known;
    const turn = this.#query.turns.next();
    if (turn !== undefined) await turn;
    this.#query.check();
    this.calls += 1;
    const { callRoutine } = this.#query.request;
    const rows = await must(callRoutine, 'a session that calls')(call, values);
    this.#query.check();
    if (isFixed) this.#query.fixed.set(args, rows);
    return rows;
  }

  #valueOf(expr: Expr, row: Row): Datum | null {
    if (expr.kind === 'constant') return expr.value;
    if (expr.kind === 'column') return row[expr.index] ?? null;
    if (expr.kind === 'parameter') return this.#parameters[expr.index] ?? null;
    const prepared = preparedOver(expr, this.#parameters.length);
    try {
      const values = [...this.#parameters, ...row];
      const [column] = prepared.evaluate(oneRow, this.#evaluation, values);
      return columnReader(must(column, 'its column'))(0);
    } finally {
      this.#arena.reset();
    }
  }

  /** One that depends on no row is run once. */
  async #subquery(expr: SubplanExpr, row: Row): Promise<Datum | null> {
    const { request, shared } = this.#query;
    const { plan, firstParameter } = must(request.plan.subplans[expr.planIndex], 'the subplan');
    const isFree = expr.arguments.length === 0 && this.#parameters === request.parameters;
    const key = `subplan ${expr.planIndex} ${expr.form}`;
    if (isFree && shared.has(key)) return shared.get(key) as Datum | null;
    const parameters = [...this.#parameters];
    expr.arguments.forEach((arg, i) => {
      parameters[firstParameter + i] = this.#valueOf(arg, row);
    });
    const inner = isFree ? request.parameters : parameters;
    const value = await this.#valueOfRows(expr, plan, inner);
    if (isFree) shared.set(key, value);
    return value;
  }

  async #valueOfRows(
    { form }: SubplanExpr,
    plan: PlanNode,
    parameters: Parameters,
  ): Promise<Datum | null> {
    if (form === 'exists') return (await this.#readRows(plan, parameters, 1)).length > 0;
    if (form === 'array') return arrayOf(plan, await this.#readRows(plan, parameters, Infinity));
    const rows = await this.#readRows(plan, parameters, 2);
    if (rows.length > 1) {
      const message = 'more than one row returned by a subquery used as an expression';
      throw new SqlError('cardinality_violation', message);
    }
    return rows[0]?.[0] ?? null;
  }
}

/** By expression of a plan: functions run their plans again and again. */
const known = new WeakMap<Expr, { readonly first: number; readonly prepared: PreparedExprs }>();

/** The expression with its columns as parameters, from `first` on. */
function preparedOver(expr: Expr, first: number): PreparedExprs {
  const before = known.get(expr);
  if (before?.first === first) return before.prepared;
  const over = mapExpr(expr, (part) =>
    part.kind === 'column'
      ? { kind: 'parameter', index: first + part.index, type: part.type }
      : part,
  );
  const prepared = prepare([over]);
  known.set(expr, { first, prepared });
  return prepared;
}

function resultOf({ isScalar, fields }: CalledRoutine, rows: FactRows): Datum | null {
  const [row] = rows;
  if (row === undefined) return null;
  if (isScalar) return row[0] ?? null;
  return {
    fields: fields.map(({ name, type }, i) => ({ type: type.name, value: row[i] ?? null, name })),
  };
}

/** ARRAY(…): rows that are arrays become one with a dimension more. */
function arrayOf({ fields }: PlanNode, rows: FactRows): SqlArray {
  const { type } = must(fields[0], 'a column of the subplan');
  const values = rows.map((row) => row[0] ?? null);
  const { element } = typeRecord(type.name);
  const isOfArrays = element !== undefined && type.name.startsWith('_');
  if (values.length === 0) {
    return { element: isOfArrays ? element : type.name, dimensions: [], values: [] };
  }
  if (isOfArrays) return stackArrays(element, values);
  return { element: type.name, dimensions: [{ length: values.length, lowerBound: 1 }], values };
}
