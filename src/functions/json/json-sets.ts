/** Members, keys and elements of JSON, a row each. */
import { SqlError } from '../../errors/sql-error.ts';
import { family, rowsOf } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';
import { jsonElements, jsonKind, jsonMembers, jsonText } from './json-scan.ts';

const define = family('json');

function invalid(message: string): SqlError {
  return new SqlError('invalid_parameter_value', message);
}

type Check = (text: string, name: string) => void;

const isScalar = (text: string): boolean => !['object', 'array'].includes(jsonKind(text));

/** json and jsonb refuse other values in different words. */
const checkObject: Readonly<Record<'json' | 'jsonb', Check>> = {
  json: (text) => {
    const kind = jsonKind(text);
    if (kind === 'array') throw invalid('cannot deconstruct an array as an object');
    if (kind !== 'object') throw invalid('cannot deconstruct a scalar');
  },
  jsonb: (text, name) => {
    if (jsonKind(text) !== 'object') throw invalid(`cannot call ${name} on a non-object`);
  },
};

const checkArray: Readonly<Record<'json' | 'jsonb', Check>> = {
  json: (text, name) => {
    if (jsonKind(text) === 'object') throw invalid(`cannot call ${name} on a non-array`);
    if (isScalar(text)) throw invalid(`cannot call ${name} on a scalar`);
  },
  jsonb: (text) => {
    if (jsonKind(text) === 'object') throw invalid('cannot extract elements from an object');
    if (isScalar(text)) throw invalid('cannot extract elements from a scalar');
  },
};

function checkKeys(text: string, name: string): void {
  if (jsonKind(text) === 'array') throw invalid(`cannot call ${name} on an array`);
  if (isScalar(text)) throw invalid(`cannot call ${name} on a scalar`);
}

function* map<T, U>(items: Iterable<T>, make: (item: T) => U): Generator<U> {
  for (const item of items) yield make(item);
}

function setsOf(type: 'json' | 'jsonb'): readonly FunctionRecord[] {
  const each = `${type}_each`;
  const elements = `${type}_array_elements`;
  const keys = `${type}_object_keys`;
  return [
    define(
      each,
      { text: 'members of an object' },
      rowsOf(`${type} → key text, value ${type}`, (_context, text: string) => {
        checkObject[type](text, each);
        return jsonMembers(text);
      }),
    ),
    define(
      `${each}_text`,
      { text: 'members of an object, values as text' },
      rowsOf(`${type} → key text, value text`, (_context, text: string) => {
        checkObject[type](text, `${each}_text`);
        return map(jsonMembers(text), ([key, value]) => [key, jsonText(value)]);
      }),
    ),
    define(
      elements,
      { text: 'elements of an array' },
      rowsOf(`${type} → value ${type}`, (_context, text: string) => {
        checkArray[type](text, elements);
        return map(jsonElements(text), (value) => [value]);
      }),
    ),
    define(
      `${elements}_text`,
      { text: 'elements of an array as text' },
      rowsOf(`${type} → value text`, (_context, text: string) => {
        checkArray[type](text, `${elements}_text`);
        return map(jsonElements(text), (value) => [jsonText(value)]);
      }),
    ),
    define(
      keys,
      { text: 'keys of an object' },
      rowsOf(`${type} → ${keys} text`, (_context, text: string) => {
        checkKeys(text, keys);
        return map(jsonMembers(text), ([key]) => [key]);
      }),
    ),
  ];
}

export const jsonSets: readonly FunctionRecord[] = [...setsOf('json'), ...setsOf('jsonb')];
