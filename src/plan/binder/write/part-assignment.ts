/** SET a[1] = …, a[1:2] = …, j['k'] = …, c.x = …: values with another part. */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../../expr/expr.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import { bindJsonbKey, bindSubscript, bindSubscripts, int4 } from '../arrays.ts';
import { astAs, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { castExplicitly, coerceTo } from '../coerce.ts';
import { elementOf } from '../coercion-rules.ts';
import { withField } from '../composites.ts';
import { constant, sqlNameOf } from '../literals.ts';
import type { Env } from '../scope.ts';

const rewriteHint = 'You will need to rewrite or cast the expression.';

export interface PartAssignment {
  /** Subscripts and names of fields. */
  readonly subscripts: readonly Node[];
  readonly value: Expr;
  readonly column: string;
  /** Of the target in the text. */
  readonly place: number | undefined;
}

/**
 * The value of an array, a jsonb or a composite type with another part. Errors: 42804 when the
 * value is none of the part's type, 42703; 0A000 for fields of slices and of jsonb.
 */
export function bindPartAssignment(env: Env, before: Expr, assignment: PartAssignment): Expr {
  const { context } = env;
  const { subscripts, value, column, place } = assignment;
  const [first] = subscripts;
  const field = astAs(first, 'String')?.sval;
  if (field !== undefined) {
    const rest = subscripts.slice(1);
    return withField(context, before, { column, field, place }, (inner) => {
      if (rest.length === 0) return fieldValue(context, value, inner.type, { field, place });
      return bindPartAssignment(env, inner, { ...assignment, subscripts: rest, column: field });
    });
  }
  const count = subscripts.findIndex((node) => astAs(node, 'A_Indices') === undefined);
  const own = (count < 0 ? subscripts : subscripts.slice(0, count)).flatMap((node) => {
    return astAs(node, 'A_Indices') ?? [];
  });
  const rest = count < 0 ? [] : subscripts.slice(count);
  const isSlice = own.some(({ is_slice }) => is_slice === true);
  const isJsonb = before.type.name === 'jsonb';
  if (rest.length > 0 && (isSlice || isJsonb)) {
    throw context.unsupported('assignment to a field of a slice or of jsonb', place);
  }
  if (isJsonb) return withMember(env, before, [own, assignment]);
  if (elementOf(before.type.name) === undefined) {
    const type = sqlNameOf(before.type);
    const message = `cannot subscript type ${type} because it does not support subscripting`;
    throw context.error('datatype_mismatch', message, place);
  }
  if (isSlice) return withSlice(env, before, [own, assignment]);
  return withElement(env, before, [own, { ...assignment, subscripts: rest }]);
}

type Subscripted = readonly [own: readonly Ast<'A_Indices'>[], assignment: PartAssignment];

/** `subscripts`: what of the element is set; none: all of it. */
function withElement(env: Env, before: Expr, [own, assignment]: Subscripted): Expr {
  const { context } = env;
  const indexes = own.map(({ uidx }) => bindSubscript(env, uidx));
  const element = elementOf(before.type.name) ?? 'text';
  const value =
    assignment.subscripts.length === 0
      ? partValue(context, sqlType(element, before.type.typmod), assignment)
      : bindPartAssignment(env, bindSubscripts(env, before, own), assignment);
  const id = 'array_assign(anyarray,anyelement,int4)';
  return { kind: 'call', functionId: id, args: [before, value, ...indexes], type: before.type };
}

/** A subscript beside slices is one from 1, as when it is read. */
function withSlice(env: Env, before: Expr, [own, assignment]: Subscripted): Expr {
  let given = 0;
  const bounds = own.flatMap(({ is_slice, lidx, uidx }, i) => {
    const isFromOne = is_slice !== true;
    if (isFromOne || lidx !== undefined) given |= 1 << (2 * i);
    if (uidx !== undefined) given |= 2 << (2 * i);
    const lower = isFromOne || lidx === undefined ? int4(1) : bindSubscript(env, lidx);
    return [lower, uidx === undefined ? int4(1) : bindSubscript(env, uidx)];
  });
  const value = partValue(env.context, before.type, assignment);
  const id = '.assignSlice(anyarray,anyarray,int4)';
  return {
    kind: 'call',
    functionId: id,
    args: [before, value, int4(given), ...bounds],
    type: before.type,
  };
}

function withMember(env: Env, before: Expr, [own, assignment]: Subscripted): Expr {
  const { context } = env;
  const keys = own.map((indices) => bindJsonbKey(env, indices));
  const value = partValue(context, before.type, assignment);
  const isArray = constant(sqlType('bool'), keys[0]?.type.name === 'int4');
  const steps = keys.map((key) => {
    return castExplicitly(context, key, sqlType('text'), context.locationOf(key));
  });
  const id = '.assignMember(jsonb,jsonb,bool,text)';
  return {
    kind: 'call',
    functionId: id,
    args: [before, value, isArray, ...steps],
    type: before.type,
  };
}

/** Errors: 42804. */
function partValue(
  context: BindContext,
  type: SqlType,
  { value, column, place }: PartAssignment,
): Expr {
  const coerced = coerceTo(context, value, type, 'assignment');
  if (coerced !== undefined) return coerced;
  const types = `type ${sqlNameOf(type)} but expression is of type ${sqlNameOf(value.type)}`;
  const message = `subscripted assignment to "${column}" requires ${types}`;
  throw context.error('datatype_mismatch', message, place, { hint: rewriteHint });
}

function fieldValue(
  context: BindContext,
  value: Expr,
  type: SqlType,
  { field, place }: { readonly field: string; readonly place: number | undefined },
): Expr {
  const coerced = coerceTo(context, value, type, 'assignment');
  if (coerced !== undefined) return coerced;
  const types = `type ${sqlNameOf(type)} but expression is of type ${sqlNameOf(value.type)}`;
  const message = `subfield "${field}" is of ${types}`;
  throw context.error('datatype_mismatch', message, place, { hint: rewriteHint });
}
