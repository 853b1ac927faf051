/** Keys of ORDER BY, GROUP BY and windows. */
import type { Node } from '@pgsql/types';
import { astAs, kindOf, type Ast } from '../ast.ts';
import type { Page } from './page.ts';
import { printExpr } from './print-expression.ts';
import { isConstant } from './simple-node.ts';

/** Calls stand in parentheses, in the pretty style all that is no column. */
export function printSortKey(page: Page, node: Node | undefined): void {
  const kind = node === undefined ? undefined : kindOf(node);
  const isPlain = kind === 'ColumnRef' || kind === 'A_Const' || (node && isConstant(node));
  const needs = isPlain !== true && (page.pretty || kind === 'FuncCall');
  if (needs) page.write('(');
  printExpr(page, node);
  if (needs) page.write(')');
}

export function printSort(page: Page, sort: Ast<'SortBy'>): void {
  printSortKey(page, sort.node);
  const isDescending = sort.sortby_dir === 'SORTBY_DESC';
  if (isDescending) page.write(' DESC');
  if (sort.sortby_nulls === 'SORTBY_NULLS_FIRST' && !isDescending) page.write(' NULLS FIRST');
  if (sort.sortby_nulls === 'SORTBY_NULLS_LAST' && isDescending) page.write(' NULLS LAST');
}

export function sortsOf(nodes: readonly Node[] | undefined): readonly Ast<'SortBy'>[] {
  return (nodes ?? []).map((node) => astAs(node, 'SortBy') ?? {});
}
