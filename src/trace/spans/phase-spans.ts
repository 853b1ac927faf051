/** Spans of a query's phases and of the planner's rules, each inside what it is a part of. */
import type { QueryNotes } from '../query-notes.ts';
import type { AttributeValue, PhaseName, PhaseNote, RuleNote } from '../query-trace.ts';
import { epochMicros, type Attributes } from './span-data.ts';
import { draftRanks, newDraft, type SpanDraft } from './span-draft.ts';
import { phaseRecords, ruleTarget } from './span-targets.ts';
import { isWithin } from './time-owners.ts';

/** Phases that are told at INFO only when they took longer than this. */
const briefNs: { readonly [name in PhaseName]?: number } = {
  'pgwire.receive': 1_000_000,
  'queue.wait': 100_000,
  'session.begin': 100_000,
  'session.end': 100_000,
};

export interface PhaseTree {
  readonly root: SpanDraft;
  readonly notes: readonly PhaseNote[];
  /** By the note's position; undefined: told by another span. */
  readonly spans: readonly (SpanDraft | undefined)[];
}

interface PhaseChoice {
  /** How many of the notes the session made; its waits are told by one that follows. */
  readonly noted: number;
  /** Whether spans of a target may exist at DEBUG. */
  readonly wantsDetail: (target: string) => boolean;
}

export function phaseTree(
  root: SpanDraft,
  notes: readonly PhaseNote[],
  { noted, wantsDetail }: PhaseChoice,
): PhaseTree {
  const spans: (SpanDraft | undefined)[] = [];
  for (const note of notes) {
    const isTold = note.name === 'queue.wait' && spans.length < noted;
    spans.push(isTold ? undefined : phaseSpan(note, wantsDetail));
  }
  const tree = { root, notes, spans };
  for (const [index, note] of notes.entries()) {
    const span = spans[index];
    if (span !== undefined) parentOf(note, tree).children.push(span);
  }
  return tree;
}

/** Undefined: it is brief, and nobody wants it. */
function phaseSpan(
  note: PhaseNote,
  wantsDetail: PhaseChoice['wantsDetail'],
): SpanDraft | undefined {
  const { name, activeNs } = note;
  const record = phaseRecords[name];
  const brief = briefNs[name];
  const isBrief = brief !== undefined && (activeNs ?? note.endNs - note.startNs) <= brief;
  if (isBrief && !wantsDetail(record.target)) return undefined;
  const startUs = epochMicros(note.startNs);
  return newDraft({
    name,
    target: record.target,
    level: isBrief ? 'debug' : record.level,
    rank: draftRanks.phase,
    startUs,
    endUs: Math.max(startUs, epochMicros(note.endNs)),
    attributes: phaseAttributes(note),
    line: { name, phase: record.line, fields: noFields },
  });
}

const noFields = {};

/** An object of the span's own. */
function phaseAttributes({ attributes, activeNs }: PhaseNote): Attributes {
  const found: Attributes = activeNs === undefined ? {} : { active_ns: activeNs };
  if (attributes === undefined) return found;
  for (const name in attributes) found[name] = attributes[name] as AttributeValue;
  return found;
}

/** What it is a part of: a phase, or the utility statement that runs it; else the root. */
function parentOf(note: PhaseNote, tree: PhaseTree): SpanDraft {
  const { within } = phaseRecords[note.name];
  const own = within === undefined ? undefined : enclosing(within, note, tree);
  if (own !== undefined || note.name === 'execute_utility') return own ?? tree.root;
  return enclosing('execute_utility', note, tree) ?? tree.root;
}

function enclosing(
  name: PhaseName,
  part: { readonly startNs: number; readonly endNs: number },
  { notes, spans }: PhaseTree,
): SpanDraft | undefined {
  for (const [index, note] of notes.entries()) {
    const span = note.name === name ? spans[index] : undefined;
    if (span !== undefined && isWithin(part, note)) return span;
  }
  return undefined;
}

function ruleAttributes(note: RuleNote): Attributes {
  const { rule, modified, reason, nodesBefore, nodesAfter, diff } = note;
  return {
    'rule.name': rule,
    'rule.modified': modified,
    ...(reason === undefined ? {} : { 'rule.reason': reason }),
    ...(nodesBefore === undefined ? {} : { 'rule.plan_nodes_before': nodesBefore }),
    ...(nodesAfter === undefined ? {} : { 'rule.plan_nodes_after': nodesAfter }),
    ...(diff === undefined ? {} : { 'datafusion.plan_diff': diff }),
  };
}

const effectiveRulesMax = 64;

/** On the optimizer's phase: which rules changed the plan, in order. */
export function addEffectiveRules(rules: readonly RuleNote[], tree: PhaseTree): void {
  const effective = new Map<SpanDraft, string[]>();
  for (const note of rules) {
    const phase = enclosing(note.phase, note, tree);
    if (phase === undefined) continue;
    const names = effective.get(phase) ?? [];
    effective.set(phase, names);
    if (note.modified && names.length < effectiveRulesMax) names.push(note.rule);
  }
  for (const [{ attributes }, names] of effective) {
    attributes['datafusion.optimizer.pass'] = 1;
    attributes['datafusion.optimizer.max_passes'] = 1;
    if (names.length > 0) attributes['datafusion.effective_rules'] = names.join(', ');
  }
}

export function addRule(note: RuleNote, tree: PhaseTree): void {
  const startUs = epochMicros(note.startNs);
  const span = newDraft({
    name: note.modified ? `${note.rule} (modified)` : note.rule,
    target: ruleTarget,
    level: note.level,
    rank: draftRanks.rule,
    startUs,
    endUs: Math.max(startUs, epochMicros(note.endNs)),
    attributes: ruleAttributes(note),
    line: { name: note.phase, phase: phaseRecords[note.phase].line, fields: { rule: note.rule } },
  });
  (enclosing(note.phase, note, tree) ?? tree.root).children.push(span);
}

/** Marks the phase in which the error arose, and what encloses it; returns the former. */
export function failPhase(notes: QueryNotes, tree: PhaseTree): SpanDraft | undefined {
  const { failure } = notes;
  if (failure === undefined) return undefined;
  const position = brokenPhase(notes, tree.notes);
  const origin = tree.spans[position];
  let note = tree.notes[position];
  for (let span = origin; span !== undefined && note !== undefined;) {
    span.error = failure.code;
    span.attributes['error.type'] = failure.code;
    span = parentOf(note, tree);
    note = tree.notes[tree.spans.indexOf(span)];
  }
  return origin;
}

/** Position of the innermost phase that failed; -1: none. */
function brokenPhase(notes: QueryNotes, phases: readonly PhaseNote[]): number {
  const failed = phases.findLastIndex(
    ({ name, failed: isFailed }) => isFailed === true && name !== 'execute_utility',
  );
  if (failed >= 0) return failed;
  const broken = brokenExecution(notes);
  if (broken >= 0) return broken;
  const utility = phases.findLastIndex(({ failed: isFailed }) => isFailed === true);
  return utility >= 0 ? utility : refusedPlan(notes);
}

/** The execution whose nodes did not all end by themselves. */
function brokenExecution({ plans }: QueryNotes): number {
  const broken = plans.findLast(({ statistics }) =>
    statistics.some(({ closeReason }) => closeReason !== 'exhausted' && closeReason !== 'limit'),
  );
  return broken?.phase ?? -1;
}

/** A statement that was planned and not started: a constant in it cannot be computed. */
function refusedPlan({ phases, rootAttributes }: QueryNotes): number {
  const hasStarted = phases.some(({ name }) => name === 'execute_plan');
  if (hasStarted || rootAttributes['plan.cache'] === undefined) return -1;
  return phases.findLastIndex(({ name }) => name === 'plan');
}
