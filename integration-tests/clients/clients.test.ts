/**
 * The same client program against TimeFusion and PostgreSQL 15 must read the same: its lines are
 * in expected/NAME.txt, which UPDATE=1 rewrites from PostgreSQL. CLIENT=jdbc runs that one.
 * A client that is not installed is skipped; with REQUIRE_CLIENTS=1 that is a failure.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PostgresProcess, postgresMissing } from '../server/postgres-process.ts';
import { ServerProcess } from '../server/server-process.ts';
import { clientPrograms } from './client-programs.ts';
import { insertSpans } from './span-fixture.ts';

const expectedFolder = join(import.meta.dirname, '../../../integration-tests/clients/expected');
const isUpdate = process.env['UPDATE'] === '1';
const isRequired = process.env['REQUIRE_CLIENTS'] === '1';
const wanted = process.env['CLIENT'] ?? '';

let server: ServerProcess;
let postgres: PostgresProcess | undefined;

before(async () => {
  server = await ServerProcess.start();
  await insertSpans(server.port);
  if (postgresMissing !== undefined) return;
  postgres = await PostgresProcess.start();
  await insertSpans(postgres.port);
});

after(async () => {
  await server.stop();
  await postgres?.stop();
});

for (const { name, missing, run, isOptional = false } of clientPrograms) {
  if (!name.includes(wanted)) continue;
  const reason = missing();
  const skip = isRequired && !isOptional ? false : (reason ?? false);
  const path = join(expectedFolder, `${name}.txt`);
  const expected = (): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

  test(
    `${name} reads from PostgreSQL 15 what is expected`,
    { skip: postgresMissing ?? skip },
    async () => {
      assert.equal(reason, undefined);
      assert.ok(postgres);
      const lines = await run(postgres.port);
      if (isUpdate) writeFileSync(path, lines);
      assert.equal(lines, expected());
    },
  );

  test(`${name} reads the same from TimeFusion`, { skip }, async () => {
    assert.equal(reason, undefined);
    assert.equal(await run(server.port), expected());
  });
}
