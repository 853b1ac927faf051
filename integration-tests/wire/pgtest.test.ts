import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer, type WireServer } from '../../src/wire/server.ts';
import { runScript } from './pgtest.ts';
import { TwinHost } from './session-twin.ts';

const scripts = join(import.meta.dirname, '../../../integration-tests/wire/scripts');
let server: WireServer;
let port = 0;

before(async () => {
  server = createServer(new TwinHost(), {
    host: '127.0.0.1',
    port: 0,
    authentication: 'trust',
    shutdownGraceMs: 0,
  });
  ({ port } = await server.listen());
});

after(() => server.close());

for (const file of readdirSync(scripts)) {
  test(`${file} hears what PostgreSQL says`, async () => {
    const address = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
    const results = await runScript(readFileSync(join(scripts, file), 'utf8'), address);
    for (const { line, commands, expected, actual } of results) {
      assert.deepEqual(actual, expected, `${file}:${line} ${commands.join(' · ')}`);
    }
  });
}
