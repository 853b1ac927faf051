/** Calls of functions, aggregates and windows as ruleutils writes them. */
import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import type { Page } from './page.ts';
import { printExpr, printExprs, printPart } from './print-expression.ts';
import { printSort, printSortKey } from './print-sort.ts';

export function printCall(page: Page, node: Ast<'FuncCall'>, whole: Node): void {
  const names = stringsOf(node.funcname);
  const name = names.at(-1) ?? '';
  const special = node.funcformat === 'COERCE_SQL_SYNTAX' ? sqlForms[name] : undefined;
  if (special !== undefined) {
    special(page, node.args ?? [], whole);
    return;
  }
  page.write(`${callName(names)}(`);
  printArguments(page, node);
  page.write(')');
  if (node.agg_within_group === true) {
    page.write(' WITHIN GROUP (ORDER BY ');
    printSorts(page, node.agg_order);
    page.write(')');
  }
  if (node.agg_filter !== undefined) {
    page.write(' FILTER (WHERE ');
    printExpr(page, node.agg_filter);
    page.write(')');
  }
  if (node.over === undefined) return;
  page.write(' OVER ');
  if (node.over.name === undefined) printWindow(page, node.over);
  else page.write(quoteIdentifier(node.over.name));
}

/** With a schema always in quotes: so calls of users' functions are found in kept texts. */
function callName(names: readonly string[]): string {
  const shown = names[0] === 'pg_catalog' ? names.slice(1) : names;
  const isKept = shown.length > 1 && shown[0] !== 'information_schema';
  return shown.map((name) => (isKept ? quoted(name) : quoteIdentifier(name))).join('.');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function printArguments(page: Page, node: Ast<'FuncCall'>): void {
  if (node.agg_distinct === true) page.write('DISTINCT ');
  if (node.agg_star === true) page.write('*');
  const args = node.args ?? [];
  for (const [i, arg] of args.entries()) {
    if (i > 0) page.write(', ');
    if (node.func_variadic === true && i === args.length - 1) page.write('VARIADIC ');
    const named = astAs(arg, 'NamedArgExpr');
    if (named !== undefined) page.write(`${quoteIdentifier(named.name ?? '')} => `);
    printExpr(page, named?.arg ?? arg);
  }
  if (node.agg_within_group === true || (node.agg_order?.length ?? 0) === 0) return;
  page.write(' ORDER BY ');
  printSorts(page, node.agg_order);
}

function printSorts(page: Page, sorts: readonly Node[] | undefined): void {
  for (const [i, sort] of (sorts ?? []).entries()) {
    if (i > 0) page.write(', ');
    printSort(page, astAs(sort, 'SortBy') ?? {});
  }
}

type SqlForm = (page: Page, args: readonly Node[], whole: Node) => void;

/** Pieces of text and arguments: numbers are places in the list. */
function form(...pieces: readonly (string | number)[]): SqlForm {
  return (page, args) => {
    for (const piece of pieces) {
      if (typeof piece === 'string') page.write(piece);
      else printExpr(page, args[piece]);
    }
  };
}

const trim =
  (word: string): SqlForm =>
  (page, args) => {
    const [text, letters] = args;
    page.write(`TRIM(${word}`);
    if (letters !== undefined) page.write(' ');
    if (letters !== undefined) printExpr(page, letters);
    page.write(' FROM ');
    printExpr(page, text);
    page.write(')');
  };

/** A literal that is written as a keyword. */
function wordOf(node: Node | undefined): string {
  const literal = astAs(node, 'A_Const') ?? astAs(astAs(node, 'TypeCast')?.arg, 'A_Const');
  return literal?.sval?.sval ?? '';
}

const sqlForms: Readonly<Record<string, SqlForm>> = {
  timezone(page, [zone, time], whole) {
    page.write('(');
    printPart(page, time, whole);
    page.write(' AT TIME ZONE ');
    printPart(page, zone, whole);
    page.write(')');
  },
  extract(page, [field, source]) {
    page.write(`EXTRACT(${wordOf(field)} FROM `);
    printExpr(page, source);
    page.write(')');
  },
  overlaps: form('((', 0, ', ', 1, ') OVERLAPS (', 2, ', ', 3, '))'),
  position: form('POSITION((', 1, ') IN (', 0, '))'),
  substring: (page, args, whole) =>
    form(...['SUBSTRING(', 0, ' FROM ', 1, ...(args.length > 2 ? [' FOR ', 2] : []), ')'])(
      page,
      args,
      whole,
    ),
  overlay: (page, args, whole) =>
    form(
      ...[
        'OVERLAY(',
        0,
        ' PLACING ',
        1,
        ' FROM ',
        2,
        ...(args.length > 3 ? [' FOR ', 3] : []),
        ')',
      ],
    )(page, args, whole),
  btrim: trim('BOTH'),
  ltrim: trim('LEADING'),
  rtrim: trim('TRAILING'),
  is_normalized: (page, args, whole) => {
    page.write('(');
    printPart(page, args[0], whole);
    page.write(` IS ${args.length > 1 ? `${wordOf(args[1])} ` : ''}NORMALIZED)`);
  },
  normalize: (page, [text, kind]) => {
    page.write('NORMALIZE(');
    printExpr(page, text);
    page.write(kind === undefined ? ')' : `, ${wordOf(kind)})`);
  },
  pg_collation_for: form('COLLATION FOR (', 0, ')'),
};

/** Bits of frameOptions in parsenodes.h. */
const frame = {
  nonDefault: 1,
  range: 2,
  rows: 4,
  groups: 8,
  between: 0x10,
  startUnboundedPreceding: 0x20,
  endUnboundedFollowing: 0x100,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  startOffsetPreceding: 0x800,
  endOffsetPreceding: 0x1000,
  startOffsetFollowing: 0x2000,
  endOffsetFollowing: 0x4000,
  excludeCurrentRow: 0x8000,
  excludeGroup: 0x10000,
  excludeTies: 0x20000,
} as const;

export function printWindow(page: Page, window: Ast<'WindowDef'>): void {
  page.write('(');
  let separator = '';
  const begin = (word: string): void => {
    page.write(separator + word);
    separator = ' ';
  };
  if (window.refname !== undefined) begin(quoteIdentifier(window.refname));
  if ((window.partitionClause?.length ?? 0) > 0) {
    begin('PARTITION BY ');
    for (const [i, key] of (window.partitionClause ?? []).entries()) {
      if (i > 0) page.write(', ');
      printSortKey(page, key);
    }
  }
  if ((window.orderClause?.length ?? 0) > 0) {
    begin('ORDER BY ');
    printSorts(page, window.orderClause);
  }
  if (((window.frameOptions ?? 0) & frame.nonDefault) !== 0) {
    begin('');
    printFrame(page, window);
  }
  page.write(')');
}

function printFrame(page: Page, window: Ast<'WindowDef'>): void {
  const has = (bit: number): boolean => ((window.frameOptions ?? 0) & bit) !== 0;
  page.write(has(frame.rows) ? 'ROWS ' : has(frame.groups) ? 'GROUPS ' : 'RANGE ');
  if (has(frame.between)) page.write('BETWEEN ');
  if (has(frame.startUnboundedPreceding)) page.write('UNBOUNDED PRECEDING');
  else if (has(frame.startCurrentRow)) page.write('CURRENT ROW');
  else {
    printExprs(page, window.startOffset === undefined ? [] : [window.startOffset]);
    page.write(has(frame.startOffsetPreceding) ? ' PRECEDING' : ' FOLLOWING');
  }
  if (has(frame.between)) {
    page.write(' AND ');
    if (has(frame.endUnboundedFollowing)) page.write('UNBOUNDED FOLLOWING');
    else if (has(frame.endCurrentRow)) page.write('CURRENT ROW');
    else {
      printExprs(page, window.endOffset === undefined ? [] : [window.endOffset]);
      page.write(has(frame.endOffsetPreceding) ? ' PRECEDING' : ' FOLLOWING');
    }
  }
  if (has(frame.excludeCurrentRow)) page.write(' EXCLUDE CURRENT ROW');
  else if (has(frame.excludeGroup)) page.write(' EXCLUDE GROUP');
  else if (has(frame.excludeTies)) page.write(' EXCLUDE TIES');
}
