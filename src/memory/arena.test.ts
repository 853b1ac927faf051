import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocateBlock, freeBlock, initializeAllocator } from './allocator.ts';
import { Arena, Budget } from './arena.ts';
import { attachHeap, createSharedMemory, pageBytes } from './heap.ts';

attachHeap(createSharedMemory(16 * 2 ** 20));
initializeAllocator();

test('budgets over the same words share one limit and one peak', () => {
  const words = allocateBlock(8);
  Budget.clear(words);
  const [one, other] = [new Budget(4 * pageBytes, words), new Budget(4 * pageBytes, words)];
  const [mine, theirs] = [new Arena(one), new Arena(other)];
  mine.allocate(3 * pageBytes);
  assert.ok(other.usedBytes >= 3 * pageBytes);
  assert.throws(() => theirs.allocate(3 * pageBytes), { code: '53200' });
  mine.free();
  assert.equal(other.usedBytes, 0);
  theirs.allocate(3 * pageBytes);
  assert.ok(one.peakBytes <= 4 * pageBytes);
  const blocks = theirs.detach();
  assert.ok(one.usedBytes > 0, 'blocks that were handed over are still held');
  for (const { pointer, byteSize } of blocks) {
    freeBlock(pointer, byteSize);
    one.give(byteSize);
  }
  assert.equal(one.usedBytes, 0);
  freeBlock(words, 8);
});

test('an arena that gets no block holds nothing', () => {
  const budget = new Budget(2 ** 30);
  const arena = new Arena(budget);
  assert.throws(() => arena.allocate(2 ** 29), { code: '53200' });
  assert.equal(budget.usedBytes, 0);
});

test('a large piece can be given back early, and what is not is given back with the arena', () => {
  const budget = new Budget(8 * 2 ** 20);
  const arena = new Arena(budget);
  arena.allocate(64);
  const before = budget.usedBytes;
  const first = arena.allocateReleasable(2 ** 20);
  arena.allocateReleasable(2 ** 21);
  arena.release(first);
  arena.release(first);
  assert.equal(budget.usedBytes - before, 2 ** 21);
  assert.equal(arena.allocateReleasable(2 ** 20), first, 'the block is used again');
  arena.reset();
  assert.equal(budget.usedBytes, before);
  arena.allocateReleasable(2 ** 20);
  for (const { pointer, byteSize } of arena.detach()) {
    freeBlock(pointer, byteSize);
    budget.give(byteSize);
  }
  assert.equal(budget.usedBytes, 0);
});
