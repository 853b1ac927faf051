/**
 * A bound expression's syntax tree as PostgreSQL keeps it: columns with their relation, literals
 * with their types, implicit casts written out, BETWEEN and IN as what they mean.
 *
 *     name = 'x' AND a IN (1, 2)   ──▶   ((t.name)::text = 'x'::text) AND (t.a = ANY (ARRAY[1, 2]))
 */
import type { Node } from '@pgsql/types';
import { astAs, kindOf, stringsOf, type Ast, type AstKind } from '../../sql/ast.ts';
import { formatText } from '../../types/type-text.ts';
import type { CompositeTypeName, SqlType, TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { arrayElement, parseText } from '../../types/type-text.ts';
import { isCompositeName, knownComposite } from '../../types/user-type.ts';
import { arrayTypeOf } from '../binder/type-names.ts';
import { deparseCall } from './deparse-call.ts';
import { commonName, deparseItem } from './deparse-list.ts';
import type { Deparsing } from './deparsing.ts';
import { castNode, constantNode, nullNode, typedLiteral } from './literal-nodes.ts';
import { isOperator, operandsOf } from './operator-types.ts';

type Rewriters = {
  readonly [K in AstKind]?: (to: Deparsing, node: Ast<K>, whole: Node) => Node;
};

const rewriters: Rewriters = {
  A_Const: deparseConstant,
  ColumnRef: (to, node) => to.column(node),
  TypeCast: deparseCast,
  A_Expr: deparseOperation,
  BoolExpr: (to, node) => ({ BoolExpr: { ...node, args: deparseAll(to, node.args) } }),
  NullTest: (to, node) => ({ NullTest: { ...node, arg: deparse(to, node.arg) } }),
  BooleanTest: (to, node) => ({ BooleanTest: { ...node, arg: coerced(to, node.arg, 'bool') } }),
  FuncCall: deparseCall,
  CollateClause: (to, node) => ({ CollateClause: { ...node, arg: coerced(to, node.arg, 'text') } }),
  SubLink: deparseSubLink,
  CaseExpr: deparseCase,
  CoalesceExpr: (to, node, whole) => ({
    CoalesceExpr: { ...node, args: coercedAll(to, node.args, to.typeOf(whole)?.name) },
  }),
  MinMaxExpr: (to, node, whole) => ({
    MinMaxExpr: { ...node, args: coercedAll(to, node.args, to.typeOf(whole)?.name) },
  }),
  GroupingFunc: (to, node) => ({ GroupingFunc: { ...node, args: deparseAll(to, node.args) } }),
  RowExpr: (to, node) => ({
    RowExpr: { ...node, args: (node.args ?? []).map((arg) => deparseItem(to, arg)) },
  }),
  SQLValueFunction: (_to, _node, whole) => whole,
  A_ArrayExpr: deparseArray,
  A_Indirection: deparseIndirection,
};

export function deparse(to: Deparsing, node: Node | undefined): Node {
  const kind = node === undefined ? undefined : kindOf(node);
  if (node === undefined || kind === undefined) return to.refuse(node);
  const rewrite = rewriters[kind] as
    ((to: Deparsing, node: unknown, whole: Node) => Node) | undefined;
  return rewrite === undefined ? to.refuse(node) : rewrite(to, astAs(node, kind), node);
}

export function deparseAll(to: Deparsing, nodes: readonly Node[] | undefined): Node[] {
  return (nodes ?? []).map((node) => deparse(to, node));
}

export function isOpen(node: Node | undefined): boolean {
  const constant = astAs(node, 'A_Const');
  return constant?.sval !== undefined || constant?.isnull === true;
}

/** The node as a value of a type: a literal is of the type, others are cast where they are not. */
export function coerced(to: Deparsing, node: Node | undefined, wanted: TypeName | undefined): Node {
  if (node === undefined || wanted === undefined) return deparse(to, node);
  const isBare = wanted === 'unknown' && astAs(node, 'A_Const')?.sval !== undefined;
  if (isBare) return node;
  if (isOpen(node)) return literal(to, node, sqlType(concrete(wanted)));
  const own = to.typeOf(node);
  const value = deparse(to, node);
  if (own === undefined || own.name === 'unknown' || isAny(wanted)) return value;
  const isSame = own.name === wanted && own.domain === undefined;
  return isSame ? value : castNode(value, sqlType(wanted));
}

function isAny(name: TypeName): boolean {
  return name.startsWith('any') || name === 'record' || name === 'unknown';
}

function concrete(name: TypeName): TypeName {
  return isAny(name) ? 'text' : name;
}

function coercedAll(
  to: Deparsing,
  nodes: readonly Node[] | undefined,
  wanted: TypeName | undefined,
): Node[] {
  return (nodes ?? []).map((node) => coerced(to, node, wanted));
}

function literal(to: Deparsing, node: Node, type: SqlType): Node {
  const constant = astAs(node, 'A_Const') ?? {};
  if (constant.isnull === true) return castNode(nullNode, type);
  return typedLiteral(constant.sval?.sval ?? '', type, to.formats);
}

function deparseConstant(to: Deparsing, node: Ast<'A_Const'>, whole: Node): Node {
  if (isOpen(whole)) return literal(to, whole, sqlType('text'));
  if (node.boolval !== undefined) return whole;
  if (node.bsval !== undefined) return to.refuse(whole);
  const type = sqlType(to.typeOf(whole)?.name ?? 'int4');
  const text = node.fval?.fval ?? String(node.ival?.ival ?? 0);
  const shown = formatText(type, parseText(type, text, to.formats), to.formats);
  return constantNode(shown, type);
}

function deparseCast(to: Deparsing, node: Ast<'TypeCast'>, whole: Node): Node {
  const type = to.typeOf(whole);
  if (type === undefined) return to.refuse(whole);
  if (type.domain !== undefined) return domainCast(to, node, whole);
  if (isOpen(node.arg) && node.arg !== undefined) {
    return sizedLiteral(to, node.arg, { ...type, name: concrete(type.name) });
  }
  const row = astAs(node.arg, 'RowExpr');
  if (row !== undefined && isCompositeName(type.name)) return compositeRow(to, row, type.name);
  const array = astAs(node.arg, 'A_ArrayExpr');
  const value = deparse(to, node.arg);
  if (array !== undefined && (array.elements?.length ?? 0) === 0) {
    return castNode({ A_ArrayExpr: {} }, type);
  }
  const own = to.typeOf(node.arg);
  const isSame = own?.name === type.name && type.typmod === own.typmod;
  return isSame && own.domain === undefined ? value : castNode(value, type);
}

/** ROW(…)::type with its fields of the type's. */
function compositeRow(to: Deparsing, row: Ast<'RowExpr'>, name: CompositeTypeName): Node {
  const { fields } = knownComposite(name);
  const args = (row.args ?? []).map((arg, i) => {
    const type = fields[i]?.type ?? sqlType('text');
    if (type.typmod < 0) return coerced(to, arg, type.name);
    return isOpen(arg) ? sizedLiteral(to, arg, type) : castNode(deparse(to, arg), type);
  });
  return castNode({ RowExpr: { ...row, args } }, sqlType(name));
}

function domainCast(to: Deparsing, node: Ast<'TypeCast'>, whole: Node): Node {
  const bound = to.record.exprs.get(whole);
  if (bound?.kind !== 'domain') {
    return to.typeOf(node.arg)?.domain === undefined ? to.refuse(whole) : deparse(to, node.arg);
  }
  const { name } = bound.type;
  const { arg: inner } = node;
  const isText = inner !== undefined && isOpen(inner);
  const arg = isText ? literal(to, inner, sqlType(name)) : deparse(to, inner);
  const names = [bound.schema, bound.name].map((sval) => ({ String: { sval } }));
  return { TypeCast: { arg, typeName: { names } } };
}

/** `'x'::varchar(10)`: the constant is of the type, the cast but its size. */
function sizedLiteral(to: Deparsing, node: Node, type: SqlType): Node {
  const value = literal(to, node, { ...type, typmod: -1 });
  if (type.typmod === -1) return value;
  return castNode(astAs(value, 'TypeCast')?.arg ?? value, type);
}

/** Types that an operator's operands become. */
function operandTypes(
  to: Deparsing,
  symbol: string,
  operands: readonly (Node | undefined)[],
  bound: readonly (TypeName | undefined)[],
): readonly (TypeName | undefined)[] {
  const own = operands.map((operand) => {
    const name = isOpen(operand) ? undefined : to.typeOf(operand)?.name;
    return name === 'unknown' ? undefined : name;
  });
  const assumed = own.map((name, i) => name ?? own[1 - i]);
  const [left, right] = assumed.length === 1 ? [undefined, assumed[0]] : assumed;
  if (right !== undefined && isOperator(symbol, left, right)) return assumed;
  return bound.length === operands.length ? bound : assumed;
}

function boundTypes(to: Deparsing, whole: Node): readonly TypeName[] {
  const expr = to.record.exprs.get(whole);
  if (expr?.kind === 'call') return expr.args.map(({ type }) => type.name);
  if (expr?.kind === 'isDistinct' || expr?.kind === 'isNotDistinct') {
    return [expr.left.type.name, expr.right.type.name];
  }
  return [];
}

function operator(
  to: Deparsing,
  symbol: string,
  operands: readonly [left: Node | undefined, right: Node | undefined],
  whole: Node,
): Node {
  const [left, right] = operands;
  const present = left === undefined ? [right] : [left, right];
  const types = operandTypes(to, symbol, present, boundTypes(to, whole));
  const values = present.map((operand, i) => coerced(to, operand, types[i]));
  return operationNode(symbol, left === undefined ? undefined : values[0], values.at(-1));
}

function operationNode(symbol: string, lexpr: Node | undefined, rexpr: Node | undefined): Node {
  return {
    A_Expr: {
      kind: 'AEXPR_OP',
      name: [{ String: { sval: symbol } }],
      ...(lexpr === undefined ? {} : { lexpr }),
      ...(rexpr === undefined ? {} : { rexpr }),
    },
  };
}

function logicNode(boolop: 'AND_EXPR' | 'OR_EXPR' | 'NOT_EXPR', args: Node[]): Node {
  return args.length === 1 && boolop !== 'NOT_EXPR' && args[0] !== undefined
    ? args[0]
    : { BoolExpr: { boolop, args } };
}

function deparseOperation(to: Deparsing, node: Ast<'A_Expr'>, whole: Node): Node {
  const written = stringsOf(node.name).at(-1) ?? '';
  const symbol = written === '!=' ? '<>' : written;
  const { lexpr, rexpr } = node;
  switch (node.kind ?? 'AEXPR_OP') {
    case 'AEXPR_OP':
      return deparseOperator(to, symbol, [lexpr, rexpr], whole);
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
      return operator(to, symbol, [lexpr, rexpr], whole);
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      const types = operandTypes(to, '=', [lexpr, rexpr], boundTypes(to, whole));
      const distinct: Node = {
        A_Expr: {
          kind: 'AEXPR_DISTINCT',
          name: [{ String: { sval: '=' } }],
          lexpr: coerced(to, lexpr, types[0]),
          rexpr: coerced(to, rexpr, types[1]),
        },
      };
      return node.kind === 'AEXPR_DISTINCT' ? distinct : logicNode('NOT_EXPR', [distinct]);
    }
    case 'AEXPR_NULLIF': {
      const types = operandTypes(to, '=', [lexpr, rexpr], textOperands(to, lexpr));
      return {
        A_Expr: {
          kind: 'AEXPR_NULLIF',
          name: [{ String: { sval: '=' } }],
          lexpr: coerced(to, lexpr, types[0]),
          rexpr: coerced(to, rexpr, types[1]),
        },
      };
    }
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return quantified(to, { symbol, isAny: node.kind === 'AEXPR_OP_ANY', lexpr, rexpr });
    case 'AEXPR_IN':
      return deparseIn(to, node, symbol, whole);
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return deparseBetween(to, node, whole);
    default:
      return to.refuse(whole);
  }
}

/** By order rows are compared as a whole, each pair of fields as the operator takes it. */
function rowComparison(
  to: Deparsing,
  symbol: string,
  [left, right]: readonly [left: readonly Node[], right: readonly Node[]],
): Node {
  const pairs = left.map((field, i) => {
    const bound = [field, right[i]].map((each) => to.typeOf(each)?.name ?? 'unknown');
    const wanted = operandsOf(symbol, [bound[0] ?? 'unknown', bound[1] ?? 'unknown']);
    const types = operandTypes(to, symbol, [field, right[i]], wanted);
    return [coerced(to, field, types[0]), coerced(to, right[i], types[1])] as const;
  });
  const row = (side: 0 | 1): Node => ({
    RowExpr: { args: pairs.map((pair) => pair[side]), row_format: 'COERCE_EXPLICIT_CALL' },
  });
  return operationNode(symbol, row(0), row(1));
}

/** Rows that are equal are equal field by field. */
function deparseOperator(
  to: Deparsing,
  symbol: string,
  operands: readonly [Node | undefined, Node | undefined],
  whole: Node,
): Node {
  const [left, right] = operands.map((operand) => astAs(operand, 'RowExpr')?.args);
  if (left === undefined || right === undefined) return operator(to, symbol, operands, whole);
  if (symbol !== '=' && symbol !== '<>') return rowComparison(to, symbol, [left, right]);
  const tests = left.map((field, i) => operator(to, symbol, [field, right[i]], whole));
  return logicNode(symbol === '=' ? 'AND_EXPR' : 'OR_EXPR', tests);
}

interface Quantified {
  readonly symbol: string;
  readonly isAny: boolean;
  readonly lexpr: Node | undefined;
  readonly rexpr: Node | undefined;
}

function quantified(to: Deparsing, { symbol, isAny, lexpr, rexpr }: Quantified): Node {
  const own = isOpen(lexpr) ? undefined : to.typeOf(lexpr)?.name;
  const array = to.typeOf(rexpr)?.name;
  const element = isOpen(rexpr) || array === undefined ? own : arrayElement(array);
  const value = isOpen(rexpr)
    ? coerced(to, rexpr, own === undefined ? undefined : arrayTypeOf(own))
    : deparse(to, rexpr);
  const arrayName = element === undefined ? undefined : arrayTypeOf(element);
  return quantifiedNode({
    symbol,
    isAny,
    left: coerced(to, lexpr, own ?? element),
    own,
    element,
    value: keptArray(value, arrayName),
  });
}

/** A subquery that gives an array stays under its cast: alone it would be one that gives rows. */
function keptArray(value: Node, type: TypeName | undefined): Node {
  if (astAs(value, 'SubLink') === undefined || type === undefined) return value;
  return castNode(value, sqlType(type));
}

interface QuantifiedParts {
  readonly symbol: string;
  readonly isAny: boolean;
  readonly left: Node;
  readonly own: TypeName | undefined;
  readonly element: TypeName | undefined;
  readonly value: Node;
}

/** varchar has no operators: both sides are cast to text. */
function quantifiedNode({ symbol, isAny, left, own, element, value }: QuantifiedParts): Node {
  const fits = own === undefined || element === undefined || isOperator(symbol, own, element);
  const asText = (node: Node, type: TypeName | undefined, wanted: TypeName): Node =>
    fits || type === wanted ? node : castNode(node, sqlType(wanted));
  const arrayName = element === undefined ? undefined : arrayTypeOf(element);
  return {
    A_Expr: {
      kind: isAny ? 'AEXPR_OP_ANY' : 'AEXPR_OP_ALL',
      name: [{ String: { sval: symbol } }],
      lexpr: asText(left, own, 'text'),
      rexpr: asText(value, arrayName, '_text'),
    },
  };
}

function hasColumn(node: Node): boolean {
  return JSON.stringify(node).includes('"ColumnRef"');
}

/** Several constants make an array; columns are compared one by one. */
function deparseIn(to: Deparsing, node: Ast<'A_Expr'>, symbol: string, whole: Node): Node {
  const items = astAs(node.rexpr, 'List')?.items ?? [];
  if (astAs(node.lexpr, 'RowExpr') !== undefined) return to.refuse(whole);
  const plain = items.filter((item) => !hasColumn(item));
  const listed = plain.length > 1 ? plain : [];
  const own = to.typeOf(node.lexpr)?.name;
  const tests = items
    .filter((item) => !listed.includes(item))
    .map((item) => {
      const types = operandTypes(to, symbol, [node.lexpr, item], []);
      return operationNode(symbol, coerced(to, node.lexpr, types[0]), coerced(to, item, types[1]));
    });
  if (listed.length > 0) {
    const names = listed.map((item) => (isOpen(item) ? undefined : to.typeOf(item)?.name));
    const element = commonName([own, ...names]);
    const value: Node = { A_ArrayExpr: { elements: coercedAll(to, listed, element) } };
    const left = coerced(to, node.lexpr, own ?? element);
    tests.unshift(
      quantifiedNode({ symbol, isAny: symbol === '=', left, own: own ?? element, element, value }),
    );
  }
  return logicNode(symbol === '=' ? 'OR_EXPR' : 'AND_EXPR', tests);
}

function deparseBetween(to: Deparsing, node: Ast<'A_Expr'>, whole: Node): Node {
  const [low, high] = astAs(node.rexpr, 'List')?.items ?? [];
  const isNegated = node.kind?.includes('NOT') === true;
  const [both, either] = isNegated
    ? (['OR_EXPR', 'AND_EXPR'] as const)
    : (['AND_EXPR', 'OR_EXPR'] as const);
  const compare = (symbol: string, bound: Node | undefined): Node => {
    const types = operandTypes(to, symbol, [node.lexpr, bound], textOperands(to, node.lexpr));
    return operationNode(symbol, coerced(to, node.lexpr, types[0]), coerced(to, bound, types[1]));
  };
  const between = (from: Node, until: Node): Node =>
    logicNode(both, [
      compare(isNegated ? '<' : '>=', from),
      compare(isNegated ? '>' : '<=', until),
    ]);
  if (low === undefined || high === undefined) return to.refuse(whole);
  if (node.kind?.endsWith('_SYM') !== true) return between(low, high);
  return logicNode(either, [between(low, high), between(high, low)]);
}

/** varchar is compared as text. */
function textOperands(to: Deparsing, node: Node | undefined): readonly TypeName[] {
  return to.typeOf(node)?.name === 'varchar' ? ['text', 'text'] : [];
}

function deparseCase(to: Deparsing, node: Ast<'CaseExpr'>, whole: Node): Node {
  const type = to.typeOf(whole)?.name;
  const result = type === 'unknown' ? 'text' : type;
  const own = node.arg === undefined ? undefined : to.typeOf(node.arg)?.name;
  const subject = own === 'varchar' ? 'text' : own;
  const args = (node.args ?? []).map((arm): Node => {
    const when = astAs(arm, 'CaseWhen') ?? {};
    const isLiteral = subject !== undefined && isOpen(when.expr);
    const expr = isLiteral ? coerced(to, when.expr, subject) : deparse(to, when.expr);
    return { CaseWhen: { expr, result: coerced(to, when.result, result) } };
  });
  return {
    CaseExpr: {
      ...(node.arg === undefined ? {} : { arg: deparse(to, node.arg) }),
      args,
      defresult: coerced(to, node.defresult ?? nullNode, result ?? 'text'),
    },
  };
}

function deparseArray(to: Deparsing, node: Ast<'A_ArrayExpr'>, whole: Node): Node {
  const type = to.typeOf(whole)?.name;
  const element = type === undefined ? undefined : arrayElement(type);
  const elements = (node.elements ?? []).map((item) =>
    astAs(item, 'A_ArrayExpr') === undefined ? coerced(to, item, element) : deparse(to, item),
  );
  return { A_ArrayExpr: { elements } };
}

function deparseIndirection(to: Deparsing, node: Ast<'A_Indirection'>, whole: Node): Node {
  const parts = node.indirection ?? [];
  const column = to.fieldOfRow(node);
  if (column !== undefined) return column;
  const isField = parts.some((part) => astAs(part, 'A_Indices') === undefined);
  const own = to.typeOf(node.arg)?.name ?? '';
  const isComposite = isCompositeName(own.startsWith('_') ? own.slice(1) : own);
  const hasNames = isComposite || own === 'record';
  if (isField && (!hasNames || parts.some((part) => 'A_Star' in part))) return to.refuse(whole);
  return {
    A_Indirection: {
      arg: deparse(to, node.arg),
      indirection: parts.map((each) => {
        const part = astAs(each, 'A_Indices');
        if (part === undefined) return each;
        return {
          A_Indices: {
            ...part,
            ...(part.lidx === undefined ? {} : { lidx: deparse(to, part.lidx) }),
            ...(part.uidx === undefined ? {} : { uidx: deparse(to, part.uidx) }),
          },
        };
      }),
    },
  };
}

function deparseSubLink(to: Deparsing, node: Ast<'SubLink'>, whole: Node): Node {
  const select = astAs(node.subselect, 'SelectStmt');
  if (select === undefined) return to.refuse(whole);
  const expr = to.record.exprs.get(whole);
  const left = expr?.kind === 'subplan' ? expr.left?.type.name : undefined;
  return {
    SubLink: {
      ...node,
      ...(node.testexpr === undefined ? {} : { testexpr: coerced(to, node.testexpr, left) }),
      subselect: { SelectStmt: to.subquery(select, { hidden: true }) },
    },
  };
}
