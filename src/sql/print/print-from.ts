/** Items of FROM as ruleutils writes them. */
import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { astAs, kindOf, stringsOf, type Ast } from '../ast.ts';
import { indents, type Page } from './page.ts';
import { printExpr } from './print-expression.ts';
import { printSubquery } from './print-query.ts';
import { typeNameText } from './type-name.ts';

const { standard, join: joinIndent } = indents;

export function printFromItem(page: Page, node: Node): void {
  switch (kindOf(node)) {
    case 'RangeVar':
      return printRelation(page, astAs(node, 'RangeVar') ?? {});
    case 'RangeSubselect':
      return printSubselect(page, astAs(node, 'RangeSubselect') ?? {});
    case 'RangeFunction':
      return printFunction(page, astAs(node, 'RangeFunction') ?? {});
    case 'JoinExpr':
      return printJoin(page, astAs(node, 'JoinExpr') ?? {});
    default:
      return page.refuse();
  }
}

function printRelation(page: Page, { schemaname, relname = '', alias }: Ast<'RangeVar'>): void {
  page.write(page.style.relationName(schemaname, relname));
  if (alias?.aliasname !== undefined && alias.aliasname !== relname) printAlias(page, alias);
  else if ((alias?.colnames?.length ?? 0) > 0) printAlias(page, alias);
}

/** ` name` or ` name(column, …)` */
function printAlias(page: Page, alias: Ast<'Alias'> | undefined): void {
  if (alias === undefined) return;
  page.write(` ${quoteIdentifier(alias.aliasname ?? '')}`);
  const names = stringsOf(alias.colnames);
  if (names.length > 0) page.write(`(${names.map(quoteIdentifier).join(', ')})`);
}

function printSubselect(page: Page, node: Ast<'RangeSubselect'>): void {
  page.write(node.lateral === true ? 'LATERAL (' : '(');
  printSubquery(page, node.subquery);
  page.write(')');
  printAlias(page, node.alias);
}

function printFunction(page: Page, node: Ast<'RangeFunction'>): void {
  if (node.lateral === true) page.write('LATERAL ');
  const calls = (node.functions ?? []).map((item) => astAs(item, 'List')?.items?.[0]);
  const isList = node.is_rowsfrom === true && calls.length > 1;
  if (isList) page.write('ROWS FROM(');
  for (const [i, call] of calls.entries()) {
    if (i > 0) page.write(', ');
    printSource(page, call);
  }
  if (isList) page.write(')');
  if (node.ordinality === true) page.write(' WITH ORDINALITY');
  if ((node.coldeflist?.length ?? 0) === 0) return printAlias(page, node.alias);
  const columns = (node.coldeflist ?? []).map((item) => {
    const column = astAs(item, 'ColumnDef') ?? {};
    return `${quoteIdentifier(column.colname ?? '')} ${typeNameText(column.typeName ?? {})}`;
  });
  page.write(` ${quoteIdentifier(node.alias?.aliasname ?? '')}(${columns.join(', ')})`);
}

function printSource(page: Page, call: Node | undefined): void {
  const cast = astAs(call, 'TypeCast');
  if (cast === undefined) return printExpr(page, call);
  page.write('CAST(');
  printExpr(page, cast.arg);
  page.write(` AS ${typeNameText(cast.typeName ?? {})})`);
}

const joinWords: Readonly<Record<string, string>> = {
  JOIN_LEFT: ' LEFT JOIN ',
  JOIN_FULL: ' FULL JOIN ',
  JOIN_RIGHT: ' RIGHT JOIN ',
};

function printJoin(page: Page, node: Ast<'JoinExpr'>): void {
  const { larg, rarg, quals, alias, jointype = 'JOIN_INNER' } = node;
  if (larg === undefined || rarg === undefined) return page.refuse();
  const names = stringsOf(node.usingClause);
  const isBare = quals === undefined && names.length === 0;
  const isWhole = !page.pretty || alias !== undefined;
  const right = astAs(rarg, 'JoinExpr');
  const needsRight = page.pretty && right !== undefined && right.alias === undefined;
  if (isWhole) page.write('(');
  printFromItem(page, larg);
  const inner = isBare ? ' CROSS JOIN ' : ' JOIN ';
  page.keyword(joinWords[jointype] ?? inner, -standard, standard, joinIndent);
  if (needsRight) page.write('(');
  printFromItem(page, rarg);
  if (needsRight) page.write(')');
  if (names.length > 0) page.write(` USING (${names.map(quoteIdentifier).join(', ')})`);
  else if (quals !== undefined) {
    page.write(' ON ');
    page.plain('(');
    printExpr(page, quals);
    page.plain(')');
  }
  const using = node.join_using_alias?.aliasname;
  if (using !== undefined) page.write(` AS ${quoteIdentifier(using)}`);
  if (isWhole) page.write(')');
  printAlias(page, alias);
}
