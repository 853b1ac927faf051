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
import type { PhaseName, PhaseNote, WaitsFor } from './query-trace.ts';

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

export function ownedPhases(phases: readonly PhaseNote[], whole: Interval): OwnedTime {
  const owners = phases.filter((phase) => isOwner(phase, phases));
  const waits = owners.filter(({ name }) => name === 'queue.wait');
  const executions = owners.filter(({ name }) => name === 'execute_plan');
  const clientNs = sum(owners.filter(({ name }) => name === 'client.write_wait').map(lengthNs));
  const readerNs = sum(executions.map((execution) => readingNs(execution, owners)));
  const session = sessionPhases(owners, whole, readerNs - clientNs);
  const made = [...session, ...waiting([...waits, ...executions.flatMap(turnsOf)])];
  const rest = owners.filter((phase) => !waits.includes(phase));
  const unownedNs = sum(executions.map((execution) => uncountedNs(execution, owners)));
  const total = sum([...rest, ...made].map(lengthNs)) + unownedNs;
  const excessNs = total - (whole.endNs - whole.startNs);
  const settled = excessNs > 0 ? withoutOverlap(phases, excessNs) : phases;
  return { phases: [...settled, ...made], unownedNs };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Phases inside another one that was noted: of planning, and those of a utility statement. */
export function isOwner(phase: PhaseNote, phases: readonly PhaseNote[]): boolean {
  if (parts.has(phase.name)) return false;
  if (phase.name === 'execute_utility') return true;
  return !phases.some(
    (other) => other.name === 'execute_utility' && other !== phase && isWithin(phase, other),
  );
}

export function isWithin(inner: Interval, outer: Interval): boolean {
  return outer.startNs <= inner.startNs && inner.startNs < outer.endNs;
}

/** In an execution its reader's own time: rows on their way to the client or into a table. */
function readingNs(execution: PhaseNote, owners: readonly PhaseNote[]): number {
  return Math.max(0, (execution.readerNs ?? 0) - insideNs('dml.execute', execution, owners));
}

/** What is left of an execution's interval without pulls, rows encoded, and waits. */
function uncountedNs(execution: PhaseNote, owners: readonly PhaseNote[]): number {
  const { startNs, endNs, activeNs, readerNs = 0, turnsNs = 0 } = execution;
  if (activeNs === undefined) return 0;
  const encodedNs = insideNs('result.encode', execution, owners);
  return Math.max(0, endNs - startNs - activeNs - readerNs - turnsNs - encodedNs);
}

function insideNs(name: PhaseName, execution: PhaseNote, owners: readonly PhaseNote[]): number {
  const inside = owners.filter((phase) => phase.name === name && isWithin(phase, execution));
  return sum(inside.map(lengthNs));
}

/** `readerNs`: its own time within executions; negative: it waited for the client outside of them. */
function sessionPhases(
  owners: readonly PhaseNote[],
  whole: Interval,
  readerNs: number,
): readonly PhaseNote[] {
  const taken = owners.filter(({ name }) => name !== 'client.write_wait');
  const gaps = gapsOf(taken, whole);
  const first = taken.filter(({ name }) => work.has(name)).map(({ startNs }) => startNs);
  const workNs = first.length === 0 ? whole.endNs : Math.min(...first);
  const before = gaps.filter(({ startNs }) => startNs < workNs);
  const after = gaps.filter(({ startNs }) => startNs >= workNs);
  return [...together('session.begin', before, 0), ...together('session.end', after, readerNs)];
}

function together(
  name: PhaseName,
  intervals: readonly Interval[],
  moreNs: number,
): readonly PhaseNote[] {
  const [first] = intervals;
  const last = intervals.at(-1);
  if (first === undefined || last === undefined) return [];
  const lengths = intervals.map(({ startNs, endNs }) => endNs - startNs);
  const activeNs = Math.max(0, sum(lengths) + moreNs);
  return [{ name, startNs: first.startNs, endNs: last.endNs, activeNs }];
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
function turnsOf({ startNs, endNs, turnsNs = 0 }: PhaseNote): readonly PhaseNote[] {
  if (turnsNs === 0) return [];
  return [{ name: 'queue.wait', startNs, endNs, activeNs: turnsNs, waitsFor: 'turn' }];
}

/** Waits of a kind together: from the first to the last, and their sum. */
function waiting(waits: readonly PhaseNote[]): readonly PhaseNote[] {
  const kinds = new Map<WaitsFor, PhaseNote>();
  for (const wait of waits) {
    const { waitsFor = 'loop' } = wait;
    const known = kinds.get(waitsFor) ?? { ...wait, activeNs: 0 };
    kinds.set(waitsFor, {
      name: 'queue.wait',
      startNs: Math.min(known.startNs, wait.startNs),
      endNs: Math.max(known.endNs, wait.endNs),
      activeNs: lengthNs(known) + lengthNs(wait),
      attributes: { 'queue.for': waitsFor },
    });
  }
  return [...kinds.values()].filter(({ activeNs }) => activeNs !== 0);
}

function gapsOf(owners: readonly Interval[], whole: Interval): readonly Interval[] {
  const gaps: Interval[] = [];
  let at = whole.startNs;
  for (const { startNs, endNs } of owners.toSorted((a, b) => a.startNs - b.startNs)) {
    if (startNs > at) gaps.push({ startNs: at, endNs: Math.min(startNs, whole.endNs) });
    at = Math.max(at, endNs);
  }
  if (at < whole.endNs) gaps.push({ startNs: at, endNs: whole.endNs });
  return gaps;
}
