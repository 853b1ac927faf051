/** A setting of milliseconds as SHOW prints it: `0`, `500ms`, `2s`, `1min`. */
export function millisOf(text: string): number {
  const match = /^(\d+)(ms|s|min|h|d)?$/.exec(text);
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7 };
  return Number(match?.[1] ?? 0) * (units[match?.[2] ?? 'ms'] ?? 1);
}
