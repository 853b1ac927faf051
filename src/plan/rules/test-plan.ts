/** Logical plans made by hand over tables that have only a definition and statistics. */
import { must } from '../../errors/assert.ts';
import { initializeAllocator } from '../../memory/allocator.ts';
import { attachHeap, createSharedMemory } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import { conjunctionOf } from './expr-tree.ts';
import { joinOf } from './logical-tree.ts';
import type { ColumnStatistics, Table } from '../../catalog/table.ts';
import type { ColumnExpr, Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalNode, LogicalPlan, LogicalScan } from '../logical.ts';
import type { AggregateCall, JoinType } from '../physical.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';

attachHeap(createSharedMemory(64 * 2 ** 20));
initializeAllocator();

export interface TestColumn {
  readonly name: string;
  readonly type: TypeName;
  readonly statistics?: ColumnStatistics;
}

export function testTable(
  name: string,
  oid: number,
  rowCount: number,
  columns: readonly TestColumn[],
): Table {
  return {
    definition: {
      oid,
      schema: 'public',
      name,
      columns: columns.map((column) => {
        return { name: column.name, type: sqlType(column.type), notNull: false };
      }),
      constraints: [],
      owner: 'postgres',
      temporary: false,
    },
    snapshot: () => ({ tableOid: oid, segments: [], rowCount }),
    release: () => undefined,
    statistics: () => ({ rowCount, columns: columns.map(({ statistics }) => statistics) }),
  };
}

export class PlanBuilder {
  #nextId = 0;
  readonly subqueries: LogicalNode[] = [];

  column(name: string, type: TypeName): LogicalColumn {
    this.#nextId += 1;
    return { id: this.#nextId - 1, name, type: sqlType(type), nullable: true };
  }

  scan(table: Table): LogicalScan {
    const columns = table.definition.columns.map(({ name, type }) => this.column(name, type.name));
    return { kind: 'scan', table, positions: columns.map((_, at) => at), columns };
  }

  aggregate(
    input: LogicalNode,
    groupBy: readonly Expr[],
    aggregates: readonly AggregateCall[],
  ): LogicalNode {
    const groups = groupBy.map((expr) =>
      this.column('name' in expr ? expr.name : 'key', expr.type.name),
    );
    const results = aggregates.map((call) => this.column('result', call.type.name));
    return { kind: 'aggregate', input, groupBy, aggregates, columns: [...groups, ...results] };
  }

  plan(root: LogicalNode): LogicalPlan {
    return {
      root,
      output: root.columns.map(({ id, name }) => ({ id, name })),
      subqueries: this.subqueries,
      ctes: [],
      parameterTypes: [],
      nextColumnId: this.#nextId,
    };
  }
}

export function of(node: LogicalNode, name: string): ColumnExpr {
  const { id, type } = must(
    node.columns.find((column) => column.name === name),
    name,
  );
  return { kind: 'column', index: id, type, name };
}

export function constant(type: TypeName, value: Datum | null): Expr {
  return { kind: 'constant', type: sqlType(type), value };
}

export function compare(op: string, left: Expr, right: Expr): Expr {
  const functionId = `${op}(${left.type.name},${right.type.name})`;
  return { kind: 'call', functionId, args: [left, right], type: sqlType('bool') };
}

export function filter(input: LogicalNode, ...conjuncts: readonly Expr[]): LogicalNode {
  const predicate = must(conjunctionOf(conjuncts), 'predicate');
  return { kind: 'filter', input, predicate, columns: input.columns };
}

export function join(
  left: LogicalNode,
  right: LogicalNode,
  joinType: JoinType,
  condition?: Expr,
): LogicalNode {
  return joinOf(
    {
      kind: 'join',
      left,
      right,
      joinType,
      condition,
      nullAware: false,
      nullsEqual: false,
      lateral: false,
      columns: [],
    },
    left,
    right,
  );
}

export function project(input: LogicalNode, ...exprs: readonly ColumnExpr[]): LogicalNode {
  const columns = exprs.map(({ index }) =>
    must(
      input.columns.find(({ id }) => id === index),
      'column',
    ),
  );
  return { kind: 'project', input, exprs, columns };
}

export function aggregateCall(name: string, args: readonly Expr[], type: TypeName): AggregateCall {
  const functionId = `${name}(${args.map((arg) => arg.type.name).join()})`;
  return { accumulator: name, functionId, args, distinct: false, orderBy: [], type: sqlType(type) };
}
