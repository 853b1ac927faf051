/** `npm start` in a copy of the project: it builds, and says how to connect; that works. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openWirePeer } from '../sql/peer.ts';
import { temporaryFolder } from './server-process.ts';

const root = join(import.meta.dirname, '../../..');

test('npm start builds, serves, and prints a psql line that connects', async () => {
  const folder = temporaryFolder('start');
  const copied = ['src', 'scripts', 'integration-tests', 'bench', 'package.json', 'tsconfig.json'];
  for (const name of [...copied, 'dist/src/kernels/kernels.wasm']) {
    cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const flags = ['--pgwire-port', '0', '--timefusion-http-port', '0'];
  const child = spawn('npm', ['start', '--silent', '--', ...flags], {
    cwd: folder,
    detached: true,
  });
  let output = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('data in')) resolve();
    });
  });
  const exited = once(child, 'exit');
  await Promise.race([ready, exited]);
  const port = /psql -h 127\.0\.0\.1 -p (\d+) -U postgres postgres/.exec(output)?.[1];
  assert.ok(port, output);
  const peer = await openWirePeer(Number(port));
  assert.equal(String((await peer.run('select 6 * 7')).rows[0]?.[0]), '42');
  await peer.close();
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  await exited;
});
