/** ALTER TABLE's new rows: every column kept, computed from the old row, or its default. */
import type { Node } from '@pgsql/types';
import type { ColumnDefinition, Table } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { SqlArray } from '../../../types/datum.ts';
import type { KeptFields } from '../../../types/kept-fields.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalNode } from '../../logical.ts';
import { defaultOf } from './assignments.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceTo } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { constant, sqlNameOf } from '../literals.ts';
import { project, type Item } from '../nodes.ts';
import { plainColumns, tableColumns } from '../from/relations.ts';
import { envOf, QueryLevel, type Env } from '../scope.ts';

/** A column of the new rows. */
export interface RewrittenColumn {
  readonly definition: ColumnDefinition;
  /** Its place in the old rows; undefined: the column is new. */
  readonly position: number | undefined;
  /** ALTER COLUMN … TYPE … USING. */
  readonly using?: Node | undefined;
  /** Its type, or one within, has lost fields. */
  readonly fields?: KeptFields | undefined;
}

/** Errors: 42804 when a type does not go over to the new one by itself. */
export function bindRewrite(
  context: BindContext,
  table: Table,
  columns: readonly RewrittenColumn[],
): LogicalNode {
  const level = new QueryLevel(undefined);
  const env = envOf(context, level, 'check');
  const old = tableColumns(context, table.definition);
  const positions = old.map((_, i) => i);
  const scan: LogicalNode = { kind: 'scan', table, columns: old, positions };
  const { name, schema, oid } = table.definition;
  const relation = { name, schema, tableName: name, oid, columns: plainColumns(old) };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  const items = columns.map((column): Item => {
    const { definition, position } = column;
    const target = context.newColumn(definition.name, definition.type, !definition.notNull);
    if (position === undefined) return { column: target, expr: defaultOf(context, definition) };
    const before = must(old[position], 'column');
    return { column: target, expr: newValue(env, column, columnOf(before)) };
  });
  return project(scan, items);
}

function withKeptFields(before: Expr, type: SqlType, { oid, kept }: KeptFields): Expr {
  const array: SqlArray = {
    ...{ element: 'int4', values: kept },
    dimensions: kept.length === 0 ? [] : [{ length: kept.length, lowerBound: 1 }],
  };
  const args = [before, constant(sqlType('int8'), BigInt(oid)), constant(sqlType('_int4'), array)];
  const given = before.type.name.startsWith('_') ? 'anyarray' : 'record';
  return { kind: 'call', functionId: `.keepFields(${given},int8,_int4)`, args, type };
}

function newValue(env: Env, { definition, using, fields }: RewrittenColumn, before: Expr): Expr {
  const { context } = env;
  const { name, type } = definition;
  if (fields !== undefined) return withKeptFields(before, type, fields);
  const expr = using === undefined ? before : bindExpr(env, using);
  const coerced = coerceTo(context, expr, type, 'assignment');
  if (coerced !== undefined) return coerced;
  const isOwn = using === undefined;
  const what = isOwn ? `column "${name}"` : `result of USING clause for column "${name}"`;
  const message = `${what} cannot be cast automatically to type ${sqlNameOf(type)}`;
  const hint = isOwn
    ? `You might need to specify "USING ${name}::${sqlNameOf(type)}".`
    : 'You might need to add an explicit cast.';
  throw context.error('datatype_mismatch', message, undefined, { hint });
}
