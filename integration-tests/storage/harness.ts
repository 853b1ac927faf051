/** A store in a temporary folder, with rows as JavaScript values. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatch } from '../../src/columns/batch.ts';
import { buildColumn } from '../../src/columns/builder.ts';
import { columnReader } from '../../src/columns/read.ts';
import type { StoreTransaction, Table, TableDefinition } from '../../src/catalog/table.ts';
import { must } from '../../src/errors/assert.ts';
import { initializeAllocator } from '../../src/memory/allocator.ts';
import { Arena, Budget } from '../../src/memory/arena.ts';
import { attachHeap, createSharedMemory, heap } from '../../src/memory/heap.ts';
import { createSegmentReader } from '../../src/storage/segment-body.ts';
import { openStore } from '../../src/storage/store.ts';
import type { LocalStore, StoreOptions } from '../../src/storage/store.ts';
import { sqlType } from '../../src/types/type-table.ts';
import type { Datum } from '../../src/types/datum.ts';
import type { TypeName } from '../../src/types/sql-type.ts';

export type Row = readonly (Datum | null)[];

attachHeap(createSharedMemory(2 ** 31));
initializeAllocator();
const segments = createSegmentReader();

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'timefusion-storage-'));
}

export function open(dataDir: string, options: Partial<StoreOptions> = {}): Promise<LocalStore> {
  return openStore({ dataDir, memoryBytesMax: 512 * 2 ** 20, ...options });
}

/** The definition of a table in public; columns as name to type. */
export function tableOf(
  name: string,
  columns: Readonly<Record<string, TypeName>>,
): Omit<TableDefinition, 'oid'> {
  return {
    schema: 'public',
    name,
    columns: Object.entries(columns).map(([column, type]) => {
      return { name: column, type: sqlType(type), notNull: false };
    }),
    constraints: [],
    owner: 'postgres',
    temporary: false,
  };
}

/** Creates the table in a transaction of its own. */
export async function createTable(
  store: LocalStore,
  name: string,
  columns: Readonly<Record<string, TypeName>>,
): Promise<TableDefinition> {
  const transaction = store.begin();
  const definition = transaction.createTable(tableOf(name, columns));
  await transaction.commit();
  return definition;
}

export function insertRows(
  transaction: StoreTransaction,
  definition: TableDefinition,
  rows: readonly Row[],
): void {
  const arena = new Arena(new Budget(2 ** 30));
  const columns = definition.columns.map(({ type }, index) => {
    return buildColumn(
      type,
      rows.map((row) => row[index] ?? null),
      arena,
    );
  });
  transaction.write(definition.oid).insert(makeBatch(columns, rows.length));
  arena.free();
}

export async function insert(
  store: LocalStore,
  definition: TableDefinition,
  rows: readonly Row[],
): Promise<void> {
  const transaction = store.begin();
  insertRows(transaction, definition, rows);
  await transaction.commit();
}

export interface FoundRow {
  readonly id: bigint;
  readonly values: Row;
}

/** All rows that the transaction sees, with their row ids. */
export function scan(
  store: LocalStore,
  oid: number,
  transaction?: StoreTransaction,
): readonly FoundRow[] {
  const table = must(store.tableByOid(oid, transaction), 'table');
  return scanTable(table, transaction);
}

export function scanTable(table: Table, transaction?: StoreTransaction): readonly FoundRow[] {
  const positions = table.definition.columns.map((_, index) => index);
  const snapshot = table.snapshot(positions, transaction);
  const found: FoundRow[] = [];
  for (const visible of snapshot.segments) {
    const { segment, rowCount, deleted } = visible;
    const readers = positions.map((index) => columnReader(segments.column(visible, index)));
    for (let row = 0; row < rowCount; row++) {
      const byte = deleted === 0 ? 0 : (heap().u8[deleted + (row >>> 3)] as number);
      if (((byte >>> (row & 7)) & 1) === 1) continue;
      const values = readers.map((read) => read(row));
      found.push({ id: BigInt(segment) * 2n ** 32n + BigInt(row), values });
    }
  }
  if (found.length !== snapshot.rowCount) {
    throw new Error(`snapshot says ${snapshot.rowCount} rows, ${found.length} were found`);
  }
  table.release(snapshot);
  return found;
}

export function values(found: readonly FoundRow[]): readonly Row[] {
  return found.map((row) => row.values);
}

/** Deletes the rows for which `test` holds, as the transaction sees them. */
export function deleteRows(
  store: LocalStore,
  transaction: StoreTransaction,
  oid: number,
  test: (row: Row) => boolean,
): number {
  const ids = scan(store, oid, transaction)
    .filter((row) => test(row.values))
    .map(({ id }) => id);
  return ids.length - transaction.write(oid).delete(BigInt64Array.from(ids)).length;
}
