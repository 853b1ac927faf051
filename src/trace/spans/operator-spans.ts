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
import type { PhysicalPlan, PlanNode } from '../../plan/physical.ts';
import type { CloseReason, NodeStatistics } from '../node-statistics.ts';
import type { InstrumentationOptions } from '../instrumentation.ts';
import { addIterations, addPartitions, addReads } from './operator-parts.ts';
import {
  addExpressions,
  nodeAttributes,
  nodeLine,
  operatorAttributes,
} from './operator-attributes.ts';
import { totalsByNode, type OperatorTotals, type TotalsByNode } from './operator-totals.ts';
import { epochMicros, type Attributes } from './span-data.ts';
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

export interface Building {
  readonly input: OperatorSpansInput;
  readonly totals: TotalsByNode;
  readonly critical: ReadonlySet<number>;
}

/** Hangs the plan's spans under `execute`, the span of the plan's execution. */
export function addOperatorSpans(execute: SpanDraft, input: OperatorSpansInput): void {
  const tree = planTree(input.plan, input.maskLiterals);
  const totals = totalsByNode(input.statistics);
  const building: Building = {
    input,
    totals,
    critical: criticalPath(tree, totals),
  };
  addNode(tree, { span: execute, nodeId: undefined, depth: 0 }, building);
  if (input.error !== undefined) markFailures(execute, input.error);
}

/** From the root, of each node's inputs the one that kept it busy longest. */
function criticalPath(root: ExplainNode, totals: TotalsByNode): ReadonlySet<number> {
  const found = new Set<number>();
  let next: ExplainNode | undefined = root;
  while (next !== undefined) {
    found.add(next.node.id);
    let longest: ExplainNode | undefined;
    let longestNs = 0;
    for (const input of inputsOf(next)) {
      const busyNs = totals.get(input.node.id)?.busyNs ?? 0;
      if (busyNs <= longestNs) continue;
      longest = input;
      longestNs = busyNs;
    }
    next = longest;
  }
  return found;
}

/** Subplans, then children. */
function inputsOf({ subplans, children }: ExplainNode): readonly ExplainNode[] {
  if (subplans.length === 0) return children;
  return [...subplans.map((subplan) => subplan.tree), ...children];
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
  const subtrees = inputsOf(tree);
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
  const { input } = building;
  const startUs = epochMicros(totals.firstPullNs);
  const endUs = Math.max(startUs, epochMicros(totals.lastNs));
  const fields: Attributes = {
    operator: node.kind,
    rows_produced: totals.rows,
    self_ms: Math.round(totals.selfNs / 1000) / 1000,
    node_id: node.id,
  };
  if (place.nodeId !== undefined) fields['parent_node_id'] = place.nodeId;
  const { target } = operatorRecord(node.kind);
  const attributes = operatorAttributes(tree, totals, {
    building,
    isTop: place.nodeId === undefined,
  });
  if (building.critical.has(node.id)) attributes['op.on_critical_path'] = true;
  const span = newDraft({
    name: node.kind,
    target,
    level: 'info',
    rank: draftRanks.operator,
    startUs,
    endUs,
    attributes,
    fixed: nodeAttributes(tree, { parentId: place.nodeId, depth: place.depth }),
    selfNs: totals.selfNs,
    line: { name: 'execute_plan', phase: 'physical_plan', fields },
  });
  if (totals.closeReason === 'limit') {
    span.events.push({ name: 'limit.reached', timeUs: endUs, attributes: {} });
  }
  addHashTable(span, tree, building);
  if (input.wantsDetail(target)) addExpressions(attributes, node, input.maskLiterals);
  return span;
}

/** Once its building side was read: a join's left input, the only one of an aggregate. */
function addHashTable({ events }: SpanDraft, { node, children }: ExplainNode, building: Building) {
  const isKeyless = node.kind === 'AggregateExec' && node.groupBy.length === 0;
  const fact = isKeyless ? undefined : hashTableFacts[node.kind];
  const input = children[0] && building.totals.get(children[0].node.id);
  const totals = building.totals.get(node.id);
  if (fact === undefined || input === undefined || totals === undefined) return;
  const rows = totals.facts[fact];
  if (rows === undefined) return;
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
