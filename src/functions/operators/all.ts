/** Operators of fixed-width and text types, and functions that are computed the same way. */
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import { comparisonSymbols, fixedWidthComparisons, type Comparison } from './comparison.ts';
import { dateDifferences, dateSums } from './date-arithmetic.ts';
import { fixedCasts } from './fixed-casts.ts';
import { floatOverloads, floatUnary } from './float-arithmetic.ts';
import { floatFunctions } from './float-functions.ts';
import { bitOperators, integerOverloads, negationOverloads } from './integer-arithmetic.ts';

function operator(symbol: string, text: string, overloads: readonly ScalarOverload[]): FunctionRecord {
  return { name: symbol, operator: symbol, doc: { family: 'operators', text }, overloads };
}

const comparisonTexts: Readonly<Record<Comparison, string>> = {
  eq: 'equal', ne: 'not equal', lt: 'less than', le: 'less than or equal',
  gt: 'greater than', ge: 'greater than or equal',
};

const comparisons = (Object.keys(comparisonSymbols) as Comparison[]).map((comparison) =>
  operator(comparisonSymbols[comparison], comparisonTexts[comparison], [
    ...fixedWidthComparisons(comparison),
  ]),
);

const arithmetic: readonly FunctionRecord[] = [
  operator('+', 'addition', [...integerOverloads('add'), ...floatOverloads('add'), ...dateSums]),
  operator('-', 'subtraction, or negation', [
    ...integerOverloads('sub'), ...floatOverloads('sub'), ...dateDifferences,
    ...negationOverloads(), ...floatUnary('neg'),
  ]),
  operator('*', 'multiplication', [...integerOverloads('mul'), ...floatOverloads('mul')]),
  operator('/', 'division, of integers towards zero', [
    ...integerOverloads('div_s'), ...floatOverloads('div'),
  ]),
  operator('%', 'remainder with the sign of the dividend', integerOverloads('rem_s')),
];

export const operators: readonly FunctionRecord[] = [
  ...comparisons,
  ...arithmetic,
  ...bitOperators,
  ...floatFunctions,
  fixedCasts,
];
