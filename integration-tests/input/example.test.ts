import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const example = fileURLToPath(new URL('../../examples/library.js', import.meta.url));

test('the example of the library runs and prints what it says', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [example]);
  assert.equal(stderr, '');
  const [first, ...rest] = stdout.split(/\ncollected /);
  assert.equal(
    first,
    [
      ' sensor | readings | mean  ',
      '--------+----------+-------',
      ' cellar |        8 | 18.35',
      ' roof   |        9 | 17.43',
      '(2 rows)',
    ].join('\n'),
  );
  assert.match(rest.join(''), /^24 rows in 1 Arrow batches\nfirst batch: \d+ rows, 2 columns\n/);
  assert.match(stdout, / battery \n-+\n 99\n\(1 row\)\n$/);
});
