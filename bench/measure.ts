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

/** Standard error of the median, from how far the values lie from it, hiccups left aside. */
export function errorOfMedian(list: readonly number[]): number {
  const middle = median(list);
  const deviation = median(list.map((value) => Math.abs(value - middle)));
  // 1.4826: a normal distribution's deviation by its middle one; 1.2533: median against mean.
  return (1.4826 * 1.2533 * deviation) / Math.sqrt(list.length);
}
