/** A date and a time of day together. */
import type { TimeTz } from '../../types/datum.ts';
import { checkTimestamp, isFiniteTimestamp, timestampOfDate } from '../../types/instant.ts';

export function dateAndTime(days: number, micros: bigint): bigint {
  const midnight = timestampOfDate(days);
  return isFiniteTimestamp(midnight) ? checkTimestamp(midnight + micros) : midnight;
}

export function dateAndTimeTz(days: number, { micros, zoneSeconds }: TimeTz): bigint {
  const midnight = timestampOfDate(days);
  if (!isFiniteTimestamp(midnight)) return midnight;
  return checkTimestamp(midnight + micros + BigInt(zoneSeconds) * 1_000_000n);
}
