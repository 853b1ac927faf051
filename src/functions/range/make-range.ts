/** Constructors: int4range(1, 5, '[]'), int4multirange(range, …). */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, MultirangeValue, RangeValue, SqlArray } from '../../types/datum.ts';
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

/** Errors: 22004, 22023. */
export function multirangeOfArray(type: MultirangeTypeName, array: SqlArray): MultirangeValue {
  if (array.dimensions.length > 1) {
    const message = 'multiranges cannot be constructed from multidimensional arrays';
    throw new SqlError('cardinality_violation', message);
  }
  if (array.values.includes(null)) {
    const message = 'multirange values cannot contain null members';
    throw new SqlError('null_value_not_allowed', message);
  }
  return makeMultirange(type, array.values as readonly RangeValue[]);
}
