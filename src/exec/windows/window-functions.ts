/** The window functions that are not aggregates, by name: results for the rows of one partition. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum } from '../../types/datum.ts';
import type { FrameOf, Partition } from './partition.ts';

export interface WindowInput {
  readonly partition: Partition;
  /** Readers of the arguments at a row of the sorted input. */
  readonly args: readonly ((row: number) => Datum | null)[];
  readonly frame: FrameOf;
}

export type WindowFunction = (input: WindowInput) => (row: number) => Datum | null;

export const windowFunctions: Readonly<Record<string, WindowFunction>> = {
  row_number:
    ({ partition }) =>
    (row) =>
      BigInt(row - partition.start + 1),
  rank:
    ({ partition }) =>
    (row) =>
      BigInt(rankOf(partition, row)),
  dense_rank:
    ({ partition }) =>
    (row) =>
      BigInt((partition.peerGroup[row - partition.start] ?? 0) + 1),
  percent_rank:
    ({ partition }) =>
    (row) => {
      const others = partition.end - partition.start - 1;
      return others === 0 ? 0 : (rankOf(partition, row) - 1) / others;
    },
  cume_dist:
    ({ partition }) =>
    (row) => {
      const before = (partition.peerEnd[row - partition.start] ?? row) - partition.start;
      return before / (partition.end - partition.start);
    },
  ntile,
  lag: (input) => shifted(input, -1),
  lead: (input) => shifted(input, 1),
  first_value:
    ({ args, frame }) =>
    (row) => {
      const [from, to] = frame(row);
      return from < to ? (args[0]?.(from) ?? null) : null;
    },
  last_value:
    ({ args, frame }) =>
    (row) => {
      const [from, to] = frame(row);
      return from < to ? (args[0]?.(to - 1) ?? null) : null;
    },
  nth_value:
    ({ args, frame }) =>
    (row) => {
      const place = args[1]?.(row) ?? null;
      if (place === null) return null;
      if (Number(place) <= 0) {
        const message = 'argument of nth_value must be greater than zero';
        throw new SqlError('invalid_argument_for_nth_value_function', message);
      }
      const [from, to] = frame(row);
      const at = from + Number(place) - 1;
      return at < to ? (args[0]?.(at) ?? null) : null;
    },
};

function rankOf(partition: Partition, row: number): number {
  return (partition.peerStart[row - partition.start] ?? row) - partition.start + 1;
}

function ntile({ partition, args }: WindowInput): (row: number) => Datum | null {
  const buckets = args[0]?.(partition.start) ?? null;
  if (buckets === null) return () => null;
  const count = Number(buckets);
  if (count <= 0) {
    const message = 'argument of ntile must be greater than zero';
    throw new SqlError('invalid_argument_for_ntile_function', message);
  }
  const size = partition.end - partition.start;
  const small = Math.floor(size / count);
  const larger = size % count;
  return (row) => {
    const index = row - partition.start;
    const inLarger = larger * (small + 1);
    if (index < inLarger) return Math.floor(index / (small + 1)) + 1;
    return larger + Math.floor((index - inLarger) / Math.max(1, small)) + 1;
  };
}

/** lag and lead: value, offset (1), default (NULL). */
function shifted({ partition, args }: WindowInput, sign: number): (row: number) => Datum | null {
  const [value, offset, otherwise] = args;
  return (row) => {
    const distance = offset === undefined ? 1 : offset(row);
    if (distance === null) return null;
    const at = row + sign * Number(distance);
    if (at < partition.start || at >= partition.end) return otherwise?.(row) ?? null;
    return value?.(at) ?? null;
  };
}
