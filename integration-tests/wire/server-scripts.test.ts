/** Scripts against the whole server, message by message, as PostgreSQL 15 answered. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ServerProcess } from '../server/server-process.ts';
import { runScript } from './pgtest.ts';

const scripts = join(import.meta.dirname, '../../../integration-tests/wire/server-scripts');
let server: ServerProcess;

before(async () => {
  server = await ServerProcess.start();
});

after(() => server.stop());

for (const file of readdirSync(scripts)) {
  test(`${file} hears what PostgreSQL says`, async () => {
    const { port } = server;
    const address = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
    const results = await runScript(readFileSync(join(scripts, file), 'utf8'), address);
    for (const { line, commands, expected, actual } of results) {
      assert.deepEqual(actual, expected, `${file}:${line} ${commands.join(' · ')}`);
    }
  });
}
