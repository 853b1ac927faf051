/**
 * Calls of functions whose body is one query: the query itself, its parameters the columns of a
 * row that the arguments make, each computed once.
 *
 *     f(x, random())   ──▶   (SELECT x AS a, random() AS b) LATERAL (SELECT … a … b … b …)
 *
 * STRICT drops the row that has a NULL.
 */
import { must } from '../../../errors/assert.ts';
import { isInput, isOutput, type Routine } from '../../../catalog/routine-records.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import { isCompositeName, isRecordName, knownComposite } from '../../../types/user-type.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import type { ResolvedCall } from '../calls/calls.ts';
import { coerceTo } from '../coerce.ts';
import { usesColumns } from '../from/from-clause.ts';
import { boolType, sqlNameOf } from '../literals.ts';
import { filter, join, oneRow, project } from '../nodes.ts';
import { bindQuery } from '../select/query.ts';
import { allOf, fieldAt, fieldsOf } from '../rows.ts';
import { envOf, type OutputColumn } from '../scope.ts';
import { noteSystemColumns } from '../from/system-columns.ts';
import { routineBody, parameterLevel, type RoutineBody } from './routine-body.ts';

export interface RoutineRows {
  readonly node: LogicalNode;
  /** The result's columns, by the names that it declares. */
  readonly columns: readonly LogicalColumn[];
}

/** Functions within functions. */
const depthMax = 64;

export function routineOf(resolved: ResolvedCall): Routine {
  return must(resolved.candidate.match, 'a routine').routine;
}

/** Errors: 42P13, 54001. */
export function routineRows(
  context: BindContext,
  resolved: ResolvedCall,
  defined?: readonly Declared[],
): RoutineRows {
  const routine = routineOf(resolved);
  const inputs = routine.parameters.filter(isInput);
  const items = resolved.args.map((expr, i) => {
    return { column: context.newColumn(inputs[i]?.name ?? '', expr.type), expr };
  });
  const columns = items.map(({ column }) => column);
  const all = items.length === 0 ? oneRow : project(oneRow, items);
  const source = routine.record.isStrict ? filter(all, areKnown(columns)) : all;
  return within(context, routine, (body) => {
    const query = must(body.query, 'a query');
    noteSystemColumns(context, { SelectStmt: query });
    const level = parameterLevel(routine, columns);
    const env = { ...envOf(context, level, 'fromSubquery'), lateralActive: true };
    const { node, output } = bindQuery(context, query, env);
    const results = resultExprs(context, routine, output, { typeOf: resolved.typeOf, defined });
    const own = results.map(({ name, expr }) => ({
      column: context.newColumn(name, expr.type),
      expr,
    }));
    const lateral = usesColumns(node, source);
    const rows = source === oneRow ? node : join(source, node, { joinType: 'inner', lateral });
    return { node: project(rows, own), columns: own.map(({ column }) => column) };
  });
}

function areKnown(columns: readonly LogicalColumn[]): Expr | undefined {
  if (columns.length === 0) return undefined;
  return allOf(columns.map((column) => isKnown(columnOf(column))));
}

export function isKnown(arg: Expr): Expr {
  return { kind: 'isNotNull', arg, type: boolType };
}

export function within<T>(
  context: BindContext,
  { record }: Routine,
  bind: (body: RoutineBody) => T,
): T {
  const { routines } = context;
  if (routines.length >= depthMax) {
    throw context.error('statement_too_complex', 'stack depth limit exceeded', undefined);
  }
  const body = routineBody(record);
  routines.push(record.oid);
  try {
    const inside = { mentions: body.mentions, reader: undefined };
    return context.insideView(record.name, () => bind(body), inside);
  } finally {
    routines.pop();
  }
}

/** A column of the result as it is declared. */
export interface Declared {
  readonly name: string;
  readonly type: SqlType;
}

interface Result {
  readonly name: string;
  readonly expr: Expr;
}

/** Names and types of the result's columns, where they are declared. */
export function declaredColumns(
  { record, parameters, result }: Routine,
  typeFor?: ResolvedCall['typeOf'],
): readonly Declared[] | undefined {
  const typeOf = ({ name, typmod, domain }: SqlType): SqlType => {
    if (domain !== undefined) return { name, typmod, domain };
    return typeFor === undefined ? sqlType(name) : typeFor(name);
  };
  const outputs = parameters.filter(isOutput);
  if (outputs.length > 0) {
    return outputs.map(({ name, type }, i) => {
      return { name: name === '' ? `column${i + 1}` : name, type: typeOf(type) };
    });
  }
  if (isCompositeName(result.name)) return knownComposite(result.name).fields;
  if (result.name === 'record') return undefined;
  return [{ name: record.name, type: typeOf(result) }];
}

interface Declarations {
  readonly typeOf?: ResolvedCall['typeOf'];
  /** A column definition list. */
  readonly defined?: readonly Declared[] | undefined;
}

/** What the last query gives, as what the function declares. Errors: 42P13. */
export function resultExprs(
  context: BindContext,
  routine: Routine,
  output: readonly OutputColumn[],
  { typeOf, defined }: Declarations = {},
): readonly Result[] {
  const declared = defined ?? declaredColumns(routine, typeOf);
  const given = output.map(({ column, shape, name }) => {
    return { name, expr: context.shape(columnOf(column), shape) };
  });
  if (declared === undefined) return given;
  const fields = asFields(context, routine, given) ?? given;
  const isScalar = !isRecordName(routine.result.name);
  const fail = mismatch(context, routine);
  if (isScalar && fields.length !== 1) {
    throw fail('Final statement must return exactly one column.');
  }
  if (fields.length > declared.length) throw fail('Final statement returns too many columns.');
  if (fields.length < declared.length) throw fail('Final statement returns too few columns.');
  return declared.map(({ name, type }, i) => {
    const { expr } = must(fields[i], 'column');
    const coerced = coerceTo(context, expr, type, 'assignment');
    if (coerced !== undefined) return { name, expr: coerced };
    const actual = sqlNameOf(expr.type);
    if (isScalar) throw fail(`Actual return type is ${actual}.`);
    throw fail(
      `Final statement returns ${actual} instead of ${sqlNameOf(type)} at column ${i + 1}.`,
    );
  });
}

function mismatch(context: BindContext, { result }: Routine): (detail: string) => Error {
  const message = `return type mismatch in function declared to return ${sqlNameOf(result)}`;
  return (detail) => {
    return context.error('invalid_function_definition', message, undefined, { detail });
  };
}

/** One composite value in the place of its fields. */
function asFields(
  context: BindContext,
  { result }: Routine,
  given: readonly Result[],
): readonly Result[] | undefined {
  const [only] = given;
  if (only === undefined || given.length !== 1 || !isRecordName(result.name)) return undefined;
  if (!isRecordName(only.expr.type.name)) return undefined;
  return fieldsOf(context, only.expr)?.map(({ name }, i) => {
    return { name, expr: fieldAt(context, only.expr, i) };
  });
}
