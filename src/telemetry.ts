/** Telemetry for users of the library: reads RUST_LOG and OTEL_*; pass `tracer` to Database.open. */
import { readConfig } from './config.ts';
import { createLog } from './trace/log.ts';
import { openTracer } from './trace/open-tracer.ts';
import type { Tracer } from './trace/query-trace.ts';

export interface Telemetry {
  readonly tracer: Tracer;
  shutdown(): Promise<void>;
}

export async function initTelemetry(): Promise<Telemetry> {
  const config = readConfig([]);
  const log = createLog({ format: config.get('LOG_FORMAT'), filter: config.get('RUST_LOG') });
  const tracer = await openTracer((name) => config.get(name), log);
  return { tracer, shutdown: () => tracer.shutdown() };
}
