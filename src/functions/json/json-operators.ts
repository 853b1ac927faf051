/** Operators on json and jsonb, and the functions behind them that have names. */
import type { SqlArray } from '../../types/datum.ts';
import { compareJsonb } from '../../types/json-compare.ts';
import { formatJson } from '../../types/json-value.ts';
import { family, operatorFamily, scalar } from '../define.ts';
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import { atPath, elementAt, jsonKind, jsonText, memberOf } from './json-scan.ts';
import { memberColumns } from './member-columns.ts';
import {
  concatenateJson,
  hasKey,
  jsonContains,
  parseJsonb,
  withoutElement,
  withoutKeys,
  withoutPath,
} from './jsonb-values.ts';

const define = family('json');
const operator = operatorFamily('json');

const types = ['json', 'jsonb'] as const;

function field(text: string, key: string): string | null {
  return jsonKind(text) === 'object' ? memberOf(text, key) : null;
}

function element(text: string, index: number): string | null {
  return jsonKind(text) === 'array' ? elementAt(text, index) : null;
}

/** jsonb keeps a lone scalar as an array of one. */
function jsonbElement(text: string, index: number): string | null {
  if (jsonKind(text) === 'object') return null;
  if (jsonKind(text) === 'array') return elementAt(text, index);
  return index === 0 || index === -1 ? text : null;
}

const elementOf = { json: element, jsonb: jsonbElement } as const;

const strings = ({ values }: SqlArray): readonly (string | null)[] => values as (string | null)[];

const pathOf = (text: string, path: SqlArray): string | null => atPath(text, strings(path));
const pathText = (text: string, path: SqlArray): string | null => jsonText(pathOf(text, path));

function fieldText(text: string, key: string): string | null {
  return jsonText(field(text, key));
}

function member(type: 'json' | 'jsonb'): ScalarOverload {
  const byValue = scalar(`${type}, text → ${type}`, field, { total: true });
  return type === 'json' ? byValue : { ...byValue, column: memberColumns(false, field) };
}

/** jsonb has no character that text has not, so that nothing can fail. */
function memberText(type: 'json' | 'jsonb'): ScalarOverload {
  const byValue = scalar(`${type}, text → text`, fieldText);
  if (type === 'json') return byValue;
  return { ...byValue, total: true, column: memberColumns(true, fieldText) };
}

const access: readonly FunctionRecord[] = [
  operator(
    '->',
    {
      text: 'member of an object, element of an array',
      example: [`'{"a":{"b":[1,2]}}'::jsonb -> 'a'`, '{"b": [1, 2]}'],
    },
    ...types.flatMap((type) => [
      member(type),
      scalar(`${type}, int4 → ${type}`, elementOf[type], { total: true }),
    ]),
  ),
  operator(
    '->>',
    { text: 'member or element as text', example: [`'{"a":1}'::jsonb ->> 'a'`, '1'] },
    ...types.flatMap((type) => [
      memberText(type),
      scalar(`${type}, int4 → text`, (text: string, at: number) =>
        jsonText(elementOf[type](text, at)),
      ),
    ]),
  ),
  operator(
    '#>',
    { text: 'part at a path', example: [`'{"a":{"b":[1,2]}}'::jsonb #> '{a,b}'`, '[1, 2]'] },
    ...types.map((type) => scalar(`${type}, _text → ${type}`, pathOf)),
  ),
  operator(
    '#>>',
    { text: 'part at a path as text', example: [`'{"a":{"b":[1,2]}}'::jsonb #>> '{a,b,1}'`, '2'] },
    ...types.map((type) => scalar(`${type}, _text → text`, pathText)),
  ),
  ...types.flatMap((type) => [
    define(
      `${type}_extract_path`,
      { text: 'part at a path' },
      scalar(`${type}, text... → ${type}`, (text: string, ...path: string[]) => atPath(text, path)),
    ),
    define(
      `${type}_extract_path_text`,
      { text: 'part at a path as text' },
      scalar(`${type}, text... → text`, (text: string, ...path: string[]) =>
        jsonText(atPath(text, path)),
      ),
    ),
    define(
      `${type}_object_field`,
      { text: 'member of an object' },
      scalar(`${type}, text → ${type}`, field),
    ),
    define(
      `${type}_object_field_text`,
      { text: 'member of an object as text' },
      scalar(`${type}, text → text`, fieldText),
    ),
    define(
      `${type}_array_element`,
      { text: 'element of an array' },
      scalar(`${type}, int4 → ${type}`, elementOf[type]),
    ),
    define(
      `${type}_array_element_text`,
      { text: 'element of an array as text' },
      scalar(`${type}, int4 → text`, (text: string, at: number) =>
        jsonText(elementOf[type](text, at)),
      ),
    ),
  ]),
];

function contains(whole: string, part: string): boolean {
  return jsonContains(parseJsonb(whole), parseJsonb(part));
}

function hasAny(text: string, keys: SqlArray): boolean {
  const value = parseJsonb(text);
  return strings(keys).some((key) => key !== null && hasKey(value, key));
}

function hasAll(text: string, keys: SqlArray): boolean {
  const value = parseJsonb(text);
  return strings(keys).every((key) => key === null || hasKey(value, key));
}

const tests: readonly FunctionRecord[] = [
  operator(
    '@>',
    { text: 'contains', example: [`'{"a":1,"b":2}'::jsonb @> '{"a":1}'`, 't'] },
    scalar('jsonb, jsonb → bool', contains),
  ),
  operator(
    '<@',
    { text: 'is contained by', example: [`'{"a":1}'::jsonb <@ '{"a":1,"b":2}'`, 't'] },
    scalar('jsonb, jsonb → bool', (part: string, whole: string) => contains(whole, part)),
  ),
  operator(
    '?',
    { text: 'has a key or string', example: [`'{"a":1}'::jsonb ? 'a'`, 't'] },
    scalar('jsonb, text → bool', (text: string, key: string) => hasKey(parseJsonb(text), key)),
  ),
  operator(
    '?|',
    { text: 'has any of the keys', example: [`'{"a":1}'::jsonb ?| array['x', 'a']`, 't'] },
    scalar('jsonb, _text → bool', hasAny),
  ),
  operator(
    '?&',
    { text: 'has all of the keys', example: [`'{"a":1}'::jsonb ?& array['x', 'a']`, 'f'] },
    scalar('jsonb, _text → bool', hasAll),
  ),
  define('jsonb_contains', { text: 'what @> does' }, scalar('jsonb, jsonb → bool', contains)),
  define(
    'jsonb_exists',
    { text: 'what ? does' },
    scalar('jsonb, text → bool', (text: string, key: string) => hasKey(parseJsonb(text), key)),
  ),
];

const changes: readonly FunctionRecord[] = [
  operator(
    '||',
    {
      text: 'objects merged, arrays joined',
      example: [`'{"a":1}'::jsonb || '{"b":2}'`, '{"a": 1, "b": 2}'],
    },
    scalar('jsonb, jsonb → jsonb', (left: string, right: string) =>
      formatJson(concatenateJson(parseJsonb(left), parseJsonb(right))),
    ),
  ),
  operator(
    '-',
    { text: 'without keys or an element', example: [`'{"a":1}'::jsonb - 'a'`, '{}'] },
    scalar('jsonb, text → jsonb', (text: string, key: string) =>
      formatJson(withoutKeys(parseJsonb(text), new Set([key]))),
    ),
    scalar('jsonb, int4 → jsonb', (text: string, index: number) =>
      formatJson(withoutElement(parseJsonb(text), index)),
    ),
    scalar('jsonb, _text → jsonb', (text: string, keys: SqlArray) =>
      formatJson(withoutKeys(parseJsonb(text), new Set(keys.values as string[]))),
    ),
  ),
  operator(
    '#-',
    {
      text: 'without the part at a path',
      example: [`'["a", {"b":1}]'::jsonb #- '{1,b}'`, '["a", {}]'],
    },
    scalar('jsonb, _text → jsonb', (text: string, path: SqlArray) =>
      formatJson(withoutPath(parseJsonb(text), strings(path))),
    ),
  ),
];

const orders: readonly (readonly [
  symbol: string,
  text: string,
  test: (order: number) => boolean,
])[] = [
  ['=', 'equal', (order) => order === 0],
  ['<>', 'not equal', (order) => order !== 0],
  ['<', 'less than', (order) => order < 0],
  ['<=', 'less than or equal', (order) => order <= 0],
  ['>', 'greater than', (order) => order > 0],
  ['>=', 'greater than or equal', (order) => order >= 0],
];

const comparisons = orders.map(([symbol, text, test]) =>
  operator(
    symbol,
    { text },
    scalar(
      'jsonb, jsonb → bool',
      (left: string, right: string) => test(compareJsonb(left, right)),
      { total: true },
    ),
  ),
);

export const jsonOperators: readonly FunctionRecord[] = [
  ...access,
  ...tests,
  ...changes,
  ...comparisons,
];
