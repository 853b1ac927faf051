/** Rows as psql's aligned table. */
import type { FrameField } from './data-frame.ts';
import { typeRecord } from '../../types/type-table.ts';

export function printTable(
  fields: readonly FrameField[],
  rows: readonly (readonly (string | null)[])[],
): string {
  const widths = fields.map((field, index) =>
    Math.max(field.name.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const header = fields.map(({ name }, index) => centered(name, widths[index] ?? 0)).join('|');
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const lines = rows.map((row) =>
    row
      .map((value, index) => cell(value, index))
      .join('|')
      .trimEnd(),
  );
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  return `${[header, rule, ...lines, count].join('\n')}\n`;

  function cell(value: string | null, index: number): string {
    const width = widths[index] ?? 0;
    const field = fields[index];
    const isNumber = field !== undefined && typeRecord(field.type.name).category === 'N';
    const text = value ?? '';
    return ` ${isNumber ? text.padStart(width) : text.padEnd(width)} `;
  }
}

function centered(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return ` ${' '.repeat(left)}${text}${' '.repeat(width - text.length - left)} `;
}
