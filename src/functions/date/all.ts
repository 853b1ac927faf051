/** Functions and operators over dates, times and intervals. */
import type { FunctionRecord } from '../function-record.ts';
import { clockFunctions } from './clock.ts';
import { dateComparisons } from './comparison.ts';
import { extractFunctions } from './extract.ts';
import { formattingFunctions } from './formatting.ts';
import { makeFunctions } from './make.ts';
import { dateOperators } from './operators.ts';
import { overlapsFunction } from './overlaps.ts';
import { truncateFunctions } from './truncate.ts';
import { zoneFunctions } from './zones.ts';

export const dateFunctions: readonly FunctionRecord[] = [
  ...clockFunctions,
  ...extractFunctions,
  ...truncateFunctions,
  ...makeFunctions,
  ...zoneFunctions,
  ...formattingFunctions,
  ...dateOperators,
  ...dateComparisons,
  overlapsFunction,
];
