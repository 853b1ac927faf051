/**
 * EXPLAIN: the plan as lines of text or as a JSON document, with what was counted when it ran.
 */
import { unreachable } from '../../errors/assert.ts';
import { explainTree, type ExplainContext } from './explain-tree.ts';
import { documentOf, type Json } from './explain-json.ts';
import { svgOf } from './explain-svg.ts';
import { linesOf } from './explain-text.ts';
import { yamlOf } from './explain-yaml.ts';
import type { NodeStatistics } from '../../trace/node-statistics.ts';
import type { PhysicalPlan } from '../physical.ts';

export interface ExplainOptions {
  readonly analyze: boolean;
  /** Shows select lists, aggregates and window functions. */
  readonly verbose: boolean;
  readonly costs: boolean;
  readonly timing: boolean;
  /** Planning and execution time at the end. */
  readonly summary: boolean;
  readonly format: 'text' | 'json' | 'yaml' | 'svg';
  /** Where each node's time went, and the trace in which it is told. */
  readonly trace?: boolean;
  /** Constants as `?`, for places that must not show values. Default false. */
  readonly maskLiterals?: boolean;
}

/** What was measured; the last two with ANALYZE. */
export interface ExplainReport {
  readonly planningNs?: number;
  readonly executionNs?: number;
  readonly statistics?: readonly NodeStatistics[];
  readonly traceId?: string;
}

/** EXPLAIN (FORMAT JSON)'s document: PostgreSQL's shape, a list of one object. */
export function explainJson(
  plan: PhysicalPlan,
  options: ExplainOptions,
  report: ExplainReport = {},
): Json {
  const context = contextOf(plan, options, report);
  return [documentOf(explainTree(context), context)];
}

/** EXPLAIN's rows in any format: lines of text, else one document. */
export function explained(
  plan: PhysicalPlan,
  options: ExplainOptions,
  report: ExplainReport = {},
): readonly string[] {
  const context = contextOf(plan, options, report);
  const tree = explainTree(context);
  switch (options.format) {
    case 'text':
      return linesOf(tree, context);
    case 'json':
      return [JSON.stringify([documentOf(tree, context)], undefined, 2)];
    case 'yaml':
      return [yamlOf(documentOf(tree, context))];
    case 'svg':
      return [svgOf(tree, context)];
    default:
      return unreachable(options.format);
  }
}

function contextOf(
  plan: PhysicalPlan,
  options: ExplainOptions,
  report: ExplainReport,
): ExplainContext {
  const { maskLiterals = false } = options;
  return { plan, options, text: { maskLiterals }, report };
}
