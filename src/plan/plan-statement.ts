/**
 * The planner: bind, apply the rules, choose operators. Each phase and rule is told to the observer.
 */
import type { Table } from '../catalog/table.ts';
import { must } from '../errors/assert.ts';
import { unsupported, type SqlError } from '../errors/sql-error.ts';
import { mapExpr, someExpr } from '../expr/walk.ts';
import {
  bindNewRows,
  bindStatement,
  mapPolicies,
  type BoundWrite,
} from './binder/bind-statement.ts';
import type { RewrittenColumn } from './binder/write/rewrite.ts';
import type { ViewCheck } from './binder/write/written-relation.ts';
import { callsRoutine, refuseCalls } from './called-routine.ts';
import { createPhysicalPlan } from './physical/physical-planner.ts';
import { constantErrorOf } from './rules/constant-error.ts';
import { foldConstant } from './rules/fold-constant.ts';
import { registryFacts } from './rules/function-facts.ts';
import { optimize } from './rules/optimize.ts';
import type { Expr } from '../expr/expr.ts';
import type { LogicalNode, LogicalPlan } from './logical.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import { sqlType } from '../types/type-table.ts';
import type { PhysicalPlan } from './physical.ts';
import type {
  EarlierPart,
  OnConflict,
  PlannerOptions,
  PlanObserver,
  PlanStatement,
  WriteStatement,
} from './planner.ts';

type Phase = Parameters<PlanObserver['phase']>[0];

export const planStatement: PlanStatement = (statement, options) => {
  const bound = observed('create_logical_plan', options, () => bindStatement(statement, options));
  const earlier = bound.earlier.map((part): EarlierPart => {
    const { rows } = part;
    if ('write' in part) return { rows, write: planWrite(part.write, options) };
    const { plan, ...locking } = part.locking;
    return { rows, locking: { ...locking, ...planLogical(plan, options) } };
  });
  const before = earlier.length === 0 ? {} : { earlier };
  if (bound.kind === 'write') return { ...planWrite(bound, options), ...before };
  const { fields, plan, locks } = bound;
  const rowLocks = locks === undefined ? {} : { locks };
  return { kind: 'query', fields, ...rowLocks, ...planLogical(plan, options), ...before };
};

function planWrite(bound: Omit<BoundWrite, 'earlier'>, options: PlannerOptions): WriteStatement {
  const { kind, operation, table, source, fields, conflict, assigned, given, actions } = bound;
  const returning = bound.returning.map((expr) => overOutput(expr, source));
  const { plan, ...more } = planLogical(source, options);
  const { called = [] } = source;
  const calls = bound.returning.some(callsRoutine) ? { returningCalls: [...called] } : {};
  const onConflict = conflict === undefined ? {} : { conflict: planConflict(conflict, options) };
  const checks = bound.viewChecks === undefined ? {} : { viewChecks: overRows(bound) };
  const ruled =
    bound.policies === undefined
      ? {}
      : { policies: mapPolicies(bound.policies, (each) => planLogical(each, options).plan) };
  const set = assigned === undefined ? {} : { assigned };
  const inserted = given === undefined ? {} : { given };
  const merged = actions === undefined ? {} : { actions };
  const old = bound.old === undefined ? {} : { old: placesOf(bound.old, source) };
  return {
    kind,
    operation,
    table,
    source: plan,
    returning,
    fields,
    ...onConflict,
    ...set,
    ...inserted,
    ...merged,
    ...checks,
    ...ruled,
    ...old,
    ...calls,
    ...more,
  };
}

function planConflict(
  { update, ...conflict }: NonNullable<BoundWrite['conflict']>,
  options: PlannerOptions,
): OnConflict {
  if (update === undefined) return conflict;
  if (!('plan' in update)) {
    const { exprs, where } = update;
    refuseCalls(where === undefined ? exprs : [...exprs, where], 'ON CONFLICT DO UPDATE');
    return { ...conflict, update };
  }
  return { ...conflict, update: { ...update, plan: planLogical(update.plan, options).plan } };
}

/** Checks of views over the table's columns. Errors: 0A000 for subqueries. */
function overRows({
  viewChecks = [],
  source,
  operation,
}: Omit<BoundWrite, 'earlier'>): readonly ViewCheck[] {
  const first = operation === 'insert' ? 0 : 1;
  refuseCalls(
    viewChecks.map(({ expr }) => expr),
    'a view with a check option',
  );
  return viewChecks.map(({ view, expr }) => {
    const isPlain = !someExpr(expr, ({ kind }) => kind === 'subplan');
    if (!isPlain) throw unsupported('WITH CHECK OPTION on a view with subqueries');
    const over = mapExpr(overOutput(expr, source), (part) =>
      part.kind === 'column' ? { ...part, index: part.index - first } : part,
    );
    return { view, expr: over };
  });
}

/** The rows of a table as ALTER TABLE makes them. Errors: 42804. */
export function planNewRows(
  table: Table,
  columns: readonly RewrittenColumn[],
  options: PlannerOptions,
): PhysicalPlan {
  return planLogical(bindNewRows(table, columns, options), options).plan;
}

export interface RowExpressions {
  readonly plan: PhysicalPlan;
  /** To be filled before the plan is run: it gives the values for each. */
  readonly rows: (readonly (Datum | null)[])[];
}

/** Expressions over rows of these columns, by place, that call `calls`. */
export function planRowExpressions(
  exprs: readonly Expr[],
  types: readonly SqlType[],
  options: PlannerOptions,
): RowExpressions {
  const rows: (readonly (Datum | null)[])[] = [];
  const columns = types.map((type, id) => ({ id, name: '', type, nullable: true }));
  const facts = { oid: 0, schema: '', name: 'rows', columns, rowCount: () => 1, rows };
  const positions = columns.map(({ id }) => id);
  const input: LogicalNode = { kind: 'factScan', facts, columns, positions };
  const values = exprs.map(({ type }, i) => {
    return { id: types.length + i, name: '', type, nullable: true };
  });
  const logical: LogicalPlan = {
    root: { kind: 'project', input, exprs, columns: values },
    output: values.map(({ id, name }) => ({ id, name })),
    ...{ subqueries: [], ctes: [], nextColumnId: types.length + exprs.length },
    parameterTypes: options.parameterTypes.map((type) => type ?? sqlType('text')),
    ...(options.calls === undefined ? {} : { called: options.calls }),
  };
  return { plan: planLogical(logical, options).plan, rows };
}

function planLogical(
  plan: LogicalPlan,
  options: PlannerOptions,
): { readonly plan: PhysicalPlan; readonly constantError?: SqlError } {
  let allFolded = true;
  const fold = (expr: Expr): Expr | undefined => {
    const folded = foldConstant(expr);
    if (folded === undefined) allFolded = false;
    return folded;
  };
  const optimized = optimize(plan, { ...options, fold, nowNs: clockFor(options) });
  const constantError = allFolded ? undefined : constantErrorOf(optimized);
  const physical = observed('create_physical_plan', options, () =>
    createPhysicalPlan(optimized, { workers: options.workers, functions: registryFacts }),
  );
  return { plan: physical, ...(constantError === undefined ? {} : { constantError }) };
}

function clockFor({ observer }: PlannerOptions): () => number {
  return observer?.nowNs ?? ((): number => 0);
}

function observed<T>(phase: Phase, options: PlannerOptions, run: () => T): T {
  const nowNs = clockFor(options);
  const startNs = nowNs();
  const result = run();
  options.observer?.phase(phase, startNs, nowNs());
  return result;
}

/** Column ids as positions in the source's output. */
function placesOf(
  ids: ReadonlyMap<number, number>,
  { output }: BoundWrite['source'],
): ReadonlyMap<number, number> {
  return new Map([...ids].map(([key, id]) => [key, output.findIndex((each) => each.id === id)]));
}

/** RETURNING's column ids as positions in the source's output. */
function overOutput(expr: Expr, source: BoundWrite['source']): Expr {
  return mapExpr(expr, (part) => {
    if (part.kind !== 'column') return part;
    const position = source.output.findIndex(({ id }) => id === part.index);
    return { ...part, index: must(position < 0 ? undefined : position, 'RETURNING column') };
  });
}
