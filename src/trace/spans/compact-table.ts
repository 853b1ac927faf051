/**
 * Rows as a narrow table: columns from the left as long as they fit, words wrapped, long cells cut.
 *
 *     +----+----------+
 *     | id | name     …      the right border is `…` where columns were left out
 *     |====+==========…
 *     | 1  | wide     …
 *     |    | words    …
 *     +----+----------+
 *
 * Widths are those of a terminal: CJK and emoji take two places.
 */

export interface CompactLimits {
  /** Of the whole table; 0: none. */
  readonly maxWidth: number;
  /** Lines of a row, headers aside; 0: none. */
  readonly maxRowHeight: number;
  /** What a column may be cut down to; 0: nothing is cut. */
  readonly minCompactedWidth: number;
}

export const usualLimits: CompactLimits = { maxWidth: 64, maxRowHeight: 3, minCompactedWidth: 10 };

const ellipsis = '…';
/** Two blanks and a border. */
const frame = 3;
const least = 4;

export function compactTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  limits: CompactLimits = usualLimits,
): string {
  if (headers.length === 0) return ['++', '||', '++'].join('\n');
  const natural = headers.map(
    (header, at) =>
      Math.max(displayWidth(header), ...rows.map((row) => displayWidth(row[at] ?? ''))) + frame,
  );
  const widths = admitted(natural, limits);
  const edge = widths.length < headers.length ? ellipsis : undefined;
  const inner = widths.map((width) => width - frame);
  const rule = (left: string, fill: string, middle: string): string =>
    left + widths.map((width) => fill.repeat(width - 1)).join(middle) + (edge ?? left);
  const block = (cells: readonly string[], height: number): readonly string[] =>
    rowLines(
      inner.map((width, at) => cellLines(cells[at] ?? '', width, height)),
      inner,
    ).map((line) => `${line}${edge ?? '|'}`);
  const body = rows.flatMap((row, index) => [
    ...(index === 0 ? [] : [rule('|', '-', '+')]),
    ...block(row, limits.maxRowHeight),
  ]);
  return [
    rule('+', '-', '+'),
    ...block(headers, 0),
    rule('|', '=', '+'),
    ...body,
    rule('+', '-', '+'),
  ].join('\n');
}

/** Columns from the left while their compacted widths fit; what is left over goes to those cut. */
function admitted(natural: readonly number[], limits: CompactLimits): readonly number[] {
  const { maxWidth, minCompactedWidth } = limits;
  if (maxWidth === 0) return natural;
  const kept: number[] = [];
  let total = 1;
  for (const width of natural) {
    const compacted =
      minCompactedWidth === 0 ? width : Math.max(least, Math.min(width, minCompactedWidth));
    if (total + compacted > maxWidth) break;
    kept.push(compacted);
    total += compacted;
  }
  return kept.map((width, at) => {
    const more = Math.min((natural[at] ?? width) - width, Math.max(0, maxWidth - total));
    total += more;
    return width + more;
  });
}

function rowLines(
  cells: readonly (readonly string[])[],
  widths: readonly number[],
): readonly string[] {
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells.map((lines, at) => `| ${padded(lines[line] ?? '', widths[at] ?? 0)} `).join(''),
  );
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function cellLines(text: string, width: number, maxHeight: number): readonly string[] {
  const lines = text.split('\n').flatMap((line) => wrapped(line, Math.max(1, width)));
  if (maxHeight === 0 || lines.length <= maxHeight) return lines;
  const shown = lines.slice(0, maxHeight);
  const last = shown.pop() ?? '';
  return [...shown, fitted(last, Math.max(0, width - 1)) + ellipsis];
}

/** Breaks at blanks, and within words that are wider than the line. */
function wrapped(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (displayWidth(joined) <= width) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    let rest = word;
    while (displayWidth(rest) > width) {
      const part = fitted(rest, width) || (graphemes(rest)[0] ?? rest);
      lines.push(part);
      rest = rest.slice(part.length);
    }
    current = rest;
  }
  return [...lines, current];
}

/** The beginning that is no wider. */
function fitted(text: string, width: number): string {
  let used = 0;
  let found = '';
  for (const part of graphemes(text)) {
    used += partWidth(part);
    if (used > width) break;
    found += part;
  }
  return found;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

function graphemes(text: string): readonly string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return graphemes(text).reduce((sum, part) => sum + partWidth(part), 0);
}

/** East Asian Wide and Fullwidth (UAX 11), and what is shown as a picture. */
const wideRanges = [
  '\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\ua960-\\ua97f\\uac00-\\ud7a3\\uf900-\\ufaff',
  '\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6\\u{1f300}-\\u{1f64f}\\u{1f680}-\\u{1f6ff}',
  '\\u{1f900}-\\u{1f9ff}\\u{20000}-\\u{3fffd}',
].join('');
const wide = new RegExp(`^(?:[${wideRanges}]|\\p{Emoji_Presentation})`, 'u');
const noWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;

function partWidth(part: string): number {
  if (wide.test(part) || part.includes('\ufe0f')) return 2;
  return noWidth.test(part) ? 0 : 1;
}
