/** Reading PostgreSQL's syntax trees: places of nodes, and what sql/ast.ts has. */
import type { Node } from '@pgsql/types';
import { kindOf } from '../../sql/ast.ts';

export { astAs, isStar, kindOf, stringsOf, type Ast, type AstKind } from '../../sql/ast.ts';

/** Names of nodes below an expression, in source order. */
const leftmostKeys: Readonly<Record<string, readonly string[]>> = {
  A_Expr: ['lexpr'],
  FuncCall: ['args'],
  TypeCast: ['arg', 'typeName'],
  A_Indirection: ['arg'],
  CollateClause: ['arg'],
  BoolExpr: ['args'],
  NullTest: ['arg'],
  BooleanTest: ['arg'],
  SubLink: ['testexpr'],
  NamedArgExpr: ['location'],
  List: ['items'],
};

/** Byte offset where an expression begins (PostgreSQL's exprLocation); -1 when unknown. */
export function locationOf(node: Node | undefined): number {
  if (node === undefined) return -1;
  const kind = kindOf(node);
  if (kind === undefined) return -1;
  const content = (node as Record<string, unknown>)[kind] as Record<string, unknown>;
  const own = typeof content['location'] === 'number' ? content['location'] : -1;
  const first = (leftmostKeys[kind] ?? []).map((key) => firstLocation(content[key]));
  return leftmost([own, ...first]);
}

function firstLocation(child: unknown): number {
  const first: unknown = Array.isArray(child) ? child[0] : child;
  if (typeof first !== 'object' || first === null) return -1;
  const { location } = first as { location?: unknown };
  return typeof location === 'number' ? location : locationOf(first as Node);
}

function leftmost(locations: readonly number[]): number {
  const known = locations.filter((location) => location >= 0);
  return known.length === 0 ? -1 : Math.min(...known);
}

/** Calls `visit` with every object of a tree that has the key, and the key's content. */
export function visitAst(tree: unknown, key: string, visit: (content: unknown) => void): void {
  if (Array.isArray(tree)) {
    for (const item of tree) visitAst(item, key, visit);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  const record = tree as Readonly<Record<string, unknown>>;
  for (const name in record) {
    const child = record[name];
    if (name === key) visit(child);
    if (typeof child === 'object') visitAst(child, key, visit);
  }
}
