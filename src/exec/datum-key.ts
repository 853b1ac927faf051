/** Text that is equal for two lists of datums only when the lists are equal. */
import type { Datum } from '../types/datum.ts';

export function datumsKey(values: readonly (Datum | null)[]): string {
  return values.length === 0 ? '' : JSON.stringify(values, tagged);
}

function tagged(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `b${value}`;
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `n${value}`;
  if (Object.is(value, -0)) return 'n-0';
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  return value;
}
