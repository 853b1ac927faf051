/** A_Expr: operators, IN, ANY, ALL, BETWEEN, LIKE, IS DISTINCT FROM, NULLIF. */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../expr/expr.ts';
import { someExpr } from '../../expr/walk.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import { constantElements } from './arrays.ts';
import { astAs, stringsOf, type Ast } from './ast.ts';
import type { BindContext } from './bind-context.ts';
import { coerceTo, commonType, resolveUnknown } from './coerce.ts';
import { elementOf } from './coercion-rules.ts';
import { bindExpr, bindExprs } from './expressions.ts';
import { boolType, isNullConstant, isUnknownConstant, nullOf } from './literals.ts';
import { bindOperator, findOperator } from './calls/operator-calls.ts';
import { allOf, anyOf, bindRowFields, compareRows } from './rows.ts';
import { valueEnv, type Env } from './scope.ts';
import { bindRowComparison } from './subqueries.ts';
import { arrayTypeOf } from './type-names.ts';

export function bindComparison(outer: Env, node: Ast<'A_Expr'>, whole: Node): Expr {
  const env = valueEnv(outer);
  switch (node.kind) {
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return bindQuantified(env, node);
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return bindDistinct(env, node);
    case 'AEXPR_NULLIF':
      return bindNullIf(env, node);
    case 'AEXPR_IN':
      return bindIn(env, node);
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return bindBetween(env, node);
    default:
      return bindOperatorExpr(env, node, whole);
  }
}

function symbolOf(env: Env, node: Ast<'A_Expr'>): string {
  const names = stringsOf(node.name);
  const [schema] = names;
  if (names.length > 1 && schema !== 'pg_catalog' && schema !== 'public') {
    const message = `schema "${schema}" does not exist`;
    throw env.context.error('invalid_schema_name', message, node.location);
  }
  const symbol = names.at(-1) ?? '';
  return symbol === '!=' ? '<>' : symbol;
}

function bindOperatorExpr(env: Env, node: Ast<'A_Expr'>, whole: Node): Expr {
  const { context } = env;
  const symbol = symbolOf(env, node);
  const place = node.location ?? -1;
  const leftRow = astAs(node.lexpr, 'RowExpr');
  const rightRow = astAs(node.rexpr, 'RowExpr');
  if (leftRow !== undefined && rightRow !== undefined) {
    const left = bindRowFields(env, leftRow.args);
    return compareRows(context, symbol, [left, bindRowFields(env, rightRow.args)], place);
  }
  const subquery = astAs(node.rexpr, 'SubLink');
  if (leftRow !== undefined && subquery?.subLinkType === 'EXPR_SUBLINK') {
    return bindRowComparison(env, { symbol, left: leftRow, subquery, whole });
  }
  const operands = node.lexpr === undefined ? [node.rexpr] : [node.lexpr, node.rexpr];
  const args = operands.map((operand) => bindExpr(env, operand));
  const [only] = args;
  if (symbol === '+' && only !== undefined && args.length === 1 && isNumber(only)) return only;
  return bindOperator(context, symbol, args, place);
}

/** Unary plus of a number is the number. */
function isNumber({ type }: Expr): boolean {
  return ['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'].includes(type.name);
}

/** Rows that are written as such are compared field by field; other rows are values. */
function areWrittenRows(nodes: readonly (Node | undefined)[]): boolean {
  return nodes.every((node) => astAs(node, 'RowExpr') !== undefined);
}

function bindDistinct(env: Env, node: Ast<'A_Expr'>): Expr {
  const { context } = env;
  const left = bindExpr(env, node.lexpr);
  const right = bindExpr(env, node.rexpr);
  const isDistinct = node.kind === 'AEXPR_DISTINCT';
  const place = node.location ?? -1;
  // Not the test of a row's fields: a row of NULLs is a value.
  const isNullTest = (arg: Expr): Expr => {
    const kind = isDistinct ? 'isNotNull' : 'isNull';
    return { kind, arg: resolveUnknown(context, arg), type: boolType };
  };
  if (isNullConstant(right)) return isNullTest(left);
  if (isNullConstant(left)) return isNullTest(right);
  const areRows = areWrittenRows([node.lexpr, node.rexpr]);
  if (areRows && left.kind === 'row' && right.kind === 'row') {
    if (left.args.length !== right.args.length) {
      throw context.error('syntax_error', 'unequal number of entries in row expressions', place);
    }
    const tests = left.args.map((field, i) =>
      distinctOf(context, [field, right.args[i] ?? field], isDistinct, place),
    );
    return isDistinct ? anyOf(tests) : allOf(tests);
  }
  return distinctOf(context, [left, right], isDistinct, place);
}

function distinctOf(
  context: BindContext,
  pair: readonly [Expr, Expr],
  isDistinct: boolean,
  place: number,
): Expr {
  const call = bindOperator(context, '=', pair, place);
  const [left = pair[0], right = pair[1]] = call.args;
  const kind = isDistinct ? 'isDistinct' : 'isNotDistinct';
  return { kind, left, right, equals: call.functionId, type: boolType };
}

function bindNullIf(env: Env, node: Ast<'A_Expr'>): Expr {
  const left = bindExpr(env, node.lexpr);
  const equals = bindOperator(
    env.context,
    '=',
    [left, bindExpr(env, node.rexpr)],
    node.location ?? -1,
  );
  // The left operand as the operator takes it; for polymorphic operators as it is.
  const value = equals.args[0] ?? left;
  return {
    kind: 'case',
    whens: [{ when: equals, then: nullOf(value.type) }],
    otherwise: value,
    type: value.type,
  };
}

function bindBetween(env: Env, node: Ast<'A_Expr'>): Expr {
  const { context } = env;
  const place = node.location ?? -1;
  const value = bindExpr(env, node.lexpr);
  const bounds = astAs(node.rexpr, 'List')?.items ?? [];
  const [low, high] = bindExprs(env, bounds);
  if (low === undefined || high === undefined)
    throw context.unsupported('this BETWEEN', node.location);
  const isSymmetric = node.kind?.endsWith('_SYM') === true;
  const isNegated = node.kind?.includes('NOT') === true;
  const areRows = areWrittenRows([node.lexpr, ...bounds]);
  const fieldsOf = (row: Node | undefined) => bindRowFields(env, astAs(row, 'RowExpr')?.args);
  const compare = (symbol: string, bound: Expr): Expr =>
    areRows
      ? compareRows(
          context,
          symbol,
          [fieldsOf(node.lexpr), fieldsOf(bounds[bound === low ? 0 : 1])],
          place,
        )
      : bindOperator(context, symbol, [value, bound], place);
  const within = (from: Expr, to: Expr): Expr => {
    const one = compare(isNegated ? '<' : '>=', from);
    const other = compare(isNegated ? '>' : '<=', to);
    return isNegated ? anyOf([one, other]) : allOf([one, other]);
  };
  if (!isSymmetric) return within(low, high);
  const both = [within(low, high), within(high, low)];
  return isNegated ? allOf(both) : anyOf(both);
}

function bindIn(env: Env, node: Ast<'A_Expr'>): Expr {
  const { context } = env;
  const isNegated = symbolOf(env, node) === '<>';
  const place = node.location ?? -1;
  const items = astAs(node.rexpr, 'List')?.items ?? [];
  const row = astAs(node.lexpr, 'RowExpr');
  if (row !== undefined) return bindRowIn(env, node, isNegated);
  const left = bindExpr(env, node.lexpr);
  const list = bindExprs(env, items);
  const constants = listOfConstants(context, left, list, place);
  if (constants !== undefined) return { ...constants, kind: isNegated ? 'notInList' : 'inList' };
  const tests = typedTogether(context, left, list).map((item) =>
    bindOperator(context, isNegated ? '<>' : '=', [left, item], place),
  );
  return isNegated ? allOf(tests) : anyOf(tests);
}

/** PostgreSQL makes an array of items without columns: they share one type. */
function typedTogether(context: BindContext, left: Expr, list: readonly Expr[]): readonly Expr[] {
  const hasColumn = (item: Expr): boolean => someExpr(item, ({ kind }) => kind === 'column');
  const plain = list.filter((item) => !hasColumn(item));
  const type = commonType(context, [left, ...plain], undefined);
  if (plain.length < 2 || type === undefined || type.name === 'record') return list;
  return list.map((item) =>
    plain.includes(item) ? (coerceTo(context, item, sqlType(type.name)) ?? item) : item,
  );
}

/** `arg IN (constants)` when every item becomes a constant of the argument's type. */
function listOfConstants(
  context: BindContext,
  left: Expr,
  list: readonly Expr[],
  place: number,
): Extract<Expr, { kind: 'inList' | 'notInList' }> | undefined {
  if (list.length < 2 || !list.every((item) => item.kind === 'constant')) return undefined;
  const type = commonType(context, [left, ...list], undefined);
  if (type === undefined) return undefined;
  const { args } = findOperator(context, '=', [type.name, type.name], place);
  if (args.some((name) => typeRecord(name).category === 'P')) return undefined;
  const compared = sqlType(type.name === 'varchar' ? type.name : (args[0] ?? type.name));
  const asCompared = (expr: Expr): Expr | undefined => {
    const common = coerceTo(context, expr, sqlType(type.name));
    return common && coerceTo(context, common, compared);
  };
  const arg = asCompared(left);
  const items = list.map(asCompared);
  if (arg === undefined) return undefined;
  const values = items.map((item) => (item?.kind === 'constant' ? item : undefined));
  if (values.some((value) => value === undefined)) return undefined;
  const constants = values.map((value) => value?.value ?? null);
  return { kind: 'inList', arg, list: constants, type: boolType };
}

function bindRowIn(env: Env, node: Ast<'A_Expr'>, isNegated: boolean): Expr {
  const { context } = env;
  const place = node.location ?? -1;
  const left = bindRowFields(env, astAs(node.lexpr, 'RowExpr')?.args);
  const tests = (astAs(node.rexpr, 'List')?.items ?? []).map((item) => {
    const right = astAs(item, 'RowExpr');
    if (right === undefined) throw context.unsupported('a row compared with another value', item);
    const fields = bindRowFields(env, right.args);
    return compareRows(context, isNegated ? '<>' : '=', [left, fields], place);
  });
  return isNegated ? allOf(tests) : anyOf(tests);
}

/** `left op ANY (array)` */
function bindQuantified(env: Env, node: Ast<'A_Expr'>): Expr {
  const { context } = env;
  const place = node.location ?? -1;
  const symbol = symbolOf(env, node);
  const isAny = node.kind === 'AEXPR_OP_ANY';
  const left = bindExpr(env, node.lexpr);
  const array = bindExpr(env, node.rexpr);
  const element = array.type.name === 'unknown' ? 'unknown' : elementOf(array.type.name);
  if (element === undefined) {
    const message = 'op ANY/ALL (array) requires array on right side';
    throw context.error('wrong_object_type', message, place);
  }
  const candidate = findOperator(context, symbol, [left.type.name, element], place);
  const { overload, functionId } = candidate.found;
  if (overload.kind !== 'scalar' || overload.returns !== 'bool') {
    const message = 'op ANY/ALL (array) requires operator to yield boolean';
    throw context.error('wrong_object_type', message, place);
  }
  const [leftName = left.type.name, declared = element] = candidate.args;
  const known = left.type.name === 'unknown' ? element : left.type.name;
  const compared = element === 'unknown' ? known : element;
  const elementName = typeRecord(declared).category === 'P' ? compared : declared;
  const name = arrayTypeOf(elementName);
  const wantedLeft = typeRecord(leftName).category === 'P' ? known : leftName;
  const coercedLeft = coerceTo(context, left, sqlType(wantedLeft));
  const keepsArray = element === elementName && !isUnknownConstant(array);
  const coercedArray =
    keepsArray || name === undefined ? array : coerceTo(context, array, sqlType(name));
  if (coercedLeft === undefined || coercedArray === undefined) {
    throw context.unsupported(`${symbol} over these arrays`, place);
  }
  return quantified({ symbol, isAny, left: coercedLeft, array: coercedArray, functionId });
}

interface Quantified {
  readonly symbol: string;
  readonly isAny: boolean;
  readonly left: Expr;
  readonly array: Expr;
  readonly functionId: string;
}

/** `= ANY (constants)` is IN, `<> ALL (constants)` is NOT IN. */
function quantified({ symbol, isAny, left, array, functionId }: Quantified): Expr {
  const list = constantElements(array);
  const isList = (symbol === '=' && isAny) || (symbol === '<>' && !isAny);
  const sameType = elementOf(array.type.name) === left.type.name;
  if (list !== undefined && list.length > 0 && isList && sameType) {
    return { kind: isAny ? 'inList' : 'notInList', arg: left, list, type: boolType };
  }
  return { kind: isAny ? 'anyArray' : 'allArray', left, array, functionId, type: boolType };
}
