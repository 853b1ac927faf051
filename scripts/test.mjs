/**
 * npm test: installs when needed, builds, checks the house rules, runs every *.test.js of dist.
 * Arguments are substrings: `npm test numeric wire/` runs the files whose path contains one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(join(root, 'node_modules/apache-arrow'))) run('npm', ['ci']);
run(process.execPath, ['scripts/build.mjs']);
const wanted = process.argv.slice(2);
if (wanted.length === 0 && existsSync(join(root, 'scripts/check.mjs'))) {
  run(process.execPath, ['scripts/check.mjs']);
}
const files = ['dist/src', 'dist/integration-tests']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
  )
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => existsSync(join(root, name.replace(/^dist\//, '').replace(/\.js$/, '.ts'))))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .toSorted();
run(process.execPath, [
  '--test', '--test-concurrency=2', '--test-reporter=./scripts/reporter.mjs',
  '--test-reporter-destination=stdout', ...files,
]);
