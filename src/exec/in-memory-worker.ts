/** A worker for tests: columns already lie in shared memory, and `source` is the column. */
import { workerData } from 'node:worker_threads';
import { SqlError } from '../errors/sql-error.ts';
import type { Column } from '../columns/column.ts';
import type { WorkerStart } from './thread-messages.ts';
import { attachWorker, runWorker } from './worker.ts';

const start = workerData as WorkerStart;
attachWorker(start);
runWorker(start, { loadColumn: ({ source }) => loadTestColumn(source) });

function loadTestColumn(source: unknown): Column {
  if (source === 'crash') process.exit(7);
  if (source === 'broken') throw new SqlError('data_corrupted', 'column is broken', { table: 't' });
  if (typeof source === 'object' && source !== null && 'slowMs' in source) {
    const { slowMs, column } = source as SlowColumn;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slowMs);
    return column;
  }
  return source as Column;
}

/** A column that takes its time to load. */
export interface SlowColumn {
  readonly slowMs: number;
  readonly column: Column;
}
