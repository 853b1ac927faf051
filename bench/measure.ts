/** Milliseconds of one run, and the middle of many. */
export async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** The value below which the share of the list lies, 0 to 1. */
export function quantile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function mean(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}

/** Mean of the middle half: nearly as steady as the mean, and deaf to hiccups. */
export function middleMean(list: readonly number[]): number {
  const quarter = list.length >> 2;
  return mean(list.toSorted((a, b) => a - b).slice(quarter, list.length - quarter));
}

/**
 * Standard error of the middle mean, by the winsorized deviation (Tukey and McLaughlin 1963).
 * Needs two values.
 */
export function errorOfMiddleMean(list: readonly number[]): number {
  const quarter = list.length >> 2;
  const sorted = list.toSorted((a, b) => a - b);
  const [low, high] = [sorted[quarter] ?? 0, sorted[list.length - 1 - quarter] ?? 0];
  const winsorized = list.map((value) => Math.min(high, Math.max(low, value)));
  const centre = mean(winsorized);
  const squares = winsorized.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const kept = (list.length - 2 * quarter) / list.length;
  return Math.sqrt(squares / (list.length - 1)) / (kept * Math.sqrt(list.length));
}
