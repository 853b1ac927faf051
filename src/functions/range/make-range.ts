/** Constructors: int4range(1, 5, '[]'), int4multirange(range, …). */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, MultirangeValue, RangeValue } from '../../types/datum.ts';
import { makeMultirange } from '../../types/ranges/multirange-value.ts';
import { makeRange } from '../../types/ranges/range-value.ts';
import type { MultirangeTypeName, RangeTypeName } from '../../types/sql-type.ts';

/** Errors: 22000, 42601 for flags that are none. */
export function rangeOfBounds(
  type: RangeTypeName,
  lower: Datum | null,
  upper: Datum | null,
  flags: string | null,
): RangeValue {
  if (flags === null) {
    const message = 'range constructor flags argument must not be null';
    throw new SqlError('data_exception', message);
  }
  if (!/^[[(][\])]$/.test(flags)) {
    throw new SqlError('syntax_error', 'invalid range bound flags', {
      hint: 'Valid values are "[]", "[)", "(]", and "()".',
    });
  }
  return makeRange(
    type,
    { value: lower, isInclusive: flags.startsWith('['), isLower: true },
    { value: upper, isInclusive: flags.endsWith(']'), isLower: false },
  );
}

/** NULL alone gives NULL. Errors: 22004. */
export function multirangeOfList(
  type: MultirangeTypeName,
  ranges: readonly (RangeValue | null)[],
): MultirangeValue | null {
  if (ranges.length === 1 && ranges[0] === null) return null;
  const known = ranges.filter((range) => range !== null);
  if (known.length === ranges.length) return makeMultirange(type, known);
  const message = 'multirange values cannot contain null members';
  throw new SqlError('null_value_not_allowed', message);
}
