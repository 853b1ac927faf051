/** SCRAM-SHA-256 logins of a server with a password. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ServerProcess } from './server-process.ts';

let server: ServerProcess;

before(async () => {
  server = await ServerProcess.start({
    environment: {
      PGWIRE_USER: 'observer',
      PGWIRE_PASSWORD: 'pencil ünï',
      PGWIRE_DATABASE: 'spans',
    },
  });
});

after(() => server.stop());

async function whoAmI(
  user: string,
  password: string | undefined,
  database = 'spans',
): Promise<unknown> {
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user, password, database });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query('select 1 as one');
  await client.end();
  return rows;
}

test('the right password logs in', async () => {
  assert.deepEqual(await whoAmI('observer', 'pencil ünï'), [{ one: 1 }]);
});

test('a wrong password and an unknown user hear the same', async () => {
  for (const user of ['observer', 'nobody']) {
    await assert.rejects(whoAmI(user, 'wrong'), {
      code: '28P01',
      message: `password authentication failed for user "${user}"`,
    });
  }
});

test('an unknown database is refused after the password', async () => {
  await assert.rejects(whoAmI('observer', 'pencil ünï', 'nope'), {
    code: '3D000',
    message: 'database "nope" does not exist',
  });
});

test('the password is in nothing that the server prints', () => {
  assert.ok(!server.announcement.includes('pencil'));
  assert.match(server.announcement, /SCRAM-SHA-256/);
});

test('without a password an address that others reach is refused', async () => {
  await assert.rejects(
    ServerProcess.start({ environment: { PGWIRE_HOST: '0.0.0.0' } }),
    /needs PGWIRE_PASSWORD/,
  );
});
