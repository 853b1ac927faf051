/**
 * json_agg, jsonb_agg, json_object_agg and jsonb_object_agg: values of a group as one JSON text,
 * with PostgreSQL's spaces (json.c, json_agg_transfn and json_object_agg_transfn).
 */
import { SqlError } from '../../errors/sql-error.ts';
import { formatsOf } from '../../functions/casts/cast-record.ts';
import { toJson } from '../../functions/json/to-json.ts';
import { normalizeJsonb, quoteJson } from '../../types/json-value.ts';
import { formatText } from '../../types/type-text.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import type { ArgumentType } from '../../functions/function-record.ts';
import type { Datum } from '../../types/datum.ts';
import type { AccumulatorContext, CreateAccumulator } from './accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';
import { isRecordName } from '../../types/user-type.ts';

export const jsonArray: CreateAccumulator = (context) => {
  const type = context.args[0] ?? sqlType('text');
  const formats = formatsOf(context.evaluation);
  const separator = isStructured(type) ? ', \n ' : ', ';
  const item = ([value = null]: readonly (Datum | null)[]) => toJson(type, value, formats);
  return new ValueAccumulator(
    joinedItems(item, separator, (items) => finished(context, `[${items}]`)),
    context.type,
  );
};

export const jsonObject: CreateAccumulator = (context) => {
  const [keyType = sqlType('text'), valueType = sqlType('text')] = context.args;
  const formats = formatsOf(context.evaluation);
  const item = ([key = null, value = null]: readonly (Datum | null)[]) => {
    if (key === null) {
      throw new SqlError('invalid_parameter_value', 'field name must not be null');
    }
    if (isStructured(keyType) || keyType.name === 'json' || keyType.name === 'jsonb') {
      const words = 'key value must be scalar, not array, composite, or json';
      throw new SqlError('invalid_parameter_value', words);
    }
    const name = quoteJson(formatText(keyType, key, formats));
    return `${name} : ${toJson(valueType, value, formats)}`;
  };
  return new ValueAccumulator(
    joinedItems(item, ', ', (items) => finished(context, `{ ${items} }`)),
    context.type,
  );
};

function isStructured({ name }: ArgumentType): boolean {
  return isRecordName(name) || typeRecord(name).element !== undefined;
}

function finished({ type }: AccumulatorContext, text: string): string {
  return type.name === 'jsonb' ? normalizeJsonb(text) : text;
}

function joinedItems(
  item: (args: readonly (Datum | null)[]) => string,
  separator: string,
  finish: (items: string) => string,
): ValueFold<string> {
  return {
    add: (state, args) => (state === undefined ? item(args) : state + separator + item(args)),
    merge: (a, b) => a + separator + b,
    finish: (state) => (state === undefined ? null : finish(state)),
  };
}
