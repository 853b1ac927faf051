/** A range as the multirange of it alone. */
import type { RangeValue } from '../../types/datum.ts';
import { makeMultirange } from '../../types/ranges/multirange-value.ts';
import { multirangeOf, rangeTypes } from '../../types/ranges/range-types.ts';
import type { CastRecord } from './cast-record.ts';

export const rangeCasts: readonly CastRecord[] = rangeTypes.map((from) => {
  const to = multirangeOf(from);
  return {
    from,
    to,
    context: 'explicit',
    convert: (_context, value) => makeMultirange(to, [value as RangeValue]),
  };
});
