/** json(b)_build_object, json(b)_build_array, json(b)_object: JSON out of lists of values. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { normalizeJsonb, quoteJson } from '../../types/json-value.ts';
import { typeRecord } from '../../types/type-table.ts';
import { formatsOf } from '../casts/cast-record.ts';
import type { ArgumentType, EvaluationContext, TypedDatumEvaluation } from '../function-record.ts';
import { scalarText, toJson } from './to-json.ts';
import { isRecordName } from '../../types/user-type.ts';

type Target = 'json' | 'jsonb';

function invalid(message: string, hint?: string): SqlError {
  return new SqlError('invalid_parameter_value', message, hint === undefined ? {} : { hint });
}

function keyText(context: EvaluationContext, type: ArgumentType, value: Datum): string {
  const { name } = type;
  const isContainer =
    ['json', 'jsonb'].includes(name) ||
    isRecordName(name) ||
    typeRecord(name).element !== undefined;
  if (isContainer) throw invalid('key value must be scalar, not array, composite, or json');
  return scalarText(type, value, formatsOf(context));
}

function nullKey(target: Target, index: number): SqlError {
  if (target === 'jsonb') return invalid(`argument ${index + 1}: key must not be null`);
  return invalid(`argument ${index + 1} cannot be null`, 'Object keys should be text.');
}

export function buildObject(target: Target): TypedDatumEvaluation {
  return (context, values, types) => {
    if (values.length % 2 !== 0) {
      const words = `The arguments of ${target}_build_object() must consist of alternating keys and values.`;
      throw invalid('argument list must have even number of elements', words);
    }
    const members: string[] = [];
    for (let index = 0; index < values.length; index += 2) {
      const key = values[index] ?? null;
      if (key === null) throw nullKey(target, index);
      const name = quoteJson(keyText(context, typeAt(types, index), key));
      members.push(`${name} : ${jsonAt(context, values, types, index + 1)}`);
    }
    return finished(target, `{${members.join(', ')}}`);
  };
}

export function buildArray(target: Target): TypedDatumEvaluation {
  return (context, values, types) => {
    const items = values.map((_, index) => jsonAt(context, values, types, index));
    return finished(target, `[${items.join(', ')}]`);
  };
}

function typeAt(types: readonly ArgumentType[], index: number): ArgumentType {
  return types[index] ?? { name: 'text', typmod: -1 };
}

function jsonAt(
  context: EvaluationContext,
  values: readonly (Datum | null)[],
  types: readonly ArgumentType[],
  index: number,
): string {
  return toJson(typeAt(types, index), values[index] ?? null, formatsOf(context));
}

function finished(target: Target, text: string): string {
  return target === 'jsonb' ? normalizeJsonb(text) : text;
}

function pairsError(message: string): SqlError {
  return new SqlError('array_subscript_error', message);
}

function objectOf(
  target: Target,
  keys: readonly (Datum | null)[],
  values: readonly (Datum | null)[],
): string {
  const members = keys.map((key, index) => {
    if (key === null)
      throw new SqlError('null_value_not_allowed', 'null value not allowed for object key');
    const value = values[index] ?? null;
    return `${quoteJson(key as string)} : ${value === null ? 'null' : quoteJson(value as string)}`;
  });
  return finished(target, `{${members.join(', ')}}`);
}

/** json_object(text[]): keys and values alternate, or each row of two columns is a pair. */
export function objectOfPairs(target: Target, { dimensions, values }: SqlArray): string {
  if (dimensions.length === 1 && values.length % 2 !== 0) {
    throw pairsError('array must have even number of elements');
  }
  if (dimensions.length === 2 && dimensions[1]?.length !== 2) {
    throw pairsError('array must have two columns');
  }
  if (dimensions.length > 2) throw pairsError('wrong number of array subscripts');
  const keys = values.filter((_, index) => index % 2 === 0);
  return objectOf(
    target,
    keys,
    values.filter((_, index) => index % 2 === 1),
  );
}

/** json_object(keys, values). */
export function objectOfLists(target: Target, keys: SqlArray, values: SqlArray): string {
  if (keys.dimensions.length > 1 || values.dimensions.length > 1) {
    throw pairsError('wrong number of array subscripts');
  }
  if (keys.values.length !== values.values.length) throw pairsError('mismatched array dimensions');
  return objectOf(target, keys.values, values.values);
}
