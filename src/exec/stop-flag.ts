/**
 * The shared word that stops a query on all its threads: 0 runs, otherwise why it ends.
 * Every pull of every operator reads it.
 */
import { SqlError } from '../errors/sql-error.ts';
import { heap } from '../memory/heap.ts';
import type { CloseReason } from '../trace/node-statistics.ts';

const reasons: readonly CloseReason[] = [
  'open',
  'exhausted',
  'limit',
  'suspended',
  'error',
  'aborted',
  'cancelled',
  'timeout',
  'disconnect',
];

/** Raises the flag at `cell`; the first reason stays. */
export function raiseStop(cell: number, reason: CloseReason): void {
  Atomics.compareExchange(heap().i32, cell >>> 2, 0, reasons.indexOf(reason));
}

/** Why the query is to stop; undefined: it is not. */
export function stopReason(cell: number): CloseReason | undefined {
  const word = Atomics.load(heap().i32, cell >>> 2);
  return word === 0 ? undefined : reasons[word];
}

/** The error that ends a stopped query; the thread that raised the flag knows better words. */
export function stopError(reason: CloseReason): SqlError {
  const cause = reason === 'timeout' ? 'statement timeout' : 'user request';
  return new SqlError('query_canceled', `canceling statement due to ${cause}`);
}
