/**
 * Share of rows that a predicate keeps, 0 … 1. Approximate: columns count as independent and
 * values as evenly spread between minimum and maximum; a correlated pair of filters breaks it.
 */
import { comparisonOf, mirror, splitFunctionId, type Comparison } from '../rules/expr-tree.ts';
import type { ColumnFacts } from './column-facts.ts';
import type { CallExpr, Expr } from '../../expr/expr.ts';
import type { Datum } from '../../types/datum.ts';

const unknownDistinct = 200;
const unknownRange = 1 / 3;
const unknownPredicate = 1 / 3;
const patternMatch = 0.1;

export function selectivity(expr: Expr, facts: ColumnFacts): number {
  switch (expr.kind) {
    case 'constant':
      return expr.value === true ? 1 : 0;
    case 'and':
      return expr.args.reduce((share, arg) => share * selectivity(arg, facts), 1);
    case 'or':
      return 1 - expr.args.reduce((rest, arg) => rest * (1 - selectivity(arg, facts)), 1);
    case 'not':
      return 1 - selectivity(expr.arg, facts);
    case 'isNull':
      return nullFraction(expr.arg, facts);
    case 'isNotNull':
      return 1 - nullFraction(expr.arg, facts);
    case 'inList':
      return Math.min(1, expr.list.length / distinctOf(expr.arg, facts));
    case 'notInList':
      return 1 - Math.min(1, expr.list.length / distinctOf(expr.arg, facts));
    case 'column':
      return 0.5;
    case 'call':
      return callSelectivity(expr, facts);
    default:
      return unknownPredicate;
  }
}

function callSelectivity(expr: CallExpr, facts: ColumnFacts): number {
  const comparison = comparisonOf(expr);
  if (comparison !== undefined) return comparisonSelectivity(comparison, facts);
  const { name } = splitFunctionId(expr.functionId);
  const [left] = expr.args;
  if (name === '<>' && left !== undefined) return 1 - 1 / distinctOf(left, facts);
  return name.includes('~') || name.includes('like') ? patternMatch : unknownPredicate;
}

function comparisonSelectivity(comparison: Comparison, facts: ColumnFacts): number {
  if (comparison.right.kind === 'column' && comparison.left.kind !== 'column') {
    return comparisonSelectivity(mirror(comparison), facts);
  }
  if (comparison.op === '=') {
    const distinct = Math.max(
      distinctOf(comparison.left, facts),
      comparison.right.kind === 'column' ? distinctOf(comparison.right, facts) : 1,
    );
    return 1 / Math.max(1, distinct);
  }
  return rangeSelectivity(comparison, facts);
}

function rangeSelectivity({ op, left, right }: Comparison, facts: ColumnFacts): number {
  if (left.kind !== 'column' || right.kind !== 'constant') return unknownRange;
  const column = facts.find(left.index);
  const [min, max, bound] = [column?.min, column?.max, right.value].map(asNumber);
  if (min === undefined || max === undefined || bound === undefined) return unknownRange;
  if (max <= min) return compares(op, min, bound) ? 1 : 0;
  const below = Math.min(1, Math.max(0, (bound - min) / (max - min)));
  return op === '<' || op === '<=' ? below : 1 - below;
}

function compares(op: Comparison['op'], value: number, bound: number): boolean {
  if (op === '<') return value < bound;
  if (op === '<=') return value <= bound;
  if (op === '>') return value > bound;
  return op === '>=' ? value >= bound : value === bound;
}

function asNumber(value: Datum | null | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function nullFraction(expr: Expr, facts: ColumnFacts): number {
  if (expr.kind !== 'column') return 0.005;
  return facts.find(expr.index)?.nullFraction ?? 0.01;
}

/** Number of distinct values of an expression; a default where nothing is known. */
export function distinctOf(expr: Expr, facts: ColumnFacts): number {
  if (expr.type.name === 'bool') return 2;
  if (expr.kind === 'constant' || expr.kind === 'parameter') return 1;
  if (expr.kind === 'column') {
    const distinct = facts.find(expr.index)?.distinct;
    return distinct === undefined || distinct < 1 ? unknownDistinct : distinct;
  }
  return unknownDistinct;
}
