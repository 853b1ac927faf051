/**
 * Counters and histograms as text: Prometheus 0.0.4, or OpenMetrics 1.0, whose buckets carry the id of
 * a trace that fell into them (an exemplar).
 */
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

  text(form: TextForm): string {
    if (this.#values.size === 0) return '';
    const lines = [...this.#values].map(([labels, value]) => `${this.name}${labels} ${value}\n`);
    // OpenMetrics names the family of a counter without the suffix that its samples have.
    const family = form === 'openmetrics' ? this.name.replace(/_total$/, '') : this.name;
    return `# HELP ${family} ${this.#help}\n# TYPE ${family} ${this.#type}\n${lines.join('')}`;
  }
}

export type TextForm = 'prometheus' | 'openmetrics';

interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  readonly seconds: number;
}

interface Observations {
  readonly labels: Labels;
  readonly counts: number[];
  /** The last of each bucket; one more than counts, for what is above all bounds. */
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
    const key = labelText(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, counts: this.#bounds.map(() => 0), exemplars: [], sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    if (traceId !== '') {
      const at = bucket >= 0 ? bucket : this.#bounds.length;
      series.exemplars[at] = { traceId, value, seconds: Date.now() / 1000 };
    }
    series.sum += value;
    series.count += 1;
  }

  text(form: TextForm): string {
    if (this.#series.size === 0) return '';
    const lines = [...this.#series.values()].map((series) => this.#seriesText(series, form));
    return `# HELP ${this.#name} ${this.#help}\n# TYPE ${this.#name} histogram\n${lines.join('')}`;
  }

  #seriesText({ labels, counts, exemplars, sum, count }: Observations, form: TextForm): string {
    let below = 0;
    const line = (le: string, total: number, at: number): string => {
      const exemplar = form === 'openmetrics' ? exemplarText(exemplars[at]) : '';
      return `${this.#name}_bucket${labelText({ ...labels, le })} ${total}${exemplar}\n`;
    };
    const buckets = this.#bounds.map((bound, index) => {
      below += counts[index] ?? 0;
      return line(String(bound), below, index);
    });
    const own = labelText(labels);
    return (
      `${buckets.join('')}${line('+Inf', count, this.#bounds.length)}` +
      `${this.#name}_sum${own} ${sum}\n${this.#name}_count${own} ${count}\n`
    );
  }
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, value, seconds } = exemplar;
  return ` # {trace_id="${traceId}"} ${value} ${seconds.toFixed(3)}`;
}
