/** The window functions that are not aggregates, by name: results for the rows of one partition. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum } from '../../types/datum.ts';
import { tick } from '../checkpoint.ts';
import type { Excludes, FrameOf, Partition } from './partition.ts';

export interface WindowInput {
  readonly partition: Partition;
  /** Readers of the arguments at a row of the sorted input. */
  readonly args: readonly ((row: number) => Datum | null)[];
  readonly frame: FrameOf;
  /** Rows of the frame that EXCLUDE leaves out; undefined: none. */
  readonly excludes: Excludes | undefined;
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
  first_value: (input) => (row) => valueAtPlace(input, row, 1),
  last_value:
    ({ args, frame, excludes }) =>
    (row) => {
      const [from, to] = frame(row);
      let at = to - 1;
      while (at >= from && excludes?.(row, at) === true) {
        tick();
        at--;
      }
      return at >= from ? (args[0]?.(at) ?? null) : null;
    },
  nth_value: (input) => (row) => {
    const place = input.args[1]?.(row) ?? null;
    if (place === null) return null;
    if (Number(place) <= 0) {
      const message = 'argument of nth_value must be greater than zero';
      throw new SqlError('invalid_argument_for_nth_value_function', message);
    }
    return valueAtPlace(input, row, Number(place));
  },
};

/** The value at a row of the frame, from 1, rows that are left out not counted. */
function valueAtPlace(input: WindowInput, row: number, place: number): Datum | null {
  const { args, frame, excludes } = input;
  const [from, to] = frame(row);
  let at = from + place - 1;
  if (excludes !== undefined) {
    at = from;
    for (let left = place; at < to; at++) {
      tick();
      if (!excludes(row, at)) left -= 1;
      if (left === 0) break;
    }
  }
  return at < to ? (args[0]?.(at) ?? null) : null;
}

function rankOf(partition: Partition, row: number): number {
  return (partition.peerStart[row - partition.start] ?? row) - partition.start + 1;
}

/** The number of buckets is read where it is first not NULL; buckets start there. */
function ntile({ partition, args }: WindowInput): (row: number) => Datum | null {
  const { start, end } = partition;
  let first = start;
  while (first < end && (args[0]?.(first) ?? null) === null) first++;
  const count = first < end ? Number(args[0]?.(first)) : 1;
  if (count <= 0) {
    const message = 'argument of ntile must be greater than zero';
    throw new SqlError('invalid_argument_for_ntile_function', message);
  }
  const size = end - start;
  const small = Math.floor(size / count);
  const larger = size % count;
  return (row) => {
    if (row < first) return null;
    const index = row - first;
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
