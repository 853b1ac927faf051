/** Methods in SQL/JSON paths: .type(), .size(), .double() and friends. */
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { SqlStateName } from '../../../errors/sql-state.ts';
import type { JsonValue } from '../../../types/json-value.ts';
import type { PathMethod } from '../../../types/json-path/path.ts';
import {
  absoluteNumeric,
  ceilNumeric,
  floorNumeric,
  formatNumeric,
  parseNumeric,
} from '../../../types/numeric.ts';
import { numericFromFloat } from '../../../types/numeric-convert.ts';

type Item = JsonValue | SqlError;

const rounding = { abs: absoluteNumeric, floor: floorNumeric, ceiling: ceilNumeric } as const;

/** In lax mode these look into arrays; .type() and .size() are about the array. */
export function takesElements(name: PathMethod): boolean {
  return name !== 'type' && name !== 'size';
}

function fail(state: SqlStateName, message: string): SqlError {
  return new SqlError(state, message);
}

export function* applyMethod(name: PathMethod, item: JsonValue, isLax: boolean): Generator<Item> {
  switch (name) {
    case 'type':
      yield { kind: 'string', value: item.kind };
      return;
    case 'size':
      yield sizeOf(item, isLax);
      return;
    case 'abs':
    case 'floor':
    case 'ceiling':
      yield rounded(name, item);
      return;
    case 'double':
      yield doubleOf(item);
      return;
    case 'keyvalue':
      yield* keyValues(item);
  }
}

function sizeOf(item: JsonValue, isLax: boolean): Item {
  if (item.kind === 'array') return { kind: 'number', text: String(item.items.length) };
  if (isLax) return { kind: 'number', text: '1' };
  const message = 'jsonpath item method .size() can only be applied to an array';
  return fail('sql_json_array_not_found', message);
}

function rounded(name: keyof typeof rounding, item: JsonValue): Item {
  if (item.kind !== 'number') {
    const message = `jsonpath item method .${name}() can only be applied to a numeric value`;
    return fail('non_numeric_sql_json_item', message);
  }
  return { kind: 'number', text: formatNumeric(rounding[name](parseNumeric(item.text))) };
}

function doubleOf(item: JsonValue): Item {
  const method = 'jsonpath item method .double()';
  if (item.kind === 'number') {
    if (Number.isFinite(Number(item.text))) return item;
    const message = `numeric argument of ${method} is out of range for type double precision`;
    return fail('non_numeric_sql_json_item', message);
  }
  if (item.kind !== 'string') {
    return fail(
      'non_numeric_sql_json_item',
      `${method} can only be applied to a string or numeric value`,
    );
  }
  const value = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(item.value)
    ? Number(item.value)
    : Number.NaN;
  if (Number.isFinite(value)) {
    return { kind: 'number', text: formatNumeric(numericFromFloat(value, 15)) };
  }
  const words = 'is not a valid representation of a double precision number';
  const message = `string argument of ${method} ${words}`;
  return fail('non_numeric_sql_json_item', message);
}

/** The id that tells objects apart is an offset in the storage of PostgreSQL: not offered. */
function* keyValues(item: JsonValue): Generator<Item> {
  if (item.kind !== 'object') {
    const message = 'jsonpath item method .keyvalue() can only be applied to an object';
    yield fail('sql_json_object_not_found', message);
    return;
  }
  if (item.entries.length > 0) throw unsupported('.keyvalue() in jsonpath');
}
