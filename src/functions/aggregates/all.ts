/** Aggregate functions, and the scalar functions that read their sketches. */
import type { FunctionRecord } from '../function-record.ts';
import { folds } from './folds.ts';

export const aggregates: readonly FunctionRecord[] = [...folds];
