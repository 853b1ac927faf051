/**
 * Runs wire scripts against a server: `node pgtest-main.js host:port user database file…`.
 * With `--update` first, the files are rewritten with what that server said.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { rewriteScript, runScript, type BlockResult } from './pgtest.ts';

const words = process.argv.slice(2);
const update = words[0] === '--update';
const [server = '', user = '', database = '', ...files] = update ? words.slice(1) : words;
const [host = '127.0.0.1', port = '5432'] = server.split(':');
const address = { host, port: Number(port), user, database };

let failures = 0;
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const results = await runScript(text, address);
  if (update) writeFileSync(file, rewriteScript(text, results));
  for (const result of results) failures += report(file, result);
}
process.stdout.write(`${failures} blocks differ\n`);
process.exitCode = failures > 0 && !update ? 1 : 0;

function report(file: string, { line, commands, expected, actual }: BlockResult): number {
  if (expected.join('\n') === actual.join('\n')) return 0;
  const shown = [`${file}:${line}`, ...commands, '-- expected', ...expected, '-- heard', ...actual];
  process.stdout.write(`${shown.join('\n')}\n\n`);
  return 1;
}
