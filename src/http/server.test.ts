import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHttpServer, type HttpServer } from './server.ts';

let ready = false;
let server: HttpServer;
let address = '';

before(async () => {
  server = createHttpServer({ port: 0, metrics: () => 'rows_total 7\n', ready: () => ready });
  address = `http://127.0.0.1:${(await server.listen()).port}`;
});
after(() => server.close());

async function get(path: string, method = 'GET'): Promise<readonly [number, string]> {
  const response = await fetch(address + path, { method });
  return [response.status, await response.text()];
}

test('healthz says ok, and readyz what the server is', async () => {
  assert.deepEqual(await get('/healthz'), [200, 'ok\n']);
  assert.deepEqual(await get('/readyz'), [503, 'not ready\n']);
  ready = true;
  assert.deepEqual(await get('/readyz?verbose'), [200, 'ready\n']);
});

test('metrics are the text of the callback', async () => {
  assert.deepEqual(await get('/metrics'), [200, 'rows_total 7\n']);
});

test('other paths are 404 and other methods 405', async () => {
  assert.deepEqual(await get('/../etc/passwd'), [404, 'not found\n']);
  assert.deepEqual(await get('/metrics', 'POST'), [405, 'method not allowed\n']);
});
