/**
 * The plan as EXPLAIN shows it: nodes with details, numbers and children, subplans under the node
 * that uses them first. Both renderings, text and JSON, are made from this.
 */
import { must } from '../../errors/assert.ts';
import { visitExpr } from '../../expr/walk.ts';
import { childrenOf, type PhysicalPlan, type PlanNode } from '../physical.ts';
import { layoutOf, valueBytes } from '../../types/type-table.ts';
import { actualsByNode, type NodeActuals } from './node-actuals.ts';
import { nodeDetails, type Detail } from './node-details.ts';
import { nodeExprs } from '../physical/node-exprs.ts';
import type { ExplainOptions, ExplainReport } from './explain.ts';
import type { TextOptions } from './expr-text.ts';

export interface ExplainNode {
  readonly node: PlanNode;
  readonly startupCost: number;
  readonly width: number;
  readonly details: readonly Detail[];
  /** With ANALYZE; undefined when the node never ran. */
  readonly actuals: NodeActuals | undefined;
  readonly children: readonly ExplainNode[];
  readonly subplans: readonly {
    readonly number: number;
    readonly correlated: boolean;
    readonly tree: ExplainNode;
  }[];
}

export interface ExplainContext {
  readonly plan: PhysicalPlan;
  readonly options: ExplainOptions;
  readonly text: TextOptions;
  readonly report: ExplainReport;
}

export function explainTree(context: ExplainContext): ExplainNode {
  const actuals = actualsByNode(context.report.statistics ?? []);
  const shown = new Set<number>();
  const build = (node: PlanNode): ExplainNode => {
    const own = usedSubplans(node).filter(({ index }) => !shown.has(index));
    for (const { index } of own) shown.add(index);
    const children = childrenOf(node).map(build);
    const counted = actuals.get(node.id);
    return {
      node,
      startupCost: startupCost(node, children),
      width: node.fields.reduce((sum, { type }) => sum + widthOf(type.name), 0),
      details: [
        ...nodeDetails(node, context.text).filter(([label]) => isShown(label, context)),
        ...(counted === undefined ? [] : actualDetails(node, counted, actuals)),
        ...(counted === undefined || context.options.trace !== true ? [] : timeDetails(counted)),
      ],
      actuals: counted,
      children,
      subplans: own.map(({ index, correlated }) => ({
        number: index + 1,
        correlated,
        tree: build(must(context.plan.subplans[index], 'subplan').plan),
      })),
    };
  };
  return build(context.plan.root);
}

/** Select lists and the like are long: only with VERBOSE, as in PostgreSQL. */
function isShown(label: string, { options }: ExplainContext): boolean {
  return options.verbose || !['Output', 'Aggregates', 'Window', 'Mode'].includes(label);
}

function usedSubplans(
  node: PlanNode,
): readonly { readonly index: number; readonly correlated: boolean }[] {
  const found = new Map<number, boolean>();
  for (const expr of nodeExprs(node)) {
    visitExpr(expr, (part) => {
      if (part.kind === 'subplan') found.set(part.planIndex, part.arguments.length > 0);
    });
  }
  return [...found].map(([index, correlated]) => ({ index, correlated }));
}

const blocking = new Set<PlanNode['kind']>([
  'AggregateExec',
  'SortExec',
  'WindowAggExec',
  'SetOperationExec',
  'RecursiveQueryExec',
]);

/** Cost before the first row: all of the input's for blocking nodes, the build side's for joins. */
function startupCost(node: PlanNode, children: readonly ExplainNode[]): number {
  const [first] = children;
  if (first === undefined) return 0;
  if (blocking.has(node.kind) || (children.length > 1 && node.kind !== 'UnionExec')) {
    return first.node.estimatedCost;
  }
  return first.startupCost;
}

function widthOf(name: PlanNode['fields'][number]['type']['name']): number {
  const layout = layoutOf(name);
  if (layout === 'bit') return 1;
  return layout === 'varlen' ? 32 : valueBytes(layout);
}

function actualDetails(
  node: PlanNode,
  actuals: NodeActuals,
  all: ReadonlyMap<number, NodeActuals>,
): readonly Detail[] {
  const { facts } = actuals;
  const details: Detail[] = [];
  if (node.kind === 'FilterExec') {
    const input = all.get(node.input.id);
    const removed = (input?.totalRows ?? 0) - actuals.totalRows;
    if (removed > 0) details.push(['Rows Removed by Filter', String(removed)]);
  }
  if (node.kind === 'CoalescePartitionsExec') {
    details.push(['Workers', String(all.get(node.input.id)?.partitions ?? 0)]);
  }
  const total = facts['segments_total'];
  if (total !== undefined) {
    details.push(['Segments Pruned', `${facts['segments_pruned'] ?? 0} of ${total}`]);
  }
  for (const [name, value] of Object.entries(facts)) {
    if (!name.startsWith('segments_')) details.push([labelOf(name), String(value)]);
  }
  if (actuals.peakBytes > 0) {
    details.push(['Memory', `${Math.ceil(actuals.peakBytes / 1024)}kB`]);
  }
  return details;
}

/** The numbers of the node's span: `op.self_ns`, `op.io_wait_ns`, `op.thread_wait_ns`. */
function timeDetails({ selfNs, ioNs, waitNs }: NodeActuals): readonly Detail[] {
  const parts: readonly (readonly [string, number])[] = [
    ['Self Time', selfNs],
    ['I/O Wait', ioNs],
    ['Thread Wait', waitNs],
  ];
  return parts
    .filter(([label, ns]) => ns > 0 || label === 'Self Time')
    .map(([label, ns]) => [label, `${(ns / 1e6).toFixed(6)} ms`]);
}

/** `build_rows` as `Build Rows`. */
function labelOf(fact: string): string {
  return fact
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');
}
