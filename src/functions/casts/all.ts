/**
 * Casts as functions: `cast(from,to)` converts, `assign(type,type)` sets a length as storing a
 * value does, where text that is too long is 22001.
 */
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { applyTypmod } from '../../types/typmod.ts';
import type { CastRecord } from './cast-record.ts';
import { allCasts, lengthTypes } from './find-cast.ts';

/** The cast as an overload that runs one value at a time. */
export function castOverload(record: CastRecord): ScalarOverload {
  return {
    kind: 'scalar',
    args: [record.from],
    returns: record.to,
    volatility: record.stable === true ? 'stable' : 'immutable',
    datum: (context, args, result) => {
      const [value = null] = args;
      return value === null ? null : record.convert(context, value, result);
    },
  };
}

function assignment(name: TypeName): ScalarOverload {
  return {
    kind: 'scalar',
    args: [name, name],
    returns: name,
    volatility: 'immutable',
    datum: (_, args, result) => applyTypmod(result, args[0] as Datum, false),
  };
}

const assigned: readonly TypeName[] = lengthTypes.flatMap((name): TypeName[] => [
  name,
  `_${name}` as TypeName,
]);

export const castFunctions: readonly FunctionRecord[] = [
  {
    name: 'cast',
    doc: {
      family: 'casts',
      text: 'converts a value to another type',
      example: ["cast('12' as integer)", '12'],
    },
    overloads: allCasts().map(castOverload),
  },
  {
    name: 'assign',
    doc: { family: 'casts', text: "sets a column's length or precision on a value that is stored" },
    overloads: assigned.map(assignment),
  },
];
