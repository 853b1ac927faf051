/** Operators of fixed-width and text types, and functions that are computed the same way. */
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import { comparisonSymbols, fixedWidthComparisons, type Comparison } from './comparison.ts';
import { dateDifferences, dateSums } from './date-arithmetic.ts';
import {
  datetimeDifferences,
  datetimeSums,
  intervalProducts,
  intervalQuotients,
} from './datetime-arithmetic.ts';
import { fixedCasts } from './fixed-casts.ts';
import { floatOverloads, floatUnary } from './float-arithmetic.ts';
import { floatFunctions } from './float-functions.ts';
import { likeOperators } from './like.ts';
import { regexOperators } from './regular-expression.ts';
import { concatenations, textComparisons } from './text-comparison.ts';
import { relabelCasts } from './relabel-casts.ts';
import { numericOperators, valueComparisons } from './value-operators.ts';
import { bitOperators, integerOverloads, negationOverloads } from './integer-arithmetic.ts';

function operator(
  symbol: string,
  text: string,
  overloads: readonly ScalarOverload[],
): FunctionRecord {
  return { name: symbol, operator: symbol, doc: { family: 'operators', text }, overloads };
}

const comparisonTexts: Readonly<Record<Comparison, string>> = {
  eq: 'equal',
  ne: 'not equal',
  lt: 'less than',
  le: 'less than or equal',
  gt: 'greater than',
  ge: 'greater than or equal',
};

const comparisons = (Object.keys(comparisonSymbols) as Comparison[]).map((comparison) =>
  operator(comparisonSymbols[comparison], comparisonTexts[comparison], [
    ...fixedWidthComparisons(comparison),
    ...textComparisons(comparison),
    ...valueComparisons(comparison),
  ]),
);

const arithmetic: readonly FunctionRecord[] = [
  operator('+', 'addition', [
    ...integerOverloads('add'),
    ...floatOverloads('add'),
    ...dateSums,
    numericOperators.add,
    ...datetimeSums,
  ]),
  operator('-', 'subtraction, or negation', [
    ...integerOverloads('sub'),
    ...floatOverloads('sub'),
    ...dateDifferences,
    ...negationOverloads(),
    ...floatUnary('neg'),
    numericOperators.subtract,
    numericOperators.negate,
    ...datetimeDifferences,
  ]),
  operator('*', 'multiplication', [
    ...integerOverloads('mul'),
    ...floatOverloads('mul'),
    numericOperators.multiply,
    ...intervalProducts,
  ]),
  operator('/', 'division, of integers towards zero', [
    ...integerOverloads('div_s'),
    ...floatOverloads('div'),
    numericOperators.divide,
    ...intervalQuotients,
  ]),
  operator('%', 'remainder with the sign of the dividend', [
    ...integerOverloads('rem_s'),
    numericOperators.remainder,
  ]),
  operator('||', 'concatenation', concatenations),
];

export const operators: readonly FunctionRecord[] = [
  ...comparisons,
  ...arithmetic,
  ...bitOperators,
  ...likeOperators,
  ...regexOperators,
  ...floatFunctions,
  fixedCasts,
  relabelCasts,
];
