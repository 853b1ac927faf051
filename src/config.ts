/**
 * The server's settings: the only reader of the environment. One row a setting; each is also a
 * flag of `timefusion serve` (`PGWIRE_PORT` is `--pgwire-port`). Flags win over the environment.
 *
 * Every value is validated at start and printed with its source; unknown `TIMEFUSION_*` names are
 * warned about, since a misspelt setting that does nothing is worse than none.
 */
import { availableParallelism, totalmem } from 'node:os';

export type Source = 'default' | 'environment' | 'flag';

interface Row {
  readonly name: string;
  readonly initial: string;
  readonly doc: string;
  /** Undefined when the value is good, else what it should be. */
  readonly check?: (value: string) => string | undefined;
  readonly secret?: true;
}

const port = (value: string): string | undefined =>
  /^\d+$/.test(value) && Number(value) <= 65_535 ? undefined : 'a port number, 0 to 65535';
const count = (value: string): string | undefined =>
  /^\d+$/.test(value) ? undefined : 'a whole number';
const bool = (value: string): string | undefined =>
  /^(true|false|on|off|0|1)$/i.test(value) ? undefined : 'true or false';
const bytes = (value: string): string | undefined =>
  parseBytes(value) === undefined ? 'a size such as 512MB or 3GB' : undefined;

// prettier-ignore
const rows: readonly Row[] = [
  { name: 'PGWIRE_HOST', initial: '127.0.0.1', doc: 'Address on which PostgreSQL clients are served.' },
  { name: 'PGWIRE_PORT', initial: '5432', check: port, doc: 'Port for PostgreSQL clients; 0 takes a free one.' },
  { name: 'PGWIRE_USER', initial: 'postgres', doc: 'The superuser.' },
  { name: 'PGWIRE_PASSWORD', initial: '', secret: true, doc: 'Its password (SCRAM-SHA-256). Without one only loopback is served.' },
  { name: 'PGWIRE_DATABASE', initial: 'postgres', doc: 'Name of the first database.' },
  { name: 'PGWIRE_TLS_CERT', initial: '', doc: 'PEM file of the certificate; TLS is offered when set.' },
  { name: 'PGWIRE_TLS_KEY', initial: '', doc: 'PEM file of the private key.' },
  { name: 'MAX_PG_CONNECTIONS', initial: '100', check: count, doc: 'Connections served at once; more get 53300.' },
  { name: 'TIMEFUSION_HTTP_PORT', initial: '8080', check: port, doc: 'Port of /healthz, /readyz and /metrics; 0 takes a free one.' },
  { name: 'TIMEFUSION_DATA_DIR', initial: './data', doc: 'Folder of the embedded store.' },
  { name: 'TIMEFUSION_MEMORY_LIMIT', initial: '', check: (value) => (value === '' ? undefined : bytes(value)), doc: 'Column memory, at most 4GB; default half of the machine, at most 4GB.' },
  { name: 'TIMEFUSION_QUERY_MEMORY', initial: '', check: (value) => (value === '' ? undefined : bytes(value)), doc: 'Most column memory of one query; default half of TIMEFUSION_MEMORY_LIMIT.' },
  { name: 'TIMEFUSION_WORKERS', initial: '', check: (value) => (value === '' ? undefined : count(value)), doc: 'Worker threads; default one per core.' },
  { name: 'RUST_LOG', initial: '', doc: 'Directives that rule spans and log lines; default info. When set, span lines go to standard output.' },
  { name: 'LOG_FORMAT', initial: '', check: (value) => (/^(text|json|)$/.test(value) ? undefined : 'text or json'), doc: 'Form of log lines; json switches span lines on. Default: text for the server\'s own lines, json for span lines.' },
  { name: 'LOG_SAMPLED_ONLY', initial: 'false', check: bool, doc: 'True: span lines only for queries whose trace is exported.' },
  { name: 'OTEL_SDK_DISABLED', initial: 'false', check: bool, doc: 'True: no spans, no OpenTelemetry module is loaded.' },
  { name: 'OTEL_SERVICE_NAME', initial: 'timefusion', doc: 'Service name on spans.' },
  { name: 'OTEL_RESOURCE_ATTRIBUTES', initial: '', doc: 'More resource attributes, key=value,….' },
  { name: 'OTEL_TRACES_EXPORTER', initial: '', doc: 'jaeger, otlp, console, none, or a list; default: jaeger or otlp where its endpoint is set.' },
  { name: 'OTEL_EXPORTER_JAEGER_ENDPOINT', initial: '', doc: 'Collector URL, http://host:14268/api/traces.' },
  { name: 'OTEL_EXPORTER_JAEGER_USER', initial: '', doc: 'User of the collector, when it asks for one.' },
  { name: 'OTEL_EXPORTER_JAEGER_PASSWORD', initial: '', secret: true, doc: 'Its password.' },
  { name: 'OTEL_EXPORTER_JAEGER_AGENT_HOST', initial: '127.0.0.1', doc: 'Agent that takes datagrams when no collector is named.' },
  { name: 'OTEL_EXPORTER_JAEGER_AGENT_PORT', initial: '6832', check: port, doc: 'Its port.' },
  { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', initial: '', doc: 'OTLP base URL: http://host:4318, or http://host:4317 for grpc.' },
  { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', initial: '', doc: 'http/protobuf (the default), http/json or grpc.' },
  { name: 'OTEL_EXPORTER_OTLP_HEADERS', initial: '', secret: true, doc: 'Headers of requests, key=value,….' },
  { name: 'OTEL_EXPORTER_OTLP_TIMEOUT', initial: '', doc: 'Most milliseconds of one request; default 10000.' },
  { name: 'OTEL_EXPORTER_OTLP_COMPRESSION', initial: '', doc: 'gzip, or none.' },
  { name: 'OTEL_EXPORTER_OTLP_CERTIFICATE', initial: '', doc: 'PEM file of the authority to trust.' },
  { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', initial: '', doc: 'OTLP URL for traces; wins over the base URL.' },
  { name: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', initial: '', doc: 'Protocol of traces alone.' },
  { name: 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', initial: '', secret: true, doc: 'Headers of traces alone.' },
  { name: 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', initial: '', doc: 'Time limit of traces alone.' },
  { name: 'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', initial: '', doc: 'Compression of traces alone.' },
  { name: 'OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', initial: '', doc: 'Authority of traces alone.' },
  { name: 'OTEL_METRICS_EXPORTER', initial: '', doc: 'otlp or none; default: otlp where OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is set.' },
  { name: 'OTEL_METRIC_EXPORT_INTERVAL', initial: '60000', check: count, doc: 'Milliseconds between two exports of metrics.' },
  { name: 'OTEL_METRIC_EXPORT_TIMEOUT', initial: '30000', check: count, doc: 'Most milliseconds of one.' },
  { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', initial: '', doc: 'OTLP URL for metrics; wins over the base URL.' },
  { name: 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', initial: '', doc: 'Protocol of metrics alone.' },
  { name: 'OTEL_EXPORTER_OTLP_METRICS_HEADERS', initial: '', secret: true, doc: 'Headers of metrics alone.' },
  { name: 'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', initial: '', doc: 'Time limit of metrics alone.' },
  { name: 'OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', initial: '', doc: 'Compression of metrics alone.' },
  { name: 'OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE', initial: '', doc: 'Authority of metrics alone.' },
  { name: 'OTEL_TRACES_SAMPLER', initial: '', doc: 'Standard sampler name.' },
  { name: 'OTEL_TRACES_SAMPLER_ARG', initial: '', doc: 'Argument of the sampler.' },
  { name: 'OTEL_TRACES_SAMPLER_RATIO', initial: '', doc: 'Share of traces that are exported, 0 to 1.' },
  { name: 'OTEL_BSP_SCHEDULE_DELAY', initial: '1000', check: count, doc: 'Most milliseconds that a finished span waits for its batch.' },
  { name: 'TRACE_FILTER', initial: '', doc: 'Directives for spans alone; then RUST_LOG rules lines only.' },
  { name: 'TRACE_MAX_SPANS_PER_QUERY', initial: '1000', check: count, doc: 'Most spans of one query; what is cut is counted.' },
  { name: 'TRACE_MAX_TRACES_PER_SEC', initial: '100', check: count, doc: 'Traces exported a second, in bursts of ten seconds\' worth; 0: no limit.' },
  { name: 'TRACE_SETTINGS_FILE', initial: '', doc: 'File of NAME=value lines, read again on SIGHUP: directives, samplers, TRACE_* limits.' },
  { name: 'TRACE_SLOW_STATEMENT_MS', initial: '1000', check: count, doc: 'Statements that take longer are logged.' },
  { name: 'TRACE_TAIL_SLOW_MS', initial: '', check: (value) => (value === '' ? undefined : count(value)), doc: 'Export every query that takes longer, sampled or not.' },
  { name: 'TIMEFUSION_SELF_TRACE', initial: 'off', check: bool, doc: 'on: the server\'s own spans are stored in otel_logs_and_spans, project timefusion.' },
  { name: 'TRACE_TAIL_ERRORS', initial: 'false', check: bool, doc: 'Export every failed query, sampled or not.' },
];

export type ConfigName = string;

export interface Config {
  get(name: ConfigName): string;
  readonly entries: readonly {
    readonly name: string;
    readonly value: string;
    readonly source: Source;
  }[];
  readonly warnings: readonly string[];
}

/** A setting has a value that it cannot have; the message names both. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads flags (without the subcommand) and the environment. Errors: ConfigError. */
export function readConfig(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const given = parseFlags(flags);
  const entries = rows.map((row) => {
    const fromFlag = given.get(row.name);
    const fromEnvironment = environment[row.name];
    const source: Source =
      fromFlag !== undefined ? 'flag' : fromEnvironment !== undefined ? 'environment' : 'default';
    const value = fromFlag ?? fromEnvironment ?? row.initial;
    const wanted = row.check?.(value);
    if (wanted !== undefined)
      throw new ConfigError(`${row.name} is "${value}"; it takes ${wanted}`);
    return { name: row.name, value, source, secret: row.secret === true };
  });
  const values = new Map(entries.map(({ name, value }) => [name, value]));
  return {
    get: (name) => values.get(name) ?? '',
    entries: entries.map(({ name, value, source, secret }) => ({
      name,
      value: secret && value !== '' ? '********' : value,
      source,
    })),
    warnings: unknownNames(environment),
  };
}

function parseFlags(flags: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (let index = 0; index < flags.length; index++) {
    const [flag, inline] = splitFlag(flags[index] ?? '');
    const name = flag.replace(/^--/, '').replaceAll('-', '_').toUpperCase();
    if (!flag.startsWith('--') || !rows.some((row) => row.name === name)) {
      throw new ConfigError(`unknown flag ${flag}; see "timefusion help"`);
    }
    const value = inline ?? flags[++index];
    if (value === undefined) throw new ConfigError(`flag ${flag} needs a value`);
    given.set(name, value);
  }
  return given;
}

function splitFlag(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function unknownNames(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('TIMEFUSION_') && !rows.some((row) => row.name === name))
    .map((name) => `unknown setting ${name} has no effect`);
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
};

/** `3GB`, `512MB`, `1048576`; undefined when it is no size. */
export function parseBytes(value: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|)$/i.exec(value.trim());
  const unit = units[(match?.[2] ?? '').toUpperCase()];
  return match === null || unit === undefined ? undefined : Math.floor(Number(match[1]) * unit);
}

const memoryBytesMax = 4 * 2 ** 30;
const memoryBytesMin = 64 * 2 ** 20;

/** Sizes that follow from the machine when they are not set. */
export interface Limits {
  readonly memoryBytes: number;
  readonly queryMemoryBytes: number;
  readonly workers: number;
}

export function deriveLimits(config: Config): Limits {
  const asked = parseBytes(config.get('TIMEFUSION_MEMORY_LIMIT')) ?? totalmem() / 2;
  const memoryBytes = Math.max(memoryBytesMin, Math.min(memoryBytesMax, asked));
  const workers = config.get('TIMEFUSION_WORKERS');
  return {
    memoryBytes,
    queryMemoryBytes: parseBytes(config.get('TIMEFUSION_QUERY_MEMORY')) ?? memoryBytes / 2,
    workers: workers === '' ? availableParallelism() : Number(workers),
  };
}

/** One line per setting: name, default, meaning; for `timefusion help` and docs/operations.md. */
export function describeSettings(): readonly (readonly [
  name: string,
  initial: string,
  doc: string,
])[] {
  return rows.map(({ name, initial, doc }) => [name, initial, doc]);
}
