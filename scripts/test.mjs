/**
 * npm test: installs when needed, builds, checks the house rules, runs every *.test.js of dist.
 * Arguments are substrings: `npm test numeric wire/` runs the files whose path contains one.
 *
 * A file that fails is run once more, alone: tests with real servers and clocks share two cores with
 * everything else. A file that passes only then is named as flaky; both runs failing is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const resultsPath = join(root, 'dist/test-results.json');

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function testFiles(wanted) {
  return ['dist/src', 'dist/integration-tests']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
    )
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => existsSync(join(root, name.replace(/^dist\//, '').replace(/\.js$/, '.ts'))))
    .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
    .toSorted();
}

/** Counts by file. */
function runTests(files, concurrency) {
  rmSync(resultsPath, { force: true });
  const flags = [
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-timeout=300000',
    '--test-reporter=./scripts/reporter.mjs',
    '--test-reporter-destination=stdout',
  ];
  spawnSync(process.execPath, [...flags, ...files], { cwd: root, stdio: 'inherit' });
  if (!existsSync(resultsPath)) process.exit(1);
  return JSON.parse(readFileSync(resultsPath, 'utf8'));
}

/** The test files whose tests stand in a file: itself, or those that import it. */
function testFilesOf(file) {
  if (file.endsWith('.test.js')) return [file];
  const isImport = `/${basename(file)}'`;
  return testFiles(wanted).filter((name) =>
    readFileSync(join(root, name), 'utf8').includes(isImport),
  );
}

if (!existsSync(join(root, 'node_modules/apache-arrow')))
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
run(process.execPath, ['scripts/build.mjs']);
if (wanted.length === 0) run(process.execPath, ['scripts/check.mjs']);
const results = runTests(testFiles(wanted), 3);
const failing = Object.keys(results).filter((file) => results[file].failed > 0);
if (failing.length > 0) {
  process.stdout.write(`again, alone: ${failing.join(' ')}\n`);
  const again = runTests([...new Set(failing.flatMap(testFilesOf))], 1);
  for (const file of failing) {
    if (again[file] !== undefined && again[file].failed === 0) {
      process.stdout.write(`flaky: ${file} failed once\n`);
    }
    results[file] = again[file] ?? results[file];
  }
}
const longest = Object.entries(results).toSorted(([, a], [, b]) => b.ms - a.ms);
if (wanted.length === 0) {
  const named = longest.slice(0, 12).map(([file, { ms }]) => {
    return `${file.replace(/^dist\//, '')} ${Math.round(ms / 1000)} s`;
  });
  process.stdout.write(`longest: ${named.join(', ')}\n`);
}
const total = (kind) => Object.values(results).reduce((sum, result) => sum + result[kind], 0);
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(total);
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
