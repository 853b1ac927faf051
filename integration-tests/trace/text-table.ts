/**
 * Tables of tests in text files: a line a row, cells between `|`, `#` before a remark. What a file's
 * first row holds are the names of its columns.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../integration-tests/trace/', import.meta.url));

export type TableRow = Readonly<Record<string, string>>;

/** Rows of `integration-tests/trace/<name>`, cells by column. */
export function readTextTable(name: string): readonly TableRow[] {
  const lines = readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const [columns = [], ...rows] = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.map((cells) => {
    assert.equal(cells.length, columns.length, `cells of: ${cells.join(' | ')}`);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
}
