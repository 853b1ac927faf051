/** Functions over json and jsonb. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { formatJson, normalizeJsonb, parseJson } from '../../types/json-value.ts';
import { formatsOf } from '../casts/cast-record.ts';
import { family, scalar, typed } from '../define.ts';
import type { FunctionRecord, TypedDatumEvaluation } from '../function-record.ts';
import { buildArray, buildObject, objectOfLists, objectOfPairs } from './build-json.ts';
import { jsonOperators } from './json-operators.ts';
import { jsonElements, jsonKind } from './json-scan.ts';
import { jsonSets } from './json-sets.ts';
import {
  compactJson,
  insertAtPath,
  parseJsonb,
  prettyJson,
  setAtPath,
  withoutNulls,
  withoutPath,
} from './jsonb-values.ts';
import { populateFunctions } from './populate-functions.ts';
import { pathFunctions } from './path-functions.ts';
import { prettyLayout, toJson } from './to-json.ts';
import { variantFunctions } from './variant.ts';

const define = family('json');
const stable = { volatility: 'stable' } as const;
const lenient = { volatility: 'stable', strict: false } as const;

/** The first argument as JSON; a true second argument asks for line feeds. */
function converted(target: 'json' | 'jsonb'): TypedDatumEvaluation {
  return (context, [value = null, isPretty = false], [type]) => {
    const layout = isPretty === true ? prettyLayout : undefined;
    const text = toJson(type ?? { name: 'text', typmod: -1 }, value, formatsOf(context), layout);
    return target === 'jsonb' ? normalizeJsonb(text) : text;
  };
}

const conversions: readonly FunctionRecord[] = [
  define(
    'to_json',
    { text: 'any value as json', example: [`to_json('a"b'::text)`, '"a\\"b"'] },
    typed('anyelement → json', converted('json'), stable),
  ),
  define(
    'to_jsonb',
    { text: 'any value as jsonb', example: [`to_jsonb(row(1, 'a'))`, '{"f1": 1, "f2": "a"}'] },
    typed('anyelement → jsonb', converted('jsonb'), stable),
  ),
  define(
    'row_to_json',
    { text: 'a row as a json object', example: [`row_to_json(row(1, 'a'))`, '{"f1":1,"f2":"a"}'] },
    typed('record → json', converted('json'), stable),
    typed('record, bool → json', converted('json'), stable),
  ),
  define(
    'array_to_json',
    {
      text: 'an array as a json array',
      example: ['array_to_json(array[[1,5],[99,100]])', '[[1,5],[99,100]]'],
    },
    typed('anyarray → json', converted('json'), stable),
    typed('anyarray, bool → json', converted('json'), stable),
  ),
];

const builders: readonly FunctionRecord[] = (['json', 'jsonb'] as const).flatMap((type) => [
  define(
    `${type}_build_object`,
    {
      text: 'an object of keys and values',
      example: [
        `${type}_build_object('a', 1, 'b', null)`,
        type === 'json' ? '{"a" : 1, "b" : null}' : '{"a": 1, "b": null}',
      ],
    },
    typed(`→ ${type}`, buildObject(type), lenient),
    typed(`any... → ${type}`, buildObject(type), lenient),
  ),
  define(
    `${type}_build_array`,
    {
      text: 'an array of values',
      example: [`${type}_build_array(1, 'a', null)`, '[1, "a", null]'],
    },
    typed(`→ ${type}`, buildArray(type), lenient),
    typed(`any... → ${type}`, buildArray(type), lenient),
  ),
  define(
    `${type}_object`,
    { text: 'an object of texts' },
    scalar(`_text → ${type}`, (pairs: SqlArray) => objectOfPairs(type, pairs)),
    scalar(`_text, _text → ${type}`, (keys: SqlArray, values: SqlArray) =>
      objectOfLists(type, keys, values),
    ),
  ),
  define(
    `${type}_array_length`,
    { text: 'number of elements', example: [`${type}_array_length('[1,2]')`, '2'] },
    scalar(`${type} → int4`, arrayLength),
  ),
  define(
    `${type}_typeof`,
    { text: 'kind of the value', example: [`${type}_typeof('-1.5')`, 'number'] },
    scalar(`${type} → text`, (text: string) => jsonKind(text)),
  ),
]);

function arrayLength(text: string): number {
  const kind = jsonKind(text);
  if (kind === 'array') return [...jsonElements(text)].length;
  const words = kind === 'object' ? 'a non-array' : 'a scalar';
  throw new SqlError('invalid_parameter_value', `cannot get array length of ${words}`);
}

const pathOf = ({ values }: SqlArray): readonly (string | null)[] => values as (string | null)[];

function set(target: string, path: SqlArray, replacement: string, flag = true): string {
  const value = parseJsonb(replacement);
  return formatJson(setAtPath(parseJsonb(target), { path: pathOf(path), value, flag }));
}

function insert(target: string, path: SqlArray, replacement: string, flag = false): string {
  const value = parseJsonb(replacement);
  return formatJson(insertAtPath(parseJsonb(target), { path: pathOf(path), value, flag }));
}

/** jsonb_set where NULL means one of several things. */
function setLax(
  target: string | null,
  path: SqlArray | null,
  replacement: string | null,
  create: boolean | null = true,
  treatment: string | null = 'use_json_null',
): Datum | null {
  if (target === null || path === null || create === null) return null;
  const treatments = ['delete_key', 'return_target', 'use_json_null', 'raise_exception'];
  if (treatment === null || !treatments.includes(treatment)) {
    const words = treatments.map((name) => `"${name}"`);
    const message = `null_value_treatment must be ${words.slice(0, -1).join(', ')}, or ${words.at(-1)}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  if (replacement !== null) return set(target, path, replacement, create);
  if (treatment === 'return_target') return target;
  if (treatment === 'use_json_null') return set(target, path, 'null', create);
  if (treatment === 'delete_key') return formatJson(withoutPath(parseJsonb(target), pathOf(path)));
  throw new SqlError('null_value_not_allowed', 'JSON value must not be null', {
    detail: 'Exception was raised because null_value_treatment is "raise_exception".',
    hint:
      'To avoid, either change the null_value_treatment argument or ensure that ' +
      'an SQL NULL is not passed.',
  });
}

const changes: readonly FunctionRecord[] = [
  define(
    'jsonb_set',
    { text: 'with a part replaced', example: [`jsonb_set('{"a":1}', '{a}', '2')`, '{"a": 2}'] },
    scalar('jsonb, _text, jsonb → jsonb', (target: string, path: SqlArray, value: string) =>
      set(target, path, value),
    ),
    scalar('jsonb, _text, jsonb, bool → jsonb', set),
  ),
  define(
    'jsonb_set_lax',
    { text: 'jsonb_set that takes NULL' },
    scalar('jsonb, _text, jsonb → jsonb', setLax, { strict: false }),
    scalar('jsonb, _text, jsonb, bool → jsonb', setLax, { strict: false }),
    scalar('jsonb, _text, jsonb, bool, text → jsonb', setLax, { strict: false }),
  ),
  define(
    'jsonb_insert',
    {
      text: 'with a part added',
      example: [`jsonb_insert('{"a":[0,1]}', '{a,1}', '"x"')`, '{"a": [0, "x", 1]}'],
    },
    scalar('jsonb, _text, jsonb → jsonb', (target: string, path: SqlArray, value: string) =>
      insert(target, path, value),
    ),
    scalar('jsonb, _text, jsonb, bool → jsonb', insert),
  ),
  define(
    'json_strip_nulls',
    {
      text: 'without members that are null',
      example: [`json_strip_nulls('{"a":null,"b":1}')`, '{"b":1}'],
    },
    scalar('json → json', (text: string) => compactJson(withoutNulls(parseJson(text, 'json')))),
  ),
  define(
    'jsonb_strip_nulls',
    { text: 'without members that are null', example: [`jsonb_strip_nulls('{"a":null}')`, '{}'] },
    scalar('jsonb → jsonb', (text: string) => formatJson(withoutNulls(parseJsonb(text)))),
  ),
  define(
    'jsonb_pretty',
    { text: 'with line feeds', example: [`jsonb_pretty('{"a":1}')`, '{\n    "a": 1\n}'] },
    scalar('jsonb → text', (text: string) => prettyJson(parseJsonb(text))),
  ),
];

export const jsonFunctions: readonly FunctionRecord[] = [
  ...jsonOperators,
  ...jsonSets,
  ...populateFunctions,
  ...conversions,
  ...builders,
  ...changes,
  ...pathFunctions,
  ...variantFunctions,
];
