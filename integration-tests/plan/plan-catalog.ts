/** Tables of the plan tests: definitions and statistics, no rows. */
import { must } from '../../src/errors/assert.ts';
import { sqlType } from '../../src/types/type-table.ts';
import type { ColumnStatistics, Table } from '../../src/catalog/table.ts';
import type { PlannerCatalog } from '../../src/plan/planner.ts';
import type { TypeName } from '../../src/types/sql-type.ts';

interface TestColumn extends Partial<ColumnStatistics> {
  readonly name: string;
  readonly type: TypeName;
  readonly notNull?: true;
}

interface TestTable {
  readonly name: string;
  readonly rowCount: number;
  readonly columns: readonly TestColumn[];
}

const day = 86_400_000_000n;
const start = 1_767_225_600_000_000n; // 2026-01-01

const tables: readonly TestTable[] = [
  {
    name: 'otel_logs_and_spans',
    rowCount: 2_000_000,
    columns: [
      { name: 'project_id', type: 'text', distinct: 10, nullFraction: 0 },
      {
        name: 'timestamp',
        type: 'timestamptz',
        notNull: true,
        nullFraction: 0,
        min: start,
        max: start + 30n * day,
      },
      { name: 'id', type: 'text', notNull: true, distinct: 2_000_000, nullFraction: 0 },
      { name: 'parent_id', type: 'text', distinct: 600_000, nullFraction: 0.2 },
      { name: 'name', type: 'text', distinct: 300, nullFraction: 0 },
      { name: 'kind', type: 'text', distinct: 5, nullFraction: 0 },
      { name: 'status_code', type: 'text', distinct: 3, nullFraction: 0.1 },
      { name: 'duration', type: 'int8', nullFraction: 0.1, min: 0n, max: 10_000_000_000n },
      { name: 'hashes', type: '_text', nullFraction: 0.5 },
      { name: 'context___trace_id', type: 'text', distinct: 200_000, nullFraction: 0 },
      { name: 'context___span_id', type: 'text', distinct: 2_000_000, nullFraction: 0 },
      { name: 'resource___service___name', type: 'text', distinct: 12, nullFraction: 0.01 },
      { name: 'attributes___http___response___status_code', type: 'int4', distinct: 20 },
    ],
  },
  {
    name: 'services',
    rowCount: 12,
    columns: [
      { name: 'name', type: 'text', notNull: true, distinct: 12, nullFraction: 0 },
      { name: 'team', type: 'text', distinct: 4, nullFraction: 0 },
      { name: 'budget', type: 'int4' },
    ],
  },
  {
    name: 'teams',
    rowCount: 4,
    columns: [
      { name: 'team', type: 'text', notNull: true, distinct: 4, nullFraction: 0 },
      { name: 'city', type: 'text', distinct: 3, nullFraction: 0 },
    ],
  },
  {
    name: 't',
    rowCount: 1000,
    columns: [
      { name: 'a', type: 'int4', distinct: 1000, nullFraction: 0, min: 1, max: 1000 },
      { name: 'b', type: 'int4', distinct: 10 },
      { name: 'c', type: 'text', distinct: 100 },
    ],
  },
  {
    name: 'u',
    rowCount: 500,
    columns: [
      { name: 'a', type: 'int4', distinct: 500, nullFraction: 0 },
      { name: 'd', type: 'int4', distinct: 50 },
    ],
  },
];

const byName = new Map(tables.map((table, index) => [table.name, tableOf(table, 16_384 + index)]));

function tableOf({ name, rowCount, columns }: TestTable, oid: number): Table {
  const definition = {
    oid,
    schema: 'public',
    name,
    columns: columns.map((column) => {
      return { name: column.name, type: sqlType(column.type), notNull: column.notNull === true };
    }),
    constraints: [],
    owner: 'postgres',
    temporary: false,
  };
  return {
    definition,
    snapshot: () => ({ tableOid: oid, segments: [], rowCount }),
    release: () => undefined,
    statistics: () => ({
      rowCount,
      columns: columns.map((column) => ({ nullFraction: 0.01, ...column })),
    }),
  };
}

export const planCatalog: PlannerCatalog = {
  findTable: (schema, name) => ((schema ?? 'public') === 'public' ? byName.get(name) : undefined),
  findView: () => undefined,
  findFacts: () => undefined,
  resolveName: (_, name) => byName.get(name)?.definition.oid,
  searchPath: ['public'],
};

export function testTable(name: string): Table {
  return must(byName.get(name), name);
}
