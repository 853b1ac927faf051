/** PlaceholderRowExec: one row without columns. */
import { makeBatch } from '../../columns/batch.ts';
import type { Operator } from '../operator.ts';

export const placeholderRow: Operator<'PlaceholderRowExec'> = function* () {
  yield makeBatch([], 1);
};
