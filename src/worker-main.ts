/** Entry of every worker thread: the executor's worker over storage's column loader. */
import { workerData } from 'node:worker_threads';
import type { WorkerStart } from './exec/thread-messages.ts';
import { attachWorker, runWorker } from './exec/worker.ts';
import { createSegmentReader } from './storage/segment-body.ts';

const start = workerData as WorkerStart;
attachWorker(start);
runWorker(start, { segments: createSegmentReader() });
