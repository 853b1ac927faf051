/**
 * corr, covar_* and regr_*: least squares over pairs (Y, X) of float8; pairs with a NULL are left
 * out. Updates and results as in PostgreSQL's float.c, float8_regr_accum.
 */
import type { Datum } from '../../types/datum.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

interface PairSums {
  readonly n: number;
  readonly x: number;
  readonly xx: number;
  readonly y: number;
  readonly yy: number;
  readonly xy: number;
}

const none: PairSums = { n: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 };

type Finish = (sums: PairSums) => number | null;

const finishers = {
  covar_pop: ({ n, xy }) => xy / n,
  covar_samp: ({ n, xy }) => (n < 2 ? null : xy / (n - 1)),
  corr: ({ xx, yy, xy }) => (xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy)),
  regr_avgx: ({ n, x }) => x / n,
  regr_avgy: ({ n, y }) => y / n,
  regr_sxx: ({ xx }) => xx,
  regr_syy: ({ yy }) => yy,
  regr_sxy: ({ xy }) => xy,
  regr_slope: ({ xx, xy }) => (xx === 0 ? null : xy / xx),
  regr_intercept: ({ n, x, xx, y, xy }) => (xx === 0 ? null : (y - (x * xy) / xx) / n),
  regr_r2: ({ xx, yy, xy }) => (xx === 0 ? null : yy === 0 ? 1 : (xy * xy) / (xx * yy)),
} as const satisfies Readonly<Record<string, Finish>>;

export const regressionNames = Object.keys(finishers) as readonly (keyof typeof finishers)[];

export function regression(name: keyof typeof finishers): CreateAccumulator {
  const finish: Finish = finishers[name];
  return ({ type }) =>
    new ValueAccumulator(
      pairFold((sums) => (sums.n < 1 ? null : finish(sums))),
      type,
    );
}

export const regressionCount: CreateAccumulator = ({ type }) =>
  new ValueAccumulator(
    pairFold((sums) => BigInt(sums.n)),
    type,
  );

function pairFold(finish: (sums: PairSums) => Datum | null): ValueFold<PairSums> {
  return {
    add: (state, [y, x]) => {
      if (typeof y !== 'number' || typeof x !== 'number') return state;
      return addPair(state ?? none, y, x);
    },
    merge,
    finish: (state) => finish(state ?? none),
  };
}

function addPair(sums: PairSums, newY: number, newX: number): PairSums {
  const n = sums.n + 1;
  const x = sums.x + newX;
  const y = sums.y + newY;
  if (n === 1) {
    const isFinite = Number.isFinite(newX) && Number.isFinite(newY);
    const xx = Number.isFinite(newX) ? 0 : Number.NaN;
    const yy = Number.isFinite(newY) ? 0 : Number.NaN;
    return { n, x, xx, y, yy, xy: isFinite ? 0 : Number.NaN };
  }
  const dx = newX * n - x;
  const dy = newY * n - y;
  const scale = 1 / (n * (n - 1));
  return {
    n,
    x,
    xx: sums.xx + dx * dx * scale,
    y,
    yy: sums.yy + dy * dy * scale,
    xy: sums.xy + dx * dy * scale,
  };
}

function merge(a: PairSums, b: PairSums): PairSums {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const dx = a.x / a.n - b.x / b.n;
  const dy = a.y / a.n - b.y / b.n;
  const weight = (a.n * b.n) / n;
  return {
    n,
    x: a.x + b.x,
    xx: a.xx + b.xx + weight * dx * dx,
    y: a.y + b.y,
    yy: a.yy + b.yy + weight * dy * dy,
    xy: a.xy + b.xy + weight * dx * dy,
  };
}
