/**
 * Queries as ruleutils writes them: a line for each clause and each column.
 *
 *      SELECT t.a,
 *         count(*) AS count
 *        FROM t
 *       WHERE (t.a > 1)
 *       GROUP BY t.a;
 */
import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import { indents, type Page } from './page.ts';
import { printExpr } from './print-expression.ts';
import { printFromItem } from './print-from.ts';
import { printSort, printSortKey, sortsOf } from './print-sort.ts';
import { printWindow } from './print-call.ts';

type Select = Ast<'SelectStmt'>;

const { standard, variable } = indents;

/** A query within another: its lines are indented from where it stands. */
export function printSubquery(page: Page, node: Node | undefined): void {
  const select = astAs(node, 'SelectStmt');
  if (select === undefined) return page.refuse();
  printQuery(page, select);
}

export function printQuery(page: Page, select: Select): void {
  const { indent } = page;
  if (select.withClause !== undefined) printWith(page, select.withClause);
  if ((select.op ?? 'SETOP_NONE') === 'SETOP_NONE') printPlain(page, select);
  else printSetOperation(page, select);
  if ((select.sortClause?.length ?? 0) > 0) {
    page.keyword(' ORDER BY ', -standard, standard, 1);
    for (const [i, sort] of sortsOf(select.sortClause).entries()) {
      if (i > 0) page.write(', ');
      printSort(page, sort);
    }
  }
  if (select.limitOffset !== undefined) {
    page.keyword(' OFFSET ', -standard, standard);
    printExpr(page, select.limitOffset);
  }
  if (select.limitCount !== undefined) {
    const hasTies = select.limitOption === 'LIMIT_OPTION_WITH_TIES';
    page.keyword(hasTies ? ' FETCH FIRST (' : ' LIMIT ', -standard, standard);
    const isAll = astAs(select.limitCount, 'A_Const')?.isnull === true;
    if (isAll && !hasTies) page.write('ALL');
    else printExpr(page, select.limitCount);
    if (hasTies) page.write(') ROWS WITH TIES');
  }
  page.indent = indent;
}

function printWith(page: Page, clause: Ast<'WithClause'>): void {
  page.indent += standard;
  page.write(' ');
  let separator = clause.recursive === true ? 'WITH RECURSIVE ' : 'WITH ';
  for (const item of clause.ctes ?? []) {
    const cte = astAs(item, 'CommonTableExpr') ?? {};
    page.write(separator + quoteIdentifier(cte.ctename ?? ''));
    separator = ', ';
    const names = stringsOf(cte.aliascolnames);
    if (names.length > 0) page.write(`(${names.map(quoteIdentifier).join(', ')})`);
    page.write(' AS ');
    if (cte.ctematerialized === 'CTEMaterializeAlways') page.write('MATERIALIZED ');
    if (cte.ctematerialized === 'CTEMaterializeNever') page.write('NOT MATERIALIZED ');
    page.write('(');
    page.keyword('', 0, 0);
    printSubquery(page, cte.ctequery);
    page.keyword('', 0, 0);
    page.write(')');
    printSearch(page, cte.search_clause);
    printCycle(page, cte.cycle_clause);
  }
  page.indent -= standard;
  page.keyword('', 0, 0);
}

function printSearch(page: Page, search: Ast<'CommonTableExpr'>['search_clause']): void {
  if (search === undefined) return;
  const columns = stringsOf(search.search_col_list).map(quoteIdentifier).join(', ');
  const order = search.search_breadth_first === true ? 'BREADTH' : 'DEPTH';
  page.write(` SEARCH ${order} FIRST BY ${columns}`);
  page.write(` SET ${quoteIdentifier(search.search_seq_column ?? '')}`);
}

function printCycle(page: Page, cycle: Ast<'CommonTableExpr'>['cycle_clause']): void {
  if (cycle === undefined) return;
  const columns = stringsOf(cycle.cycle_col_list).map(quoteIdentifier).join(', ');
  page.write(` CYCLE ${columns} SET ${quoteIdentifier(cycle.cycle_mark_column ?? '')}`);
  const { cycle_mark_value: value, cycle_mark_default: fallback } = cycle;
  if (booleanOf(value) !== true || booleanOf(fallback) !== false) {
    page.write(' TO ');
    if (value !== undefined) printExpr(page, value);
    page.write(' DEFAULT ');
    if (fallback !== undefined) printExpr(page, fallback);
  }
  page.write(` USING ${quoteIdentifier(cycle.cycle_path_column ?? '')}`);
}

function booleanOf(node: Node | undefined): boolean | undefined {
  const constant = astAs(node, 'A_Const')?.boolval;
  return constant === undefined ? undefined : constant.boolval === true;
}

function printPlain(page: Page, select: Select): void {
  page.indent += standard;
  page.write(' ');
  if (select.valuesLists !== undefined) {
    printValues(page, select.valuesLists);
    return;
  }
  page.write('SELECT');
  printDistinct(page, select.distinctClause);
  printTargets(page, select.targetList ?? []);
  printFrom(page, select.fromClause ?? []);
  if (select.whereClause !== undefined) {
    page.keyword(' WHERE ', -standard, standard, 1);
    printExpr(page, select.whereClause);
  }
  if ((select.groupClause?.length ?? 0) > 0) {
    page.keyword(' GROUP BY ', -standard, standard, 1);
    if (select.groupDistinct === true) page.write('DISTINCT ');
    printGroups(page, select.groupClause ?? []);
  }
  if (select.havingClause !== undefined) {
    page.keyword(' HAVING ', -standard, standard, 0);
    printExpr(page, select.havingClause);
  }
  for (const [i, item] of (select.windowClause ?? []).entries()) {
    const window = astAs(item, 'WindowDef') ?? {};
    if (i === 0) page.keyword(' WINDOW ', -standard, standard, 1);
    else page.write(', ');
    page.write(`${quoteIdentifier(window.name ?? '')} AS `);
    printWindow(page, window);
  }
}

function printValues(page: Page, lists: readonly Node[]): void {
  page.write('VALUES ');
  for (const [i, list] of lists.entries()) {
    page.write(i > 0 ? ', (' : '(');
    for (const [j, item] of (astAs(list, 'List')?.items ?? []).entries()) {
      if (j > 0) page.write(',');
      printExpr(page, item);
    }
    page.write(')');
  }
}

/** `DISTINCT` has one empty item in the tree, DISTINCT ON its expressions. */
function printDistinct(page: Page, items: readonly Node[] | undefined): void {
  if (items === undefined) return;
  page.write(' DISTINCT');
  const on = items.filter((item) => Object.keys(item).length > 0);
  if (on.length === 0) return;
  page.write(' ON (');
  for (const [i, item] of on.entries()) {
    if (i > 0) page.write(', ');
    printSortKey(page, item);
  }
  page.write(')');
}

function printTargets(page: Page, targets: readonly Node[]): void {
  for (const [i, item] of targets.entries()) {
    page.write(i === 0 ? ' ' : ', ');
    const text = page.apart(() => printTarget(page, astAs(item, 'ResTarget') ?? {}));
    if (text.startsWith('\n')) page.dropBlanks();
    else if (i > 0) page.keyword('', -standard, standard, variable);
    page.write(text);
  }
}

/** A column that keeps its name says it once. */
function printTarget(page: Page, target: Ast<'ResTarget'>): void {
  printExpr(page, target.val);
  const reference = astAs(target.val, 'ColumnRef');
  const own = reference === undefined ? undefined : stringsOf(reference.fields).at(-1);
  const { name } = target;
  if (name !== undefined && own !== name) page.write(` AS ${quoteIdentifier(name)}`);
}

function printFrom(page: Page, items: readonly Node[]): void {
  for (const [i, item] of items.entries()) {
    if (i === 0) {
      page.keyword(' FROM ', -standard, standard, 2);
      printFromItem(page, item);
      continue;
    }
    page.write(', ');
    const text = page.apart(() => printFromItem(page, item));
    if (text.startsWith('\n')) page.dropBlanks();
    else page.keyword('', -standard, standard, variable);
    page.write(text);
  }
}

function printGroups(page: Page, items: readonly Node[]): void {
  for (const [i, item] of items.entries()) {
    if (i > 0) page.write(', ');
    const set = astAs(item, 'GroupingSet');
    if (set === undefined) printSortKey(page, item);
    else printGroupingSet(page, set);
  }
}

const groupingWords: Readonly<Record<string, string>> = {
  GROUPING_SET_ROLLUP: 'ROLLUP',
  GROUPING_SET_CUBE: 'CUBE',
  GROUPING_SET_SETS: 'GROUPING SETS ',
};

function printGroupingSet(page: Page, set: Ast<'GroupingSet'>): void {
  if (set.kind === 'GROUPING_SET_EMPTY') {
    page.write('()');
    return;
  }
  page.write(`${groupingWords[set.kind ?? ''] ?? ''}(`);
  for (const [i, item] of (set.content ?? []).entries()) {
    if (i > 0) page.write(', ');
    const inner = astAs(item, 'GroupingSet');
    const row = astAs(item, 'RowExpr');
    if (inner !== undefined) printGroupingSet(page, inner);
    else if (row !== undefined) {
      page.write('(');
      printGroups(page, row.args ?? []);
      page.write(')');
    } else if (set.kind === 'GROUPING_SET_SETS') {
      page.write('(');
      printSortKey(page, item);
      page.write(')');
    } else printSortKey(page, item);
  }
  page.write(')');
}

const operations: Readonly<Record<string, string>> = {
  SETOP_UNION: 'UNION ',
  SETOP_INTERSECT: 'INTERSECT ',
  SETOP_EXCEPT: 'EXCEPT ',
};

function printSetOperation(page: Page, select: Select): void {
  const { larg, rarg } = select;
  if (larg === undefined || rarg === undefined) return page.refuse();
  const isSame = larg.op === select.op && (larg.all ?? false) === (select.all ?? false);
  const needsLeft = isOperation(larg) && !isSame;
  if (needsLeft) {
    page.write('(');
    page.keyword('', standard, 0);
  }
  printArm(page, larg);
  if (needsLeft) page.keyword(') ', -standard, 0);
  else page.keyword('', 0, 0);
  page.write(operations[select.op ?? ''] ?? '');
  if (select.all === true) page.write('ALL ');
  const needsRight = isOperation(rarg);
  if (needsRight) page.write('(');
  page.keyword('', needsRight ? standard : 0, 0);
  printArm(page, rarg);
  if (needsRight) {
    page.indent -= standard;
    page.keyword(')', 0, 0);
  }
}

function isOperation(select: Select): boolean {
  return (select.op ?? 'SETOP_NONE') !== 'SETOP_NONE' && !isWhole(select);
}

/** With clauses of its own, an arm is a query in parentheses. */
function isWhole(select: Select): boolean {
  const clauses = [select.withClause, select.limitCount, select.limitOffset];
  return (select.sortClause?.length ?? 0) > 0 || clauses.some((each) => each !== undefined);
}

function printArm(page: Page, select: Select): void {
  if (isOperation(select)) {
    printSetOperation(page, select);
    return;
  }
  const needs = isWhole(select);
  if (needs) page.write('(');
  printQuery(page, select);
  if (needs) page.write(')');
}
