/**
 * Settings of tracing that change while the server runs: lines `NAME=value` of the file that
 * TRACE_SETTINGS_FILE names, read at start, and again on SIGHUP and
 * pg_reload_conf(). They win over flags and environment.
 */
import { existsSync, readFileSync } from 'node:fs';
import { ConfigError, type Config } from '../config.ts';
import type { Log } from '../trace/log.ts';
import type { Tracer } from '../trace/query-trace.ts';

/** Exporters and lines are set up once: what belongs to them needs a restart. */
const changeable = new Set([
  'RUST_LOG',
  'TRACE_FILTER',
  'LOG_SAMPLED_ONLY',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_TRACES_SAMPLER_RATIO',
  'TRACE_MAX_SPANS_PER_QUERY',
  'TRACE_MAX_TRACES_PER_SEC',
  'TRACE_SLOW_STATEMENT_MS',
  'TRACE_TAIL_SLOW_MS',
  'TRACE_TAIL_ERRORS',
]);

export class TraceSettings {
  readonly #config: Config;
  #fromFile: ReadonlyMap<string, string> = new Map();

  /** Errors: ConfigError when the file is not there, or says something else. */
  constructor(config: Config) {
    this.#config = config;
    this.#read();
  }

  readonly get = (name: string): string => this.#fromFile.get(name) ?? this.#config.get(name);

  #read(): void {
    const path = this.#config.get('TRACE_SETTINGS_FILE');
    if (path === '') return;
    if (!existsSync(path)) throw new ConfigError(`TRACE_SETTINGS_FILE: no file ${path}`);
    const lines = readFileSync(path, 'utf8').split('\n');
    const pairs = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith('#'));
    this.#fromFile = new Map(pairs.map(pairOf));
  }

  /** A file that is wrong changes nothing. */
  reload(tracer: Tracer, log: Log): void {
    if (this.#config.get('TRACE_SETTINGS_FILE') === '') {
      log.info('reload: there is no TRACE_SETTINGS_FILE to read again');
      return;
    }
    try {
      this.#read();
    } catch (error) {
      log.warn(`reload: nothing changes: ${error instanceof Error ? error.message : error}`);
      return;
    }
    tracer.reload(this.get);
    log.info('reload: the settings of tracing were read again');
  }
}

function pairOf(line: string): readonly [string, string] {
  const at = line.indexOf('=');
  const name = line.slice(0, Math.max(0, at)).trim();
  if (changeable.has(name)) return [name, line.slice(at + 1).trim()];
  throw new ConfigError(`TRACE_SETTINGS_FILE: "${line}" sets nothing that changes at run time`);
}
