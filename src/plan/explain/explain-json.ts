/** EXPLAIN (FORMAT JSON), in the shape that PostgreSQL gives and that PEV2 reads. */
import { explainTree, type ExplainContext, type ExplainNode } from './explain-tree.ts';
import type { ExplainMeasures } from './explain-text.ts';
import type { ExplainOptions } from './explain-options.ts';
import type { TextOptions } from './expr-text.ts';
import type { PhysicalPlan, PlanNode } from '../physical.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** The whole document, two spaces per level as PostgreSQL prints it. */
export function explainJson(
  plan: PhysicalPlan,
  options: ExplainOptions & Partial<TextOptions>,
  measures: ExplainMeasures = {},
): string {
  return JSON.stringify([explainDocument(plan, options, measures)], undefined, 2);
}

/** The document as data: the trace keeps it in `plan.json`. */
export function explainDocument(
  plan: PhysicalPlan,
  options: ExplainOptions & Partial<TextOptions>,
  measures: ExplainMeasures = {},
): { readonly [key: string]: Json } {
  const context: ExplainContext = {
    plan,
    options: { maskLiterals: false, ...options },
    statistics: options.analyze ? (measures.nodes ?? []) : undefined,
  };
  const { planningMs, executionMs } = measures;
  const executed = options.analyze && executionMs !== undefined;
  return {
    Plan: nodeJson(explainTree(context), undefined, context),
    ...(options.summary && planningMs !== undefined ? { 'Planning Time': planningMs } : {}),
    ...(options.summary && executed ? { 'Execution Time': executionMs } : {}),
  };
}

function nodeJson(
  tree: ExplainNode,
  relationship: string | undefined,
  context: ExplainContext,
): { readonly [key: string]: Json } {
  const { node, actuals } = tree;
  const { costs, timing } = context.options;
  const ran = context.statistics !== undefined;
  const plans = [
    ...tree.subplans.map(({ number, correlated, tree: subplan }) => ({
      ...nodeJson(subplan, correlated ? 'SubPlan' : 'InitPlan', context),
      'Subplan Name': `${correlated ? 'SubPlan' : 'InitPlan'} ${number}`,
    })),
    ...tree.children.map((child, index) =>
      nodeJson(child, relationshipOf(node, index), context),
    ),
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

function costJson({ node, startupCost, width }: ExplainNode): { readonly [key: string]: Json } {
  return {
    'Startup Cost': Math.round(startupCost * 100) / 100,
    'Total Cost': node.estimatedCost,
    'Plan Rows': node.estimatedRows,
    'Plan Width': width,
  };
}

function relationJson(node: PlanNode): { readonly [key: string]: Json } {
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
