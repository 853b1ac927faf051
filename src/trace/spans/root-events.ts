/** Events of a root that follow from what was noted. */
import type { QueryNotes, SamplingReason } from '../query-notes.ts';
import { epochMicros, type Attributes } from './span-data.ts';
import type { SpanDraft } from './span-draft.ts';
import { lengthNs } from './time-owners.ts';

/** A client that reads more slowly than this is told of. */
const slowClientNs = 100_000_000;

export function addDerivedEvents(
  root: SpanDraft,
  { phases, rootAttributes }: QueryNotes,
  reason: SamplingReason | undefined,
): void {
  const add = (name: string, timeUs: number, attributes: Attributes = {}): void => {
    root.events.push({ name, timeUs: Math.min(root.endUs, timeUs), attributes });
  };
  const cache = rootAttributes['plan.cache'];
  if (typeof cache === 'string') {
    const planned = phases.find(({ name }) => name === 'plan' || name === 'execute_plan');
    const atUs = planned === undefined ? root.startUs : epochMicros(planned.startNs);
    add(`plan_cache.${cache}`, atUs);
  }
  const waits = phases.filter(({ name }) => name === 'client.write_wait');
  const ns = waits.reduce((sum, wait) => sum + lengthNs(wait), 0);
  const lastWait = waits.at(-1);
  if (lastWait !== undefined && ns >= slowClientNs) {
    add('client.slow', epochMicros(lastWait.endNs), { ns });
  }
  if (reason === 'slow' || reason === 'error') add('tail_sampled', root.endUs, { reason });
}
