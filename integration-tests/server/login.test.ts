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

test('a role logs in with its password, also after a restart, as far as it may', async (t) => {
  const secret = 'a secret of some length';
  let own = await ServerProcess.start({ environment: { TIMEFUSION_WORKERS: '0' } });
  t.after(() => own.stop());
  const printed: string[] = [];
  const listen = () => {
    for (const stream of [own.child.stdout, own.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    }
  };
  listen();
  const connect = async (user: string, password?: string) => {
    const address = { host: '127.0.0.1', port: own.port, database: 'postgres' };
    const client = new pg.Client({ ...address, user, password });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const admin = await connect('postgres');
  await admin.query(`create role worker login connection limit 1 password '${secret}'`);
  await admin.query(`create role late login password '${secret}' valid until '2020-01-01'`);
  await admin.query('create role nobody; create role open login');
  await admin.query('create table t (a int); grant select on t to worker');
  const shown = await admin.query('select query from pg_stat_activity');
  assert.ok(!JSON.stringify(shown.rows).includes(secret));
  await admin.end();
  await own.stop();
  own = await ServerProcess.start({ dataDir: own.dataDir });
  listen();
  const worker = await connect('worker', secret);
  assert.deepEqual((await worker.query('select count(*)::int as n from t')).rows, [{ n: 0 }]);
  await assert.rejects(worker.query('delete from t'), { code: '42501' });
  await assert.rejects(connect('worker', secret), { code: '53300' });
  await assert.rejects(connect('worker', 'wrong'), { code: '28P01' });
  await assert.rejects(connect('late', secret), { code: '28P01' });
  await assert.rejects(connect('nobody'), { code: '28000' });
  await (await connect('open')).end();
  await worker.end();
  const again = await connect('postgres');
  await again.query(`alter role postgres password '${secret}'`);
  await assert.rejects(connect('open', 'any'), { code: '28P01' });
  await (await connect('postgres', secret)).end();
  await again.end();
  assert.ok(!printed.join('').includes(secret));
});
