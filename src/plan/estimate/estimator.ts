/** Row counts of logical nodes, from table statistics and simple selectivities. */
import { unreachable } from '../../errors/assert.ts';
import { columnsOf, comparisonOf, conjunctsOf } from '../rules/expr-tree.ts';
import { idsOf } from '../rules/logical-tree.ts';
import { collectColumnFacts, type ColumnFacts } from './column-facts.ts';
import { distinctOf, selectivity } from './selectivity.ts';
import type { Expr } from '../../expr/expr.ts';
import type {
  LogicalJoin,
  LogicalNode,
  LogicalPlan,
  LogicalTableFunction,
  RoutineStep,
} from '../logical.ts';

const unknownSetRows = 1000;
const arrayElements = 10;

export class Estimator {
  readonly facts: ColumnFacts;
  readonly #plan: LogicalPlan;
  readonly #rows = new WeakMap<LogicalNode, number>();

  constructor(plan: LogicalPlan) {
    this.#plan = plan;
    this.facts = collectColumnFacts(plan);
  }

  /** Estimated rows; whole numbers, not below 1 unless provably empty. */
  rows(node: LogicalNode): number {
    const known = this.#rows.get(node);
    if (known !== undefined) return known;
    const rows = clampRows(this.#estimate(node));
    this.#rows.set(node, rows);
    return rows;
  }

  #estimate(node: LogicalNode): number {
    switch (node.kind) {
      case 'scan':
        return this.facts.tableRows(node);
      case 'factScan':
        return node.facts.rowCount();
      case 'values':
        return node.rows.length;
      case 'oneRow':
        return 1;
      case 'empty':
        return 0;
      case 'project':
      case 'barrier':
      case 'sort':
      case 'window':
        return this.rows(node.input);
      case 'filter':
        return atLeastOne(this.rows(node.input) * selectivity(node.predicate, this.facts), [
          this.rows(node.input),
        ]);
      case 'join':
        return this.joinRows(node);
      case 'aggregate':
        return this.groups(node.groupBy, this.rows(node.input));
      case 'limit':
        return limitRows(this.rows(node.input), node.skip, node.fetch);
      case 'distinct':
        return this.groups(node.columns.map(asColumn), this.rows(node.input));
      case 'distinctOn':
        return this.groups(node.keys, this.rows(node.input));
      case 'setOperation':
        return this.#setRows(node);
      case 'tableFunction':
        return tableFunctionRows(node);
      case 'projectSet':
        return this.rows(node.input) * arrayElements;
      case 'routineCalls':
        return node.steps.reduce((rows, step) => rows * stepRows(step), this.rows(node.input));
      case 'recursive':
        return this.rows(node.initial) * 10 + 10;
      case 'workTable':
        return 100;
      case 'cteScan': {
        const definition = this.#plan.ctes[node.cte];
        return definition === undefined ? unknownSetRows : this.rows(definition);
      }
      default:
        return unreachable(node);
    }
  }

  #setRows(node: Extract<LogicalNode, { readonly kind: 'setOperation' }>): number {
    const [left, right] = [this.rows(node.left), this.rows(node.right)];
    if (node.operation === 'union') return left + right;
    return node.operation === 'intersect' ? Math.min(left, right) : left;
  }

  joinRows(node: LogicalJoin): number {
    const [left, right] = [this.rows(node.left), this.rows(node.right)];
    const inner = atLeastOne(left * right * this.joinSelectivity(node), [left, right]);
    switch (node.joinType) {
      case 'inner':
        return inner;
      case 'left':
        return Math.max(inner, left);
      case 'right':
        return Math.max(inner, right);
      case 'full':
        return Math.max(inner, left, right);
      case 'leftSemi':
        return Math.min(left, inner);
      case 'leftAnti':
        return Math.max(1, left - Math.min(left, inner));
      case 'rightSemi':
        return Math.min(right, inner);
      case 'rightAnti':
        return Math.max(1, right - Math.min(right, inner));
      default:
        return unreachable(node.joinType);
    }
  }

  /**
   * Share of pairs that match. An equality keeps 1 / the larger number of distinct keys; keys of
   * one join mostly depend on each other, so each further one counts by its square root only.
   */
  joinSelectivity(join: Pick<LogicalJoin, 'left' | 'right' | 'condition'>): number {
    const conjuncts = conjunctsOf(join.condition);
    const keys = conjuncts.map((expr) => this.#keyShare(expr, join)).filter((s) => s < 1);
    const shares = keys.toSorted((a, b) => a - b);
    return shares.reduce((product, share, index) => product * share ** (1 / 2 ** index), 1);
  }

  #keyShare(expr: Expr, { left, right }: Pick<LogicalJoin, 'left' | 'right'>): number {
    const comparison = comparisonOf(expr);
    if (comparison?.op !== '=') return selectivity(expr, this.facts);
    const larger = Math.max(
      this.#keyDistinct(comparison.left, left, right),
      this.#keyDistinct(comparison.right, left, right),
    );
    return 1 / Math.max(1, larger);
  }

  #keyDistinct(key: Expr, left: LogicalNode, right: LogicalNode): number {
    const columns = columnsOf(key);
    const leftIds = idsOf(left);
    const side = [...columns].every((id) => leftIds.has(id)) ? left : right;
    const rows = this.rows(side);
    if (key.kind === 'column' && this.facts.find(key.index)?.distinct === undefined) return rows;
    return Math.min(rows, distinctOf(key, this.facts));
  }

  /** Number of groups of `rows` rows. */
  groups(keys: readonly Expr[], rows: number): number {
    if (keys.length === 0) return 1;
    const product = keys.reduce((count, key) => count * distinctOf(key, this.facts), 1);
    return Math.min(rows, product);
  }
}

function asColumn({ id, type, name }: LogicalNode['columns'][number]): Expr {
  return { kind: 'column', index: id, type, name };
}

/** Only empty inputs are sure to give nothing. */
function atLeastOne(rows: number, inputs: readonly number[]): number {
  return inputs.includes(0) ? rows : Math.max(1, rows);
}

function clampRows(rows: number): number {
  if (!(rows > 0)) return 0;
  return Math.min(Math.max(1, Math.round(rows)), 1e15);
}

function limitRows(rows: number, skip: Expr | undefined, fetch: Expr | undefined): number {
  const left = Math.max(0, rows - Math.max(0, constantNumber(skip) ?? 0));
  return Math.min(left, Math.max(0, constantNumber(fetch) ?? left));
}

/** The number of a numeric constant, when it is one. */
export function constantNumber(expr: Expr | undefined): number | undefined {
  if (expr?.kind !== 'constant') return undefined;
  const { value } = expr;
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function tableFunctionRows(node: LogicalTableFunction): number {
  return Math.max(...node.calls.map(callRows), 1);
}

function callRows({ functionId, args }: LogicalTableFunction['calls'][number]): number {
  if (functionId.startsWith('generate_series(')) {
    const [start, stop, step] = args.map(constantNumber);
    if (start === undefined || stop === undefined) return unknownSetRows;
    return Math.max(0, Math.floor((stop - start) / (step || 1)) + 1);
  }
  return functionId.startsWith('unnest(') ? arrayElements : 100;
}

/** Rows for each row: those that the set's function is declared with. */
function stepRows(step: RoutineStep): number {
  return step.kind === 'set' ? step.call.routine.record.rows : 1;
}
