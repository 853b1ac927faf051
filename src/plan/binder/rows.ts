/** Rows: ROW(…), whole-row references, fields of composites, comparison row by row. */
import type { Node } from '@pgsql/types';
import type { Expr, RowExpr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { isCompositeName, isRecordName, knownComposite } from '../../types/user-type.ts';
import { astAs, isStar, stringsOf, type Ast } from './ast.ts';
import { attributeOf } from './attributes.ts';
import type { RecordShape } from './bind-context.ts';
import type { BindContext } from './bind-context.ts';
import { resolveUnknown } from './coerce.ts';
import { outward } from './column-refs.ts';
import { bindExpr } from './expressions.ts';
import { boolType, constant, nullOf, sqlNameOf } from './literals.ts';
import { bindOperator } from './calls/operator-calls.ts';
import { refuseRepeated } from './routines/repeated-calls.ts';
import { valueEnv, type Env, type Relation } from './scope.ts';
import { expandStar } from './select/star.ts';

export const recordType = sqlType('record');

export function bindRow(outer: Env, node: Ast<'RowExpr'>): Expr {
  const env = valueEnv(outer);
  const fields = bindRowFields(env, node.args);
  return rowOf(
    env.context,
    fields,
    fields.map((_, i) => `f${i + 1}`),
  );
}

/** Fields of a row as written: `t.*` is spread, unknown literals stay unknown. */
export function bindRowFields(env: Env, args: readonly Node[] | undefined): readonly Expr[] {
  return (args ?? []).flatMap((arg) => {
    const fields = astAs(arg, 'ColumnRef')?.fields;
    if (isStar(fields?.at(-1))) return expandStar(env, arg).map(({ expr }) => expr);
    return [bindExpr(env, arg)];
  });
}

export function rowOf(
  context: BindContext,
  args: readonly Expr[],
  names: readonly string[],
): RowExpr {
  const shape = args.map((arg, i) => ({ name: names[i] ?? '', type: arg.type }));
  return context.shape({ kind: 'row', args, names, type: recordType }, shape);
}

/** `t` where a value is wanted: its columns as one row, NULL when an outer join found none. */
export function wholeRow(env: Env, relation: Relation, place = -1): Expr {
  if (env.clause === 'generated') throw ownRow(env, place);
  const columns = relation.columns.filter(({ hidden }) => hidden !== true);
  const args = columns.map((column) => outward(env, column));
  const [only] = args;
  if (relation.isScalar === true && only !== undefined) return only;
  const plain = rowOf(
    env.context,
    args,
    columns.map(({ name }) => name),
  );
  const rowType = relation.rowType ?? rowTypeOf(env.context, relation);
  const row = rowType === undefined ? plain : typedRow(env.context, plain, rowType);
  if (relation.nullExtended !== true) return row;
  const when = nullTestOf(env.context, row, false);
  const { type } = row;
  const whens = [{ when, then: nullOf(type) }];
  const shape = env.context.shapeOf(plain);
  return env.context.shape({ kind: 'case', whens, otherwise: row, type }, shape);
}

/** 42P17. */
function ownRow({ context }: Env, place: number): Error {
  const message = 'cannot use whole-row variable in column generation expression';
  return context.error('invalid_object_definition', message, place, {
    detail: 'This would cause the generated column to depend on its own value.',
  });
}

function rowTypeOf({ options }: BindContext, { oid }: Relation): SqlType | undefined {
  return oid === undefined ? undefined : options.catalog.rowTypeOf?.(oid);
}

/** The value has the names of the type; those that an alias gives are names for this query. */
function typedRow(context: BindContext, row: RowExpr, type: SqlType): RowExpr {
  if (!isCompositeName(type.name)) return { ...row, type };
  const names = knownComposite(type.name).fields.map(({ name }) => name);
  return context.shape({ ...row, type, names }, context.shapeOf(row));
}

/** `(composite).name` */
export function fieldOf(env: Env, expr: Expr, name: string, place: number): Expr {
  const { context } = env;
  if (!isRecordName(expr.type.name)) {
    const type = sqlNameOf(expr.type);
    const message = `column notation .${name} applied to type ${type}, which is not a composite type`;
    throw context.error('wrong_object_type', message, place);
  }
  const index = fieldsOf(context, expr)?.findIndex((field) => field.name === name) ?? -1;
  if (index < 0) {
    const attribute = attributeOf(env, name, expr);
    if (attribute !== undefined && context.references !== undefined) {
      throw context.unsupported('a function as an attribute of a value in a view', place);
    }
    if (attribute !== undefined) return attribute.value;
    if (isCompositeName(expr.type.name) && context.shapeOf(expr) === undefined) {
      const message = `column "${name}" not found in data type ${sqlNameOf(expr.type)}`;
      throw context.error('undefined_column', message, place);
    }
    const relation = stringsOf(astAs(context.originOf(expr), 'ColumnRef')?.fields).at(-1);
    const message =
      relation === undefined
        ? `could not identify column "${name}" in record data type`
        : `column ${relation}.${name} does not exist`;
    throw context.error('undefined_column', message, place);
  }
  return fieldAt(context, expr, index);
}

export function fieldsOf(context: BindContext, expr: Expr): RecordShape | undefined {
  const { name } = expr.type;
  return context.shapeOf(expr) ?? (isCompositeName(name) ? knownComposite(name).fields : undefined);
}

/** The field of a known row is its argument; of a composite value it is taken out of it. */
export function fieldAt(context: BindContext, expr: Expr, index: number): Expr {
  const row = rowWithin(expr);
  const field = row?.args[index];
  if (field !== undefined) return field;
  const type = fieldsOf(context, expr)?.[index]?.type;
  if (type === undefined) throw context.unsupported('a field of a stored composite value', expr);
  const place = constant(sqlType('int4'), index);
  return { kind: 'call', functionId: '.(record,int4)', args: [expr, place], type };
}

/** Behind the NULL guard of an outer join the fields are NULL anyway. */
function rowWithin(expr: Expr): RowExpr | undefined {
  if (expr.kind === 'row') return expr;
  return expr.kind === 'case' && expr.otherwise.kind === 'row' ? expr.otherwise : undefined;
}

/** IS [NOT] NULL; of a row: every field is (is not) NULL. */
export function nullTestOf(context: BindContext, arg: Expr, negated: boolean): Expr {
  const kind = negated ? 'isNotNull' : 'isNull';
  if (arg.kind !== 'row' && isRecordName(arg.type.name)) {
    return { kind: 'call', functionId: `.${kind}(record)`, args: [arg], type: boolType };
  }
  if (arg.kind !== 'row') return { kind, arg: resolveUnknown(context, arg), type: boolType };
  const tests = arg.args.map((field): Expr => ({
    kind,
    arg: resolveUnknown(context, field),
    type: boolType,
  }));
  return allOf(tests);
}

export function allOf(tests: readonly Expr[]): Expr {
  const [only] = tests;
  if (only === undefined) return { kind: 'constant', type: boolType, value: true };
  return tests.length === 1 ? only : { kind: 'and', args: tests, type: boolType };
}

export function anyOf(tests: readonly Expr[]): Expr {
  const [only] = tests;
  if (only === undefined) return { kind: 'constant', type: boolType, value: false };
  return tests.length === 1 ? only : { kind: 'or', args: tests, type: boolType };
}

/** `(a, b) op (c, d)`: fields pairwise; order comparisons from left to right. */
export function compareRows(
  context: BindContext,
  symbol: string,
  rows: readonly [left: readonly Expr[], right: readonly Expr[]],
  place: number,
): Expr {
  const [left, right] = rows;
  if (left.length !== right.length) {
    throw context.error('syntax_error', 'unequal number of entries in row expressions', place);
  }
  if (left.length === 0) {
    const message = 'cannot compare rows of zero length';
    throw context.error('feature_not_supported', message, place);
  }
  const pair = (operator: string, i: number): Expr =>
    bindOperator(context, operator, [left[i] as Expr, right[i] as Expr], place);
  const pairs = left.map((_, i) => pair(symbol, i));
  const stray = pairs.find(({ type }) => type.name !== 'bool');
  if (stray !== undefined) {
    const must = 'row comparison operator must yield type boolean';
    const message = `${must}, not type ${sqlNameOf(stray.type)}`;
    throw context.error('datatype_mismatch', message, place);
  }
  if (symbol === '=') return allOf(pairs);
  if (symbol === '<>') return anyOf(pairs);
  const strict = symbol.slice(0, 1);
  if (!['<', '<=', '>', '>='].includes(symbol)) {
    const message = `could not determine interpretation of row comparison operator ${symbol}`;
    const hint = 'Row comparison operators must be associated with btree operator families.';
    throw context.error('feature_not_supported', message, place, { hint });
  }
  const last = left.length - 1;
  if (last > 0) refuseRepeated(context, [...left, ...right], 'this comparison of rows');
  return left.reduceRight<Expr | undefined>((rest, _, i) => {
    if (rest === undefined) return pair(i === last ? symbol : strict, i);
    return anyOf([pair(strict, i), allOf([pair('=', i), rest])]);
  }, undefined) as Expr;
}
