/** Texts in encodings other than UTF-8, message by message, as PostgreSQL 15 answered. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ServerProcess } from '../server/server-process.ts';
import { runScript } from './pgtest.ts';

const file = join(import.meta.dirname, '../../../integration-tests/wire/encodings.pgtest');
let server: ServerProcess;

before(async () => {
  server = await ServerProcess.start();
});

after(() => server.stop());

test('texts are in the encoding of the client', async () => {
  const address = { host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' };
  for (const { line, commands, expected, actual } of await runScript(
    readFileSync(file, 'utf8'),
    address,
  )) {
    assert.deepEqual(actual, expected, `line ${line}: ${commands.join(' · ')}`);
  }
});
