/**
 * The span tree of one query, made of its notes.
 *
 *     SELECT lineitem
 *     ├─ pgwire.receive, queue.wait, parse, bind, plan ▸ phases ▸ rules
 *     ├─ execute_plan ▸ a span per plan node
 *     └─ result.encode, client.write_wait, commit
 *
 * Encoding and socket waits alternate with pulls, so their spans and that of the execution
 * overlap; `active_ns` is the real time of each.
 */
import { explainJson, type ExplainOptions } from '../../plan/explain/explain.ts';
import { addOperatorSpans, planHash } from './operator-spans.ts';
import type { QueryDecision, QueryEnd, QueryNotes, SamplingReason } from '../query-notes.ts';
import { addEffectiveRules, addRule, failPhase, phaseTree } from './phase-spans.ts';
import { addDerivedEvents } from './root-events.ts';
import type { PhaseName, PhaseNote } from '../query-trace.ts';
import { sessionAttributes } from './session-attributes.ts';
import { epochMicros, type Attributes } from './span-data.ts';
import { draftRanks, newDraft, type SpanDraft } from './span-draft.ts';
import { rootTarget } from './span-targets.ts';
import { lengthNs, ownedPhases } from './time-owners.ts';

export function querySpans(
  notes: QueryNotes,
  end: QueryEnd,
  reason: SamplingReason | undefined,
): SpanDraft {
  const root = rootSpan(notes, end, reason);
  const whole = { startNs: notes.start.startNs, endNs: end.endNs };
  const { phases, unownedNs } = ownedPhases(notes.phases, whole);
  if (unownedNs > 0) root.attributes['unowned_ns'] = unownedNs;
  addWaits(root.attributes, phases.slice(notes.phases.length));
  const wantsDetail = (target: string): boolean => isDetailed(notes.decision, target);
  const tree = phaseTree(root, phases, { noted: notes.phases.length, wantsDetail });
  const failed = failPhase(notes, tree);
  for (const rule of notes.rules) addRule(rule, tree);
  addEffectiveRules(notes.rules, tree);
  for (const { plan, statistics, phase, isContinued } of notes.plans) {
    const execute = tree.spans[phase];
    if (execute === undefined) continue;
    addOperatorSpans(execute, {
      plan,
      statistics,
      isContinued,
      instrumentation: notes.start.instrumentation ?? {},
      readerNs: notes.phases[phase]?.readerNs ?? 0,
      previewRows: Number(notes.start.settings['trace.preview_rows'] ?? 0),
      maskLiterals: notes.start.settings['trace.node_literals'] !== 'on',
      wantsDetail,
      error: notes.failure?.code,
    });
  }
  if (reason === 'forced' || reason === 'slow' || notes.failure !== undefined) {
    addPlanJson(notes, root);
  }
  addEvents(notes, root);
  addDerivedEvents(root, notes, reason);
  addPlanHash(notes, root);
  addException(notes, failed ?? root);
  return root;
}

function isDetailed({ spanFilter, lineFilter }: QueryDecision, target: string): boolean {
  return spanFilter.mayEnable(target, 'debug') || lineFilter.mayEnable(target, 'debug');
}

function rootSpan(notes: QueryNotes, end: QueryEnd, reason: SamplingReason | undefined): SpanDraft {
  const { start, failure, decision } = notes;
  const startUs = epochMicros(start.startNs);
  const { summary } = notes;
  const attributes = rootAttributes(notes, end, summary);
  addStatement(attributes, notes);
  addOutcome(attributes, notes);
  for (const name in notes.rootAttributes) {
    const value = notes.rootAttributes[name];
    if (value !== undefined) attributes[name] = value;
  }
  if (reason !== undefined) attributes['sampling.reason'] = reason;
  if (notes.dropped > 0) attributes['spans.dropped'] = notes.dropped;
  if (decision.hasInvalidContext) attributes['traceparent.invalid'] = true;
  const root = newDraft({
    name: summary,
    target: rootTarget,
    level: failure === undefined ? 'info' : 'error',
    rank: draftRanks.root,
    startUs,
    endUs: Math.max(startUs, epochMicros(end.endNs)),
    attributes,
    fixed: sessionAttributes(start),
    line: {
      name: 'query',
      phase: 'query',
      fields: {
        summary,
        rows_produced: end.rows,
        ...(failure === undefined ? {} : { error_type: failure.code }),
      },
    },
  });
  if (decision.sessionLink !== undefined) root.links.push(decision.sessionLink);
  const { transaction } = start;
  if (transaction !== undefined) {
    const { traceId, spanId } = transaction.begin;
    root.links.push({ traceId, spanId, attributes: { link: 'transaction' } });
  }
  root.links.push(...notes.links);
  root.error = failure?.code;
  return root;
}

/** What every root has besides its session's attributes. */
function rootAttributes(notes: QueryNotes, end: QueryEnd, summary: string): Attributes {
  const { start } = notes;
  return {
    'db.query.summary': summary,
    'query.id': notes.queryId,
    'pgwire.cycle_id': `${start.sessionId}-${start.cycle.toString(16)}`,
    'db.response.returned_rows': end.rows,
    close_reason: end.reason,
    time_to_last_row_ns: Math.max(0, end.endNs - start.startNs),
    cpu_ns: threadNs(notes),
  };
}

function addStatement(found: Attributes, { start, operation, tables }: QueryNotes): void {
  const { transaction } = start;
  const [table] = tables;
  if (operation !== '') found['db.operation.name'] = operation;
  if (tables.length === 1 && table !== undefined) found['db.collection.name'] = table;
  if (transaction === undefined) return;
  found['db.transaction.id'] = transaction.id;
  found['db.transaction.statement_seq'] = transaction.sequence;
}

function addOutcome(found: Attributes, notes: QueryNotes): void {
  const { start, failure, phases } = notes;
  const firstRow = firstRowNs(notes);
  if (firstRow > 0) found['time_to_first_row_ns'] = Math.max(0, firstRow - start.startNs);
  if (failure !== undefined) {
    found['db.response.status_code'] = failure.code;
    found['error.type'] = failure.code;
  }
  for (const phase of phases) addPhaseTotals(found, phase);
  if (notes.utilization !== undefined) found['eventloop.utilization'] = notes.utilization;
}

const totalNames: { readonly [name in PhaseName]?: string } = {
  'client.write_wait': 'client.wait_ns',
};
function addWaits(found: Attributes, made: readonly PhaseNote[]): void {
  let total = 0;
  for (const { name, activeNs = 0, attributes } of made) {
    if (name !== 'queue.wait') continue;
    total += activeNs;
    if (attributes?.['queue.for'] === 'lock') found['locks.wait_ns'] = activeNs;
  }
  if (total > 0) found['queue.wait_ns'] = total;
}

const summed = ['result.bytes', 'wal.bytes'];

function addPhaseTotals(found: Attributes, phase: PhaseNote): void {
  const name = totalNames[phase.name];
  if (name !== undefined) found[name] = Number(found[name] ?? 0) + lengthNs(phase);
  if (phase.name === 'client.write_wait') return;
  for (const key of summed) {
    const value = phase.attributes?.[key];
    if (typeof value === 'number') found[key] = Number(found[key] ?? 0) + value;
  }
}

/** The first row out of the plan's root. */
function firstRowNs({ plans }: QueryNotes): number {
  for (const { plan, statistics } of plans) {
    for (const node of statistics) {
      if (node.nodeId === plan.root.id && node.firstRowNs > 0) return node.firstRowNs;
    }
  }
  return 0;
}

const computing = new Set<PhaseName>(['parse', 'bind', 'plan', 'result.encode']);

/** Time on threads of the server: operators on all threads, parsing, planning, encoding. */
function threadNs({ plans, phases }: QueryNotes): number {
  let total = 0;
  for (const { statistics } of plans) for (const { selfNs } of statistics) total += selfNs;
  for (const phase of phases) if (computing.has(phase.name)) total += lengthNs(phase);
  return total;
}

const planJsonMax = 16 * 1024;
const planJsonOptions: ExplainOptions = {
  analyze: true,
  verbose: false,
  costs: true,
  timing: true,
  summary: false,
  format: 'json',
  maskLiterals: true,
};

/** The plan as EXPLAIN (ANALYZE, FORMAT JSON) shows it, for the traces that somebody will read. */
function addPlanJson({ plans }: QueryNotes, root: SpanDraft): void {
  const [first] = plans;
  if (first === undefined) return;
  const { plan, statistics } = first;
  const text = JSON.stringify(explainJson(plan, planJsonOptions, { statistics }));
  if (text.length <= planJsonMax) root.attributes['plan.json'] = text;
  else root.attributes['plan.json_bytes'] = text.length;
}

function addPlanHash({ plans }: QueryNotes, root: SpanDraft): void {
  const [first] = plans;
  if (first === undefined) return;
  root.attributes['plan.hash'] = planHash(first.plan);
}

function addEvents(notes: QueryNotes, root: SpanDraft): void {
  for (const { name, atNs, attributes } of notes.events) {
    root.events.push({ name, timeUs: epochMicros(atNs), attributes: { ...attributes } });
  }
  const firstRow = firstRowNs(notes);
  if (firstRow > 0) {
    root.events.push({ name: 'first_row', timeUs: epochMicros(firstRow), attributes: {} });
  }
}

/** Once, where the error arose, unless that was an operator: those have noted it themselves. */
function addException(notes: QueryNotes, origin: SpanDraft): void {
  const { failure } = notes;
  const inPlan = notes.plans.some(({ statistics }) =>
    statistics.some(({ closeReason }) => closeReason === 'error'),
  );
  if (failure === undefined || inPlan) return;
  origin.events.push({
    name: 'exception',
    timeUs: origin.endUs,
    attributes: { 'exception.type': failure.code },
  });
}
