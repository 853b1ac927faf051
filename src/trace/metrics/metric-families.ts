/**
 * Counters, gauges and histograms by label set, and what they are at a moment: plain data, which is
 * written as text for Prometheus (`prometheus-text.ts`) or sent by OTLP (`metrics-shipper.ts`).
 */
export type Labels = Readonly<Record<string, string>>;

export interface NumberPoint {
  readonly labels: Labels;
  readonly value: number;
}

/** A trace in which something was measured. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  readonly seconds: number;
}

export interface HistogramPoint {
  readonly labels: Labels;
  /** By bucket, not added up; one more than bounds, for what is above all of them. */
  readonly counts: readonly number[];
  /** The last of each bucket. */
  readonly exemplars: readonly (Exemplar | undefined)[];
  readonly sum: number;
  readonly count: number;
}

interface Described {
  readonly name: string;
  readonly help: string;
}

export type MetricFamily =
  | (Described & { readonly kind: 'counter' | 'gauge'; readonly points: readonly NumberPoint[] })
  | (Described & {
      readonly kind: 'histogram';
      readonly bounds: readonly number[];
      readonly points: readonly HistogramPoint[];
    });

/** The sets of a family have the same names, in the same order; most have one. */
function keyOf(labels: Labels): string {
  let key: string | undefined;
  for (const name in labels) {
    const value = labels[name] ?? '';
    key = key === undefined ? value : `${key}\u0000${value}`;
  }
  return key ?? '';
}

/** Numbers by label set. */
export class CounterFamily {
  readonly name: string;
  readonly #help: string;
  readonly #kind: 'counter' | 'gauge';
  readonly #points = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(name: string, help: string, kind: 'counter' | 'gauge' = 'counter') {
    this.name = name;
    this.#help = help;
    this.#kind = kind;
  }

  add(labels: Labels, amount = 1): void {
    this.#pointOf(labels).value += amount;
  }

  set(labels: Labels, value: number): void {
    this.#pointOf(labels).value = value;
  }

  #pointOf(labels: Labels) {
    const key = keyOf(labels);
    let point = this.#points.get(key);
    if (point === undefined) {
      point = { labels, value: 0 };
      this.#points.set(key, point);
    }
    return point;
  }

  get now(): MetricFamily {
    const points = [...this.#points.values()].map((point) => ({ ...point }));
    return { name: this.name, help: this.#help, kind: this.#kind, points };
  }
}

interface Observations {
  readonly labels: Labels;
  readonly counts: number[];
  readonly exemplars: (Exemplar | undefined)[];
  sum: number;
  count: number;
}

export class HistogramFamily {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Observations>();

  /** `bounds`: upper ends of the buckets, ascending. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  /** `traceId`: of an exported trace in which this was measured; empty: none. */
  observe(labels: Labels, value: number, traceId = ''): void {
    const series = this.#seriesOf(labels);
    const found = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = found >= 0 ? found : this.#bounds.length;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    if (traceId !== '') series.exemplars[bucket] = { traceId, value, seconds: Date.now() / 1000 };
    series.sum += value;
    series.count += 1;
  }

  #seriesOf(labels: Labels): Observations {
    const key = keyOf(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      const counts = [...this.#bounds, Number.POSITIVE_INFINITY].map(() => 0);
      series = { labels, counts, exemplars: [], sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    return series;
  }

  get now(): MetricFamily {
    const points = [...this.#series.values()].map((series) => ({
      ...series,
      counts: [...series.counts],
      exemplars: [...series.exemplars],
    }));
    const bounds = this.#bounds;
    return { name: this.#name, help: this.#help, kind: 'histogram', bounds, points };
  }
}
