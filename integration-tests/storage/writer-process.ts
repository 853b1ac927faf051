/**
 * Inserts rows into a folder until it is killed, with four writers at once. Before a commit it
 * prints `?<id>` for each row, afterwards `+<id>`; the parent holds the store to it.
 */
import { writeSync } from 'node:fs';
import { must } from '../../src/errors/assert.ts';
import { createTable, insertRows, open } from './harness.ts';

const [folder = '', seed = '0'] = process.argv.slice(2);
const store = await open(folder);
const known = store.findTable('public', 'killed', undefined)?.definition;
const table = known ?? (await createTable(store, 'killed', { id: 'text', filler: 'text' }));

function say(sign: string, ids: readonly string[]): void {
  writeSync(1, ids.map((id) => `${sign}${id}\n`).join(''));
}

async function write(writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    const ids = Array.from(
      { length: (n % 7) + 1 },
      (_, index) => `${seed}.${writer}.${n}.${index}`,
    );
    say('?', ids);
    const transaction = store.begin();
    insertRows(
      transaction,
      must(table, 'table'),
      ids.map((id) => [id, 'f'.repeat(n % 300)]),
    );
    await transaction.commit();
    say('+', ids);
    if (writer === 0 && n % 13 === 12) await store.checkpoint();
  }
}

writeSync(1, 'ready\n');
await Promise.all([write(0), write(1), write(2), write(3)]);
