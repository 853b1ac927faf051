/** The tracer's settings, read once: exporters, filters, sampling, budgets. */
import { Filter } from './filter.ts';
import type { JaegerTarget } from '../export/jaeger-shipper.ts';
import { readOtlpTarget, readPairs, type OtlpTarget } from '../export/otlp-target.ts';
import { readSampler, type Sampler } from './sampler.ts';

export type ExporterName = 'jaeger' | 'otlp' | 'console';
export const exporterNames: readonly ExporterName[] = ['jaeger', 'otlp', 'console'];

/** Plain data: the worker gets it as it is. */
export interface ExportOptions {
  readonly exporters: readonly ExporterName[];
  readonly jaeger: JaegerTarget;
  readonly otlp: OtlpTarget;
  readonly metrics: MetricsTarget;
  readonly scheduleDelayMs: number;
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly lineFormat: 'json' | 'text';
}

export interface MetricsTarget {
  readonly target: OtlpTarget;
  /** 0: metrics are not sent. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface TraceOptions {
  readonly export: ExportOptions;
  /** Spans are stored in the server's own table. */
  readonly selfTrace: boolean;
  readonly lines: boolean;
  /** Lines only for queries whose spans are exported. */
  readonly linesSampledOnly: boolean;
  readonly lineFilter: Filter;
  readonly spanFilter: Filter;
  readonly sampler: Sampler;
  /** Undefined: no query is exported for being slow. */
  readonly tailSlowNs: number | undefined;
  readonly tailErrors: boolean;
  readonly slowStatementNs: number;
  readonly spansMax: number;
  readonly tracesPerSecondMax: number;
  readonly warnings: readonly string[];
}

type Read = (name: string) => string;

const isTrue = (text: string): boolean => /^(true|on|1)$/i.test(text.trim());

export function readTraceOptions(read: Read, serviceVersion: string): TraceOptions {
  const warnings: string[] = [];
  const lineFilter = readFilter('RUST_LOG', read('RUST_LOG'), warnings);
  const ownFilter = read('TRACE_FILTER');
  const isDisabled = isTrue(read('OTEL_SDK_DISABLED')) || lineFilter.isOff;
  const sampler = readSampler({
    sampler: read('OTEL_TRACES_SAMPLER'),
    arg: read('OTEL_TRACES_SAMPLER_ARG'),
    ratio: read('OTEL_TRACES_SAMPLER_RATIO'),
  });
  const slowMs = Number(read('TRACE_TAIL_SLOW_MS'));
  const wantsLines = read('LOG_FORMAT') === 'json' || read('RUST_LOG').trim() !== '';
  return {
    export: {
      exporters: isDisabled ? [] : readExporters(read, warnings),
      jaeger: {
        endpoint: jaegerEndpoint(read('OTEL_EXPORTER_JAEGER_ENDPOINT'), warnings),
        agentHost: read('OTEL_EXPORTER_JAEGER_AGENT_HOST').trim() || '127.0.0.1',
        agentPort: numberOr(read('OTEL_EXPORTER_JAEGER_AGENT_PORT'), 6832),
        user: read('OTEL_EXPORTER_JAEGER_USER'),
        password: read('OTEL_EXPORTER_JAEGER_PASSWORD'),
      },
      otlp: readOtlpTarget(read, 'traces', warnings),
      metrics: readMetricsTarget(read, isTrue(read('OTEL_SDK_DISABLED')), warnings),
      scheduleDelayMs: numberOr(read('OTEL_BSP_SCHEDULE_DELAY'), 1000),
      serviceName: read('OTEL_SERVICE_NAME') || 'timefusion',
      serviceVersion,
      resource: readPairs(read('OTEL_RESOURCE_ATTRIBUTES')),
      lineFormat: read('LOG_FORMAT') === 'text' ? 'text' : 'json',
    },
    selfTrace: !isDisabled && isTrue(read('TIMEFUSION_SELF_TRACE')),
    lines: wantsLines && !lineFilter.isOff && !lineFilter.silences('datafusion_tracing'),
    linesSampledOnly: isTrue(read('LOG_SAMPLED_ONLY')),
    lineFilter,
    spanFilter:
      ownFilter.trim() === '' ? lineFilter : readFilter('TRACE_FILTER', ownFilter, warnings),
    sampler,
    tailSlowNs: read('TRACE_TAIL_SLOW_MS').trim() === '' ? undefined : slowMs * 1e6,
    tailErrors: isTrue(read('TRACE_TAIL_ERRORS')),
    slowStatementNs: numberOr(read('TRACE_SLOW_STATEMENT_MS'), 1000) * 1e6,
    spansMax: Math.max(1, numberOr(read('TRACE_MAX_SPANS_PER_QUERY'), 1000)),
    tracesPerSecondMax: numberOr(read('TRACE_MAX_TRACES_PER_SEC'), 100),
    warnings: [...warnings, ...sampler.warnings],
  };
}

function readFilter(name: string, text: string, warnings: string[]): Filter {
  const filter = new Filter(text);
  if (filter.bad.length > 0) {
    warnings.push(`${name}: no directives, skipped: ${filter.bad.join(' ')}`);
  }
  return filter;
}

function numberOr(text: string, initial: number): number {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) || number < 0 ? initial : number;
}

/** Without a name of an exporter, they are sent where an endpoint of their own is set. */
function readMetricsTarget(read: Read, isDisabled: boolean, warnings: string[]): MetricsTarget {
  const text = read('OTEL_METRICS_EXPORTER').trim().toLowerCase();
  const names = text === '' ? [] : text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => name !== 'otlp' && name !== 'none');
  if (unknown.length > 0) {
    warnings.push(`OTEL_METRICS_EXPORTER: no such exporter, skipped: ${unknown.join(' ')}`);
  }
  const hasEndpoint = read('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT').trim() !== '';
  const isWanted = text === '' ? hasEndpoint : names.includes('otlp') && !names.includes('none');
  const isOn = isWanted && !isDisabled;
  return {
    target: readOtlpTarget(read, 'metrics', isOn ? warnings : []),
    intervalMs: isOn ? Math.max(100, numberOr(read('OTEL_METRIC_EXPORT_INTERVAL'), 60_000)) : 0,
    timeoutMs: numberOr(read('OTEL_METRIC_EXPORT_TIMEOUT'), 30_000),
  };
}

/** A list of names; without one, those whose endpoint is set. */
function readExporters(read: Read, warnings: string[]): readonly ExporterName[] {
  const text = read('OTEL_TRACES_EXPORTER').trim().toLowerCase();
  if (text === '') {
    const isSet = (name: string): boolean => read(name).trim() !== '';
    const hasOtlp =
      isSet('OTEL_EXPORTER_OTLP_ENDPOINT') || isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
    return exporterNames.filter(
      (name) =>
        (name === 'jaeger' && isSet('OTEL_EXPORTER_JAEGER_ENDPOINT')) ||
        (name === 'otlp' && hasOtlp),
    );
  }
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('none')) return [];
  const unknown = names.filter((name) => !exporterNames.includes(name as ExporterName));
  if (unknown.length > 0) {
    warnings.push(`OTEL_TRACES_EXPORTER: no such exporter, skipped: ${unknown.join(' ')}`);
  }
  return exporterNames.filter((name) => names.includes(name));
}

/** Without a path, the collector's: /api/traces. */
function jaegerEndpoint(text: string, warnings: string[]): string {
  if (text.trim() === '') return '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    warnings.push('OTEL_EXPORTER_JAEGER_ENDPOINT is no http URL; spans go to the agent by UDP');
    return '';
  }
  if (url.pathname === '/') url.pathname = '/api/traces';
  return url.href;
}
