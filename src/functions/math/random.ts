/**
 * random() and setseed(): xoroshiro128** seeded by splitmix64, PostgreSQL 15's generator, so a
 * seed gives PostgreSQL's numbers. A session that set no seed draws from JavaScript's generator.
 *
 * Approximate: a seed counts on the thread that ran setseed(); statements too small to be handed
 * to a worker all run on one thread.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { formatFloat8 } from '../../types/float-codecs.ts';
import type { EvaluationContext } from '../function-record.ts';

interface State {
  s0: bigint;
  s1: bigint;
}

const sessionsMax = 1024;
const seeded = new Map<string, State>();

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint =>
  wrap(value << bits) | (value >> (64n - bits));

/** Errors: 22023 for a seed outside of -1 … 1. */
export function setSeed({ session }: EvaluationContext, seed: number): string {
  if (!(seed >= -1 && seed <= 1)) {
    const message = `setseed parameter ${formatFloat8(seed)} is out of allowed range [-1,1]`;
    throw new SqlError('invalid_parameter_value', message);
  }
  let mix = wrap(BigInt(Math.trunc((2 ** 52 - 1) * seed)));
  const next = (): bigint => {
    mix = wrap(mix + 0x9e3779b97f4a7c15n);
    let value = mix;
    value = wrap((value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n);
    value = wrap((value ^ (value >> 27n)) * 0x94d049bb133111ebn);
    return value ^ (value >> 31n);
  };
  if (seeded.size >= sessionsMax) seeded.clear();
  seeded.set(session['pid'] ?? '', { s0: next(), s1: next() });
  return '';
}

export function randomFloat({ session }: EvaluationContext): number {
  const state = seeded.size === 0 ? undefined : seeded.get(session['pid'] ?? '');
  if (state === undefined) return Math.random();
  const { s0, s1 } = state;
  const mixed = s1 ^ s0;
  const value = wrap(rotate(wrap(s0 * 5n), 7n) * 9n);
  state.s0 = rotate(s0, 24n) ^ mixed ^ wrap(mixed << 16n);
  state.s1 = rotate(mixed, 37n);
  return Number(value >> 12n) * 2 ** -52;
}
