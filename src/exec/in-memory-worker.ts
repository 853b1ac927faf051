/** A worker for tests: columns already lie in shared memory. */
import { workerData } from 'node:worker_threads';
import { SqlError } from '../errors/sql-error.ts';
import type { Column } from '../columns/column.ts';
import { must } from '../errors/assert.ts';
import { inMemorySegments, type TestBody } from './in-memory-table.ts';
import type { WorkerStart } from './thread-messages.ts';
import { attachWorker, runWorker } from './worker.ts';

const start = workerData as WorkerStart;
attachWorker(start);
const { zone, mayContain } = inMemorySegments;
runWorker(start, {
  segments: { zone, mayContain, column: ({ body }, position) => testColumn(body, position) },
});

function testColumn(body: unknown, position: number): Column {
  const { source } = body as BrokenBody;
  if (source === 'crash') process.exit(7);
  if (source === 'broken') throw new SqlError('data_corrupted', 'column is broken', { table: 't' });
  if (typeof source === 'object' && source !== null && 'slowMs' in source) {
    const { slowMs } = source;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slowMs);
  }
  return must((body as TestBody).columns[position], 'a column');
}

/** A segment whose columns do not load, or take their time. */
export type BrokenBody = TestBody & {
  readonly source?: 'crash' | 'broken' | { readonly slowMs: number };
};
