/** Loaded into a server that is measured: SIGUSR2 collects the main thread's garbage. */
import { Session } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const session = new Session();
  session.connect();
  process.on('SIGUSR2', () => session.post('HeapProfiler.collectGarbage'));
}
