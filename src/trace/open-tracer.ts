/**
 * The tracer that the settings ask for. Loads no OpenTelemetry module: those belong to the export
 * worker, which starts with the first span.
 */
import { version } from '../version.ts';
import type { Log } from './log.ts';
import type { Tracer } from './query-trace.ts';
import { readTraceOptions } from './choice/trace-options.ts';
import { SpanTracer } from './tracer.ts';

export function openTracer(setting: (name: string) => string, log: Log): Tracer {
  const options = readTraceOptions(setting, version);
  for (const warning of options.warnings) log.warn(warning);
  return new SpanTracer(options, log);
}
