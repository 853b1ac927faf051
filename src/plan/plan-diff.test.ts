import assert from 'node:assert/strict';
import { it } from 'node:test';
import { lineDiff } from './plan-diff.ts';

it('the difference of two plans has all their lines, in order', () => {
  const before = 'limit 10\n  project a\n    scan t';
  const after = 'project a\n  limit 10\n    scan t';
  assert.equal(
    lineDiff(before, after),
    '- limit 10\n-   project a\n+ project a\n+   limit 10\n      scan t',
  );
  assert.equal(lineDiff(before, before), '  limit 10\n    project a\n      scan t');
});
