/**
 * rank(…) WITHIN GROUP (ORDER BY …) and its like: where a row of these values would stand.
 *
 * Arguments: the values of the row, then as many columns of the order. Rows are only counted, so
 * they may come in any order. PostgreSQL manual, section 9.21, hypothetical-set aggregates.
 */
import { compareValues } from '../../types/compare.ts';
import type { Datum } from '../../types/datum.ts';
import { normalDatum } from '../../types/normal-datum.ts';
import { sqlType } from '../../types/type-table.ts';
import { storageBytes } from '../../types/type-binary.ts';
import type { AccumulatorContext, CreateAccumulator, SortDirection } from './accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

interface Counts {
  readonly before: number;
  readonly equal: number;
  readonly all: number;
}

const none: Counts = { before: 0, equal: 0, all: 0 };

function counting(finish: (counts: Counts) => Datum): CreateAccumulator {
  return (context) => {
    const compare = rowOrder(context);
    const fold: ValueFold<Counts> = {
      add: (state = none, args) => {
        const order = compare(args);
        return {
          before: state.before + Number(order < 0),
          equal: state.equal + Number(order === 0),
          all: state.all + 1,
        };
      },
      merge: (a, b) => ({
        before: a.before + b.before,
        equal: a.equal + b.equal,
        all: a.all + b.all,
      }),
      finish: (state) => finish(state ?? none),
    };
    return new ValueAccumulator(fold, context.type);
  };
}

export const hypotheticalRank = counting(({ before }) => BigInt(before + 1));

export const hypotheticalPercentRank = counting(({ before, all }) => {
  return all === 0 ? 0 : before / all;
});

export const hypotheticalDistribution = counting(({ before, equal, all }) => {
  return (before + equal + 1) / (all + 1);
});

/** Counts the different rows before. */
export const hypotheticalDenseRank: CreateAccumulator = (context) => {
  const compare = rowOrder(context);
  const fold: ValueFold<Set<string>> = {
    add: (state = new Set(), args) =>
      compare(args) < 0 ? state.add(rowKey(context, args)) : state,
    merge: (a, b) => new Set([...a, ...b]),
    finish: (state) => BigInt((state?.size ?? 0) + 1),
  };
  return new ValueAccumulator(fold, context.type);
};

type Values = readonly (Datum | null)[];

/** Negative: the row stands before the hypothetical one. */
function rowOrder({ args, orderBy = [] }: AccumulatorContext): (values: Values) => number {
  const keys = orderBy.map((direction, index) => {
    const type = args[orderBy.length + index]?.name ?? 'text';
    return { direction, compare: (a: Datum, b: Datum) => compareValues(type, a, b) };
  });
  return (values) => {
    for (const [index, { direction, compare }] of keys.entries()) {
      const own = values[keys.length + index] ?? null;
      const order = compareNullable(own, values[index] ?? null, { direction, compare });
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareNullable(
  a: Datum | null,
  b: Datum | null,
  key: {
    readonly direction: SortDirection;
    readonly compare: (a: Datum, b: Datum) => number;
  },
): number {
  const { descending, nullsFirst } = key.direction;
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  return descending ? -key.compare(a, b) : key.compare(a, b);
}

/** Equal for rows that are equal. */
function rowKey({ args, orderBy = [] }: AccumulatorContext, values: Values): string {
  const parts = orderBy.map((_, index) => {
    const at = orderBy.length + index;
    const value = values[at] ?? null;
    if (value === null) return '';
    const type = args[at]?.name ?? 'text';
    const normal = normalDatum(type, value);
    const isPlain = typeof normal !== 'object' || normal instanceof Uint8Array;
    return isPlain ? `=${String(normal)}` : `=${hexOf(storageBytes(sqlType(type), normal))}`;
  });
  return JSON.stringify(parts);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
