/**
 * The physical planner: column ids become positions, nodes become operators.
 *
 * Tables above 20,000 rows are scanned in a parallel fragment when there are workers; filters,
 * projections, probe sides of hash joins, partial aggregates and TopK sorts stay inside it, and
 * CoalescePartitionsExec ends it. Subplans and the inner sides of lateral joins run serially.
 */
import { must, unreachable } from '../../errors/assert.ts';
import { Estimator } from '../estimate/estimator.ts';
import { outerColumns } from '../rules/logical-tree.ts';
import { isRepeatable } from './fragment.ts';
import { NodeNumbers } from './number-nodes.ts';
import { planAggregate, planDistinct } from './plan-aggregate.ts';
import { planRoutineCalls } from './plan-routine-calls.ts';
import { planJoin } from './plan-join.ts';
import { planFactScan, planScan, planTableFunction, planValues } from './plan-scan.ts';
import { planSetOperation } from './plan-set-operation.ts';
import { planDistinctOn, planLimit, planSort } from './plan-sort.ts';
import { planCteScan, planProjectSet, planRecursive, planWindow } from './plan-subquery.ts';
import {
  arranged,
  bindOuter,
  closed,
  fieldOf,
  over,
  resolver,
  type Planned,
  type Planning,
  type Scope,
} from './planning.ts';
import { isMovable, isSmall } from './small-plan.ts';
import type { CalledRoutine } from '../called-routine.ts';
import type { FunctionFacts } from '../rules/function-facts.ts';
import type { ColumnExpr, Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalNode, LogicalPlan } from '../logical.ts';
import type { PhysicalPlan, PlanNode } from '../physical.ts';

export interface PhysicalOptions {
  /** 0 plans without CoalescePartitionsExec. */
  readonly workers: number;
  readonly functions: FunctionFacts;
}

export function createPhysicalPlan(logical: LogicalPlan, options: PhysicalOptions): PhysicalPlan {
  const planner = new PhysicalPlanner(logical, options.functions);
  const root = planner.planRoot(options.workers > 0);
  const numbers = new NodeNumbers();
  const numbered = numbers.number(root);
  const subplans = planner.subplans.map(({ plan, firstParameter }) => ({
    plan: numbers.number(must(plan, 'subplan')),
    firstParameter,
  }));
  const inner = subplans.map(({ plan }) => plan);
  const movable = isMovable([numbered, ...inner], options.functions);
  return {
    root: numbered,
    subplans,
    parameterTypes: logical.parameterTypes,
    tables: [...planner.tables],
    small: isSmall(numbered, inner, movable),
    movable,
    ...(logical.called && { callsRoutines: true, callsStable: logical.called.some(isStable) }),
  };
}

function isStable({ routine }: CalledRoutine): boolean {
  return routine.record.volatility !== 'volatile';
}

interface Subplan {
  plan: PlanNode | undefined;
  readonly firstParameter: number;
  readonly outer: readonly ColumnExpr[];
}

class PhysicalPlanner implements Planning {
  readonly logical: LogicalPlan;
  readonly estimator: Estimator;
  readonly functions: FunctionFacts;
  readonly subplans: Subplan[] = [];
  readonly tables = new Set<number>();
  readonly #subplanOf = new Map<number, number>();

  constructor(logical: LogicalPlan, functions: FunctionFacts) {
    this.logical = logical;
    this.functions = functions;
    this.estimator = new Estimator(logical);
  }

  /** The statement's tree with its output columns, in order and named. */
  planRoot(parallel: boolean): PlanNode {
    const known = new Map(this.logical.root.columns.map((column) => [column.id, column]));
    const columns = this.logical.output.map(({ id, name }): LogicalColumn => ({
      ...must(known.get(id), 'output column'),
      name,
    }));
    const parameterCount = this.logical.parameterTypes.length;
    const scope = { outer: new Map(), parameterCount, parallel };
    const planned = this.plan(this.logical.root, scope);
    const { node } = closed(arranged(planned, columns));
    return { ...node, fields: columns.map(fieldOf) };
  }

  planSubquery = (
    index: number,
    within: Scope,
  ): { readonly planIndex: number; readonly outer: readonly ColumnExpr[] } => {
    const known = this.#subplanOf.get(index);
    if (known !== undefined) {
      return { planIndex: known, outer: must(this.subplans[known], 'subplan').outer };
    }
    const node = must(this.logical.subqueries[index], 'subquery');
    const outer = [...outerColumns(node, this.logical).values()];
    const firstParameter = within.parameterCount;
    const planIndex = this.subplans.length;
    const subplan: Subplan = { plan: undefined, firstParameter, outer };
    this.subplans.push(subplan);
    this.#subplanOf.set(index, planIndex);
    const scope = {
      outer: bindOuter(outer, firstParameter),
      parameterCount: firstParameter + outer.length,
      parallel: false,
    };
    subplan.plan = closed(arranged(this.plan(node, scope), node.columns)).node;
    return { planIndex, outer };
  };

  plan = (node: LogicalNode, scope: Scope): Planned => {
    switch (node.kind) {
      case 'scan':
        return planScan(this, scope, node);
      case 'factScan':
        return planFactScan(this, scope, node);
      case 'values':
        return planValues(this, scope, node);
      case 'oneRow':
        return over({ kind: 'PlaceholderRowExec' }, node.columns, leaf(1));
      case 'empty':
        return over({ kind: 'EmptyExec' }, node.columns, leaf(0));
      case 'project':
        return this.#project(node, scope);
      case 'filter':
        return this.#filter(node, scope);
      case 'barrier':
        return this.plan(node.input, scope);
      case 'join':
        return planJoin(this, scope, node);
      case 'aggregate':
        return planAggregate(this, scope, node);
      case 'window':
        return planWindow(this, scope, node);
      case 'sort':
        return planSort(this, scope, node);
      case 'limit':
        return planLimit(this, scope, node);
      case 'distinct':
        return planDistinct(this, scope, node.input);
      case 'distinctOn':
        return planDistinctOn(this, scope, node);
      case 'setOperation':
        return planSetOperation(this, scope, node);
      case 'tableFunction':
        return planTableFunction(this, scope, node);
      case 'projectSet':
        return planProjectSet(this, scope, node);
      case 'routineCalls':
        return planRoutineCalls(this, scope, node);
      case 'recursive':
        return planRecursive(this, scope, node);
      case 'workTable':
        return over({ kind: 'WorkTableExec', workTable: node.workTable }, node.columns, leaf(100));
      case 'cteScan':
        return planCteScan(this, scope, node);
      default:
        return unreachable(node);
    }
  };

  #project(node: Extract<LogicalNode, { readonly kind: 'project' }>, scope: Scope): Planned {
    const input = this.#inPlace(this.plan(node.input, scope), node.exprs);
    const exprs = node.exprs.map(resolver(this, scope, input.columns));
    return over({ kind: 'ProjectionExec', input: input.node, exprs }, node.columns, {
      rows: this.estimator.rows(node),
      inputs: [input.node],
      open: input.open,
    });
  }

  #filter(node: Extract<LogicalNode, { readonly kind: 'filter' }>, scope: Scope): Planned {
    const source = this.#filtered(node.input, node.predicate, scope);
    const input = this.#inPlace(source, [node.predicate]);
    const predicate = resolver(this, scope, input.columns)(node.predicate);
    return over({ kind: 'FilterExec', input: input.node, predicate }, input.columns, {
      rows: this.estimator.rows(node),
      inputs: [input.node],
      open: input.open,
    });
  }

  /** The input of a filter: a scan leaves out what the predicate certainly would. */
  #filtered(input: LogicalNode, predicate: Expr, scope: Scope): Planned {
    if (input.kind === 'scan') return planScan(this, scope, input, predicate);
    if (input.kind === 'factScan') return planFactScan(this, scope, input, predicate);
    return this.plan(input, scope);
  }

  /** What each worker would answer differently ends a fragment. */
  #inPlace(planned: Planned, exprs: readonly Expr[]): Planned {
    return isRepeatable(this, exprs) ? planned : closed(planned);
  }
}

function leaf(rows: number): { rows: number; inputs: readonly PlanNode[]; open: boolean } {
  return { rows, inputs: [], open: false };
}
