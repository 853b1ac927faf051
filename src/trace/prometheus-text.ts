/** Counters and histograms as Prometheus text, version 0.0.4. */
export type Labels = Readonly<Record<string, string>>;

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Numbers by label set. */
export class CounterFamily {
  readonly name: string;
  readonly #help: string;
  readonly #type: 'counter' | 'gauge';
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, type: 'counter' | 'gauge' = 'counter') {
    this.name = name;
    this.#help = help;
    this.#type = type;
  }

  add(labels: Labels, amount = 1): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + amount);
  }

  set(labels: Labels, value: number): void {
    this.#values.set(labelText(labels), value);
  }

  text(): string {
    if (this.#values.size === 0) return '';
    const lines = [...this.#values].map(([labels, value]) => `${this.name}${labels} ${value}\n`);
    return `# HELP ${this.name} ${this.#help}\n# TYPE ${this.name} ${this.#type}\n${lines.join('')}`;
  }
}

interface Observations {
  readonly labels: Labels;
  readonly counts: number[];
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

  observe(labels: Labels, value: number): void {
    const key = labelText(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  text(): string {
    if (this.#series.size === 0) return '';
    const lines = [...this.#series.values()].map((series) => this.#seriesText(series));
    return `# HELP ${this.#name} ${this.#help}\n# TYPE ${this.#name} histogram\n${lines.join('')}`;
  }

  #seriesText({ labels, counts, sum, count }: Observations): string {
    let below = 0;
    const buckets = this.#bounds.map((bound, index) => {
      below += counts[index] ?? 0;
      return `${this.#name}_bucket${labelText({ ...labels, le: String(bound) })} ${below}\n`;
    });
    const own = labelText(labels);
    return (
      `${buckets.join('')}${this.#name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}\n` +
      `${this.#name}_sum${own} ${sum}\n${this.#name}_count${own} ${count}\n`
    );
  }
}
