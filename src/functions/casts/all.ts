/**
 * Casts as functions: `cast(from,to)` converts, `assign(type,type)` sets a length as storing a
 * value does, where text that is too long is 22001.
 */
import { must } from '../../errors/assert.ts';
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { applyTypmod } from '../../types/typmod.ts';
import type { CastRecord } from './cast-record.ts';
import { allCasts, findCast, lengthTypes } from './find-cast.ts';

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

const textTypes: readonly TypeName[] = ['text', 'varchar', 'bpchar', 'name'];
const castPartners = {
  anyenum: textTypes,
  record: textTypes,
  anyarray: [...textTypes, ...textTypes.map((name): TypeName => `_${name as 'text'}`)],
} as const;

const assigned: readonly TypeName[] = lengthTypes.flatMap((name): TypeName[] => [
  name,
  `_${name}` as TypeName,
]);

/** Of users' types and their arrays: through text, both ways. */
const userCasts: readonly ScalarOverload[] = (['anyenum', 'record', 'anyarray'] as const).flatMap(
  (name) => [
    ...castPartners[name].map((text) => userCast(name, text)),
    ...castPartners[name].map((text) => userCast(text, name)),
  ],
);

function userCast(from: TypeName, to: TypeName): ScalarOverload {
  return {
    kind: 'scalar',
    args: [from],
    returns: to,
    volatility: 'stable',
    datumTyped: (context, [value = null], [type], result) => {
      if (value === null || type === undefined) return null;
      return must(findCast(type.name, result.name), 'cast').convert(context, value, result);
    },
  };
}

function isNoRecord({ from, to }: CastRecord): boolean {
  return from !== 'record' && to !== 'record';
}

export const castFunctions: readonly FunctionRecord[] = [
  {
    name: 'cast',
    doc: {
      family: 'casts',
      text: 'converts a value to another type',
      example: ["cast('12' as integer)", '12'],
    },
    overloads: [...userCasts, ...allCasts().filter(isNoRecord).map(castOverload)],
  },
  {
    name: 'assign',
    doc: { family: 'casts', text: "sets a column's length or precision on a value that is stored" },
    overloads: assigned.map(assignment),
  },
];
