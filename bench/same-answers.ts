/** Compares two results: numbers within a relative tolerance, times as instants, texts exactly. */

export type Row = readonly unknown[];

/** `n rows agree`, or what differs first. */
export function sameAnswers(a: readonly Row[], b: readonly Row[], tolerance: number): string {
  if (a.length !== b.length) return `DIFFER: ${a.length} and ${b.length} rows`;
  for (const [index, row] of a.entries()) {
    for (const [column, value] of row.entries()) {
      const other = b[index]?.[column];
      if (!sameValue(value, other, tolerance)) {
        return `DIFFER: row ${index} column ${column}: ${String(value)} and ${String(other)}`;
      }
    }
  }
  return `${a.length} rows agree`;
}

function sameValue(a: unknown, b: unknown, tolerance: number): boolean {
  const left = simplified(a);
  const right = simplified(b);
  if (typeof left !== 'number' || typeof right !== 'number') return left === right;
  return Math.abs(left - right) <= tolerance * Math.max(1, Math.abs(left), Math.abs(right));
}

function simplified(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.getTime();
  const text = String(value);
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d/.test(text))
    return Date.parse(text.replace(/([+-]\d\d)$/, '$1:00'));
  return text;
}
