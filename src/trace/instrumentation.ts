/** What a user of the library wants in the spans of a context's queries. */
import type { AttributeValue } from './query-trace.ts';

/** The first rows that an operator gave, as text, cells cut. */
export interface OperatorPreview {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface InstrumentationOptions {
  /** Numbers of operators: rows, batches, times, memory. Default true. */
  readonly recordMetrics?: boolean;
  /** Rows of each operator that are shown in its span, at most 100. Default 0. */
  readonly previewLimit?: number;
  /** How they are shown; default a narrow table. What it returns is cut at 8 KiB. */
  readonly previewFn?: (preview: OperatorPreview) => string;
  /** Attributes of every operator's span. */
  readonly customFields?: Readonly<Record<string, AttributeValue>>;
}

/** No span; a span for the phase; and one for each of its rules. */
export type RuleInstrumentation = 'disabled' | 'phaseOnly' | 'full';

export interface RuleInstrumentationOptions {
  readonly analyzer?: RuleInstrumentation;
  readonly optimizer?: RuleInstrumentation;
  readonly physicalOptimizer?: RuleInstrumentation;
  /** How each rule changed the plan. Default false. */
  readonly planDiff?: boolean;
}

/** Every phase alike. */
export function allRules(
  each: RuleInstrumentation,
  { planDiff = false }: { readonly planDiff?: boolean } = {},
): RuleInstrumentationOptions {
  return { analyzer: each, optimizer: each, physicalOptimizer: each, planDiff };
}
