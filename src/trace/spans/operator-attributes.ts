/**
 * Attributes of an operator's span: what is known of the node before it runs, which all its spans
 * share, and what was counted.
 *
 * An object of known shape is made at once, and few attributes are added: set one by one, or spread
 * together from parts, they cost V8 three to ten times as much.
 */
import type { ExplainNode } from '../../plan/explain/explain-tree.ts';
import { exprText } from '../../plan/explain/expr-text.ts';
import { nodeTitle } from '../../plan/explain/node-details.ts';
import { nodeExprs } from '../../plan/physical/node-exprs.ts';
import type { PlanNode } from '../../plan/physical.ts';
import { FixedAttributes } from '../encoding/fixed-attributes.ts';
import { addPreview } from './operator-preview.ts';
import type { Building } from './operator-spans.ts';
import type { OperatorTotals } from './operator-totals.ts';
import { epochMicros, instantText, type Attributes } from './span-data.ts';
import { operatorRecord } from './span-targets.ts';

/** Where the node's span hangs. */
interface NodePlace {
  readonly parentId: number | undefined;
  readonly depth: number;
}

interface KnownNode extends NodePlace {
  readonly attributes: FixedAttributes;
}

const knownNodes = new WeakMap<ExplainNode, KnownNode>();

/** What is known of a node without running it. */
export function nodeAttributes(tree: ExplainNode, { parentId, depth }: NodePlace): FixedAttributes {
  const known = knownNodes.get(tree);
  if (known !== undefined && known.parentId === parentId && known.depth === depth) {
    return known.attributes;
  }
  const { node, startupCost } = tree;
  const attributes = new FixedAttributes({
    'datafusion.node': nodeLine(tree),
    'datafusion.emission_type': operatorRecord(node.kind).emission,
    'datafusion.boundedness': 'Bounded',
    'plan.node_id': node.id,
    ...(parentId === undefined ? {} : { 'plan.parent_id': parentId }),
    'plan.depth': depth,
    'plan.rows_estimated': Math.round(node.estimatedRows),
    'plan.cost_startup': Math.round(startupCost * 100) / 100,
    'plan.cost_total': Math.round(node.estimatedCost * 100) / 100,
    ...kindAttributes(node),
  });
  knownNodes.set(tree, { parentId, depth, attributes });
  return attributes;
}

function kindAttributes(node: PlanNode): Attributes {
  switch (node.kind) {
    case 'SeqScanExec':
      return { 'scan.table': node.tableName, 'pushdown.predicates': node.pruning.length };
    case 'FactScanExec':
      return { 'scan.table': node.factName };
    case 'AggregateExec':
      return { 'aggregate.mode': node.mode };
    default:
      return {};
  }
}

const nodeLines = new WeakMap<ExplainNode, string>();

export function nodeLine(tree: ExplainNode): string {
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

/** What was counted. */
export function operatorAttributes(
  tree: ExplainNode,
  totals: OperatorTotals,
  { building, isTop }: { readonly building: Building; readonly isTop: boolean },
): Attributes {
  const { node } = tree;
  const { input } = building;
  const { recordMetrics = true, customFields } = input.instrumentation;
  const found = recordMetrics ? counts(tree, totals) : shape(tree, totals);
  if (recordMetrics) {
    addInputRows(found, tree, building);
    addOptionalCounts(found, totals);
    addFacts(found, node, totals);
    if (isTop && input.readerNs > 0) found['op.blocked_ns'] = input.readerNs;
    if (node.kind === 'HashJoinExec') addProbe(found, tree, building);
  }
  if (customFields !== undefined) Object.assign(found, customFields);
  if (input.previewRows > 0) addPreview(found, node, { totals, input });
  return found;
}

function shape(
  { node }: ExplainNode,
  { rows, partitions, closeReason }: OperatorTotals,
): Attributes {
  return {
    'datafusion.partitioning': `UnknownPartitioning(${partitions.length})`,
    'plan.rows_misestimate': misestimate(node, rows),
    'op.close_reason': closeReason,
  };
}

function counts({ node, width }: ExplainNode, totals: OperatorTotals): Attributes {
  const { rows, selfNs, partitions, peakBytes } = totals;
  return {
    'datafusion.partitioning': `UnknownPartitioning(${partitions.length})`,
    'plan.rows_misestimate': misestimate(node, rows),
    'datafusion.metrics.output_rows': rows,
    'datafusion.metrics.output_batches': totals.batches,
    'datafusion.metrics.output_bytes': rows * width,
    'datafusion.metrics.elapsed_compute': selfNs,
    'datafusion.metrics.start_timestamp': instantText(epochMicros(totals.firstPullNs)),
    'datafusion.metrics.end_timestamp': instantText(epochMicros(totals.lastNs)),
    'datafusion.metrics.peak_mem_used': peakBytes,
    'op.loops': totals.loops,
    'op.busy_ns': totals.busyNs,
    'op.self_ns': selfNs,
    'op.wall_ns': totals.wallNs,
    'op.peak_mem_bytes': peakBytes,
    'op.partitions': partitions.length,
    'op.close_reason': totals.closeReason,
  };
}

function misestimate({ estimatedRows }: PlanNode, rows: number): number {
  const estimated = Math.round(estimatedRows);
  const most = Math.max(estimated, rows);
  const least = Math.max(1, Math.min(estimated, rows));
  return Math.round((most / least) * 100) / 100;
}

function addInputRows(found: Attributes, { children }: ExplainNode, { totals }: Building): void {
  let rowsIn = 0;
  let isCounted = false;
  for (const { node } of children) {
    const counted = totals.get(node.id);
    if (counted === undefined) continue;
    isCounted = true;
    rowsIn += counted.rows;
  }
  if (!isCounted) return;
  found['op.rows_in'] = rowsIn;
  if (rowsIn === 0) return;
  const rows = Number(found['datafusion.metrics.output_rows']);
  found['op.selectivity'] = Math.round((rows / rowsIn) * 1e6) / 1e6;
}

function addOptionalCounts(found: Attributes, totals: OperatorTotals): void {
  const { ioNs, waitNs, firstRowNs, firstPullNs, skew } = totals;
  if (ioNs > 0) found['op.io_wait_ns'] = ioNs;
  if (waitNs > 0) found['op.thread_wait_ns'] = waitNs;
  if (firstRowNs > 0) found['op.time_to_first_row_ns'] = Math.max(0, firstRowNs - firstPullNs);
  if (skew !== undefined) found['op.skew'] = skew;
}

/** Facts of the operator's kind, under its prefix. */
function addFacts(found: Attributes, node: PlanNode, totals: OperatorTotals): void {
  const { facts: prefix } = operatorRecord(node.kind);
  for (const name in totals.facts) found[`${prefix}.${name}`] = totals.facts[name] ?? 0;
  if (node.kind !== 'SeqScanExec') return;
  found['datafusion.metrics.bytes_scanned'] = totals.readBytes;
  found['scan.bytes_scanned'] = totals.readBytes;
  found['scan.cache_hits'] = totals.cacheHits;
  found['scan.cache_misses'] = totals.reads;
}

/** Rows of the probe side, how many came out for each, and the share of those with a match. */
function addProbe(found: Attributes, { node, children }: ExplainNode, { totals }: Building): void {
  const probe = children[1] && totals.get(children[1].node.id);
  if (probe === undefined) return;
  found['join.probe_rows'] = probe.rows;
  if (probe.rows === 0) return;
  const { rows = 0, facts = {} } = totals.get(node.id) ?? {};
  found['join.avg_fanout'] = Math.round((rows / probe.rows) * 1000) / 1000;
  const matched = facts['probe_matched'];
  if (matched !== undefined)
    found['join.probe_hit_rate'] = Math.round((matched / probe.rows) * 1e6) / 1e6;
}

const expressionsMax = 32;
const expressionCharsMax = 256;

/** What the operator computes, and the type of each result. */
export function addExpressions(found: Attributes, node: PlanNode, maskLiterals: boolean): void {
  const exprs = nodeExprs(node).slice(0, expressionsMax);
  if (exprs.length === 0) return;
  found['op.expressions'] = exprs.map((expr) => {
    const text = exprText(expr, { maskLiterals }).slice(0, expressionCharsMax);
    return `${text}: ${expr.type.name}`;
  });
}
