/** Constants: SQL literals as written, and unknown literals that became of a type. */
import { SqlError } from '../../errors/sql-error.ts';
import type { ConstantExpr, Expr } from '../../expr/expr.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';
import { markedDomain } from '../../types/user-type.ts';
import type { Ast } from './ast.ts';
import type { BindContext } from './bind-context.ts';

export const boolType = sqlType('bool');
export const unknownType = sqlType('unknown');

export function constant(type: SqlType, value: Datum | null): ConstantExpr {
  return { kind: 'constant', type, value };
}

export function nullOf(type: SqlType): ConstantExpr {
  return constant(type, null);
}

/** A_Const: strings and NULL are of type unknown until something asks for a type. */
export function bindConstant(context: BindContext, node: Ast<'A_Const'>): Expr {
  if (node.isnull === true) return nullOf(unknownType);
  if (node.ival !== undefined) return constant(sqlType('int4'), node.ival.ival ?? 0);
  if (node.boolval !== undefined) return constant(boolType, node.boolval.boolval ?? false);
  if (node.sval !== undefined) return constant(unknownType, node.sval.sval ?? '');
  if (node.fval !== undefined) return numberConstant(context, node.fval.fval ?? '0');
  const bits = node.bsval?.bsval ?? 'b';
  return constant(
    sqlType('bit', bitLength(bits)),
    parseText(sqlType('bit'), bits, context.formats),
  );
}

function bitLength(bits: string): number {
  return bits.startsWith('x') ? (bits.length - 1) * 4 : bits.length - 1;
}

/** Digits that do not fit int4: int8 when they fit that, numeric otherwise. */
function numberConstant(context: BindContext, text: string): ConstantExpr {
  const digits = text.replaceAll('_', '');
  if (/^-?(\d+|0[xob][\da-f]+)$/i.test(digits)) {
    const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
    if (BigInt.asIntN(32, value) === value) return constant(sqlType('int4'), Number(value));
    if (BigInt.asIntN(64, value) === value) return constant(sqlType('int8'), value);
    return constant(sqlType('numeric'), { digits: value, scale: 0 });
  }
  return constant(sqlType('numeric'), parseText(sqlType('numeric'), digits, context.formats));
}

/** Words that mean a time which is known only when the statement runs. */
export const clockWords = /^\s*(now|today|tomorrow|yesterday)\b/i;
export const clockTypes: ReadonlySet<TypeName> = new Set([
  'date',
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
]);

const nameKinds = new Set(['regclass', 'regtype', 'regproc', 'regnamespace', 'regrole']);

/**
 * The value of an unknown literal read as `type` (its modifier is applied by the caller).
 * Errors: the type's input function's, pointing at the literal.
 */
export function literalOf(context: BindContext, literal: ConstantExpr, type: SqlType): Expr {
  const { name } = type;
  if (literal.value === null) return nullOf(sqlType(name));
  const text = literal.value as string;
  if (clockTypes.has(name) && clockWords.test(text)) {
    const source = constant(sqlType('text'), text);
    return { kind: 'call', functionId: `cast(text,${name})`, args: [source], type: sqlType(name) };
  }
  const oid = nameKinds.has(name) ? namedObject(context, name as 'regclass', text) : undefined;
  if (oid !== undefined) return constant(sqlType(name), oid);
  // Only interval's input looks at the modifier: INTERVAL '1' YEAR is not one second.
  const input = name === 'interval' ? type : sqlType(name);
  return constant(input, parseLiteral(context, literal, input));
}

function parseLiteral(context: BindContext, literal: ConstantExpr, type: SqlType): Datum {
  try {
    return parseText(type, literal.value as string, context.formats);
  } catch (error) {
    if (!(error instanceof SqlError) || error.fields.position !== undefined) throw error;
    throw context.positioned(error, literal);
  }
}

type NameKind = Parameters<BindContext['options']['catalog']['resolveName']>[0];

/** `'name'::regclass`: looked up in the catalog; digits and `-` are left to the type's input. */
function namedObject(context: BindContext, kind: NameKind, text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed) || trimmed === '-') return undefined;
  const oid = context.options.catalog.resolveName(kind, trimmed);
  return oid;
}

export function isUnknownConstant(expr: Expr): expr is ConstantExpr {
  return expr.kind === 'constant' && expr.type.name === 'unknown';
}

export function isNullConstant(expr: Expr): boolean {
  return expr.kind === 'constant' && expr.value === null;
}

/** The type's name as error texts have it. */
export function sqlNameOf(type: SqlType | TypeName): string {
  if (typeof type === 'string') return typeRecord(type).sqlName;
  return type.domain === undefined ? typeRecord(type.name).sqlName : markedDomain(type.domain);
}
