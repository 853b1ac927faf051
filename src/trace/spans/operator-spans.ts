/**
 * Spans of a plan's nodes, from the plan's tree and what was counted.
 *
 * One span per node that was pulled, whatever the number of partitions; at DEBUG one child per
 * partition. A span reaches from the first pull to the last activity, widened to hold its
 * children: a join's build side may run before the join itself is pulled. Nodes that were never
 * pulled are an event on their parent.
 */
import { createHash } from 'node:crypto';
import { explainTree, type ExplainNode } from '../../plan/explain/explain-tree.ts';
import { actualsByNode, type NodeActuals } from '../../plan/explain/node-actuals.ts';
import { exprText } from '../../plan/explain/expr-text.ts';
import { nodeTitle } from '../../plan/explain/node-details.ts';
import { nodeExprs } from '../../plan/physical/node-exprs.ts';
import type { PhysicalPlan, PlanNode } from '../../plan/physical.ts';
import { compactTable } from './compact-table.ts';
import type { CloseReason, NodeStatistics } from '../node-statistics.ts';
import type { InstrumentationOptions, OperatorPreview } from '../instrumentation.ts';
import { addIterations, addPartitions, addReads } from './operator-parts.ts';
import { totalsByNode, type OperatorTotals } from './operator-totals.ts';
import { epochMicros, instantText, type Attributes } from './span-data.ts';
import { draftRanks, newDraft, type SpanDraft } from './span-draft.ts';
import { operatorRecord } from './span-targets.ts';

export interface OperatorSpansInput {
  readonly plan: PhysicalPlan;
  readonly statistics: readonly NodeStatistics[];
  readonly maskLiterals: boolean;
  readonly isContinued: boolean;
  readonly instrumentation: InstrumentationOptions;
  /** What the execution was read, which its top operator waited for. */
  readonly readerNs: number;
  /** Rows of a preview; 0: none. */
  readonly previewRows: number;
  /** Whether spans of a target are wanted in detail: at DEBUG. */
  readonly wantsDetail: (target: string) => boolean;
  /** SQLSTATE of the failed query. */
  readonly error: string | undefined;
}

interface Building {
  readonly input: OperatorSpansInput;
  readonly totals: ReadonlyMap<number, OperatorTotals>;
  readonly actuals: ReadonlyMap<number, NodeActuals>;
  readonly critical: ReadonlySet<number>;
}

/** Hangs the plan's spans under `execute`, the span of the plan's execution. */
export function addOperatorSpans(execute: SpanDraft, input: OperatorSpansInput): void {
  const tree = planTree(input.plan, input.maskLiterals);
  const totals = totalsByNode(input.statistics);
  const building: Building = {
    input,
    totals,
    actuals: actualsByNode(input.statistics),
    critical: criticalPath(tree, totals),
  };
  addNode(tree, { span: execute, nodeId: undefined, depth: 0 }, building);
  if (input.error !== undefined) markFailures(execute, input.error);
}

/** From the root, of each node's inputs the one that kept it busy longest. */
function criticalPath(
  root: ExplainNode,
  totals: ReadonlyMap<number, OperatorTotals>,
): ReadonlySet<number> {
  const found = new Set<number>();
  let next: ExplainNode | undefined = root;
  while (next !== undefined) {
    found.add(next.node.id);
    const inputs: readonly ExplainNode[] = [
      ...next.subplans.map((subplan) => subplan.tree),
      ...next.children,
    ];
    const busy = ({ node }: ExplainNode): number => totals.get(node.id)?.busyNs ?? 0;
    const [longest] = inputs.toSorted((a, b) => busy(b) - busy(a));
    next = longest !== undefined && busy(longest) > 0 ? longest : undefined;
  }
  return found;
}

/** Trees of plans that run again and again; constants masked or not. */
const maskedTrees = new WeakMap<PhysicalPlan, ExplainNode>();

function planTree(plan: PhysicalPlan, maskLiterals: boolean): ExplainNode {
  const known = maskLiterals ? maskedTrees.get(plan) : undefined;
  if (known !== undefined) return known;
  const tree = explainTree({
    plan,
    options: {
      analyze: false,
      verbose: true,
      costs: false,
      timing: false,
      summary: false,
      format: 'text',
    },
    text: { maskLiterals },
    report: {},
  });
  if (maskLiterals) maskedTrees.set(plan, tree);
  return tree;
}

interface Place {
  readonly span: SpanDraft;
  readonly nodeId: number | undefined;
  readonly depth: number;
}

function addNode(tree: ExplainNode, place: Place, building: Building): void {
  const { node } = tree;
  const totals = building.totals.get(node.id);
  const subtrees = [...tree.subplans.map((subplan) => subplan.tree), ...tree.children];
  if (totals === undefined) {
    if (!building.input.isContinued) addNeverExecuted(node, place.span);
    for (const subtree of subtrees) addRunParts(subtree, place, building);
    return;
  }
  const span = operatorSpan(tree, totals, place, building);
  place.span.children.push(span);
  const own: Place = { span, nodeId: node.id, depth: place.depth + 1 };
  for (const subtree of subtrees) addNode(subtree, own, building);
  for (const child of span.children) {
    span.startUs = Math.min(span.startUs, child.startUs);
    span.endUs = Math.max(span.endUs, child.endUs);
  }
  addPartitions(span, totals);
  if (node.kind === 'RecursiveQueryExec' && totals.loops === 1) {
    addIterations(span, building.totals.get(node.recursive.id));
  }
  addReads(span, totals);
}

function addNeverExecuted(node: PlanNode, { events, endUs: timeUs }: SpanDraft): void {
  const attributes = { 'plan.node_id': node.id, operator: node.kind };
  events.push({ name: 'never_executed', timeUs, attributes });
}

/** Below a node that was never pulled: nodes that ran all the same, ahead of it. */
function addRunParts(tree: ExplainNode, place: Place, building: Building): void {
  if (building.totals.has(tree.node.id)) {
    addNode(tree, place, building);
    return;
  }
  for (const { tree: subtree } of tree.subplans) addRunParts(subtree, place, building);
  for (const child of tree.children) addRunParts(child, place, building);
}

function operatorSpan(
  tree: ExplainNode,
  totals: OperatorTotals,
  place: Place,
  building: Building,
): SpanDraft {
  const { node } = tree;
  const startUs = epochMicros(totals.firstPullNs);
  const fields: Attributes = {
    operator: node.kind,
    rows_produced: totals.rows,
    self_ms: Math.round(totals.selfNs / 1000) / 1000,
    node_id: node.id,
  };
  if (place.nodeId !== undefined) fields['parent_node_id'] = place.nodeId;
  const attributes: Attributes = {};
  const endUs = Math.max(startUs, epochMicros(totals.lastNs));
  addPlanAttributes(attributes, tree, totals, place);
  const { recordMetrics = true, customFields } = building.input.instrumentation;
  if (recordMetrics) {
    addCountAttributes(attributes, totals, inputRows(tree, building));
    addFacts(attributes, node, { actuals: building.actuals.get(node.id), totals });
    attributes['datafusion.metrics.output_bytes'] = totals.rows * tree.width;
    const { readerNs } = building.input;
    if (place.nodeId === undefined && readerNs > 0) attributes['op.blocked_ns'] = readerNs;
  }
  attributes['op.close_reason'] = totals.closeReason;
  if (customFields !== undefined) Object.assign(attributes, customFields);
  if (building.input.wantsDetail(operatorRecord(node.kind).target)) {
    addExpressions(attributes, node, building.input.maskLiterals);
  }
  addPreview(attributes, node, { totals, input: building.input });
  if (recordMetrics && node.kind === 'HashJoinExec') addProbe(attributes, tree, building);
  if (building.critical.has(node.id)) attributes['op.on_critical_path'] = true;
  const span = newDraft({
    name: node.kind,
    target: operatorRecord(node.kind).target,
    level: 'info',
    rank: draftRanks.operator,
    startUs,
    endUs,
    attributes,
    selfNs: totals.selfNs,
    line: { name: 'execute_plan', phase: 'physical_plan', fields },
  });
  if (totals.closeReason === 'limit') {
    span.events.push({ name: 'limit.reached', timeUs: endUs, attributes: {} });
  }
  addHashTable(span, tree, building);
  return span;
}

/** Once its building side was read: a join's left input, the only one of an aggregate. */
function addHashTable({ events }: SpanDraft, { node, children }: ExplainNode, building: Building) {
  const isKeyless = node.kind === 'AggregateExec' && node.groupBy.length === 0;
  const fact = isKeyless ? undefined : hashTableFacts[node.kind];
  const input = children[0] && building.totals.get(children[0].node.id);
  const totals = building.totals.get(node.id);
  const rows = fact === undefined ? undefined : building.actuals.get(node.id)?.facts[fact];
  if (rows === undefined || input === undefined || totals === undefined) return;
  const ns = Math.max(0, input.lastNs - Math.min(input.firstPullNs, totals.firstPullNs));
  const timeUs = epochMicros(input.lastNs);
  events.push({ name: 'hash_table.built', timeUs, attributes: { rows, ns } });
}

const hashTableFacts: { readonly [kind in PlanNode['kind']]?: string } = {
  AggregateExec: 'groups',
  HashJoinExec: 'build_rows',
};

const planHashes = new WeakMap<PhysicalPlan, string>();

/** The same for plans of the same shape, whatever their constants: 16 hexadecimal digits. */
export function planHash(plan: PhysicalPlan): string {
  const known = planHashes.get(plan);
  if (known !== undefined) return known;
  const lines: string[] = [];
  const visit = (tree: ExplainNode, depth: number): void => {
    lines.push(`${depth} ${nodeLine(tree)}`);
    for (const subplan of tree.subplans) visit(subplan.tree, depth + 1);
    for (const child of tree.children) visit(child, depth + 1);
  };
  visit(planTree(plan, true), 0);
  const hash = createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
  planHashes.set(plan, hash);
  return hash;
}

/**
 * Attributes are set one by one. Spread together from parts they cost V8 several times as much:
 * the spans of a query of five operators took 250 µs to build, and take 70 µs so.
 */
function addPlanAttributes(
  found: Attributes,
  tree: ExplainNode,
  totals: OperatorTotals,
  place: Place,
): void {
  const { node } = tree;
  const estimated = Math.round(node.estimatedRows);
  const most = Math.max(estimated, totals.rows);
  const least = Math.max(1, Math.min(estimated, totals.rows));
  found['datafusion.node'] = nodeLine(tree);
  found['datafusion.partitioning'] = `UnknownPartitioning(${totals.partitions.length})`;
  found['datafusion.emission_type'] = operatorRecord(node.kind).emission;
  found['datafusion.boundedness'] = 'Bounded';
  found['plan.node_id'] = node.id;
  if (place.nodeId !== undefined) found['plan.parent_id'] = place.nodeId;
  found['plan.depth'] = place.depth;
  found['plan.rows_estimated'] = estimated;
  found['plan.cost_startup'] = Math.round(tree.startupCost * 100) / 100;
  found['plan.cost_total'] = Math.round(node.estimatedCost * 100) / 100;
  found['plan.rows_misestimate'] = Math.round((most / least) * 100) / 100;
}

const nodeLines = new WeakMap<ExplainNode, string>();

function nodeLine(tree: ExplainNode): string {
  const known = nodeLines.get(tree);
  if (known !== undefined) return known;
  const line = describeNode(tree);
  nodeLines.set(tree, line);
  return line;
}

function describeNode({ node, details }: ExplainNode): string {
  const parts = details.map(
    ([label, value]) => `${label}=${typeof value === 'string' ? value : `[${value.join(', ')}]`}`,
  );
  return parts.length === 0 ? nodeTitle(node) : `${nodeTitle(node)}: ${parts.join(', ')}`;
}

function addCountAttributes(
  found: Attributes,
  totals: OperatorTotals,
  rowsIn: number | undefined,
): void {
  const { rows, selfNs, firstRowNs, firstPullNs, skew } = totals;
  found['datafusion.metrics.output_rows'] = rows;
  found['datafusion.metrics.output_batches'] = totals.batches;
  found['datafusion.metrics.elapsed_compute'] = selfNs;
  found['datafusion.metrics.start_timestamp'] = instantText(epochMicros(firstPullNs));
  found['datafusion.metrics.end_timestamp'] = instantText(epochMicros(totals.lastNs));
  found['datafusion.metrics.peak_mem_used'] = totals.peakBytes;
  if (rowsIn !== undefined) {
    found['op.rows_in'] = rowsIn;
    if (rowsIn > 0) found['op.selectivity'] = Math.round((rows / rowsIn) * 1e6) / 1e6;
  }
  found['op.loops'] = totals.loops;
  found['op.busy_ns'] = totals.busyNs;
  found['op.self_ns'] = selfNs;
  found['op.wall_ns'] = totals.wallNs;
  if (totals.ioNs > 0) found['op.io_wait_ns'] = totals.ioNs;
  if (totals.waitNs > 0) found['op.thread_wait_ns'] = totals.waitNs;
  if (firstRowNs > 0) found['op.time_to_first_row_ns'] = Math.max(0, firstRowNs - firstPullNs);
  found['op.peak_mem_bytes'] = totals.peakBytes;
  found['op.partitions'] = totals.partitions.length;
  if (skew !== undefined) found['op.skew'] = skew;
}

/** Rows of the probe side, and how many came out for each. */
function addProbe(found: Attributes, { node, children }: ExplainNode, { totals }: Building): void {
  const probe = children[1] && totals.get(children[1].node.id);
  const rows = totals.get(node.id)?.rows ?? 0;
  if (probe === undefined) return;
  found['join.probe_rows'] = probe.rows;
  if (probe.rows > 0) found['join.avg_fanout'] = Math.round((rows / probe.rows) * 1000) / 1000;
}

function inputRows({ children }: ExplainNode, { totals }: Building): number | undefined {
  const counted = children.flatMap(({ node }) => totals.get(node.id) ?? []);
  if (counted.length === 0) return undefined;
  return counted.reduce((sum, { rows }) => sum + rows, 0);
}

const expressionsMax = 32;
const expressionCharsMax = 256;

/** What the operator computes, and the type of each result. */
function addExpressions(found: Attributes, node: PlanNode, maskLiterals: boolean): void {
  const exprs = nodeExprs(node).slice(0, expressionsMax);
  if (exprs.length === 0) return;
  found['op.expressions'] = exprs.map((expr) => {
    const text = exprText(expr, { maskLiterals }).slice(0, expressionCharsMax);
    return `${text}: ${expr.type.name}`;
  });
}

const previewMax = 8 * 1024;

/** The first rows of all partitions in their order, as a narrow table. */
function addPreview(
  found: Attributes,
  { fields }: PlanNode,
  { totals, input }: { readonly totals: OperatorTotals; readonly input: OperatorSpansInput },
): void {
  const previews = totals.partitions.flatMap(({ preview = [] }) => preview);
  const rows = previews.slice(0, input.previewRows);
  if (rows.length === 0) return;
  const columns = fields.map(({ name }) => name);
  const shown = shownPreview({ columns, rows }, input.instrumentation);
  if (shown === undefined) return;
  found['datafusion.preview'] = shown.slice(0, previewMax);
  found['datafusion.preview_rows'] = rows.length;
}

/** Undefined: the user's own form of it failed. */
function shownPreview(
  preview: OperatorPreview,
  { previewFn }: InstrumentationOptions,
): string | undefined {
  if (previewFn === undefined) return compactTable(preview.columns, preview.rows);
  try {
    return String(previewFn(preview));
  } catch {
    return undefined;
  }
}

function addFacts(
  found: Attributes,
  node: PlanNode,
  {
    actuals,
    totals,
  }: { readonly actuals: NodeActuals | undefined; readonly totals: OperatorTotals },
): void {
  const { facts: prefix } = operatorRecord(node.kind);
  if (actuals !== undefined) {
    for (const name of Object.keys(actuals.facts)) {
      found[`${prefix}.${name}`] = actuals.facts[name] ?? 0;
    }
  }
  if (node.kind === 'SeqScanExec') {
    found['scan.table'] = node.tableName;
    found['datafusion.metrics.bytes_scanned'] = totals.readBytes;
    found['scan.bytes_scanned'] = totals.readBytes;
    found['scan.cache_hits'] = totals.cacheHits;
    found['scan.cache_misses'] = totals.reads;
    found['pushdown.predicates'] = node.pruning.length;
  } else if (node.kind === 'FactScanExec') found['scan.table'] = node.factName;
  else if (node.kind === 'AggregateExec') found['aggregate.mode'] = node.mode;
}

const brokenReasons: readonly CloseReason[] = ['error', 'cancelled', 'timeout', 'disconnect'];

/**
 * Nodes that ended by the failure are ERROR, the ones merely closed by it are not. The exception
 * is noted once, on the deepest failed node: the others failed because it did. What a
 * cancellation interrupted ends at one common time.
 */
function markFailures(execute: SpanDraft, error: string): void {
  let origin: SpanDraft | undefined;
  const visit = (span: SpanDraft): void => {
    for (const child of span.children) visit(child);
    const reason = span.attributes['op.close_reason'] as CloseReason;
    if (span.rank !== draftRanks.operator || !brokenReasons.includes(reason)) return;
    span.error = error;
    span.attributes['error.type'] = error;
    if (reason === 'error') origin ??= span;
    else span.endUs = execute.endUs;
  };
  visit(execute);
  origin?.events.push({
    name: 'exception',
    timeUs: origin.endUs,
    attributes: { 'exception.type': error },
  });
}
