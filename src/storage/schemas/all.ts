/** The tables that a new store has. */
import type { TableDefinition } from '../../catalog/table.ts';
import { sqlType } from '../../types/type-table.ts';
import type { ColumnRow } from './column-row.ts';
import { otelLogsAndSpansColumns } from './otel-logs-and-spans.ts';
import { otelMetricsColumns } from './otel-metrics.ts';

function table(name: string, rows: readonly ColumnRow[]): Omit<TableDefinition, 'oid'> {
  return {
    schema: 'public',
    name,
    columns: rows.map(([column, type, notNull]) => ({
      name: column,
      type: sqlType(type),
      notNull: notNull === true,
    })),
    constraints: [],
    owner: 'postgres',
    temporary: false,
  };
}

export const builtInTables: readonly Omit<TableDefinition, 'oid'>[] = [
  table('otel_logs_and_spans', otelLogsAndSpansColumns),
  table('otel_metrics', otelMetricsColumns),
];
