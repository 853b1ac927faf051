/** Reading PostgreSQL's syntax trees: kinds, names and places of nodes. */
import type { Node } from '@pgsql/types';

type KindsOf<N> = N extends unknown ? keyof N : never;

export type AstKind = KindsOf<Node>;
export type Ast<K extends AstKind> = Extract<Node, { readonly [P in K]: unknown }>[K];

/** The kind of a node; undefined for the empty node that the parser gives for a missing one. */
export function kindOf(node: Node): AstKind | undefined {
  return Object.keys(node)[0] as AstKind | undefined;
}

/** The node's content when it is of that kind. */
export function astAs<K extends AstKind>(node: Node | undefined, kind: K): Ast<K> | undefined {
  return (node as Record<string, unknown> | undefined)?.[kind] as Ast<K> | undefined;
}

/** The texts of String nodes: parts of a name. Other nodes (`*`) are left out. */
export function stringsOf(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => {
    const text = astAs(node, 'String')?.sval;
    return text === undefined ? [] : [text];
  });
}

export function isStar(node: Node | undefined): boolean {
  return node !== undefined && 'A_Star' in node;
}

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
