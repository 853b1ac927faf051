/**
 * Whose every moment of a query was. Each owner has its own moments, so they add up to the query's
 * length:
 *
 *     receive + queue.wait + session.begin + parse + bind + plan + execute + encode + write_wait
 *       + commit + session.end = root
 *
 *     ── receive ─┬ queue.wait ┬ parse ┬ session ┬ plan ┬ session ┬ execute ······ ┬ session ──▶
 *                  (event loop)                                     pull│encode│read
 *
 * What lies between phases is the session's own work: `session.begin` until the plan is first pulled
 * (opening the trace, locks, snapshots, starting the executor), `session.end` after it (the command
 * tag, closing, bytes to the socket). Waits are noted where they happen. Between its pulls an
 * execution encodes rows, is read, and lets others have its thread; what is left of it was counted by
 * nobody: `unownedNs`.
 *
 * A worker goes on while the client is waited for. Moments that both would count are the worker's;
 * they are taken off `client.write_wait` and told as its `overlapped_ns`.
 */
import type { PhaseName, PhaseNote, WaitsFor } from '../query-trace.ts';

interface Interval {
  readonly startNs: number;
  readonly endNs: number;
}

export interface OwnedTime {
  /** The phases, positions kept; behind them the session's, and the waits by what they were for. */
  readonly phases: readonly PhaseNote[];
  /** Of executions: neither pulling nor encoding nor waiting. */
  readonly unownedNs: number;
}

/** Parts of other phases own nothing themselves. */
const parts = new Set<PhaseName>([
  'create_logical_plan',
  'analyze_logical_plan',
  'optimize_logical_plan',
  'create_physical_plan',
  'optimize_physical_plan',
  'log.append',
  'log.sync',
]);

/** Before the first of these the session prepares a statement. */
const work = new Set<PhaseName>(['execute_plan', 'execute_utility', 'dml.execute']);

export function lengthNs({ startNs, endNs, activeNs }: PhaseNote): number {
  return activeNs ?? Math.max(0, endNs - startNs);
}

/** The phases that own their time, by what they have in common. */
class Owners {
  /** All but the waits for the client, whose moments others may own. */
  readonly placed: PhaseNote[] = [];
  readonly waits: PhaseNote[] = [];
  readonly executions: PhaseNote[] = [];
  readonly alternating: PhaseNote[] = [];
  clientNs = 0;
  /** Without waits. */
  ownedNs = 0;
  /** When the statement's own work began. */
  workNs = Number.POSITIVE_INFINITY;

  constructor(phases: readonly PhaseNote[]) {
    const utilities = phases.filter(({ name }) => name === 'execute_utility');
    for (const phase of phases) if (isOwner(phase, utilities)) this.#add(phase);
  }

  #add(phase: PhaseNote): void {
    const { name, startNs } = phase;
    const ns = lengthNs(phase);
    if (name !== 'queue.wait') this.ownedNs += ns;
    if (name === 'client.write_wait') {
      this.clientNs += ns;
      return;
    }
    this.placed.push(phase);
    if (name === 'queue.wait') this.waits.push(phase);
    else if (name === 'execute_plan') this.executions.push(phase);
    else if (name === 'result.encode' || name === 'dml.execute') this.alternating.push(phase);
    if (work.has(name)) this.workNs = Math.min(this.workNs, startNs);
  }
}

export function ownedPhases(phases: readonly PhaseNote[], whole: Interval): OwnedTime {
  const owners = new Owners(phases);
  const { executions, waits } = owners;
  let readerNs = 0;
  let unownedNs = 0;
  for (const execution of executions) {
    readerNs += readingNs(execution, owners);
    unownedNs += uncountedNs(execution, owners);
    if (execution.turnsNs !== undefined && execution.turnsNs > 0) waits.push(turnOf(execution));
  }
  const made = [...sessionPhases(owners, whole, readerNs - owners.clientNs), ...waiting(waits)];
  let totalNs = owners.ownedNs + unownedNs;
  for (const phase of made) totalNs += lengthNs(phase);
  const excessNs = totalNs - (whole.endNs - whole.startNs);
  const settled = excessNs > 0 ? withoutOverlap(phases, excessNs) : phases;
  return { phases: [...settled, ...made], unownedNs };
}

/** Phases inside another one that was noted own nothing: of planning, of a utility statement. */
function isOwner(phase: PhaseNote, utilities: readonly PhaseNote[]): boolean {
  if (parts.has(phase.name)) return false;
  if (utilities.length === 0 || phase.name === 'execute_utility') return true;
  return !utilities.some((utility) => isWithin(phase, utility));
}

export function isWithin(inner: Interval, outer: Interval): boolean {
  return outer.startNs <= inner.startNs && inner.startNs < outer.endNs;
}

/** In an execution its reader's own time: rows on their way to the client or into a table. */
function readingNs(execution: PhaseNote, owners: Owners): number {
  return Math.max(0, (execution.readerNs ?? 0) - insideNs('dml.execute', execution, owners));
}

/** What is left of an execution's interval without pulls, rows encoded, and waits. */
function uncountedNs(execution: PhaseNote, owners: Owners): number {
  const { startNs, endNs, activeNs, readerNs = 0, turnsNs = 0 } = execution;
  if (activeNs === undefined) return 0;
  const encodedNs = insideNs('result.encode', execution, owners);
  return Math.max(0, endNs - startNs - activeNs - readerNs - turnsNs - encodedNs);
}

function insideNs(name: PhaseName, execution: PhaseNote, { alternating }: Owners): number {
  let total = 0;
  for (const phase of alternating) {
    if (phase.name === name && isWithin(phase, execution)) total += lengthNs(phase);
  }
  return total;
}

/** `readerNs`: its own time within executions; negative: it waited for the client outside of them. */
function sessionPhases(
  { placed, workNs }: Owners,
  whole: Interval,
  readerNs: number,
): readonly PhaseNote[] {
  const begin = { startNs: 0, endNs: 0, activeNs: 0 };
  const end = { startNs: 0, endNs: 0, activeNs: 0 };
  let at = whole.startNs;
  const gap = (toNs: number): void => {
    if (toNs <= at) return;
    const part = at < workNs ? begin : end;
    if (part.endNs === 0) part.startNs = at;
    part.endNs = toNs;
    part.activeNs += toNs - at;
  };
  for (const { startNs, endNs } of placed.toSorted(byStart)) {
    gap(Math.min(startNs, whole.endNs));
    at = Math.max(at, endNs);
  }
  gap(whole.endNs);
  end.activeNs = Math.max(0, end.activeNs + readerNs);
  const found: PhaseNote[] = [];
  if (begin.endNs > 0) found.push({ name: 'session.begin', ...begin });
  if (end.endNs > 0) found.push({ name: 'session.end', ...end });
  return found;
}

function byStart(a: Interval, b: Interval): number {
  return a.startNs - b.startNs;
}

function withoutOverlap(phases: readonly PhaseNote[], excessNs: number): readonly PhaseNote[] {
  let leftNs = excessNs;
  return phases.map((phase) => {
    if (phase.name !== 'client.write_wait' || leftNs === 0) return phase;
    const overlappedNs = Math.min(leftNs, lengthNs(phase));
    leftNs -= overlappedNs;
    const attributes = { ...phase.attributes, overlapped_ns: overlappedNs };
    return { ...phase, activeNs: lengthNs(phase) - overlappedNs, attributes };
  });
}

/** While an execution had work and others had its thread. */
function turnOf({ startNs, endNs, turnsNs = 0 }: PhaseNote): PhaseNote {
  return { name: 'queue.wait', startNs, endNs, activeNs: turnsNs, waitsFor: 'turn' };
}

/** Waits of a kind together: from the first to the last, and their sum. */
function waiting(waits: readonly PhaseNote[]): readonly PhaseNote[] {
  const kinds = new Map<WaitsFor, PhaseNote>();
  for (const wait of waits) {
    const { waitsFor = 'loop', startNs, endNs } = wait;
    const ns = lengthNs(wait);
    if (ns === 0) continue;
    const known = kinds.get(waitsFor);
    kinds.set(waitsFor, {
      name: 'queue.wait',
      startNs: Math.min(known?.startNs ?? startNs, startNs),
      endNs: Math.max(known?.endNs ?? endNs, endNs),
      activeNs: (known?.activeNs ?? 0) + ns,
      attributes: { 'queue.for': waitsFor },
    });
  }
  return [...kinds.values()];
}
