/** Operators of fixed-width and text types, and functions that are computed the same way. */
import type { FunctionRecord } from '../function-record.ts';

export const operators: readonly FunctionRecord[] = [];
