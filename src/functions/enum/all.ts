/** Functions over the labels of an enumerated type; the type is that of the argument. */
import { SqlError } from '../../errors/sql-error.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { Datum } from '../../types/datum.ts';
import { isEnumName, knownEnum } from '../../types/user-type.ts';
import { family, typed } from '../define.ts';
import type { ArgumentType, FunctionRecord } from '../function-record.ts';

const define = family('enum');
const lenient = { strict: false, volatility: 'stable' } as const;

/** Codes in the order of the labels. Errors: 22023. */
function codesOf(type: ArgumentType | undefined): readonly bigint[] {
  if (type !== undefined && isEnumName(type.name)) return [...knownEnum(type.name).labels.keys()];
  const message = 'could not determine actual enum type';
  throw new SqlError('feature_not_supported', message);
}

/** Errors: 55000 for a type without labels. */
function endOf(type: ArgumentType | undefined, index: 0 | -1): Datum {
  const code = codesOf(type).at(index);
  if (code !== undefined) return code;
  const name =
    type !== undefined && isEnumName(type.name) ? knownEnum(type.name).record.sqlName : '';
  throw new SqlError('object_not_in_prerequisite_state', `enum ${name} contains no values`);
}

function between(type: ArgumentType | undefined, from: Datum | null, to: Datum | null): Datum {
  const codes = codesOf(type).filter(
    (code) =>
      (from === null || code >= (from as bigint)) && (to === null || code <= (to as bigint)),
  );
  return arrayOf(type?.name ?? 'anyenum', codes);
}

export const enumFunctions: readonly FunctionRecord[] = [
  define(
    'enum_first',
    { text: 'the first value of the type' },
    typed('anyenum → anyenum', (_context, _values, [type]) => endOf(type, 0), lenient),
  ),
  define(
    'enum_last',
    { text: 'the last value of the type' },
    typed('anyenum → anyenum', (_context, _values, [type]) => endOf(type, -1), lenient),
  ),
  define(
    'enum_range',
    { text: 'the values of the type, or those between two; NULL sets no bound' },
    typed('anyenum → anyarray', (_context, _values, [type]) => between(type, null, null), lenient),
    typed(
      'anyenum, anyenum → anyarray',
      (_context, [from = null, to = null], [type]) => between(type, from, to),
      lenient,
    ),
  ),
  define(
    'enum_larger',
    { text: 'the greater of two values' },
    typed('anyenum, anyenum → anyenum', (_context, [left = null, right = null]) =>
      left !== null && right !== null && left > right ? left : right,
    ),
  ),
  define(
    'enum_smaller',
    { text: 'the lesser of two values' },
    typed('anyenum, anyenum → anyenum', (_context, [left = null, right = null]) =>
      left !== null && right !== null && left < right ? left : right,
    ),
  ),
];
