/** npm start: installs when needed, builds, and serves. Arguments go to `timefusion serve`. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(root, 'node_modules/apache-arrow')))
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
run(process.execPath, ['scripts/build.mjs']);
const server = spawn(
  process.execPath,
  [
    '--disallow-code-generation-from-strings',
    'dist/src/main.js',
    'serve',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code) => process.exit(code ?? 1));
