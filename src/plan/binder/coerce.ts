/** Coercions made explicit: casts, lengths, and the common type of alternatives. */
import type { ConstantExpr, Expr } from '../../expr/expr.ts';
import type { Numeric } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import { applyTypmod as cutTo } from '../../types/typmod.ts';
import type { BindContext } from './bind-context.ts';
import { castId } from '../../functions/casts/find-cast.ts';
import { canCast, type CoercionContext } from './coercion-rules.ts';
import { boolType, constant, isUnknownConstant, literalOf, sqlNameOf } from './literals.ts';
import { isCompositeName } from '../../types/user-type.ts';
import { asOfDomains, rowAsComposite } from './composites.ts';
import { domainValue } from './domains.ts';
import { indeterminate } from './parameters.ts';
import { castByUser } from './calls/user-casts.ts';

/** The expression as a value of `to`; undefined when that context allows no such cast. */
export function coerceTo(
  context: BindContext,
  expr: Expr,
  to: SqlType,
  how: CoercionContext = 'implicit',
): Expr | undefined {
  const origin = context.originOf(expr);
  if (to.domain !== undefined) return coerceToDomain(context, expr, to, how);
  const named = coerceName(context, expr, to, how);
  if (named === undefined) return undefined;
  const isRead = expr.type.name !== to.name && expr.type.name !== 'record';
  const coerced = isRead ? asOfDomains(context, named) : named;
  return context.place(applyTypmod(asBase(coerced, to), to, how), origin);
}

/** What asks for a plain type gets no domain; `any` takes values as they are. */
function asBase(expr: Expr, to: SqlType): Expr {
  if (expr.type.domain === undefined || to.name === 'any') return expr;
  const { name, typmod } = expr.type;
  return { ...expr, type: { name, typmod } };
}

/** As the domain's base type, then checked; parameters are, whatever their type was said to be. */
function coerceToDomain(
  context: BindContext,
  expr: Expr,
  to: SqlType,
  how: CoercionContext,
): Expr | undefined {
  if (expr.type.domain === to.domain && expr.kind !== 'parameter') return expr;
  const origin = context.originOf(expr);
  const isOpen = expr.kind === 'parameter' && expr.type.name === 'unknown';
  const base = isOpen ? coerceUnknown(context, expr, to) : coerceTo(context, expr, plain(to), how);
  return base && context.place(domainValue(context, base, to), origin);
}

/** As if assigned; where there is no such cast, by way of its text (PL/pgSQL's rule). */
export function convertTo(context: BindContext, expr: Expr, to: SqlType): Expr {
  const assigned = coerceTo(context, expr, to, 'assignment');
  if (assigned !== undefined) return assigned;
  const text = coerceTo(context, expr, textType, 'explicit') ?? expr;
  return coerceTo(context, text, to, 'explicit') ?? text;
}

function plain({ name, typmod }: SqlType): SqlType {
  return { name, typmod };
}

function coerceName(
  context: BindContext,
  expr: Expr,
  to: SqlType,
  how: CoercionContext,
): Expr | undefined {
  const from = expr.type.name;
  if (to.name === 'any') {
    if (from === 'unknown' && expr.kind === 'parameter') throw indeterminate(expr.index);
    return from === 'unknown' ? coerceName(context, expr, textType, how) : expr;
  }
  if (from === to.name) return expr;
  if (from === 'unknown') return coerceUnknown(context, expr, to);
  // A composite value is a record as it is.
  if (to.name === 'record' && isCompositeName(from)) return expr;
  if (isCompositeName(to.name) && from === 'record') {
    return rowAsComposite(context, expr, { name: to.name, how });
  }
  const made = castByUser(context, expr, to, how);
  if (made !== undefined) return made;
  if (!canCast(from, to.name, how)) return undefined;
  return (
    foldWidening(expr, to.name) ?? {
      kind: 'call',
      functionId: castId(from, to.name),
      args: [expr],
      // The low bits of an integer: how many there are decides which.
      type: sqlType(to.name, to.name === 'bit' && isInteger(from) ? to.typmod : -1),
    }
  );
}

function isInteger(name: TypeName): boolean {
  return name === 'int2' || name === 'int4' || name === 'int8';
}

const textType = sqlType('text');

function coerceUnknown(context: BindContext, expr: Expr, to: SqlType): Expr {
  if (isUnknownConstant(expr))
    return context.place(literalOf(context, expr, to), context.originOf(expr));
  if (expr.kind === 'parameter') {
    const position = context.positionFields(context.locationOf(expr));
    const type = context.parameters.fix(expr.index, to, position);
    return { ...expr, type };
  }
  const text: Expr = { ...expr, type: textType } as Expr;
  return to.name === 'text'
    ? text
    : { kind: 'call', functionId: castId('text', to.name), args: [text], type: sqlType(to.name) };
}

/** A constant integer as the wider type; int4 literals beside int8, float8 or numeric columns. */
function foldWidening(expr: Expr, to: TypeName): ConstantExpr | undefined {
  if (expr.kind !== 'constant' || expr.value === null) return undefined;
  const from = expr.type.name;
  if (isInteger(from)) return foldInteger(BigInt(expr.value as number | bigint), to);
  const numeric = expr.value as Numeric;
  const isPlain = from === 'numeric' && numeric.special === undefined;
  if (!isPlain || to !== 'float8') return undefined;
  const value = Number(`${numeric.digits}e${-numeric.scale}`);
  const isLost = !Number.isFinite(value) || (value === 0 && numeric.digits !== 0n);
  return isLost ? undefined : constant(sqlType('float8'), value);
}

function foldInteger(value: bigint, to: TypeName): ConstantExpr | undefined {
  switch (to) {
    case 'int4':
    case 'int2':
    case 'oid':
      return fits(value, to) ? constant(sqlType(to), Number(value)) : undefined;
    case 'int8':
      return constant(sqlType(to), value);
    case 'float8':
      return constant(sqlType(to), Number(value));
    case 'numeric':
      return constant(sqlType(to), { digits: value, scale: 0 });
    default:
      return undefined;
  }
}

function fits(value: bigint, to: 'int2' | 'int4' | 'oid'): boolean {
  if (to === 'oid') return value >= 0n && value <= 0xffff_ffffn;
  return BigInt.asIntN(to === 'int2' ? 16 : 32, value) === value;
}

/** Sets a length or precision; what is too long is cut when explicit, refused when assigned. */
export function applyTypmod(expr: Expr, to: SqlType, how: CoercionContext): Expr {
  if (expr.type.typmod === to.typmod) return expr;
  if (to.typmod < 0) return how === 'explicit' ? withoutTypmod(expr) : expr;
  if (expr.kind === 'constant') {
    const { value } = expr;
    return constant(to, value === null ? null : cutTo(to, value, how === 'explicit'));
  }
  const name = how === 'explicit' ? 'cast' : 'assign';
  const strict = lengthTypes.has(to.name) ? name : 'cast';
  return { kind: 'call', functionId: `${strict}(${to.name},${to.name})`, args: [expr], type: to };
}

/** The value as it is; nothing is known of its length or precision any more. */
function withoutTypmod(expr: Expr): Expr {
  const { name, domain } = expr.type;
  return { ...expr, type: { name, typmod: -1, ...(domain !== undefined && { domain }) } };
}

/** Types whose explicit cast truncates where an assignment fails. */
const lengthTypes: ReadonlySet<TypeName> = new Set([
  'varchar',
  'bpchar',
  'bit',
  'varbit',
  '_varchar',
  '_bpchar',
  '_bit',
  '_varbit',
]);

/** As `to`, or 42804 with the words of the clause: `argument of WHERE must be type …`. */
export function coerceToBoolean(context: BindContext, expr: Expr, construct: string): Expr {
  return coerceArgument(context, expr, boolType, construct);
}

export function coerceArgument(
  context: BindContext,
  expr: Expr,
  to: SqlType,
  construct: string,
): Expr {
  const coerced = coerceTo(context, expr, to, 'assignment');
  const wanted = sqlNameOf(to);
  if (coerced !== undefined) return coerced;
  const message = `argument of ${construct} must be type ${wanted}, not type ${sqlNameOf(expr.type)}`;
  throw context.error('datatype_mismatch', message, expr);
}

/**
 * The type of alternatives (PostgreSQL's select_common_type): unknown literals count for nothing,
 * then the first type to which the others go implicitly. Errors: 42804 `CASE types … and …
 * cannot be matched`. With `construct` undefined it returns undefined instead.
 */
export function commonType(
  context: BindContext,
  exprs: readonly Expr[],
  construct: string | undefined,
): SqlType | undefined {
  let best: Expr | undefined;
  for (const expr of exprs) {
    if (expr.type.name === 'unknown') continue;
    if (best === undefined) {
      best = expr;
      continue;
    }
    const [have, next] = [best.type.name, expr.type.name];
    if (have === next) continue;
    if (typeRecord(have).category !== typeRecord(next).category) {
      if (construct === undefined) return undefined;
      const types = `types ${sqlNameOf(have)} and ${sqlNameOf(next)}`;
      throw context.error('datatype_mismatch', `${construct} ${types} cannot be matched`, expr);
    }
    const isBetter =
      !typeRecord(have).preferred &&
      canCast(have, next, 'implicit') &&
      !canCast(next, have, 'implicit');
    if (isBetter) best = expr;
  }
  if (best === undefined) return sqlType('text');
  const { name, domain } = best.type;
  const typmod = commonTypmod(exprs, best.type);
  // Only when all are of the same domain is the result of it.
  const isSame = domain !== undefined && exprs.every(({ type }) => type.domain === domain);
  return isSame ? { name, typmod, domain } : sqlType(name, typmod);
}

/** The modifier that all alternatives share; -1 otherwise. */
function commonTypmod(exprs: readonly Expr[], type: SqlType): number {
  const { typmod } = type;
  return exprs.every((expr) => expr.type.name === type.name && expr.type.typmod === typmod)
    ? typmod
    : -1;
}

/** Coerces every alternative to the common type. */
export function unify(
  context: BindContext,
  exprs: readonly Expr[],
  construct: string,
): { readonly type: SqlType; readonly exprs: readonly Expr[] } {
  const type = commonType(context, exprs, construct) ?? sqlType('text');
  return { type, exprs: exprs.map((expr) => coerceCommon(context, expr, type, construct)) };
}

export function coerceCommon(
  context: BindContext,
  expr: Expr,
  type: SqlType,
  construct: string,
): Expr {
  const { name, domain } = type;
  const coerced = coerceTo(context, expr, domain === undefined ? sqlType(name) : type);
  if (coerced !== undefined) return coerced;
  const message = `${construct} could not convert type ${sqlNameOf(expr.type)} to ${sqlNameOf(type)}`;
  throw context.error('cannot_coerce', message, expr);
}

/** Unknown literals and parameters that nothing typed become text. */
export function resolveUnknown(context: BindContext, expr: Expr): Expr {
  if (expr.type.name !== 'unknown') return expr;
  return context.place(coerceUnknown(context, expr, textType), context.originOf(expr));
}

/** A written cast: 42846 when there is none. */
export function castExplicitly(context: BindContext, expr: Expr, to: SqlType, place: number): Expr {
  const isRow = expr.type.name === 'record';
  if (isRow && isCompositeName(to.name) && to.domain === undefined) {
    const cast = { name: to.name, how: 'explicit', place } as const;
    return rowAsComposite(context, expr, cast);
  }
  const coerced = coerceTo(context, expr, to, 'explicit');
  if (coerced !== undefined) return coerced;
  const message = `cannot cast type ${sqlNameOf(expr.type)} to ${sqlNameOf(to)}`;
  throw context.error('cannot_coerce', message, place);
}
