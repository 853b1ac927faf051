/** EXPLAIN (FORMAT JSON), in the shape that PostgreSQL gives and that PEV2 reads. */
import type { ExplainContext, ExplainNode } from './explain-tree.ts';
import type { PlanNode } from '../physical.ts';

export type Json = string | number | boolean | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function documentOf(tree: ExplainNode, context: ExplainContext): JsonObject {
  const { options, report } = context;
  const { planningNs, executionNs } = report;
  const ran = options.analyze && executionNs !== undefined;
  return {
    Plan: nodeJson(tree, undefined, context),
    ...(report.traceId === undefined ? {} : { 'Trace ID': report.traceId }),
    ...(options.summary && planningNs !== undefined ? { 'Planning Time': planningNs / 1e6 } : {}),
    ...(ran ? { Triggers: [] } : {}),
    ...(options.summary && ran ? { 'Execution Time': executionNs / 1e6 } : {}),
  };
}

function nodeJson(
  tree: ExplainNode,
  relationship: string | undefined,
  context: ExplainContext,
): JsonObject {
  const { node, actuals } = tree;
  const { costs, timing, analyze: ran } = context.options;
  const plans = [
    ...tree.subplans.map(({ number, correlated, tree: subplan }) => ({
      ...nodeJson(subplan, correlated ? 'SubPlan' : 'InitPlan', context),
      'Subplan Name': `${correlated ? 'SubPlan' : 'InitPlan'} ${number}`,
    })),
    ...tree.children.map((child, index) => nodeJson(child, relationshipOf(node, index), context)),
  ];
  return {
    'Node Type': node.kind,
    ...(relationship === undefined ? {} : { 'Parent Relationship': relationship }),
    'Parallel Aware': node.kind === 'SeqScanExec' && node.parallel,
    'Async Capable': false,
    ...relationJson(node),
    ...(costs ? costJson(tree) : {}),
    ...(ran && timing
      ? { 'Actual Startup Time': ms(actuals?.startupMs), 'Actual Total Time': ms(actuals?.totalMs) }
      : {}),
    ...(ran ? { 'Actual Rows': actuals?.rows ?? 0, 'Actual Loops': actuals?.loops ?? 0 } : {}),
    ...Object.fromEntries(tree.details.map(([label, value]) => [label, numberOr(value)])),
    ...(plans.length === 0 ? {} : { Plans: plans }),
  };
}

function costJson({ node, startupCost, width }: ExplainNode): JsonObject {
  return {
    'Startup Cost': Math.round(startupCost * 100) / 100,
    'Total Cost': node.estimatedCost,
    'Plan Rows': node.estimatedRows,
    'Plan Width': width,
  };
}

function relationJson(node: PlanNode): JsonObject {
  if (node.kind !== 'SeqScanExec' && node.kind !== 'FactScanExec') return {};
  const name = node.kind === 'SeqScanExec' ? node.tableName : node.factName;
  return { 'Relation Name': name, Alias: name };
}

function relationshipOf(node: PlanNode, index: number): string {
  if (node.kind === 'UnionExec' || node.kind === 'SetOperationExec') return 'Member';
  return index === 0 ? 'Outer' : 'Inner';
}

/** Counts are numbers in the JSON form. */
function numberOr(value: string | readonly string[]): Json {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

function ms(value: number | undefined): number {
  return Math.round((value ?? 0) * 1000) / 1000;
}
