/** Table statistics by column id, over every scan of a plan. */
import { mapRoots, transformNode } from '../rules/logical-tree.ts';
import type { ColumnStatistics, TableStatistics } from '../../catalog/table.ts';
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
    const facts = position === undefined ? undefined : statistics.columns[position];
    if (facts !== undefined) columns.set(id, facts);
  });
}
