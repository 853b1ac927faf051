/**
 * Metrics as text: Prometheus 0.0.4, or OpenMetrics 1.0, whose buckets carry the id of a trace that
 * fell into them (an exemplar).
 */
import type { Exemplar, HistogramPoint, Labels, MetricFamily } from './metric-families.ts';

export type TextForm = 'prometheus' | 'openmetrics';

/** Families without a number are left out. */
export function metricsText(families: readonly MetricFamily[], form: TextForm): string {
  return families.map((family) => familyText(family, form)).join('');
}

function familyText(family: MetricFamily, form: TextForm): string {
  if (family.points.length === 0) return '';
  const { name, help, kind } = family;
  const lines =
    family.kind === 'histogram'
      ? family.points.map((point) => histogramText(name, { point, bounds: family.bounds, form }))
      : family.points.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  // OpenMetrics names the family of a counter without the suffix that its samples have.
  const shown = form === 'openmetrics' && kind === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${shown} ${help}\n# TYPE ${shown} ${kind}\n${lines.join('')}`;
}

interface Shown {
  readonly point: HistogramPoint;
  readonly bounds: readonly number[];
  readonly form: TextForm;
}

function histogramText(name: string, { point, bounds, form }: Shown): string {
  const { labels, counts, exemplars, sum, count } = point;
  let below = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, at) => {
    below += counts[at] ?? 0;
    const exemplar = form === 'openmetrics' ? exemplarText(exemplars[at]) : '';
    return `${name}_bucket${labelText({ ...labels, le })} ${below}${exemplar}\n`;
  });
  const own = labelText(labels);
  return `${buckets.join('')}${name}_sum${own} ${sum}\n${name}_count${own} ${count}\n`;
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, value, seconds } = exemplar;
  return ` # {trace_id="${traceId}"} ${value} ${seconds.toFixed(3)}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
