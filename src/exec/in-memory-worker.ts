/** A worker for tests: columns already lie in shared memory, and `source` is the column. */
import { workerData } from 'node:worker_threads';
import type { Column } from '../columns/column.ts';
import type { WorkerStart } from './thread-messages.ts';
import { attachWorker, runWorker } from './worker.ts';

const start = workerData as WorkerStart;
attachWorker(start);
runWorker(start, {
  loadColumn: ({ source }) => {
    if (source === 'crash') return crash();
    return source as Column;
  },
});

/** Ends the thread, as a fatal error in it would. */
function crash(): never {
  process.exit(7);
}
