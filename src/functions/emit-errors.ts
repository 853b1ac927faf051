/**
 * Errors that emitted code can raise: a number inside WebAssembly, an SqlError outside.
 *
 *     builder.raise(emitError.divisionByZero)
 */
import { must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import type { SqlStateName } from '../errors/sql-state.ts';

const errors = {
  smallintOutOfRange: ['numeric_value_out_of_range', 'smallint out of range'],
  integerOutOfRange: ['numeric_value_out_of_range', 'integer out of range'],
  bigintOutOfRange: ['numeric_value_out_of_range', 'bigint out of range'],
  oidOutOfRange: ['numeric_value_out_of_range', 'OID out of range'],
  valueOverflow: ['numeric_value_out_of_range', 'value out of range: overflow'],
  valueUnderflow: ['numeric_value_out_of_range', 'value out of range: underflow'],
  divisionByZero: ['division_by_zero', 'division by zero'],
  negativeSquareRoot: [
    'invalid_argument_for_power_function',
    'cannot take square root of a negative number',
  ],
  dateOutOfRange: ['datetime_field_overflow', 'date out of range'],
  dateOutOfRangeForTimestamp: ['datetime_field_overflow', 'date out of range for timestamp'],
  timestampOutOfRange: ['datetime_field_overflow', 'timestamp out of range'],
  cannotSubtractInfiniteDates: ['datetime_field_overflow', 'cannot subtract infinite dates'],
  intervalOutOfRange: ['datetime_field_overflow', 'interval out of range'],
  infinityToInteger: ['feature_not_supported', 'cannot convert infinity to integer'],
  infinityToBigint: ['feature_not_supported', 'cannot convert infinity to bigint'],
} as const satisfies Record<string, readonly [SqlStateName, string]>;

export type EmitErrorName = keyof typeof errors;

const names = Object.keys(errors) as EmitErrorName[];

/** The number to give to `builder.raise`. */
export const emitError = Object.fromEntries(names.map((name, index) => [name, index])) as Readonly<
  Record<EmitErrorName, number>
>;

/** The error behind the number. */
export function emittedError(code: number): SqlError {
  const [state, message] = errors[must(names[code], `emitted error ${code}`)];
  return new SqlError(state, message);
}
