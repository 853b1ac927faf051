/** Leaves: stored tables, facts, values, table functions, work tables. */
import {
  PartitionRouter,
  survivingPartitions,
  type PartitionCondition,
} from '../../catalog/partitions.ts';
import type { Table } from '../../catalog/table.ts';
import { must } from '../../errors/assert.ts';
import { conjunctsOf } from '../rules/expr-tree.ts';
import { over, resolver, type Planned, type Planning, type Scope } from './planning.ts';
import { pruningOf } from './pruning.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalNode } from '../logical.ts';

/** A table with more rows than this is scanned by all workers. */
const parallelRowsMin = 20_000;

type Node<K extends LogicalNode['kind']> = Extract<LogicalNode, { readonly kind: K }>;

/** `predicate` is the filter above; what of it a zone map can decide goes into the scan. */
export function planScan(
  planning: Planning,
  scope: Scope,
  scan: Node<'scan'>,
  predicate?: Expr,
): Planned {
  const { oid, name } = scan.table.definition;
  planning.tables.add(oid);
  const leaves = leavesOf(planning, scan, predicate);
  const rows = planning.estimator.rows(scan);
  const pruning = conjunctsOf(predicate)
    .flatMap((conjunct) => pruningOf(planning.functions, scan, conjunct))
    .map((pruned) => ({
      ...pruned,
      values: pruned.values.map(resolver(planning, scope, [])),
    }));
  const parallel = scope.parallel && rows > parallelRowsMin;
  return over(
    {
      kind: 'SeqScanExec',
      tableOid: oid,
      tableName: name,
      columns: scan.positions,
      pruning,
      parallel,
      ...(leaves === undefined ? {} : { leaves }),
    },
    scan.columns,
    { rows, inputs: [], open: parallel },
  );
}

/** The leaves of a partitioned table that the filter's constants leave, named by OID. */
function leavesOf(
  { functions, tables }: Planning,
  scan: Node<'scan'>,
  predicate: Expr | undefined,
): ReadonlyMap<number, string> | undefined {
  if (scan.table.partitions === undefined) return undefined;
  const conditions = conjunctsOf(predicate)
    .flatMap((conjunct) => pruningOf(functions, scan, conjunct))
    .flatMap(({ column, op, values }): PartitionCondition[] => {
      const known = values.flatMap((value) => {
        return value.kind === 'constant' && value.value !== null ? [value.value] : [];
      });
      return known.length < values.length ? [] : [{ column, op, values: known }];
    });
  const found = new Map<number, string>();
  const visit = (table: Table): void => {
    const { definition, partitions = [] } = table;
    tables.add(definition.oid);
    if (definition.partitionBy === undefined) {
      found.set(definition.oid, definition.name);
      return;
    }
    const kept = survivingPartitions(PartitionRouter.of(table), conditions);
    for (const each of partitions) if (kept.has(each.definition)) visit(each);
  };
  visit(scan.table);
  return found;
}

/** Equalities of the filter above, if any, choose the rows. */
export function planFactScan(
  planning: Planning,
  scope: Scope,
  scan: Node<'factScan'>,
  predicate?: Expr,
): Planned {
  const { facts, positions, columns } = scan;
  const keys = conjunctsOf(predicate)
    .flatMap((conjunct) => pruningOf(planning.functions, scan, conjunct))
    .filter(({ op }) => op === '=' || op === 'in')
    .map((key) => ({ ...key, values: key.values.map(resolver(planning, scope, [])) }));
  const total = planning.estimator.rows(scan);
  const rows = keys.length === 0 ? total : Math.max(1, Math.round(Math.sqrt(total)));
  const carried = facts.rows === undefined ? {} : { rows: facts.rows };
  const part = { schema: facts.schema, factName: facts.name, columns: positions, ...carried };
  return over({ kind: 'FactScanExec', ...part, ...(keys.length === 0 ? {} : { keys }) }, columns, {
    rows,
    inputs: [],
    open: false,
  });
}

export function planValues(planning: Planning, scope: Scope, node: Node<'values'>): Planned {
  const resolve = resolver(planning, scope, []);
  const rows = node.rows.map((row) => row.map(resolve));
  return over({ kind: 'ValuesExec', rows }, node.columns, {
    rows: rows.length,
    inputs: [],
    open: false,
  });
}

export function planTableFunction(
  planning: Planning,
  scope: Scope,
  node: Node<'tableFunction'>,
): Planned {
  const resolve = resolver(planning, scope, []);
  const calls = node.calls.map(({ functionId, args }) => ({
    functionId,
    args: args.map(resolve),
  }));
  return over({ kind: 'TableFunctionExec', calls, ordinality: node.ordinality }, node.columns, {
    rows: planning.estimator.rows(node),
    inputs: [],
    open: false,
  });
}

/** Position in the table of the scan's column with that id. */
export function tablePosition(scan: Node<'scan' | 'factScan'>, id: number): number | undefined {
  const index = scan.columns.findIndex((column) => column.id === id);
  return index < 0 ? undefined : must(scan.positions[index], 'position');
}
