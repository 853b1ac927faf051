/** `f(VARIADIC array)`: a variadic overload that is given its last arguments as one array. */
import type { Datum, SqlArray } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import type { ArgumentType, ScalarOverload } from './function-record.ts';

/** They take a NULL for no arguments; others answer NULL. */
const lenient: ReadonlySet<string> = new Set(['format']);

export function takingArray(name: string, overload: ScalarOverload): ScalarOverload {
  const { args, datum, datumTyped, returns, strict, volatility } = overload;
  const last = args.at(-1);
  const array: TypeName = last === 'any' ? 'anyarray' : (`_${last}` as TypeName);
  return {
    kind: 'scalar',
    args: [...args.slice(0, -1), array],
    returns,
    ...(strict === undefined ? {} : { strict }),
    ...(volatility === undefined ? {} : { volatility }),
    datumTyped: (context, given, types, result) => {
      const values = spread(given, lenient.has(name));
      if (values === undefined || (strict !== false && values.includes(null))) return null;
      if (datumTyped === undefined) return datum?.(context, values, result) ?? null;
      return datumTyped(context, values, typesOf(given, types), result);
    },
  };
}

/** undefined: the array is NULL. */
function spread(
  given: readonly (Datum | null)[],
  isLenient: boolean,
): readonly (Datum | null)[] | undefined {
  const array = given.at(-1) as SqlArray | null | undefined;
  if (array === null || array === undefined) return isLenient ? given.slice(0, -1) : undefined;
  return [...given.slice(0, -1), ...array.values];
}

function typesOf(
  given: readonly (Datum | null)[],
  types: readonly ArgumentType[],
): readonly ArgumentType[] {
  const array = given.at(-1) as SqlArray | null | undefined;
  const elements = (array?.values ?? []).map(() => ({
    name: array?.element ?? 'text',
    typmod: -1,
  }));
  return [...types.slice(0, -1), ...(elements as ArgumentType[])];
}
