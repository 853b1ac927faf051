import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { timefusion } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'timefusion-explain-'));
const settings = { TIMEFUSION_DATA_DIR: join(folder, 'data') };
after(() => rmSync(folder, { recursive: true, force: true }));

const query = 'SELECT i FROM generate_series(1, 10) g(i) ORDER BY i DESC LIMIT 3';

test('timefusion explain draws the plan of a query into a file', async () => {
  const path = join(folder, 'plan.svg');
  const { code, stderr } = await timefusion(['explain', query, '-o', path], settings);
  assert.equal(code, 0, stderr);
  const svg = readFileSync(path, 'utf8');
  assert.match(svg, /^<svg [^]*SortExec[^]*<\/svg>\n$/);
});

test('timefusion explain writes text to the screen, and says what is wrong with a query', async () => {
  const shown = await timefusion(['explain', query], settings);
  assert.match(shown.stdout, /SortExec.*rows=3 loops=1\)\n/);
  const failed = await timefusion(['explain', 'SELECT nosuch'], settings);
  assert.equal(failed.code, 2);
  assert.match(failed.stderr, /42703: column "nosuch" does not exist/);
});
