/** Names to columns: `c`, `t.c`, `s.t.c`, whole rows, and what to say when there is none. */
import type { Node } from '@pgsql/types';
import type { SqlErrorFields } from '../../errors/sql-error.ts';
import type { ColumnExpr, Expr } from '../../expr/expr.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { isStar, stringsOf, type Ast } from './ast.ts';
import { attributeOf } from './attributes.ts';
import { columnOf } from './bind-context.ts';
import { missingColumn, missingRelation } from './calls/missing-names.ts';
import { fieldOf, wholeRow } from './rows.ts';
import { bindVariable, columnOrVariable } from './variables.ts';
import { envsOf, type Env, type NamespaceItem, type Relation, type ScopeColumn } from './scope.ts';

export function bindColumnRef(env: Env, node: Ast<'ColumnRef'>, whole: Node): Expr {
  const { context } = env;
  const names = stringsOf(node.fields);
  const place = node.location ?? -1;
  if (isStar(node.fields?.at(-1))) {
    const name = names.at(-1);
    if (name === undefined) throw context.unsupported('"*" in this place', whole);
    const relation = findRelation(env, names.at(-2), name, place);
    const variable = relation === undefined ? bindVariable(env, names, place) : undefined;
    if (variable !== undefined) return variable;
    if (relation === undefined) throw missingRelation(env, name, place);
    noteRow(env, node, relation);
    return wholeRow(env, relation, place);
  }
  const [first = '', second] = names;
  const bound =
    second === undefined ? bindUnqualified(env, node, first) : bindQualified(env, node, names);
  if (bound.kind === 'column') noteColumn(env, node, bound);
  return bound;
}

function noteColumn(env: Env, node: Ast<'ColumnRef'>, { index: id, name }: ColumnExpr): void {
  const { record } = env.context;
  if (record === undefined) return;
  for (const { level } of envsOf(env)) {
    const isHere = level.relations.some(({ columns }) =>
      columns.some(({ column }) => column.id === id),
    );
    if (!isHere) continue;
    record.columns.set(node, { level, id, name: stringsOf(node.fields).at(-1) ?? name });
    return;
  }
}

function noteRow(env: Env, node: Ast<'ColumnRef'>, relation: Relation): void {
  const { record } = env.context;
  for (const { level } of envsOf(env)) {
    if (relation.name === undefined || !level.relations.includes(relation)) continue;
    record?.rows.set(node, { level, relation: relation.name });
    return;
  }
}

function bindUnqualified(env: Env, node: Ast<'ColumnRef'>, name: string): Expr {
  const place = node.location ?? -1;
  const column = findColumn(env, name, place);
  if (column !== undefined) return columnOrVariable(env, column, [name], place);
  const variable = bindVariable(env, [name], place);
  if (variable !== undefined) return variable;
  const found = findRelation(env, undefined, name, place);
  if (found !== undefined) {
    noteRow(env, node, found);
    return wholeRow(env, found, place);
  }
  throw missingColumn(env, undefined, name, place);
}

function bindQualified(env: Env, node: Ast<'ColumnRef'>, names: readonly string[]): Expr {
  const place = node.location ?? -1;
  const parts = names.length === 4 ? names.slice(1) : names;
  if (parts.length > 3) {
    const message = `improper qualified name (too many dotted names): ${names.join('.')}`;
    throw env.context.error('syntax_error', message, place);
  }
  const column = parts.at(-1) ?? '';
  const relationName = parts.at(-2) ?? '';
  const schema = parts.length === 3 ? parts[0] : undefined;
  const relation = findRelation(env, schema, relationName, place);
  const variable = relation === undefined ? bindVariable(env, names, place) : undefined;
  if (variable !== undefined) return variable;
  if (relation === undefined) {
    const value = schema === undefined ? parameterNamed(env, relationName) : undefined;
    if (value !== undefined) return fieldOf(env, value, column, place);
    throw missingRelation(env, relationName, place);
  }
  const found = relation.columns.filter(({ name }) => name === column);
  if (found.length > 1) throw ambiguous(env, column, place);
  const [only] = found;
  if (only === undefined) {
    const other =
      bindVariable(env, names, place, false) ?? bindAttribute(env, node, [relation, column]);
    if (other !== undefined) return other;
    throw missingColumn(env, relationName, column, place);
  }
  return columnOrVariable(env, outward(env, only), names, place);
}

/** `t.f`, where f is a function of rows of t. */
function bindAttribute(
  env: Env,
  node: Ast<'ColumnRef'>,
  [relation, name]: readonly [relation: Relation, name: string],
): Expr | undefined {
  const { context } = env;
  const found = attributeOf(env, name, wholeRow(env, relation));
  if (found === undefined) return undefined;
  noteRow(env, node, relation);
  if (found.routine !== undefined) context.record?.attributes.set(node, found.routine);
  else context.record?.attributes.set(node, { schema: undefined, name });
  const row = quoteIdentifier(relation.name ?? '');
  context.references?.call(node.location ?? -1, `${found.name}(${row})`);
  return found.value;
}

/** A parameter of the function around. */
function parameterNamed(env: Env, name: string): Expr | undefined {
  for (const { level } of envsOf(env)) {
    const found = level.parameters?.find((each) => each.name === name);
    if (found !== undefined) return outward(env, found);
  }
  return undefined;
}

/** A column by its bare name, from the innermost level that knows it. Errors: 42702. */
export function findColumn(env: Env, name: string, place: number): ColumnExpr | undefined {
  for (const each of envsOf(env)) {
    const found = visible(each).flatMap((item) => {
      const columns = item.columnsVisible ? item.relation.columns : [];
      return columns.filter((column) => column.name === name).map((column) => ({ item, column }));
    });
    if (found.length > 1) throw ambiguous(env, name, place);
    const [only] = found;
    if (only !== undefined) {
      checkLateral(env, only.item, place);
      return outward(env, only.column);
    }
  }
  return undefined;
}

function ambiguous(env: Env, name: string, place: number): Error {
  return env.context.error('ambiguous_column', `column reference "${name}" is ambiguous`, place);
}

/** A relation by name, innermost first. Errors: 42P09 when two match, 42P10 for a bad LATERAL. */
export function findRelation(
  env: Env,
  schema: string | undefined,
  name: string,
  place: number,
): Relation | undefined {
  for (const each of envsOf(env)) {
    const found = visible(each).filter(
      ({ relation, relationVisible }) => relationVisible && isNamed(relation, schema, name),
    );
    if (found.length > 1) {
      const message = `table reference "${name}" is ambiguous`;
      throw env.context.error('ambiguous_alias', message, place);
    }
    if (found[0] !== undefined) {
      checkLateral(env, found[0], place);
      return found[0].relation;
    }
  }
  return undefined;
}

function isNamed(relation: Relation, schema: string | undefined, name: string): boolean {
  if (schema === undefined) return relation.name === name;
  return relation.schema === schema && relation.tableName === name;
}

function visible(env: Env): readonly NamespaceItem[] {
  return env.level.namespace.filter(
    (item) => item.lateralOnly !== true || env.lateralActive === true,
  );
}

function checkLateral(env: Env, item: NamespaceItem, place: number): void {
  if (item.lateralOnly !== true || item.lateralOk === true) return;
  const message = `invalid reference to FROM-clause entry for table "${item.relation.name ?? ''}"`;
  const name = `There is an entry for table "${item.relation.name ?? ''}"`;
  const fields: SqlErrorFields =
    item.isTarget === true
      ? { hint: `${name}, but it cannot be referenced from this part of the query.` }
      : { detail: 'The combining JOIN type must be INNER or LEFT for a LATERAL reference.' };
  throw env.context.error('invalid_column_reference', message, place, fields);
}

/**
 * The reference, noted in every level between its own and the one that has the column.
 * Errors: 0A000.
 */
export function outward(env: Env, { column, shape, unkept }: ScopeColumn): ColumnExpr {
  if (unkept !== undefined) throw env.context.unsupported(unkept, undefined);
  env.context.noteUse(column);
  for (const { level } of envsOf(env)) {
    const isHere = level.relations.some(({ columns }) =>
      columns.some((each) => each.column.id === column.id),
    );
    if (isHere) break;
    level.outer.set(column.id, columnOf(column));
  }
  return env.context.shape(columnOf(column), shape);
}
