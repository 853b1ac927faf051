/** Reading PostgreSQL's syntax trees: kinds and names of nodes. */
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
