/**
 * The house rules as a check: layers, forbidden imports, sizes, names, stray files, doc links.
 * `node scripts/check.mjs` prints each violation and exits 1; `checkTree(files)` serves the test
 * that plants violations.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A folder imports only folders before it in this list (types of later ones are allowed). */
export const layers = [
  'errors',
  'memory',
  'types',
  'kernels',
  'codegen',
  'columns',
  'functions',
  'expr',
  'sql',
  'catalog',
  'plan',
  'trace',
  'exec',
  'storage',
  'session',
  'wire',
  'http',
];

/** Values of these may be imported against the order: each with its reason. */
const exceptions = JSON.parse(readFileSync(join(root, 'scripts/exceptions.json'), 'utf8'));

const limits = { fileLines: 500, lineColumns: 100 };
const bannedNames = /(^|[-/])(utils?|helpers?|common|misc|core|base|manager)([-.]|$)/;

const rules = [
  {
    what: 'only trace/ imports OpenTelemetry',
    pattern: /from '@opentelemetry\//,
    outside: /^src\/trace\//,
  },
  {
    what: 'only wire/ and http/ touch sockets',
    pattern: /from 'node:(net|tls|http|https|dgram)'/,
    outside: /^src\/(wire|http|trace)\//,
  },
  {
    what: 'only config.ts reads the environment',
    pattern: /process\.env\b/,
    outside: /^src\/config\.ts$/,
  },
  { what: 'no eval, no new Function', pattern: /\beval\(|new Function\(/, outside: /^$/ },
  { what: 'no console', pattern: /\bconsole\.\w+\(/, outside: /^$/ },
  { what: 'no `any`', pattern: /:\s*any\b|\bas any\b|<any>/, outside: /^$/ },
  { what: 'no default export', pattern: /^export default /m, outside: /^$/ },
  { what: 'no enum', pattern: /^\s*(export )?(const )?enum \w+\s*\{/m, outside: /^$/ },
];

function sourceFiles() {
  return readdirSync(join(root, 'src'), { recursive: true })
    .map((name) => join('src', name))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Violations in the given files: `{ path, text }`. */
export function checkTree(files) {
  return [
    ...files.flatMap(checkLayers),
    ...files.flatMap(checkRules),
    ...files.flatMap(checkSizes),
    ...files.filter(({ path }) => bannedNames.test(path)).map(({ path }) => `${path}: banned name`),
    ...orphans(files),
  ];
}

function layerOf(path) {
  return layers.indexOf(path.split('/')[1]);
}

function isTest(path) {
  return path.endsWith('.test.ts');
}

function checkLayers({ path, text }) {
  const own = layerOf(path);
  if (own < 0 || isTest(path) || path.includes('kernels/assembly')) return [];
  const found = [];
  for (const [, clause, target] of text.matchAll(
    /^(?:import|export) ([^;]*?) ?from '(\.[^']+)';/gms,
  )) {
    if (clause.startsWith('type ') || isTypeOnly(clause)) continue;
    const imported = normalize(join(dirname(path), target));
    const layer = layerOf(imported);
    if (imported === 'src/version.ts') continue;
    if (layer > own || (layer < 0 && imported.startsWith('src/') && own >= 0)) {
      const pair = `${path} -> ${imported}`;
      if (!(pair in exceptions.layers)) found.push(`${pair}: ${layers[own]} imports downwards`);
    }
  }
  return found;
}

/** `{ type A, type B }` only. */
function isTypeOnly(clause) {
  const names = clause
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return names.length > 0 && names.every((name) => name.startsWith('type '));
}

function checkRules({ path, text }) {
  if (isTest(path) || path.includes('kernels/assembly')) return [];
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return rules
    .filter(({ pattern, outside }) => !outside.test(path) && pattern.test(code))
    .map(({ what }) => `${path}: ${what}`)
    .filter((line) => !(line in exceptions.rules));
}

function checkSizes({ path, text }) {
  const lines = text.split('\n');
  const found = [];
  const most = exceptions.sizes[path] ?? limits.fileLines;
  if (lines.length > most) found.push(`${path}: ${lines.length} lines, at most ${most}`);
  if (path.includes('kernels/assembly')) return found;
  lines.forEach((line, index) => {
    const isTable = /^\s*(\[|\{ |import |export \{|['"`])/.test(line);
    if (
      line.length > limits.lineColumns &&
      !isTable &&
      !/https?:|^\s*(\/\/|\*|.*['"`].{60,})/.test(line)
    ) {
      found.push(`${path}:${index + 1}: ${line.length} columns`);
    }
  });
  return found;
}

/** Source files that nothing imports, besides entry points, tests and kernels. */
function orphans(files) {
  const imported = new Set();
  for (const { path, text } of files) {
    for (const [, target] of text.matchAll(/(?:from|import\(|import|URL\() ?'(\.[^']+)'/g)) {
      imported.add(normalize(join(dirname(path), target.replace(/\.js$/, '.ts'))));
    }
  }
  return files
    .map(({ path }) => path)
    .filter((path) => !imported.has(path) && !isTest(path) && !path.includes('kernels/assembly'))
    .filter((path) => !exceptions.entryPoints.includes(path))
    .map((path) => `${path}: nothing imports it`);
}

function checkDocuments() {
  const folders = ['.', 'docs', 'docs/decisions'];
  const pages = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .filter((name) => name.endsWith('.md'));
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => normalize(join(dirname(page), target)))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${page}: link to ${relative('.', target)}, which is not there`);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = [...checkTree(sourceFiles()), ...checkDocuments()];
  for (const line of found) process.stdout.write(`${line}\n`);
  process.stdout.write(`check: ${found.length} violations in ${basename(root)}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
