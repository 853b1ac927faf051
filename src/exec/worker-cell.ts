/**
 * Shared words of one worker, at its cell:
 *
 *   0  messages posted to it, ever     4  1 = its thread ended
 *
 * A worker that is busy compares the first word with the messages it has read, so that it learns
 * of waiting work without asking the event loop.
 */
import { heap } from '../memory/heap.ts';

export function countPosted(cell: number): void {
  Atomics.add(heap().i32, cell >>> 2, 1);
}

export function postedMessages(cell: number): number {
  return Atomics.load(heap().i32, cell >>> 2);
}

export function markDead(cell: number): void {
  Atomics.store(heap().i32, (cell + 4) >>> 2, 1);
}

export function isDead(cell: number): boolean {
  return Atomics.load(heap().i32, (cell + 4) >>> 2) === 1;
}
