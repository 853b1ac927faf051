/**
 * One UTC offset for all instants of a batch, where the session's zone has one: then the kernel
 * writes local times itself. Offsets change a few times a year, batches mostly span minutes.
 */
import { heap } from '../memory/heap.ts';
import { kernels } from '../kernels/kernels.ts';
import type { Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { Arena } from '../memory/arena.ts';
import type { TimeZone } from '../types/time-zone.ts';

export interface ZoneText {
  readonly micros: bigint;
  /** As timestamptz shows it: `+00`, `-03:30`. */
  readonly text: string;
}

const samplesMax = 500;
/** Zones change at most once in this span: types/time-zone.ts looks no closer either. */
const sampleSeconds = 14 * 86_400;

/** undefined: offsets differ between rows, or may. */
export function constantOffset(
  column: Column,
  batch: Batch,
  zone: TimeZone,
  arena: Arena,
): ZoneText | undefined {
  if (zone.fixedOffset !== undefined) return zoneText(zone.fixedOffset);
  const range = rangeOfInstants(column, batch, arena);
  const offset = zone.offsetAt(range.from);
  if ((range.to - range.from) / sampleSeconds > samplesMax) return undefined;
  for (let at = range.from; at < range.to; at += sampleSeconds) {
    if (zone.offsetAt(at) !== offset) return undefined;
  }
  return zone.offsetAt(range.to) === offset ? zoneText(offset) : undefined;
}

/** Whole UTC seconds that enclose the batch's finite instants. */
function rangeOfInstants(
  column: Column,
  batch: Batch,
  arena: Arena,
): { readonly from: number; readonly to: number } {
  const out = arena.allocate(16);
  const isConstant = column.encoding === 'constant';
  const rowCount = isConstant ? 1 : batch.rowCount;
  const selection = isConstant ? 0 : batch.selection;
  const { values, validity } = column;
  if (kernels().rangeOf64(values, validity, selection, rowCount, out) === 0) {
    return { from: 0, to: 0 };
  }
  const { i64 } = heap();
  const from = Number((i64[out >>> 3] as bigint) / 1_000_000n);
  const to = Number((i64[(out >>> 3) + 1] as bigint) / 1_000_000n);
  return { from: from - 1, to: to + 1 };
}

/** `+05:30`, `-03`: seconds only where the zone has them. */
function zoneText(offsetSeconds: number): ZoneText {
  const size = Math.abs(offsetSeconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  const digits = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const text = `${offsetSeconds < 0 ? '-' : '+'}${digits}`;
  return { micros: BigInt(offsetSeconds) * 1_000_000n, text };
}
