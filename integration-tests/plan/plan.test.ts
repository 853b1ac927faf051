import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { initializeAllocator } from '../../src/memory/allocator.ts';
import { attachHeap, createSharedMemory } from '../../src/memory/heap.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { planText, readPlanFile, writePlanFile } from './plan-script.ts';

const folder = join(import.meta.dirname, '../../../integration-tests/plan');
const isUpdate = process.env['UPDATE'] === '1';

before(async () => {
  attachHeap(createSharedMemory(64 * 2 ** 20));
  initializeAllocator();
  await loadParser();
});

for (const name of readdirSync(folder).filter((file) => file.endsWith('.plan'))) {
  test(`${name} is planned as written`, () => {
    const path = join(folder, name);
    const file = readPlanFile(readFileSync(path, 'utf8'));
    assert.ok(file.cases.length > 0, `${name} has no case`);
    if (isUpdate) {
      const cases = file.cases.map((item) => ({ ...item, expected: planText(item.sql) }));
      writeFileSync(path, writePlanFile({ ...file, cases }));
      return;
    }
    for (const { title, sql, expected } of file.cases) {
      assert.equal(planText(sql), expected, `${name}: ${title}`);
    }
  });
}
