import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compactTable, displayWidth } from './compact-table.ts';

const headers = ['id', 'name', 'note'];
const rows = [
  ['1', 'Grüße 🎉', 'a few words that wrap'],
  ['2', '東京タワー', 'x'],
];

describe('a compact table', () => {
  it('without limits is as wide as its cells', () => {
    const limits = { maxWidth: 0, maxRowHeight: 0, minCompactedWidth: 0 };
    assert.equal(
      compactTable(headers, rows, limits),
      `
+----+------------+-----------------------+
| id | name       | note                  |
|====+============+=======================|
| 1  | Grüße 🎉   | a few words that wrap |
|----+------------+-----------------------|
| 2  | 東京タワー | x                     |
+----+------------+-----------------------+`.trim(),
    );
  });

  it('leaves out columns that do not fit, and says so at its right border', () => {
    const limits = { maxWidth: 25, maxRowHeight: 3, minCompactedWidth: 0 };
    assert.equal(
      compactTable(headers, rows, limits),
      `
+----+------------…
| id | name       …
|====+============…
| 1  | Grüße 🎉   …
|----+------------…
| 2  | 東京タワー …
+----+------------…`.trim(),
    );
  });

  it('wraps words and cuts what is too high', () => {
    const limits = { maxWidth: 25, maxRowHeight: 3, minCompactedWidth: 8 };
    assert.equal(
      compactTable(headers, rows, limits),
      `
+----+----------+-------+
| id | name     | note  |
|====+==========+=======|
| 1  | Grüße 🎉 | a few |
|    |          | words |
|    |          | that… |
|----+----------+-------|
| 2  | 東京タワ | x     |
|    | ー       |       |
+----+----------+-------+`.trim(),
    );
  });

  it('of rows without columns is a frame', () => {
    assert.equal(compactTable([], [[]]), '++\n||\n++');
  });

  it('measures what a terminal shows', () => {
    const widths = { abc: 3, é: 1, 東: 2, '🎉': 2, '👩‍👩‍👧': 2, '❤️': 2, ﾊﾝ: 2 };
    for (const [text, width] of Object.entries(widths)) {
      assert.equal(displayWidth(text), width, text);
    }
  });
});
