/**
 * One partition of a window: rows [start, end) of the sorted input, and its peer groups (rows
 * equal in the ORDER BY keys).
 */
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum } from '../../types/datum.ts';
import type { WindowBound, WindowFrame } from '../../plan/physical.ts';
import { tick } from '../checkpoint.ts';
import { rangeBound, type RangeKey } from './range-bound.ts';

export interface Partition {
  readonly start: number;
  readonly end: number;
  /** First row of each row's peer group, and the row behind its last; by row - start. */
  readonly peerStart: Uint32Array;
  readonly peerEnd: Uint32Array;
  /** Number of each row's peer group, from 0. */
  readonly peerGroup: Uint32Array;
}

/** `newPartition` and `newPeer` hold 1 where a partition or a peer group begins. */
export function partitionsOf(newPartition: Uint8Array, newPeer: Uint8Array): Partition[] {
  const partitions: Partition[] = [];
  const rowCount = newPartition.length;
  for (let start = 0; start < rowCount;) {
    let end = start + 1;
    while (end < rowCount && newPartition[end] === 0) end++;
    tick();
    partitions.push(withPeers(start, end, newPeer));
    start = end;
  }
  return partitions;
}

function withPeers(start: number, end: number, newPeer: Uint8Array): Partition {
  const length = end - start;
  const peerStart = new Uint32Array(length);
  const peerEnd = new Uint32Array(length);
  const peerGroup = new Uint32Array(length);
  let group = 0;
  for (let from = start; from < end; group++) {
    tick();
    let to = from + 1;
    while (to < end && newPeer[to] === 0) to++;
    peerStart.fill(from, from - start, to - start);
    peerEnd.fill(to, from - start, to - start);
    peerGroup.fill(group, from - start, to - start);
    from = to;
  }
  return { start, end, peerStart, peerEnd, peerGroup };
}

/** Rows [from, to) of the frame of `row`; empty when to <= from. */
export type FrameOf = (row: number) => readonly [from: number, to: number];

export interface FrameOffsets {
  readonly start: Datum | null;
  readonly end: Datum | null;
  /** The one ORDER BY key, for RANGE with offsets. */
  readonly key: RangeKey | undefined;
}

export function frameOf(frame: WindowFrame, partition: Partition, offsets: FrameOffsets): FrameOf {
  const start = boundOf(frame.start, frame.mode, partition, { ...offsets, isStart: true });
  const end = boundOf(frame.end, frame.mode, partition, { ...offsets, isStart: false });
  return (row) => [Math.max(partition.start, start(row)), Math.min(partition.end, end(row))];
}

/** Whether EXCLUDE leaves the row `at` out of the frame of `row`. */
export type Excludes = (row: number, at: number) => boolean;

/** Undefined where nothing is left out. */
export function excludedRows(
  { exclude }: WindowFrame,
  { start, peerGroup }: Partition,
): Excludes | undefined {
  const arePeers: Excludes = (row, at) => peerGroup[row - start] === peerGroup[at - start];
  switch (exclude) {
    case 'current':
      return (row, at) => row === at;
    case 'group':
      return arePeers;
    case 'ties':
      return (row, at) => row !== at && arePeers(row, at);
    default:
      return undefined;
  }
}

function boundOf(
  bound: WindowBound,
  mode: WindowFrame['mode'],
  partition: Partition,
  offsets: FrameOffsets & { readonly isStart: boolean },
): (row: number) => number {
  const { start, end, peerStart, peerEnd } = partition;
  const { isStart } = offsets;
  switch (bound.kind) {
    case 'unboundedPreceding':
      return () => start;
    case 'unboundedFollowing':
      return () => end;
    case 'currentRow':
      if (mode === 'rows') return (row) => (isStart ? row : row + 1);
      return (row) => (isStart ? (peerStart[row - start] ?? row) : (peerEnd[row - start] ?? row));
    default: {
      const isPreceding = bound.kind === 'preceding';
      const offset = isStart ? offsets.start : offsets.end;
      if (mode === 'range') {
        const key = must(offsets.key, 'the ORDER BY key of RANGE with an offset');
        return rangeBound(partition, key, { isStart, isPreceding, offset });
      }
      const distance = wholeOffset(offset, isStart) * (isPreceding ? -1 : 1);
      if (mode === 'rows') return (row) => row + distance + (isStart ? 0 : 1);
      return groupBound(partition, distance, isStart);
    }
  }
}

function wholeOffset(offset: Datum | null, isStart: boolean): number {
  const which = isStart ? 'starting' : 'ending';
  if (offset === null) {
    throw new SqlError('null_value_not_allowed', `frame ${which} offset must not be null`);
  }
  const distance = Number(offset as bigint | number);
  if (distance < 0) {
    const message = `frame ${which} offset must not be negative`;
    throw new SqlError('invalid_preceding_or_following_size', message);
  }
  return distance;
}

function groupBound(partition: Partition, distance: number, isStart: boolean) {
  const { start, end, peerGroup, peerStart, peerEnd } = partition;
  const last = peerGroup[end - start - 1] ?? 0;
  const firstRowOf = new Uint32Array(last + 2);
  const endRowOf = new Uint32Array(last + 2);
  for (let row = start; row < end; row++) {
    firstRowOf[peerGroup[row - start] ?? 0] = peerStart[row - start] ?? row;
    endRowOf[peerGroup[row - start] ?? 0] = peerEnd[row - start] ?? row;
  }
  return (row: number): number => {
    const group = (peerGroup[row - start] ?? 0) + distance;
    if (group < 0) return start;
    if (group > last) return end;
    return (isStart ? firstRowOf[group] : endRowOf[group]) ?? row;
  };
}
