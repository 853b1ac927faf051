/**
 * Texts of queries and expressions as pg_get_viewdef() and pg_get_expr() show them; undefined for
 * what has none.
 */
import type { Node } from '@pgsql/types';
import { astAs, type Ast } from '../ast.ts';
import { parseSql } from '../parse.ts';
import { Page, type PrintStyle } from './page.ts';
import { printExpr } from './print-expression.ts';
import { printQuery } from './print-query.ts';

export function queryText(select: Ast<'SelectStmt'>, style: PrintStyle): string | undefined {
  const page = new Page(style);
  printQuery(page, select);
  return page.isRefused ? undefined : page.text;
}

export function expressionText(node: Node, style: PrintStyle): string | undefined {
  const page = new Page(style);
  printExpr(page, node);
  return page.isRefused ? undefined : page.text;
}

/** A query's text in another style. */
export function reprintQuery(sql: string, style: PrintStyle): string | undefined {
  const select = astAs(parseSql(sql)[0]?.node, 'SelectStmt');
  return select && queryText(select, style);
}

/** An expression's text in another style; several are printed as a list. */
export function reprintExpression(sql: string, style: PrintStyle): string | undefined {
  const select = astAs(parseSql(`SELECT ${sql}`)[0]?.node, 'SelectStmt');
  const targets = (select?.targetList ?? []).flatMap((item) => astAs(item, 'ResTarget')?.val ?? []);
  const texts = targets.map((target) => expressionText(target, style));
  return texts.includes(undefined) ? undefined : texts.join(', ');
}
