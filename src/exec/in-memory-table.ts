/** Tables and requests for tests: segments of columns in shared memory. */
import type { Arena } from '../memory/arena.ts';
import { buildColumn } from '../columns/builder.ts';
import { must } from '../errors/assert.ts';
import { sqlType } from '../types/type-table.ts';
import type { SegmentReader, SegmentSnapshot, TableSnapshot, ZoneMap } from '../catalog/table.ts';
import type { Column } from '../columns/column.ts';
import type { Expr } from '../expr/expr.ts';
import type { Field, NodeOf, PlanNode } from '../plan/physical.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import type { Chunk, QueryRequest, QueryRun } from './execution.ts';
import { createExecutor, type ExecutorOptions } from './executor.ts';
import { testMemoryBytes } from './test-memory.ts';

export function testExecutor(memory: WebAssembly.Memory, workers: number) {
  const options: ExecutorOptions = {
    workers,
    memory,
    workerUrl: new URL('./in-memory-worker.js', import.meta.url),
    segments: inMemorySegments,
  };
  return createExecutor(options);
}

export interface TestBody {
  readonly columns: readonly Column[];
  readonly zones: readonly (ZoneMap | undefined)[];
}

export const inMemorySegments: SegmentReader = {
  column: ({ body }, position) => must((body as TestBody).columns[position], 'a column'),
  zone: ({ body }, position) => (body as TestBody).zones[position],
  mayContain: () => true,
};

export interface TestColumn {
  readonly type: TypeName;
  readonly value: (row: number) => Datum | null;
  readonly zone?: (from: number, to: number) => ZoneMap;
}

/** A table whose segments have `segmentRows` rows, the last one fewer. */
export function makeTable(
  columns: readonly TestColumn[],
  rowCount: number,
  segmentRows: number,
  arena: Arena,
): TableSnapshot {
  const segments: SegmentSnapshot[] = [];
  for (let from = 0; from < rowCount; from += segmentRows) {
    const to = Math.min(from + segmentRows, rowCount);
    const rows = Array.from({ length: to - from }, (_, index) => from + index);
    segments.push({
      segment: segments.length,
      rowCount: to - from,
      deleted: 0,
      deletedCount: 0,
      body: {
        columns: columns.map(({ type, value }) =>
          buildColumn(sqlType(type), rows.map(value), arena),
        ),
        zones: columns.map(({ zone }) => zone?.(from, to)),
      } satisfies TestBody,
    });
  }
  return { tableOid: 1, segments, rowCount };
}

let nextId = 0;
const estimates = { estimatedRows: 1, estimatedCost: 1 };

export function field(name: string, type: TypeName): Field {
  return { name, type: sqlType(type), nullable: true };
}

/** A plan node with a number of its own. */
export function planNode<T extends Omit<PlanNode, 'id' | 'estimatedRows' | 'estimatedCost'>>(
  node: T,
): T & Pick<PlanNode, 'id' | 'estimatedRows' | 'estimatedCost'> {
  return { ...node, ...estimates, id: nextId++ };
}

export function scanOf(
  types: readonly TypeName[],
  options: Partial<NodeOf<'SeqScanExec'>> = {},
): NodeOf<'SeqScanExec'> {
  return planNode({
    kind: 'SeqScanExec' as const,
    tableOid: 1,
    tableName: 't',
    columns: types.map((_, index) => index),
    fields: types.map((type, index) => field(`c${index}`, type)),
    pruning: [],
    parallel: false,
    ...options,
  });
}

/** Rows that the plan itself carries. */
export function valuesOf(
  fields: readonly Field[],
  rows: readonly (readonly (Datum | null)[])[],
): NodeOf<'ValuesExec'> {
  const exprs = rows.map((row) => fields.map(({ type }, i) => constant(type.name, row[i] ?? null)));
  return planNode({ kind: 'ValuesExec' as const, rows: exprs, fields });
}

export const bool = sqlType('bool');

export function column(index: number, type: TypeName): Expr {
  return { kind: 'column', index, type: sqlType(type), name: `c${index}` };
}

export function constant(type: TypeName, value: Datum | null): Expr {
  return { kind: 'constant', type: sqlType(type), value };
}

export function call(functionId: string, type: TypeName, ...args: readonly Expr[]): Expr {
  return { kind: 'call', functionId, args, type: sqlType(type) };
}

export function requestOf(
  root: PlanNode,
  table: TableSnapshot | undefined,
  options: Partial<QueryRequest> & { readonly small?: boolean } = {},
): QueryRequest {
  const { small = false, ...rest } = options;
  return {
    plan: { root, subplans: [], parameterTypes: [], tables: [1], small },
    parameters: [],
    snapshots: new Map(table === undefined ? [] : [[1, table]]),
    evaluation: {
      timeZone: 'UTC',
      transactionMicros: 0n,
      statementMicros: 0n,
      session: {},
      formats: {},
    },
    output: { kind: 'rows', formats: root.fields.map(() => 0) },
    instrument: true,
    memoryBytesMax: testMemoryBytes,
    ...rest,
  };
}

/** The values of a chunk's DataRow messages as text. */
export function rowsOf(chunk: Chunk): (string | null)[][] {
  if (chunk.kind !== 'rows') throw new Error('a chunk of rows');
  const bytes = Buffer.from(chunk.bytes);
  const rows: (string | null)[][] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    const row: (string | null)[] = [];
    let value = at + 7;
    for (let count = bytes.readInt16BE(at + 5); count > 0; count--) {
      const size = bytes.readInt32BE(value);
      row.push(size < 0 ? null : bytes.toString('utf8', value + 4, value + 4 + size));
      value += 4 + Math.max(0, size);
    }
    rows.push(row);
    at = end;
  }
  return rows;
}

export async function readAll(run: QueryRun, rowsMax = 0): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for (;;) {
    const chunk = await run.next(rowsMax);
    if (chunk === undefined) return rows;
    for (const row of rowsOf(chunk)) rows.push(row);
  }
}
