/** Aggregate functions, and the scalar functions that read their sketches. */
import type { FunctionRecord } from '../function-record.ts';
import { collections } from './collections.ts';
import { folds } from './folds.ts';
import { sketches } from './sketches.ts';
import { statistics } from './statistics.ts';

export const aggregates: readonly FunctionRecord[] = [
  ...folds,
  ...statistics,
  ...collections,
  ...sketches,
];
