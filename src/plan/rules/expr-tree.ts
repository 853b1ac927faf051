/** What rules ask of bound expressions: columns, conjuncts, substitution, equality. */
import { exprKey } from '../../expr/expr-key.ts';
import { childrenOfExpr, mapExpr, someExpr } from '../../expr/walk.ts';
import { sqlType } from '../../types/type-table.ts';
import type { ColumnExpr, ConstantExpr, Expr } from '../../expr/expr.ts';
import type { LogicalColumn } from '../logical.ts';

export const boolType = sqlType('bool');
export const trueExpr: ConstantExpr = { kind: 'constant', type: boolType, value: true };
export const falseExpr: ConstantExpr = { kind: 'constant', type: boolType, value: false };

export function columnExpr(column: LogicalColumn): ColumnExpr {
  return { kind: 'column', index: column.id, type: column.type, name: column.name };
}

/** Maps a list; the list itself when no element differs. */
export function mapList<T>(list: readonly T[], map: (item: T) => T): readonly T[] {
  let changed = false;
  const mapped = list.map((item) => {
    const next = map(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? mapped : list;
}

/** Name of a column that holds the expression as a grouping key. */
export function nameOf(expr: Expr): string {
  return expr.kind === 'column' ? expr.name : 'key';
}

export function collectColumns(expr: Expr, into: Set<number>): Set<number> {
  if (expr.kind === 'column') into.add(expr.index);
  for (const child of childrenOfExpr(expr)) collectColumns(child, into);
  return into;
}

export function columnsOf(expr: Expr): ReadonlySet<number> {
  return collectColumns(expr, new Set());
}

export function hasSubplan(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'subplan');
}

export function hasCorrelatedSubplan(expr: Expr): boolean {
  return someExpr(expr, (part) => part.kind === 'subplan' && part.arguments.length > 0);
}

/** Columns replaced by expressions, by id. */
export function substitute(expr: Expr, replacements: ReadonlyMap<number, Expr>): Expr {
  return mapExpr(expr, (part) =>
    part.kind === 'column' ? (replacements.get(part.index) ?? part) : part,
  );
}

export function conjunctsOf(expr: Expr | undefined): readonly Expr[] {
  if (expr === undefined) return [];
  if (expr.kind === 'and') return expr.args.flatMap(conjunctsOf);
  return isTrueConstant(expr) ? [] : [expr];
}

/** AND of the parts; undefined when there are none. */
export function conjunctionOf(parts: readonly Expr[]): Expr | undefined {
  if (parts.length < 2) return parts[0];
  return { kind: 'and', args: parts, type: boolType };
}

export function isTrueConstant(expr: Expr): boolean {
  return expr.kind === 'constant' && expr.value === true;
}

/** Whether a filter with this predicate keeps no row: constant false or NULL. */
export function isNeverTrue(expr: Expr): boolean {
  return expr.kind === 'constant' && expr.value !== true;
}

export function sameExpr(left: Expr, right: Expr): boolean {
  return left === right || exprKey(left) === exprKey(right);
}

/** `name` and argument types of a functionId: `+(int4,int4)` is `+` over int4 and int4. */
export function splitFunctionId(functionId: string): {
  readonly name: string;
  readonly args: readonly string[];
} {
  const open = functionId.lastIndexOf('(');
  const inside = functionId.slice(open + 1, -1);
  return {
    name: open < 0 ? functionId : functionId.slice(0, open),
    args: open < 0 || inside === '' ? [] : inside.split(','),
  };
}

/** Whether the functionId is `=` over two values of one type. */
export function isPlainEquality(functionId: string): boolean {
  const { name, args } = splitFunctionId(functionId);
  return name === '=' && args.length === 2 && args[0] === args[1];
}

const comparisons = new Set(['=', '<', '<=', '>', '>=']);

/** `left op right` with a comparison operator of one type on both sides. */
export interface Comparison {
  readonly op: '=' | '<' | '<=' | '>' | '>=';
  /** Operand type as the functionId spells it. */
  readonly typeName: string;
  readonly functionId: string;
  readonly left: Expr;
  readonly right: Expr;
}

export function comparisonOf(expr: Expr): Comparison | undefined {
  if (expr.kind !== 'call' || expr.args.length !== 2) return undefined;
  const { name, args } = splitFunctionId(expr.functionId);
  const [left, right] = expr.args;
  const [typeName] = args;
  if (!comparisons.has(name) || typeName === undefined || typeName !== args[1]) return undefined;
  if (left === undefined || right === undefined) return undefined;
  return { op: name as Comparison['op'], typeName, functionId: expr.functionId, left, right };
}

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** The same comparison with its sides exchanged. */
export function mirror(comparison: Comparison): Comparison {
  const op = mirrored[comparison.op];
  const { typeName, left, right } = comparison;
  return { op, typeName, functionId: `${op}(${typeName},${typeName})`, left: right, right: left };
}
