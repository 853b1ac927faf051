/**
 * Which parts of an expression stand without parentheses in the pretty style: ruleutils'
 * isSimpleNode, for syntax trees in which every cast is written out.
 */
import type { Node } from '@pgsql/types';
import { astAs, kindOf, stringsOf, type Ast, type AstKind } from '../ast.ts';

/** What surrounds its parts with brackets or keywords of its own. */
const enclosing = new Set<AstKind>([
  'A_Indirection',
  'A_ArrayExpr',
  'RowExpr',
  'CoalesceExpr',
  'MinMaxExpr',
  'XmlExpr',
  'GroupingFunc',
  'CaseExpr',
]);

const alwaysSimple = new Set<AstKind>([
  'ColumnRef',
  'A_Const',
  'ParamRef',
  'SetToDefault',
  'SQLValueFunction',
  'FuncCall',
  ...enclosing,
]);

export function isSimple(node: Node, parent: Node): boolean {
  const kind = kindOf(node);
  if (kind === undefined) return false;
  if (alwaysSimple.has(kind)) return true;
  switch (kind) {
    case 'TypeCast':
      return isSimpleCast(node);
    case 'A_Expr':
      return isSimpleOperation(node, parent);
    case 'SubLink':
    case 'NullTest':
    case 'BooleanTest':
      return isWithin(parent, true);
    case 'BoolExpr':
      return isSimpleLogic(node, parent);
    default:
      return false;
  }
}

const texts = new Set(['text', 'varchar', 'bpchar', 'name']);
const textOperators = new Set(['||', '->>', '#>>']);

/**
 * A cast that calls a function is as simple as a call; one by way of the text is as simple as
 * what is cast. Approximate: which it is depends on types, and only operators that give texts and
 * casts to texts are taken for the latter.
 */
function isSimpleCast(node: Node): boolean {
  const { arg } = astAs(node, 'TypeCast') ?? {};
  if (arg === undefined || isConstant(node) || isSimple(arg, node)) return true;
  return !isByText(node) || isSized(node);
}

function isByText(node: Node): boolean {
  const { arg, typeName } = astAs(node, 'TypeCast') ?? {};
  const isText = texts.has(stringsOf(typeName?.names).at(-1) ?? '');
  const symbol = stringsOf(astAs(arg, 'A_Expr')?.name).at(-1) ?? '';
  return isText || textOperators.has(symbol) || (arg !== undefined && !('A_Expr' in arg));
}

function isSized(node: Node): boolean {
  const { typmods, typemod = -1 } = astAs(node, 'TypeCast')?.typeName ?? {};
  return (typmods?.length ?? 0) > 0 || typemod > -1;
}

/** `((j ->> 'n'))::numeric(10,2)`: cast by way of the text, then cut to its size. */
export function isSizedText(node: Node): boolean {
  const { arg } = astAs(node, 'TypeCast') ?? {};
  return arg !== undefined && !isSimple(arg, node) && isByText(node) && isSized(node);
}

/** A literal with its type. */
export function isConstant(node: Node): boolean {
  const constant = astAs(astAs(node, 'TypeCast')?.arg, 'A_Const');
  return constant?.sval !== undefined || constant?.isnull === true;
}

/** Of rows by order: it has parentheses of its own, and is never simple. */
export function isRowComparison({ lexpr, rexpr, name }: Ast<'A_Expr'>): boolean {
  const areRows =
    lexpr !== undefined && 'RowExpr' in lexpr && rexpr !== undefined && 'RowExpr' in rexpr;
  return areRows && ['<', '<=', '>', '>='].includes(stringsOf(name).at(-1) ?? '');
}

function isSimpleOperation(node: Node, parent: Node): boolean {
  const operation = astAs(node, 'A_Expr') ?? {};
  if (isRowComparison(operation)) return false;
  if (operation.kind === 'AEXPR_NULLIF') return true;
  if (operation.kind === 'AEXPR_OP_ANY' || operation.kind === 'AEXPR_OP_ALL') return false;
  const outer = astAs(parent, 'A_Expr');
  if (operation.kind === 'AEXPR_OP' && outer?.kind === 'AEXPR_OP') {
    return bindsTighter(node, parent);
  }
  return isWithin(parent, true);
}

/** Only the plain operators of arithmetic are known to bind more or less tightly. */
function bindsTighter(node: Node, parent: Node): boolean {
  const own = priorityOf(node);
  const outer = priorityOf(parent);
  if (own === undefined || outer === undefined) return false;
  if (own !== outer) return own > outer;
  return astAs(parent, 'A_Expr')?.lexpr === node;
}

function priorityOf(node: Node): number | undefined {
  const { name, lexpr, rexpr } = astAs(node, 'A_Expr') ?? {};
  const symbol = stringsOf(name).at(-1) ?? '';
  if (lexpr === undefined || rexpr === undefined) return undefined;
  if (symbol === '+' || symbol === '-') return 1;
  return symbol === '*' || symbol === '/' || symbol === '%' ? 2 : undefined;
}

/** `logic`: AND, OR and NOT bind less tightly than what is asked about. */
function isWithin(parent: Node, logic: boolean): boolean {
  const kind = kindOf(parent);
  if (kind === 'BoolExpr') return logic;
  if (kind === 'A_Expr') return astAs(parent, 'A_Expr')?.kind === 'AEXPR_NULLIF';
  const call = astAs(parent, 'FuncCall');
  if (call !== undefined) return call.funcformat !== 'COERCE_SQL_SYNTAX';
  return kind !== undefined && enclosing.has(kind);
}

function isSimpleLogic(node: Node, parent: Node): boolean {
  const own = astAs(node, 'BoolExpr')?.boolop;
  const outer = astAs(parent, 'BoolExpr')?.boolop;
  if (outer === undefined) return isWithin(parent, false);
  if (own === 'OR_EXPR') return outer === 'OR_EXPR';
  return outer === 'AND_EXPR' || outer === 'OR_EXPR';
}
