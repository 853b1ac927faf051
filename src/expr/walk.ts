/**
 * Walking and rewriting expressions. The children of every kind are data, so that no pass
 * spells out all kinds again.
 */
import type { Expr } from './expr.ts';

type Kind = Expr['kind'];
type NodeOf<K extends Kind> = Extract<Expr, { readonly kind: K }>;

/** Keys that hold one expression, several expressions, or CASE's arms. */
const childKeys: { readonly [K in Kind]: readonly (keyof NodeOf<K>)[] } = {
  column: [],
  outerColumn: [],
  constant: [],
  parameter: [],
  call: ['args'],
  and: ['args'],
  or: ['args'],
  not: ['arg'],
  isNull: ['arg'],
  isNotNull: ['arg'],
  isTrue: ['arg'],
  isNotTrue: ['arg'],
  isFalse: ['arg'],
  isNotFalse: ['arg'],
  case: ['whens', 'otherwise'],
  coalesce: ['args'],
  isDistinct: ['left', 'right'],
  isNotDistinct: ['left', 'right'],
  inList: ['arg'],
  notInList: ['arg'],
  anyArray: ['left', 'array'],
  allArray: ['left', 'array'],
  domain: ['arg'],
  array: ['args'],
  row: ['args'],
  subplan: ['left', 'arguments'],
};

interface When {
  readonly when: Expr;
  readonly then: Expr;
}

type Child = Expr | readonly Expr[] | readonly When[] | undefined;

function isWhens(child: readonly Expr[] | readonly When[]): child is readonly When[] {
  return child.length > 0 && 'when' in (child[0] as object);
}

/** Whether the expression's field of this name holds children. */
export function isChildKey(expr: Expr, name: string): boolean {
  return (childKeys[expr.kind] as readonly string[]).includes(name);
}

/** Direct children in order of evaluation. */
export function childrenOfExpr(expr: Expr): readonly Expr[] {
  const record = expr as unknown as Record<string, Child>;
  const keys = childKeys[expr.kind] as readonly string[];
  const [only = ''] = keys;
  if (keys.length === 0) return none;
  if (keys.length === 1) return listOf(record[only]);
  return keys.flatMap((key) => listOf(record[key]));
}

const none: readonly Expr[] = [];

function listOf(child: Child): readonly Expr[] {
  if (child === undefined) return none;
  if (!Array.isArray(child)) return [child as Expr];
  const list = child as readonly Expr[] | readonly When[];
  return isWhens(list) ? list.flatMap(({ when, then }) => [when, then]) : list;
}

/** The expression with each direct child replaced; the same object when nothing changed. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  const record = expr as unknown as Record<string, Child>;
  let copy: Record<string, unknown> | undefined;
  for (const key of childKeys[expr.kind]) {
    const child = record[key as string];
    const changed = mapChild(child, change);
    if (changed === child) continue;
    copy ??= { ...expr };
    copy[key as string] = changed;
  }
  return (copy as Expr | undefined) ?? expr;
}

function mapChild(child: Child, change: (child: Expr) => Expr): Child {
  if (child === undefined) return undefined;
  if (!Array.isArray(child)) return change(child as Expr);
  const list = child as readonly Expr[] | readonly When[];
  if (isWhens(list)) {
    const mapped = list.map((arm) => {
      const when = change(arm.when);
      const then = change(arm.then);
      return when === arm.when && then === arm.then ? arm : { when, then };
    });
    return mapped.every((arm, i) => arm === list[i]) ? list : mapped;
  }
  const mapped = list.map((item) => change(item));
  return mapped.every((item, i) => item === list[i]) ? list : mapped;
}

/** Rewrites from the leaves up; the same object when nothing changed. */
export function mapExpr(expr: Expr, change: (expr: Expr) => Expr): Expr {
  return change(mapChildren(expr, (child) => mapExpr(child, change)));
}

/** Calls `visit` on every node, parents first; `visit` returns false to leave out the children. */
export function visitExpr(expr: Expr, visit: (expr: Expr) => boolean | void): void {
  if (visit(expr) === false) return;
  for (const child of childrenOfExpr(expr)) visitExpr(child, visit);
}

/** Whether some node satisfies the test. */
export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  return test(expr) || childrenOfExpr(expr).some((child) => someExpr(child, test));
}

/** Indexes of the input columns that occur, ascending, each once. */
export function exprColumns(...exprs: readonly Expr[]): number[] {
  const found = new Set<number>();
  for (const expr of exprs) {
    visitExpr(expr, (node) => {
      if (node.kind === 'column') found.add(node.index);
    });
  }
  return [...found].toSorted((a, b) => a - b);
}

/** Conjuncts of a predicate: the arguments of nested ANDs, in order. */
export function conjunctsOf(predicate: Expr): readonly Expr[] {
  return predicate.kind === 'and' ? predicate.args.flatMap(conjunctsOf) : [predicate];
}

/** AND of the conjuncts; the one itself when there is only one. */
export function conjunctionOf(conjuncts: readonly [Expr, ...Expr[]]): Expr {
  if (conjuncts.length === 1) return conjuncts[0];
  return { kind: 'and', args: conjuncts, type: { name: 'bool', typmod: -1 } };
}
