/**
 * Zone-map predicates: conjuncts of a filter over a scan that minimum, maximum and NULL count of a
 * segment can refute. The filter above checks every row again, so leaving one out is always right.
 *
 *     ts >= $2 and ts < $3 and kind in ('a', 'b')
 *       ──▶ ts >= $2 · ts < $3 · kind in 'a', 'b'
 */
import { someExpr } from '../../expr/walk.ts';
import { comparisonOf, mirror, type Comparison } from '../rules/expr-tree.ts';
import { idsOf } from '../rules/logical-tree.ts';
import { exceedsVolatility, type FunctionFacts } from '../rules/function-facts.ts';
import { typeRecord } from '../../types/type-table.ts';
import { tablePosition } from './plan-scan.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalFactScan, LogicalScan } from '../logical.ts';
import type { PruningPredicate } from '../physical.ts';
import type { TypeName } from '../../types/sql-type.ts';

type Scan = LogicalScan | LogicalFactScan;

/** Longer lists refute no segment worth the look at each of their values. */
const listMax = 1000;

export function pruningOf(
  functions: FunctionFacts,
  scan: Scan,
  conjunct: Expr,
): readonly PruningPredicate[] {
  const column = (expr: Expr): number | undefined => {
    if (expr.kind !== 'column') return undefined;
    const position = tablePosition(scan, expr.index);
    return position === undefined || position < 0 ? undefined : position;
  };
  switch (conjunct.kind) {
    case 'isNull':
    case 'isNotNull':
      return testOf(column(conjunct.arg), conjunct.kind);
    case 'inList': {
      if (conjunct.list.length > listMax) return [];
      const { type } = conjunct.arg;
      const values = conjunct.list
        .filter((value) => value !== null)
        .map((value): Expr => ({ kind: 'constant', type, value }));
      const position = column(conjunct.arg);
      if (position === undefined || values.length === 0 || !isOrdered(type.name)) return [];
      if (hasNaN.has(type.name) && !values.every(isPlainNumber)) return [];
      return [{ column: position, op: 'in', values }];
    }
    case 'call':
      return comparisonPruning({ functions, scan, column }, conjunct);
    default:
      return [];
  }
}

function testOf(position: number | undefined, op: 'isNull' | 'isNotNull'): PruningPredicate[] {
  return position === undefined ? [] : [{ column: position, op, values: [] }];
}

interface Place {
  readonly functions: FunctionFacts;
  readonly scan: Scan;
  /** Position in the table of a plain column of the scan. */
  readonly column: (expr: Expr) => number | undefined;
}

function comparisonPruning(
  { functions, scan, column }: Place,
  conjunct: Expr,
): readonly PruningPredicate[] {
  const found = comparisonOf(conjunct);
  if (found === undefined) return [];
  const comparison = column(unwrapped(found.left)) === undefined ? mirror(found) : found;
  const arg = unwrapped(comparison.left);
  const position = column(arg);
  if (position === undefined || !isOrdered(arg.type.name)) return [];
  if (!isScalar(functions, scan, comparison.right)) return [];
  if (hasNaN.has(arg.type.name) && !isSafeWithNaN(comparison)) return [];
  const value = valueFor(arg.type.name, comparison.typeName, comparison.right);
  return value === undefined ? [] : [{ column: position, op: comparison.op, values: [value] }];
}

/** The column under a cast that keeps order and equality: a wider integer, text of varchar. */
function unwrapped(expr: Expr): Expr {
  if (expr.kind !== 'call' || expr.args.length !== 1) return expr;
  const [arg] = expr.args;
  return arg !== undefined && keepsOrder.has(expr.functionId) ? arg : expr;
}

const keepsOrder = new Set([
  'cast(int2,int4)',
  'cast(int2,int8)',
  'cast(int4,int8)',
  'cast(varchar,text)',
]);

/**
 * A value that is the same for all rows of the scan; columns of outer queries are, but computing
 * with them may raise what a guard in the filter would have prevented.
 */
function isScalar(functions: FunctionFacts, scan: Scan, expr: Expr): boolean {
  if (expr.kind === 'constant') return expr.value !== null;
  if (expr.kind === 'column') return !idsOf(scan).has(expr.index);
  const reads = someExpr(expr, (part) => part.kind === 'column' || part.kind === 'subplan');
  return !reads && !exceedsVolatility(functions, expr, 'stable');
}

/** The compared value in the column's own type, where that is exact. */
function valueFor(columnType: TypeName, operandType: string, value: Expr): Expr | undefined {
  if (columnType === operandType) return value;
  if (columnType === 'varchar' && operandType === 'text') return value;
  if (value.kind !== 'constant' || typeof value.value === 'string') return undefined;
  const range = integerRanges[columnType as keyof typeof integerRanges];
  if (range === undefined || !['int4', 'int8'].includes(operandType)) return undefined;
  const number = Number(value.value);
  if (!(number >= -range && number < range)) return undefined;
  const type = { name: columnType, typmod: -1 };
  return { kind: 'constant', type, value: columnType === 'int8' ? BigInt(number) : number };
}

const integerRanges = { int2: 2 ** 15, int4: 2 ** 31, int8: 2 ** 53 };

const hasNaN = new Set<TypeName>(['float4', 'float8', 'numeric']);

/** NaN is above every number and not in the zone map: a lower bound cannot prune. */
function isSafeWithNaN({ op, right }: Comparison): boolean {
  return op !== '>' && op !== '>=' && isPlainNumber(right);
}

function isPlainNumber(expr: Expr): boolean {
  if (expr.kind !== 'constant' || expr.value === null) return false;
  const { value } = expr;
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'object' && 'digits' in value && value.special === undefined;
}

/** Types whose zone maps order values as their comparison operators do. */
function isOrdered(name: TypeName): boolean {
  return !unordered.has(name) && !'AC'.includes(typeRecord(name).category);
}

/** bpchar ignores trailing blanks; the others have no btree order of their own. */
const unordered = new Set<TypeName>([
  'bpchar',
  'json',
  'jsonb',
  'jsonpath',
  'record',
  'point',
  'xml',
  'interval',
  'timetz',
]);
