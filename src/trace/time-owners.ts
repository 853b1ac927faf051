/**
 * Whose every moment of a query was. Phases own what they noted; what no phase noted was waiting,
 * for a lock, a worker, the event loop, a message between threads, or the session's own
 * bookkeeping, and belongs to `queue.wait`. So the owners add up to the query's length:
 *
 *     receive + queue.wait + parse + bind + plan + execute + encode + write_wait + commit = root
 *
 * A worker goes on while the client is waited for. Moments that both would count are the worker's;
 * they are taken off `client.write_wait` and told as its `overlapped_ns`.
 */
import type { PhaseName, PhaseNote } from './query-trace.ts';

interface Interval {
  readonly startNs: number;
  readonly endNs: number;
}

/** Parts of other phases own nothing themselves. */
const parts = new Set<PhaseName>([
  'create_logical_plan',
  'analyze_logical_plan',
  'optimize_logical_plan',
  'create_physical_plan',
  'optimize_physical_plan',
]);

export function lengthNs({ startNs, endNs, activeNs }: PhaseNote): number {
  return activeNs ?? Math.max(0, endNs - startNs);
}

/** The phases, positions kept, with one `queue.wait` at the end that owns what is left. */
export function ownedPhases(phases: readonly PhaseNote[], whole: Interval): readonly PhaseNote[] {
  const owners = phases.filter((phase) => phase.name !== 'queue.wait' && isOwner(phase, phases));
  const owned = owners.reduce((sum, phase) => sum + lengthNs(phase), 0);
  const left = Math.max(0, whole.endNs - whole.startNs) - owned;
  const settled = left < 0 ? withoutOverlap(phases, -left) : phases;
  const wait = waiting(phases, owners, { whole, activeNs: Math.max(0, left) });
  return wait === undefined ? settled : [...settled, wait];
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

/** From the first moment without an owner to the last; the noted waits for workers by name. */
function waiting(
  phases: readonly PhaseNote[],
  owners: readonly PhaseNote[],
  { whole, activeNs }: { readonly whole: Interval; readonly activeNs: number },
): PhaseNote | undefined {
  if (activeNs === 0) return undefined;
  const noted = phases.filter(({ name }) => name === 'queue.wait');
  const gaps = gapsOf(owners, whole);
  const [first] = gaps;
  const last = gaps.at(-1);
  const workerNs = noted.reduce((sum, phase) => sum + lengthNs(phase), 0);
  return {
    name: 'queue.wait',
    startNs: first?.startNs ?? whole.startNs,
    endNs: last?.endNs ?? whole.endNs,
    activeNs,
    attributes: { 'queue.worker_ns': workerNs },
  };
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
