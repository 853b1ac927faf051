/** The library's public face. */
export { Database, type DatabaseOptions, type ContextOptions } from './database.ts';
export { DataFrame, type FrameField } from './session/library/data-frame.ts';
export type { Parameter } from './session/library/library-parameters.ts';
export { SessionContext } from './session/library/session-context.ts';
export { SqlError } from './errors/sql-error.ts';
export {
  allRules,
  type InstrumentationOptions,
  type OperatorPreview,
  type RuleInstrumentation,
  type RuleInstrumentationOptions,
} from './trace/instrumentation.ts';
export { initTelemetry, type Telemetry } from './telemetry.ts';
