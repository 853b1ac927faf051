/** `timefusion serve`: reads the configuration, opens the database, serves until a signal. */
import { readFileSync } from 'node:fs';
import { deriveLimits, readConfig, ConfigError, type Config } from '../config.ts';
import { Database, type ListenOptions } from '../database.ts';
import { SelfTrace } from '../self-trace.ts';
import { createHttpServer } from '../http/server.ts';
import { serverMetrics } from '../server-metrics.ts';
import { metricsText } from '../trace/metrics/prometheus-text.ts';
import { openTracer } from '../trace/open-tracer.ts';
import { TraceSettings } from './trace-settings.ts';
import { createLog } from '../trace/log.ts';
import { version } from '../version.ts';

export async function runServe(args: readonly string[]): Promise<void> {
  const config = readConfig(args);
  refuseOpenServer(config);
  const limits = deriveLimits(config);
  const log = createLog({ format: config.get('LOG_FORMAT'), filter: config.get('RUST_LOG') });
  const traceSettings = new TraceSettings(config);
  const tracer = openTracer(traceSettings.get, log);
  const reloadSettings = () => traceSettings.reload(tracer, log);
  process.on('SIGHUP', reloadSettings);
  const opening = {
    dataDir: config.get('TIMEFUSION_DATA_DIR'),
    memoryBytes: limits.memoryBytes,
    queryMemoryBytes: limits.queryMemoryBytes,
    workers: limits.workers,
    user: config.get('PGWIRE_USER'),
    database: config.get('PGWIRE_DATABASE'),
    ...(config.get('PGWIRE_PASSWORD') === '' ? {} : { password: config.get('PGWIRE_PASSWORD') }),
    tracer,
    reloadSettings,
  };
  const wire = wireOptions(config, (error) => log.error(error));
  const { database, listening } = await Database.serve(opening, wire);
  const selfTrace = /^(on|true|1)$/i.test(config.get('TIMEFUSION_SELF_TRACE'))
    ? new SelfTrace(database.environment, (message) => log.warn(message))
    : undefined;
  if (selfTrace !== undefined) tracer.listen(selfTrace);
  const metrics = () => [...serverMetrics(database), ...tracer.metrics()];
  tracer.exportMetrics(metrics);
  const http = createHttpServer({
    host: config.get('PGWIRE_HOST'),
    port: Number(config.get('TIMEFUSION_HTTP_PORT')),
    ready: () => true,
    metrics: (form) => metricsText(metrics(), form),
  });
  announce(config, listening.port, (await http.listen()).port);
  for (const warning of config.warnings) log.warn(warning);
  await untilSignal();
  await http.close();
  await tracer.flush();
  await selfTrace?.close();
  await database.close();
}

/** Without a password only loopback is served. */
function refuseOpenServer(config: Config): void {
  const host = config.get('PGWIRE_HOST');
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (isLoopback || config.get('PGWIRE_PASSWORD') !== '') return;
  throw new ConfigError(`PGWIRE_HOST is "${host}"; serving it needs PGWIRE_PASSWORD`);
}

function wireOptions(config: Config, onInternalError: (error: Error) => void): ListenOptions {
  const certificate = config.get('PGWIRE_TLS_CERT');
  const key = config.get('PGWIRE_TLS_KEY');
  if ((certificate === '') !== (key === '')) {
    throw new ConfigError('PGWIRE_TLS_CERT and PGWIRE_TLS_KEY go together');
  }
  return {
    host: config.get('PGWIRE_HOST'),
    port: Number(config.get('PGWIRE_PORT')),
    maxConnections: Number(config.get('MAX_PG_CONNECTIONS')),
    onInternalError,
    ...(certificate === ''
      ? {}
      : {
          tls: { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') },
        }),
  };
}

function announce(config: Config, port: number, httpPort: number): void {
  const host = config.get('PGWIRE_HOST');
  const user = config.get('PGWIRE_USER');
  const settings = config.entries
    .filter(({ source }) => source !== 'default')
    .map(({ name, value, source }) => `  ${name}=${value} (${source})\n`)
    .join('');
  const access =
    config.get('PGWIRE_PASSWORD') === ''
      ? 'no password is set: only loopback is served, by trust'
      : 'clients log in with SCRAM-SHA-256';
  process.stdout.write(
    `TimeFusion ${version} is ready\n` +
      `  psql -h ${host} -p ${port} -U ${user} ${config.get('PGWIRE_DATABASE')}\n` +
      `  http://${host}:${httpPort}/metrics\n` +
      `  data in ${config.get('TIMEFUSION_DATA_DIR')}; ${access}\n${settings}`,
  );
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
