/**
 * Builds dist/: kernels by AssemblyScript when their sources changed, everything else by tsc, which
 * compiles anew only what a change reaches (dist/tsc.tsbuildinfo; delete dist/ to start afresh).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'src/kernels/assembly');
const output = join(root, 'dist/src/kernels/kernels.wasm');

function newest(folder) {
  return Math.max(0, ...readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs));
}

function run(script, args) {
  execFileSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
}

function kernelsAreStale() {
  if (!existsSync(join(sources, 'index.ts'))) return false;
  return !existsSync(output) || statSync(output).mtimeMs < newest(sources);
}

if (kernelsAreStale()) {
  mkdirSync(dirname(output), { recursive: true });
  run('node_modules/assemblyscript/bin/asc.js', [
    'src/kernels/assembly/index.ts',
    '-o',
    'dist/src/kernels/kernels.wasm',
    '-O3',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '--enable',
    'threads',
    '--enable',
    'bulk-memory',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory',
    '2',
    '--maximumMemory',
    '65536',
    '--memoryBase',
    '8192',
    '--use',
    'abort=',
  ]);
}
run('node_modules/typescript/bin/tsc', [
  '-p',
  '.',
  '--incremental',
  '--tsBuildInfoFile',
  'dist/tsc.tsbuildinfo',
]);
