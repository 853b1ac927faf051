/** A small catalog for tests: tables without storage, a view, fact tables. */
import type { ColumnDefinition, Table } from '../../catalog/table.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { parseSql } from '../../sql/parse.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { logicalPlanText } from '../logical-text.ts';
import type { Field } from '../physical.ts';
import type { FactTable, PlannerCatalog, PlannerOptions } from '../planner.ts';
import { bindStatement, type BoundStatement } from './bind-statement.ts';

type Column = readonly [name: string, type: TypeName, more?: Partial<ColumnDefinition>];

export function testTable(name: string, oid: number, columns: readonly Column[]): Table {
  return {
    definition: {
      oid,
      schema: 'public',
      name,
      columns: columns.map(([column, type, more]) => {
        return { name: column, type: sqlType(type), notNull: false, ...more };
      }),
      constraints: [{ name: `${name}_pkey`, kind: 'primaryKey', columns: [0] }],
      owner: 'postgres',
      temporary: false,
    },
    snapshot: () => ({ tableOid: oid, segments: [], rowCount: 0 }),
    release: () => undefined,
    statistics: () => ({ rowCount: 0, columns: [] }),
  };
}

const tables: readonly Table[] = [
  testTable('t', 16_384, [
    ['a', 'int4'],
    ['b', 'text'],
    ['c', 'timestamptz'],
    ['d', 'numeric'],
    ['e', '_int4'],
  ]),
  testTable('u', 16_385, [
    ['id', 'int8'],
    ['a', 'int4'],
    ['name', 'varchar'],
    ['f', 'float8', { defaultSql: '1.5' }],
  ]),
  testTable('projects', 16_386, [
    ['id', 'uuid'],
    ['name', 'varchar'],
  ]),
];

/** The catalog, with the given fact tables beside the tables t, u, projects and the view v. */
export function testCatalog(facts: readonly FactTable[] = []): PlannerCatalog {
  const isIn = (schema: string | undefined, of: string): boolean =>
    schema === undefined || schema === of;
  const oids: Readonly<Record<string, number>> = { projects: 16_386, pg_class: 1259 };
  return {
    searchPath: ['public'],
    findTable: (schema, name) =>
      isIn(schema, 'public')
        ? tables.find(({ definition }) => definition.name === name)
        : undefined,
    findView: (schema, name) =>
      name === 'v' && isIn(schema, 'public')
        ? { oid: 16_390, schema: 'public', name, sql: 'SELECT a AS x, b FROM t WHERE a > 1' }
        : undefined,
    findFacts: (schema, name) =>
      facts.find((each) => each.name === name && (schema ?? 'pg_catalog') === each.schema),
    resolveName: (kind, name) => (kind === 'regclass' ? oids[name] : undefined),
  };
}

export interface BindRequest {
  readonly catalog?: PlannerCatalog;
  readonly parameterTypes?: readonly (SqlType | undefined)[];
}

/** Binds the one statement of a text. */
export function bindText(sql: string, request: BindRequest = {}): BoundStatement {
  const { catalog = testCatalog(), parameterTypes = [] } = request;
  const [statement] = parseSql(sql);
  if (statement === undefined) throw new Error(`no statement in ${sql}`);
  const { positionOf } = statement;
  const options: PlannerOptions = {
    catalog,
    parameterTypes,
    positionOf,
    timeZone: 'UTC',
    workers: 0,
  };
  return bindStatement(statement.node, options);
}

export function planText(sql: string): string {
  const bound = bindText(sql);
  return logicalPlanText(bound.kind === 'query' ? bound.plan : bound.source);
}

/** `name:type name:type`, or `SQLSTATE@position message`. */
export function outcome(sql: string, request: BindRequest = {}): string {
  try {
    return bindText(sql, request).fields.map(fieldText).join(' ');
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { position } = error.fields;
    return `${error.code}${position === undefined ? '' : `@${position}`} ${error.message}`;
  }
}

function fieldText({ name, type }: Field): string {
  return `${name}:${type.name}${type.typmod < 0 ? '' : `#${type.typmod}`}`;
}
