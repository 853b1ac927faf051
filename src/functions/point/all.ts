/** Points of a plane (geo_ops.c): where they are, and the arithmetic of complex numbers. */
import { SqlError } from '../../errors/sql-error.ts';
import { pointParts, pointText } from '../../types/rare-codecs.ts';
import { family, operatorFamily, scalar } from '../define.ts';
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import { checkedFloat } from '../math/float-values.ts';

const define = family('point');
const operator = operatorFamily('point');

type Point = ReturnType<typeof pointParts>;

/** Coordinates that differ by less are the same. */
const epsilon = 1e-6;

function isSame(left: number, right: number): boolean {
  return left === right || Math.abs(left - right) <= epsilon;
}

function isLess(left: number, right: number): boolean {
  return left + epsilon < right;
}

/** With NaN among the coordinates they must be the very same. */
function isSamePoint(one: Point, other: Point): boolean {
  const all = [one.x, one.y, other.x, other.y];
  if (!all.some(Number.isNaN)) return isSame(one.x, other.x) && isSame(one.y, other.y);
  const isEqual = (left: number, right: number): boolean =>
    left === right || (Number.isNaN(left) && Number.isNaN(right));
  return isEqual(one.x, other.x) && isEqual(one.y, other.y);
}

/** Errors: 22003. */
function distance(one: Point, other: Point): number {
  const dx = Math.abs(checkedFloat(one.x - other.x, one.x, other.x));
  const dy = Math.abs(checkedFloat(one.y - other.y, one.y, other.y));
  if (dx === Infinity || dy === Infinity) return Infinity;
  const [long, short] = [Math.max(dx, dy), Math.min(dx, dy)];
  if (short === 0 || Number.isNaN(long)) return long;
  const ratio = short / long;
  return checkedFloat(long * Math.sqrt(1 + ratio * ratio), long);
}

function sum(one: Point, other: Point, sign: 1 | -1): string {
  return pointText(
    checkedFloat(one.x + sign * other.x, one.x, other.x),
    checkedFloat(one.y + sign * other.y, one.y, other.y),
  );
}

function product({ x, y }: Point, other: Point): string {
  const all = [x, y, other.x, other.y];
  return pointText(
    checkedFloat(x * other.x - y * other.y, ...all),
    checkedFloat(x * other.y + y * other.x, ...all),
  );
}

/** Errors: 22012, 22003. */
function quotient({ x, y }: Point, other: Point): string {
  const square = other.x * other.x + other.y * other.y;
  if (square === 0) throw new SqlError('division_by_zero', 'division by zero');
  const all = [x, y, other.x, other.y];
  return pointText(
    checkedFloat((x * other.x + y * other.y) / square, ...all),
    checkedFloat((y * other.x - x * other.y) / square, ...all),
  );
}

function pairs<T extends string | number | boolean>(
  returns: 'point' | 'bool' | 'float8',
  compute: (one: Point, other: Point) => T,
): ScalarOverload {
  return scalar(`point, point → ${returns}`, (one: string, other: string) =>
    compute(pointParts(one), pointParts(other)),
  );
}

export const pointFunctions: readonly FunctionRecord[] = [
  define(
    'point',
    { text: 'the point of these coordinates', example: ['point(1, 2.5)', '(1,2.5)'] },
    scalar('float8, float8 → point', pointText),
  ),
  define(
    'isvertical',
    { text: 'whether one is above the other', example: ["isvertical('(0,1)', '(0,0)')", 't'] },
    pairs('bool', (one, other) => isSame(one.x, other.x)),
  ),
  define(
    'ishorizontal',
    { text: 'whether one is beside the other', example: ["ishorizontal('(0,1)', '(2,1)')", 't'] },
    pairs('bool', (one, other) => isSame(one.y, other.y)),
  ),
  operator(
    '<->',
    { text: 'distance', example: ["'(0,3)'::point <-> '(4,0)'::point", '5'] },
    pairs('float8', distance),
  ),
  operator(
    '~=',
    { text: 'the same point', example: ["'(0,3)'::point ~= '(0,3)'::point", 't'] },
    pairs('bool', isSamePoint),
  ),
  operator(
    '<>',
    { text: 'another point', example: ["'(0,3)'::point <> '(0,3)'::point", 'f'] },
    pairs('bool', (one, other) => !isSamePoint(one, other)),
  ),
  operator(
    '+',
    { text: 'sum of coordinates', example: ["'(0,3)'::point + '(4,0)'::point", '(4,3)'] },
    pairs('point', (one, other) => sum(one, other, 1)),
  ),
  operator(
    '-',
    { text: 'difference of coordinates', example: ["'(0,3)'::point - '(4,0)'::point", '(-4,3)'] },
    pairs('point', (one, other) => sum(one, other, -1)),
  ),
  operator(
    '*',
    {
      text: 'product, as of complex numbers',
      example: ["'(0,3)'::point * '(4,0)'::point", '(0,12)'],
    },
    pairs('point', product),
  ),
  operator(
    '/',
    {
      text: 'quotient, as of complex numbers',
      example: ["'(0,3)'::point / '(4,0)'::point", '(0,0.75)'],
    },
    pairs('point', quotient),
  ),
  operator(
    '<<',
    { text: 'is left of', example: ["'(0,3)'::point << '(4,0)'::point", 't'] },
    pairs('bool', (one, other) => isLess(one.x, other.x)),
  ),
  operator(
    '>>',
    { text: 'is right of', example: ["'(0,3)'::point >> '(4,0)'::point", 'f'] },
    pairs('bool', (one, other) => isLess(other.x, one.x)),
  ),
  ...['<<|', '<^'].map((symbol) =>
    operator(
      symbol,
      { text: 'is below', example: [`'(0,3)'::point ${symbol} '(4,0)'::point`, 'f'] },
      pairs('bool', (one, other) => isLess(one.y, other.y)),
    ),
  ),
  ...['|>>', '>^'].map((symbol) =>
    operator(
      symbol,
      { text: 'is above', example: [`'(0,3)'::point ${symbol} '(4,0)'::point`, 't'] },
      pairs('bool', (one, other) => isLess(other.y, one.y)),
    ),
  ),
  operator(
    '?-',
    { text: 'whether one is beside the other', example: ["'(0,1)'::point ?- '(2,1)'::point", 't'] },
    pairs('bool', (one, other) => isSame(one.y, other.y)),
  ),
  operator(
    '?|',
    { text: 'whether one is above the other', example: ["'(0,1)'::point ?| '(0,0)'::point", 't'] },
    pairs('bool', (one, other) => isSame(one.x, other.x)),
  ),
];
