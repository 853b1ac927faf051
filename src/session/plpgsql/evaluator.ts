/**
 * Computes what needs no rows on the session's own thread: expressions over variables, and values
 * as other types. What an expression needs is made once, its memory is used again.
 */
import { makeBatch } from '../../columns/batch.ts';
import { columnReader } from '../../columns/read.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import type { Expr } from '../../expr/expr.ts';
import { someExpr } from '../../expr/walk.ts';
import type { EvaluationContext } from '../../functions/function-record.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { bindConversion } from '../../plan/binder/bind-statement.ts';
import type { PlannedStatement } from '../../plan/planner.ts';
import { registryFacts } from '../../plan/rules/function-facts.ts';
import type { Datum, RecordValue } from '../../types/datum.ts';
import type { CompositeTypeName, SqlType } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { isCompositeName, isRecordName, knownComposite } from '../../types/user-type.ts';
import type { SqlSession } from '../sql-session.ts';

const oneRow = makeBatch([], 1);
/** Kept conversions of one run. */
const conversionsMax = 256;

export class Evaluator {
  readonly #session: SqlSession;
  readonly #arena: Arena;
  #context: EvaluationContext | undefined;
  readonly #conversions = new Map<string, PreparedExprs>();

  constructor(session: SqlSession) {
    this.#session = session;
    this.#arena = new Arena(new Budget(session.environment.queryMemoryBytesMax));
  }

  /** A statement may have changed settings. */
  forget(): void {
    this.#context = undefined;
  }

  free(): void {
    this.#arena.free();
  }

  /** The values of one row. */
  values(
    prepared: PreparedExprs,
    parameters: readonly (Datum | null)[],
  ): readonly (Datum | null)[] {
    this.#context ??= this.#session.constantContext(this.#arena);
    try {
      const columns = prepared.evaluate(oneRow, this.#context, parameters);
      return columns.map((column) => columnReader(column)(0));
    } finally {
      this.#arena.reset();
    }
  }

  /**
   * The value as one of another type, as if assigned, and where there is no such cast by way of its
   * text. Errors: those of casts, lengths and domains.
   */
  convert(value: Datum | null, from: SqlType, to: SqlType): Datum | null {
    const isSame = from.name === to.name && (to.typmod < 0 || from.typmod === to.typmod);
    if (to.domain === undefined && (isSame || value === null)) return value;
    if (isCompositeName(to.name) && isRecordName(from.name)) {
      return this.#asComposite(value as RecordValue | null, to.name);
    }
    const key = `${from.name} ${to.typmod} ${to.domain} ${to.name}`;
    let prepared = this.#conversions.get(key);
    if (prepared === undefined) {
      const options = this.#session.plannerOptions({ positionOf: () => 0 });
      if (this.#conversions.size >= conversionsMax) this.#conversions.clear();
      prepared = prepare([bindConversion(options, from, to)]);
      this.#conversions.set(key, prepared);
    }
    return this.values(prepared, [value])[0] ?? null;
  }

  /** Fields are taken by their place; those that are not there are NULL. */
  #asComposite(row: RecordValue | null, name: CompositeTypeName): RecordValue | null {
    if (row === null) return null;
    const fields = knownComposite(name).fields.map((field, i) => {
      const given = row.fields[i];
      const from = given === undefined || given.type === 'unknown' ? 'text' : given.type;
      const value = this.convert(given?.value ?? null, sqlType(from), field.type);
      return { type: field.type.name, value, name: field.name };
    });
    return { fields };
  }
}

/** The expressions of a query that gives one row of them, and does nothing else. */
export function plainExpressions(planned: PlannedStatement): readonly Expr[] | undefined {
  if (planned.kind !== 'query' || planned.locks !== undefined) return undefined;
  if (planned.earlier !== undefined || planned.constantError !== undefined) return undefined;
  const { root, subplans } = planned.plan;
  if (subplans.length > 0 || root.kind !== 'ProjectionExec') return undefined;
  if (root.input.kind !== 'PlaceholderRowExec') return undefined;
  return root.exprs.some((expr) => someExpr(expr, isVolatile)) ? undefined : root.exprs;
}

/** Whether a query is such expressions, but for functions that it calls. */
export function isSimpleCall(planned: PlannedStatement): boolean {
  if (planned.kind !== 'query' || planned.plan.callsRoutines !== true) return false;
  const { root, subplans } = planned.plan;
  if (subplans.length > 0) return false;
  const calls = root.kind === 'ProjectionExec' ? root.input : root;
  if (calls.kind !== 'RoutineCallExec' || calls.input.kind !== 'PlaceholderRowExec') return false;
  return calls.steps.every(({ kind }) => kind !== 'set');
}

function isVolatile(expr: Expr): boolean {
  return expr.kind === 'call' && registryFacts.volatility(expr.functionId) === 'volatile';
}
