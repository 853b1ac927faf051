/** Shared memory for a test process. */
import { initializeAllocator } from '../memory/allocator.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { attachHeap, createSharedMemory } from '../memory/heap.ts';

export const testMemoryBytes = 1 << 29;

/** The shared memory of a test process, and an arena for its tables. */
export function openTestMemory(): { readonly memory: WebAssembly.Memory; readonly arena: Arena } {
  const memory = createSharedMemory(testMemoryBytes);
  attachHeap(memory);
  initializeAllocator();
  return { memory, arena: new Arena(new Budget(testMemoryBytes)) };
}
