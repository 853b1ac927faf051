/** Composite types: rows made values of one, and values with some fields set anew. */
import type { Expr, RowExpr } from '../../expr/expr.ts';
import type { CompositeTypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { hasDomainWithin, isCompositeName, knownComposite } from '../../types/user-type.ts';
import type { BindContext } from './bind-context.ts';
import { coerceTo } from './coerce.ts';
import type { CoercionContext } from './coercion-rules.ts';
import { domainValue } from './domains.ts';
import { boolType, nullOf, sqlNameOf } from './literals.ts';
import { fieldAt } from './rows.ts';

interface RowCast {
  readonly name: CompositeTypeName;
  readonly how: CoercionContext;
  /** Of a written cast; undefined: errors point at the row. */
  readonly place?: Expr | number;
}

/** ROW(…) as a value of the type, field by field. Errors: 42846. */
export function rowAsComposite(
  context: BindContext,
  expr: Expr,
  { name, how, place = expr }: RowCast,
): Expr {
  const { fields } = knownComposite(name);
  const message = `cannot cast type record to ${sqlNameOf(name)}`;
  if (expr.kind !== 'row') throw context.error('cannot_coerce', message, place);
  const fail = (detail: string): Error => {
    return context.error('cannot_coerce', message, place, { detail });
  };
  if (expr.args.length < fields.length) throw fail('Input has too few columns.');
  if (expr.args.length > fields.length) throw fail('Input has too many columns.');
  const args = expr.args.map((arg, i) => {
    const { type } = fields[i] ?? { type: arg.type };
    const coerced = coerceTo(context, arg, type, how);
    if (coerced !== undefined) return coerced;
    const types = `${sqlNameOf(arg.type)} to ${sqlNameOf(type)}`;
    throw fail(`Cannot cast type ${types} in column ${i + 1}.`);
  });
  return compositeOf(name, args);
}

/**
 * A value that was read, its fields asked what their domains ask. Errors: 0A000 for arrays of such
 * values, and those of the conditions once it runs.
 */
export function asOfDomains(context: BindContext, expr: Expr): Expr {
  const { name } = expr.type;
  const isNull = expr.kind === 'constant' && expr.value === null;
  if (isNull || !hasDomainWithin(name)) return expr;
  if (!isCompositeName(name)) throw context.unsupported('an array of rows with a domain', expr);
  const args = knownComposite(name).fields.map(({ type }, i) => {
    const field = asOfDomains(context, fieldAt(context, expr, i));
    return type.domain === undefined ? field : domainValue(context, asBase(field), type);
  });
  const when: Expr = { kind: 'isNull', arg: expr, type: boolType };
  const whens = [{ when, then: nullOf(expr.type) }];
  return { kind: 'case', whens, otherwise: compositeOf(name, args), type: expr.type };
}

function asBase(expr: Expr): Expr {
  const { name, typmod } = expr.type;
  return { ...expr, type: { name, typmod } };
}

function compositeOf(name: CompositeTypeName, args: readonly Expr[]): RowExpr {
  const names = knownComposite(name).fields.map((field) => field.name);
  return { kind: 'row', args, names, type: sqlType(name) };
}

export interface FieldTarget {
  readonly column: string;
  readonly field: string;
  readonly place: number | undefined;
}

/**
 * The value with another value in one field; without a value before, the others are NULL.
 * Errors: 42804 where it is no composite value, 42703.
 */
export function withField(
  context: BindContext,
  before: Expr,
  { column, field, place }: FieldTarget,
  change: (inner: Expr) => Expr,
): Expr {
  const { name } = before.type;
  const target = `cannot assign to field "${field}" of column "${column}"`;
  const shown = sqlNameOf(before.type);
  if (!isCompositeName(name)) {
    const message = `${target} because its type ${shown} is not a composite type`;
    throw context.error('datatype_mismatch', message, place);
  }
  const { fields } = knownComposite(name);
  if (!fields.some((each) => each.name === field)) {
    const message = `${target} because there is no such column in data type ${shown}`;
    throw context.error('undefined_column', message, place);
  }
  const isAbsent = before.kind === 'constant' && before.value === null;
  const args = fields.map((each, i) => {
    const inner = isAbsent ? nullOf(each.type) : fieldAt(context, before, i);
    return each.name === field ? change(inner) : inner;
  });
  return compositeOf(name, args);
}
