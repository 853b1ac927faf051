/** npm run ok: format, lint, types, house rules and tests, in one go. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const steps = [
  ['format', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  ['lint', 'node_modules/oxlint/bin/oxlint', ['src', 'integration-tests', 'bench']],
  ['test', 'scripts/test.mjs', []],
];

for (const [name, script, args] of steps) {
  process.stdout.write(`== ${name}\n`);
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
