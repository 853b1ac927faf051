/** Telemetry for users of the library: reads RUST_LOG and OTEL_*; databases opened later use it. */
import { readConfig } from './config.ts';
import { createLog } from './trace/log.ts';
import { nullTracer } from './trace/null-tracer.ts';
import { openTracer } from './trace/open-tracer.ts';
import type { Tracer } from './trace/query-trace.ts';

export interface Telemetry {
  readonly tracer: Tracer;
  /** Exports what is queued, within 5 s, and ends the export thread. */
  shutdown(): Promise<void>;
}

let active: Tracer = nullTracer;

/** The tracer of the last `initTelemetry` that was not shut down. */
export function activeTracer(): Tracer {
  return active;
}

export function initTelemetry(): Telemetry {
  const config = readConfig([]);
  const log = createLog({ format: config.get('LOG_FORMAT'), filter: config.get('RUST_LOG') });
  const tracer = openTracer((name) => config.get(name), log);
  active = tracer;
  return {
    tracer,
    async shutdown() {
      if (active === tracer) active = nullTracer;
      await tracer.shutdown();
    },
  };
}
