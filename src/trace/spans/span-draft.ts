/**
 * Spans of one query as a tree, before ids: filtered, cut to the budget, made to nest.
 *
 *     drafts ──nest()──▶ no child sticks out ──admit()──▶ flat list of SpanData, parents resolved
 *
 * A draft that a directive or the budget leaves out is transparent: its children hang under the
 * nearest ancestor that stays, which counts it (`op.children_elided`, `elided_self_ns`), so that
 * totals never lie.
 */
import type { FixedAttributes } from '../encoding/fixed-attributes.ts';
import type { Level } from '../choice/filter.ts';
import { newSpanId } from './ids.ts';
import type { Attributes, LineFields, SpanData, SpanEvent, SpanLink } from './span-data.ts';

/** Order of admission to the budget: what comes first is cut last. */
export type DraftRank = 0 | 1 | 2 | 3 | 4 | 5;
export const draftRanks = {
  root: 0,
  phase: 1,
  operator: 2,
  rule: 3,
  partition: 4,
  storage: 5,
} as const;

export interface SpanDraft {
  readonly name: string;
  readonly target: string;
  level: Level;
  readonly rank: DraftRank;
  startUs: number;
  endUs: number;
  /** Besides `fixed`. */
  readonly attributes: Attributes;
  readonly fixed: FixedAttributes | undefined;
  readonly events: SpanEvent[];
  readonly links: SpanLink[];
  readonly children: SpanDraft[];
  error: string | undefined;
  /** Time of its own, which the ancestor takes over when this one is left out. */
  readonly selfNs: number;
  readonly line: LineFields;
  /** Drawn when the draft is first admitted. */
  spanId: string;
  /** Of one admission: whether it stays, and what it takes over of those that do not. */
  isAdmitted: boolean;
  childrenElided: number;
  elidedSelfNs: number;
}

export type DraftStart = Pick<
  SpanDraft,
  'name' | 'target' | 'level' | 'rank' | 'startUs' | 'endUs' | 'line'
> & {
  readonly attributes?: Attributes;
  readonly fixed?: FixedAttributes;
  readonly selfNs?: number;
};

export function newDraft(start: DraftStart): SpanDraft {
  return {
    name: start.name,
    target: start.target,
    level: start.level,
    rank: start.rank,
    startUs: start.startUs,
    endUs: start.endUs,
    line: start.line,
    attributes: start.attributes ?? {},
    fixed: start.fixed,
    selfNs: start.selfNs ?? 0,
    events: [],
    links: [],
    children: [],
    error: undefined,
    spanId: '',
    isAdmitted: false,
    childrenElided: 0,
    elidedSelfNs: 0,
  };
}

/** Clamps every child into its parent, top down, and events into their span. */
export function nest(draft: SpanDraft): void {
  for (const child of draft.children) {
    child.startUs = Math.min(Math.max(child.startUs, draft.startUs), draft.endUs);
    child.endUs = Math.min(Math.max(child.endUs, child.startUs), draft.endUs);
    nest(child);
  }
}

/** Who the spans belong to. */
export interface TraceIdentity {
  readonly traceId: string;
  readonly rootSpanId: string;
  readonly callerSpanId: string;
  readonly traceState: string;
  readonly queryId: string;
  /** Raw text of the root. */
  readonly sql: string;
}

export interface Admission {
  readonly identity: TraceIdentity;
  /** Whether a draft may be a span. */
  readonly wants: (draft: SpanDraft) => boolean;
  readonly spansMax: number;
}

export interface Admitted {
  /** Parents after their children. */
  readonly spans: readonly SpanData[];
  /** Left out by the budget. */
  readonly elided: number;
}

export function admit(root: SpanDraft, admission: Admission): Admitted {
  nest(root);
  const wanted: SpanDraft[] = [];
  choose(root, admission, wanted);
  const elided = Math.max(0, wanted.length - admission.spansMax);
  if (elided > 0) {
    for (const draft of beyondBudget(wanted, admission.spansMax)) draft.isAdmitted = false;
    root.attributes['spans.elided'] = elided;
  }
  const spans: SpanData[] = [];
  flatten(root, undefined, { admission, spans });
  return { spans, elided };
}

function choose(draft: SpanDraft, admission: Admission, wanted: SpanDraft[]): void {
  draft.isAdmitted = admission.wants(draft);
  draft.childrenElided = 0;
  draft.elidedSelfNs = 0;
  if (draft.isAdmitted) wanted.push(draft);
  for (const child of draft.children) choose(child, admission, wanted);
}

function beyondBudget(drafts: readonly SpanDraft[], max: number): readonly SpanDraft[] {
  const length = (draft: SpanDraft): number => draft.endUs - draft.startUs;
  return drafts.toSorted((a, b) => a.rank - b.rank || length(b) - length(a)).slice(max);
}

interface Flattening {
  readonly admission: Admission;
  readonly spans: SpanData[];
}

function flatten(draft: SpanDraft, parent: SpanDraft | undefined, state: Flattening): void {
  const { identity } = state.admission;
  if (!draft.isAdmitted) {
    if (parent !== undefined) takeOver(parent, draft);
    for (const child of draft.children) flatten(child, parent, state);
    return;
  }
  const isRoot = draft.rank === draftRanks.root;
  if (draft.spanId === '') draft.spanId = isRoot ? identity.rootSpanId : newSpanId();
  for (const child of draft.children) flatten(child, draft, state);
  state.spans.push({
    traceId: identity.traceId,
    spanId: draft.spanId,
    parentSpanId: parent?.spanId ?? identity.callerSpanId,
    traceState: identity.traceState,
    queryId: identity.queryId,
    name: draft.name,
    isServer: isRoot,
    startUs: draft.startUs,
    endUs: draft.endUs,
    attributes: draft.childrenElided === 0 ? draft.attributes : withElided(draft),
    fixed: draft.fixed,
    events: draft.events,
    links: draft.links,
    error: draft.error,
    target: draft.target,
    level: draft.level,
    line: draft.line,
    sql: isRoot ? identity.sql : undefined,
  });
}

function takeOver(ancestor: SpanDraft, left: SpanDraft): void {
  if (left.rank !== draftRanks.operator) return;
  ancestor.childrenElided += 1;
  ancestor.elidedSelfNs += left.selfNs;
}

/** Another list of the same drafts may count other elisions. */
function withElided({ attributes, childrenElided, elidedSelfNs }: SpanDraft): Attributes {
  return {
    ...attributes,
    'op.children_elided': childrenElided,
    elided_self_ns: elidedSelfNs,
  };
}
