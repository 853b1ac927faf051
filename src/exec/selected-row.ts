/** Row numbers of a batch: entry `position` of the selection, or `position` itself without one. */
import { heap } from '../memory/heap.ts';

export function selectedRow(selection: number, position: number): number {
  return selection === 0 ? position : (heap().u32[(selection >>> 2) + position] as number);
}
