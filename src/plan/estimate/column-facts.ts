/** Table statistics by column id, over every scan of a plan. */
import { mapRoots, transformNode } from '../rules/logical-tree.ts';
import type { ColumnStatistics, TableDefinition, TableStatistics } from '../../catalog/table.ts';
import type { LogicalNode, LogicalPlan } from '../logical.ts';

export interface ColumnFacts {
  /** Statistics of the stored column behind a column id. */
  find(id: number): ColumnStatistics | undefined;
  /** Live rows of the table that the scan reads. */
  tableRows(node: Extract<LogicalNode, { readonly kind: 'scan' }>): number;
}

export function collectColumnFacts(plan: LogicalPlan): ColumnFacts {
  const columns = new Map<number, ColumnStatistics>();
  const aliases = new Map<number, number>();
  const tables = new Map<number, TableStatistics>();
  const visit = (node: LogicalNode): LogicalNode => {
    if (node.kind === 'scan') noteScan(node, tables, columns);
    if (node.kind === 'project') {
      node.columns.forEach(({ id }, index) => {
        const expr = node.exprs[index];
        if (expr?.kind === 'column' && expr.index !== id) aliases.set(id, expr.index);
      });
    }
    return node;
  };
  mapRoots(plan, (root) => transformNode(root, visit));
  return {
    find(id) {
      let source = id;
      for (let next = aliases.get(id); next !== undefined; next = aliases.get(next)) source = next;
      return columns.get(source);
    },
    tableRows: (node) => tables.get(node.table.definition.oid)?.rowCount ?? 0,
  };
}

function noteScan(
  node: Extract<LogicalNode, { readonly kind: 'scan' }>,
  tables: Map<number, TableStatistics>,
  columns: Map<number, ColumnStatistics>,
): void {
  const { oid } = node.table.definition;
  const statistics = tables.get(oid) ?? node.table.statistics();
  tables.set(oid, statistics);
  node.columns.forEach(({ id }, index) => {
    const position = node.positions[index];
    if (position === undefined) return;
    const facts = statistics.columns[position];
    if (isUnique(node.table.definition, position)) {
      const { nullFraction = 0 } = facts ?? {};
      const distinct = statistics.rowCount * (1 - nullFraction);
      columns.set(id, { ...facts, nullFraction, distinct });
    } else if (facts !== undefined) columns.set(id, facts);
  });
}

/** Whether no two rows have the same value in the column, but for NULLs. */
function isUnique({ constraints, indexes = [] }: TableDefinition, position: number): boolean {
  const isAlone = (columns: readonly number[]): boolean =>
    columns.length === 1 && columns[0] === position;
  return (
    constraints.some(
      ({ kind, columns }) => (kind === 'primaryKey' || kind === 'unique') && isAlone(columns),
    ) ||
    indexes.some(
      ({ isUnique: unique, columns, where }) => unique && where === undefined && isAlone(columns),
    )
  );
}
