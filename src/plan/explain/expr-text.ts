/**
 * Expressions as SQL text, in the manner of PostgreSQL's ruleutils: operators in parentheses,
 * constants with a cast where their type would not be guessed.
 */
import { unreachable } from '../../errors/assert.ts';
import { formatText } from '../../types/type-text.ts';
import { formatType } from '../../types/type-name.ts';
import { isCompositeName, qualifiedName } from '../../types/user-type.ts';
import { splitFunctionId } from '../rules/expr-tree.ts';
import type { ConstantExpr, DomainExpr, Expr, InListExpr, SubplanExpr } from '../../expr/expr.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import type { SortKey } from '../physical.ts';

export interface TextOptions {
  /** Constants as `?`: plans may be shown where row values must not. */
  readonly maskLiterals: boolean;
  /** As a condition is kept: whole numbers that were cast say so. */
  readonly isStored?: boolean;
}

export function exprText(expr: Expr, options: TextOptions = { maskLiterals: false }): string {
  const text = (part: Expr): string => exprText(part, options);
  const list = (parts: readonly Expr[]): string => parts.map(text).join(', ');
  switch (expr.kind) {
    case 'column':
    case 'outerColumn':
      return quotedName(expr.name);
    case 'constant':
      return constantText(expr, options);
    case 'parameter':
      return `$${expr.index + 1}`;
    case 'call':
      return callText(expr, options);
    case 'and':
    case 'or':
      return `(${expr.args.map(text).join(expr.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `(NOT ${text(expr.arg)})`;
    case 'isNull':
    case 'isNotNull':
    case 'isTrue':
    case 'isNotTrue':
    case 'isFalse':
    case 'isNotFalse':
      return `(${text(expr.arg)} ${testWords[expr.kind]})`;
    case 'case': {
      const arms = expr.whens.map(({ when, then }) => `WHEN ${text(when)} THEN ${text(then)} `);
      return `CASE ${arms.join('')}ELSE ${text(expr.otherwise)} END`;
    }
    case 'coalesce':
      return `COALESCE(${list(expr.args)})`;
    case 'isDistinct':
      return `(${text(expr.left)} IS DISTINCT FROM ${text(expr.right)})`;
    case 'isNotDistinct':
      return `(NOT (${text(expr.left)} IS DISTINCT FROM ${text(expr.right)}))`;
    case 'inList':
    case 'notInList':
      return inListText(expr, options);
    case 'anyArray':
    case 'allArray': {
      const { name } = splitFunctionId(expr.functionId);
      const word = expr.kind === 'anyArray' ? 'ANY' : 'ALL';
      return `(${text(expr.left)} ${name} ${word} (${text(expr.array)}))`;
    }
    case 'domain':
      return domainText(expr, options);
    case 'array':
      return `ARRAY[${list(expr.args)}]`;
    case 'row':
      return `ROW(${list(expr.args)})${rowTypeText(expr.type)}`;
    case 'subplan':
      return subplanText(expr, options);
    default:
      return unreachable(expr);
  }
}

const testWords = {
  isNull: 'IS NULL',
  isNotNull: 'IS NOT NULL',
  isTrue: 'IS TRUE',
  isNotTrue: 'IS NOT TRUE',
  isFalse: 'IS FALSE',
  isNotFalse: 'IS NOT FALSE',
} as const;

export function sortKeyText(key: SortKey, options: TextOptions): string {
  const direction = key.descending ? ' DESC' : '';
  if (key.nullsFirst === key.descending) return `${exprText(key.expr, options)}${direction}`;
  const nulls = key.nullsFirst ? ' NULLS FIRST' : ' NULLS LAST';
  return `${exprText(key.expr, options)}${direction}${nulls}`;
}

function callText(expr: Extract<Expr, { readonly kind: 'call' }>, options: TextOptions): string {
  const { name, args: types } = splitFunctionId(expr.functionId);
  const args = expr.args.map((arg) => exprText(arg, options));
  const [left = '', right] = args;
  if (name === 'cast') {
    const inner = left.startsWith('(') ? left : `(${left})`;
    return `${inner}::${typeText({ ...expr.type, name: castTarget(types) })}`;
  }
  if (/^[a-z_0-9]+$/i.test(name)) return `${name}(${args.join(', ')})`;
  return right === undefined ? `(${name} ${left})` : `(${left} ${name} ${right})`;
}

/** `::type` where the row is of a composite one. */
function rowTypeText({ name }: SqlType): string {
  return isCompositeName(name) ? `::${formatType(name)}` : '';
}

function domainText(expr: DomainExpr, options: TextOptions): string {
  const { arg } = expr;
  const isText = arg.kind === 'constant' && arg.value !== null && !options.maskLiterals;
  const value = isText
    ? `'${formatText(arg.type, arg.value).replaceAll("'", "''")}'`
    : `(${exprText(arg, options)})`;
  return `${value}::${qualifiedName(expr.schema, expr.name)}`;
}

function castTarget(types: readonly string[]): TypeName {
  return (types[1] ?? 'text') as TypeName;
}

function typeText({ name, typmod }: SqlType): string {
  return formatType(name, typmod);
}

function constantText(expr: ConstantExpr, options: TextOptions): string {
  const { type, value } = expr;
  if (options.maskLiterals) return '?';
  if (value === null) return `NULL::${typeText(type)}`;
  if (type.name === 'bool') return String(value);
  const text = formatText(type, value);
  const isWhole = type.name === 'numeric' && /^\d+$/.test(text);
  if (isWhole && options.isStored === true) return `(${text})::numeric`;
  const plain = (type.name === 'int4' || type.name === 'numeric') && /^[\d.]+$/.test(text);
  return plain ? text : `'${text.replaceAll("'", "''")}'::${typeText(type)}`;
}

function inListText(expr: InListExpr, options: TextOptions): string {
  const { type } = expr.arg;
  const item = (value: Datum | null): string => (value === null ? 'NULL' : formatText(type, value));
  const array = options.maskLiterals
    ? '?'
    : `'{${expr.list.map(item).join(',').replaceAll("'", "''")}}'::${formatType(type.name, -1)}[]`;
  const operator = expr.kind === 'inList' ? '= ANY' : '<> ALL';
  return `(${exprText(expr.arg, options)} ${operator} (${array}))`;
}

function subplanText(expr: SubplanExpr, options: TextOptions): string {
  const name = `SubPlan ${expr.planIndex + 1}`;
  switch (expr.form) {
    case 'scalar':
      return `(${name})`;
    case 'exists':
      return `EXISTS(${name})`;
    case 'array':
      return `ARRAY(${name})`;
    case 'any':
    case 'all': {
      const operator = splitFunctionId(expr.functionId ?? '=()').name;
      const left = expr.left === undefined ? '' : exprText(expr.left, options);
      return `(${left} ${operator} ${expr.form.toUpperCase()} (${name}))`;
    }
    default:
      return unreachable(expr.form);
  }
}

/** As quote_ident writes it, keywords aside. */
function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
