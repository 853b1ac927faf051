/**
 * Expressions as PostgreSQL's ruleutils writes them, from syntax trees in which every cast is
 * written out.
 *
 *     plain    ((t.a % 2) = 0) AND ((t.c)::text = 'y'::text)
 *     pretty   (t.a % 2) = 0 AND t.c::text = 'y'::text
 */
import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { astAs, isStar, kindOf, stringsOf, type Ast, type AstKind } from '../ast.ts';
import { indents, type Page } from './page.ts';
import { printCall } from './print-call.ts';
import { printSubquery } from './print-query.ts';
import { isConstant, isRowComparison, isSimple, isSizedText } from './simple-node.ts';
import { typeNameText } from './type-name.ts';

type Printers = {
  readonly [K in AstKind]?: (page: Page, node: Ast<K>, whole: Node) => void;
};

const printers: Printers = {
  A_Const: printConstant,
  ColumnRef: printColumn,
  ParamRef: (page, node) => page.write(`$${node.number ?? 0}`),
  TypeCast: printCast,
  A_Expr: printOperation,
  BoolExpr: printLogic,
  NullTest: printNullTest,
  BooleanTest: printBooleanTest,
  FuncCall: printCall,
  CollateClause: printCollate,
  SubLink: printSubLink,
  CaseExpr: printCase,
  CoalesceExpr: (page, node) => printListed(page, 'COALESCE', node.args),
  MinMaxExpr: (page, node) =>
    printListed(page, node.op === 'IS_LEAST' ? 'LEAST' : 'GREATEST', node.args),
  GroupingFunc: (page, node) => printListed(page, 'GROUPING', node.args),
  RowExpr: (page, node) => printListed(page, 'ROW', node.args),
  SQLValueFunction: (page, node) => page.write(valueFunctionText(node)),
  A_ArrayExpr: printArray,
  A_Indirection: printIndirection,
};

export function printExpr(page: Page, node: Node | undefined): void {
  const kind = node === undefined ? undefined : kindOf(node);
  if (node === undefined || kind === undefined) return page.refuse();
  const print = printers[kind] as ((page: Page, node: unknown, whole: Node) => void) | undefined;
  if (print === undefined) return page.refuse();
  print(page, astAs(node, kind), node);
}

/** A part of `parent`, with parentheses where the pretty style needs them. */
export function printPart(page: Page, node: Node | undefined, parent: Node): void {
  const needs = page.pretty && node !== undefined && !isSimple(node, parent);
  if (needs) page.write('(');
  printExpr(page, node);
  if (needs) page.write(')');
}

export function printExprs(page: Page, nodes: readonly Node[] | undefined): void {
  for (const [i, node] of (nodes ?? []).entries()) {
    if (i > 0) page.write(', ');
    printExpr(page, node);
  }
}

function printListed(page: Page, word: string, nodes: readonly Node[] | undefined): void {
  page.write(`${word}(`);
  printExprs(page, nodes);
  page.write(')');
}

function printConstant(page: Page, node: Ast<'A_Const'>): void {
  if (node.bsval !== undefined) return page.refuse();
  page.write(constantText(node));
}

function constantText(node: Ast<'A_Const'>): string {
  if (node.isnull === true) return 'NULL';
  if (node.boolval !== undefined) return node.boolval.boolval === true ? 'true' : 'false';
  if (node.sval !== undefined) return `'${(node.sval.sval ?? '').replaceAll("'", "''")}'`;
  return node.fval?.fval ?? String(node.ival?.ival ?? 0);
}

function printColumn(page: Page, node: Ast<'ColumnRef'>): void {
  const names = (node.fields ?? []).map((field) =>
    'A_Star' in field ? '*' : quoteIdentifier(stringsOf([field])[0] ?? ''),
  );
  const isValue = page.style.isDomain === true && names.join('.') === 'value';
  page.write(isValue ? 'VALUE' : names.join('.'));
}

/** A literal with its type needs no parentheses. */
function printCast(page: Page, node: Ast<'TypeCast'>, whole: Node): void {
  const type = typeNameText(node.typeName ?? {});
  const isEmptyArray = astAs(node.arg, 'A_ArrayExpr')?.elements === undefined && isArray(node);
  const isPlain = isEmptyArray || isRow(node, type) || isWholeRow(node);
  if (isConstant(whole) || isSizedNumber(node, type) || isPlain) printExpr(page, node.arg);
  else {
    const isDoubled = page.pretty && isSizedText(whole);
    page.write(page.pretty && !isDoubled ? '' : '(');
    printPart(page, node.arg, whole);
    page.write(page.pretty && !isDoubled ? '' : ')');
  }
  page.write(`::${type}`);
}

/** ROW(…) of a named type is of it by itself. */
function isRow({ arg }: Ast<'TypeCast'>, type: string): boolean {
  return arg !== undefined && 'RowExpr' in arg && type.startsWith('"');
}

/** `t.*::t` */
function isWholeRow({ arg }: Ast<'TypeCast'>): boolean {
  return isStar(astAs(arg, 'ColumnRef')?.fields?.at(-1));
}

function isArray({ arg }: Ast<'TypeCast'>): boolean {
  return arg !== undefined && 'A_ArrayExpr' in arg;
}

/** `1.5::numeric(5,2)`: the number is of the type, the cast but its size. */
function isSizedNumber({ arg }: Ast<'TypeCast'>, type: string): boolean {
  return type.startsWith('numeric(') && astAs(arg, 'A_Const')?.fval !== undefined;
}

function symbolOf(node: Ast<'A_Expr'>): string {
  return stringsOf(node.name).at(-1) ?? '';
}

const likes: Readonly<Record<string, true>> = { AEXPR_LIKE: true, AEXPR_ILIKE: true };

function printOperation(page: Page, node: Ast<'A_Expr'>, whole: Node): void {
  const { kind = 'AEXPR_OP', lexpr, rexpr } = node;
  const binary = (word: string): void => {
    page.plain('(');
    printPart(page, lexpr, whole);
    page.write(` ${word} `);
    printPart(page, rexpr, whole);
    page.plain(')');
  };
  if (kind === 'AEXPR_DISTINCT') return binary('IS DISTINCT FROM');
  if (kind === 'AEXPR_NULLIF') {
    page.write('NULLIF(');
    printExpr(page, lexpr);
    page.write(', ');
    printExpr(page, rexpr);
    return page.write(')');
  }
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL') {
    page.plain('(');
    printPart(page, lexpr, whole);
    page.write(` ${symbolOf(node)} ${kind === 'AEXPR_OP_ANY' ? 'ANY' : 'ALL'} (`);
    printArrayOperand(page, rexpr, whole);
    page.write(')');
    return page.plain(')');
  }
  if (kind !== 'AEXPR_OP' && likes[kind] === undefined) return page.refuse();
  if (isRowComparison(node)) {
    page.write('(');
    printExpr(page, lexpr);
    page.write(` ${symbolOf(node)} `);
    printExpr(page, rexpr);
    return page.write(')');
  }
  if (lexpr !== undefined) return binary(symbolOf(node));
  page.plain('(');
  page.write(`${symbolOf(node)} `);
  printPart(page, rexpr, whole);
  page.plain(')');
}

/** A subquery has its cast behind, by which it is an array. */
function printArrayOperand(page: Page, node: Node | undefined, whole: Node): void {
  const cast = astAs(node, 'TypeCast');
  if (astAs(cast?.arg, 'SubLink') === undefined) return printPart(page, node, whole);
  printPart(page, cast?.arg, whole);
  page.write(`::${typeNameText(cast?.typeName ?? {})}`);
}

function printLogic(page: Page, node: Ast<'BoolExpr'>, whole: Node): void {
  page.plain('(');
  if (node.boolop === 'NOT_EXPR') page.write('NOT ');
  for (const [i, arg] of (node.args ?? []).entries()) {
    if (i > 0) page.write(node.boolop === 'OR_EXPR' ? ' OR ' : ' AND ');
    printPart(page, arg, whole);
  }
  page.plain(')');
}

function printNullTest(page: Page, node: Ast<'NullTest'>, whole: Node): void {
  page.plain('(');
  printPart(page, node.arg, whole);
  page.write(node.nulltesttype === 'IS_NOT_NULL' ? ' IS NOT NULL' : ' IS NULL');
  page.plain(')');
}

function printBooleanTest(page: Page, node: Ast<'BooleanTest'>, whole: Node): void {
  page.plain('(');
  printPart(page, node.arg, whole);
  page.write(` ${(node.booltesttype ?? 'IS_TRUE').replaceAll('_', ' ')}`);
  page.plain(')');
}

function printCollate(page: Page, node: Ast<'CollateClause'>, whole: Node): void {
  page.plain('(');
  printPart(page, node.arg, whole);
  page.write(` COLLATE ${quoteIdentifier(stringsOf(node.collname).at(-1) ?? '')}`);
  page.plain(')');
}

function printSubLink(page: Page, node: Ast<'SubLink'>): void {
  const kind = node.subLinkType ?? 'EXISTS_SUBLINK';
  page.write(kind === 'ARRAY_SUBLINK' ? 'ARRAY(' : '(');
  const row = astAs(node.testexpr, 'RowExpr');
  if (row !== undefined) printListed(page, '', row.args);
  else if (node.testexpr !== undefined) printExpr(page, node.testexpr);
  const symbol = stringsOf(node.operName).at(-1) ?? '=';
  const words: Readonly<Record<string, string>> = {
    EXISTS_SUBLINK: 'EXISTS (',
    ANY_SUBLINK: symbol === '=' ? ' IN (' : ` ${symbol} ANY (`,
    ALL_SUBLINK: ` ${symbol} ALL (`,
  };
  const word = words[kind];
  if (word !== undefined) page.write(word);
  printSubquery(page, node.subselect);
  page.write(word === undefined ? ')' : '))');
}

function printCase(page: Page, node: Ast<'CaseExpr'>): void {
  page.keyword('CASE', 0, indents.variable);
  if (node.arg !== undefined) {
    page.write(' ');
    printExpr(page, node.arg);
  }
  for (const arm of node.args ?? []) {
    const when = astAs(arm, 'CaseWhen') ?? {};
    page.keyword('WHEN ', 0, 0);
    printExpr(page, when.expr);
    page.write(' THEN ');
    printExpr(page, when.result);
  }
  page.keyword('ELSE ', 0, 0);
  printExpr(page, node.defresult);
  page.keyword('END', -indents.variable, 0);
}

function valueFunctionText({ op = 'SVFOP_CURRENT_DATE', typmod = -1 }: Ast<'SQLValueFunction'>) {
  const word = op.replace('SVFOP_', '').replace(/_N$/, '');
  return op.endsWith('_N') ? `${word}(${typmod})` : word;
}

function printArray(page: Page, node: Ast<'A_ArrayExpr'>): void {
  page.write('ARRAY[');
  printExprs(page, node.elements);
  page.write(']');
}

function printIndirection(page: Page, node: Ast<'A_Indirection'>): void {
  const isPlain = node.arg !== undefined && 'ColumnRef' in node.arg;
  const isField = node.indirection?.some((each) => 'String' in each) === true;
  if (!isPlain || isField) page.write('(');
  printExpr(page, node.arg);
  if (!isPlain || isField) page.write(')');
  for (const each of node.indirection ?? []) {
    const subscript = astAs(each, 'A_Indices');
    if (subscript === undefined) {
      page.write(`.${quoteIdentifier(stringsOf([each])[0] ?? '')}`);
      continue;
    }
    page.write('[');
    if (subscript.lidx !== undefined) printExpr(page, subscript.lidx);
    if (subscript.is_slice === true) page.write(':');
    if (subscript.uidx !== undefined) printExpr(page, subscript.uidx);
    page.write(']');
  }
}
