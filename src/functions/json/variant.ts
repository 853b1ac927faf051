/**
 * Functions of the reference system over Variant values, which are jsonb here, and its short
 * names for reading JSON.
 */
import { createHash } from 'node:crypto';
import { SqlError } from '../../errors/sql-error.ts';
import { normalizeJsonb, parseJson, type JsonValue } from '../../types/json-value.ts';
import { compactJson } from './jsonb-values.ts';
import { family, scalar } from '../define.ts';
import type { FunctionRecord } from '../function-record.ts';
import { atPath, elementAt, jsonElements, jsonKind, jsonMembers, jsonText } from './json-scan.ts';

const define = family('variant');

/** `a.b[0]["c d"]` as path elements. */
function stepsOf(path: string): readonly string[] {
  const pattern = /\[(?:(-?\d+)|"((?:[^"\\]|\\.)*)"|'([^']*)')\]|\.?([^.[\]]+)/y;
  const steps: string[] = [];
  pattern.lastIndex = path.startsWith('$') ? 1 : 0;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null)
      throw new SqlError('invalid_parameter_value', `invalid variant path: "${path}"`);
    steps.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return steps;
}

function variantGet(value: string, path: string): string {
  return atPath(value, stepsOf(path)) ?? 'null';
}

/** Canonical text: compact, keys sorted by their bytes. */
function canonical(text: string): string {
  const sorted = (value: JsonValue): JsonValue => {
    if (value.kind === 'array') return { kind: 'array', items: value.items.map(sorted) };
    if (value.kind !== 'object') return value;
    const entries = value.entries.map(([key, item]) => [key, sorted(item)] as const);
    return {
      kind: 'object',
      entries: entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    };
  };
  return compactJson(sorted(parseJson(text, 'jsonb')));
}

const tokenPattern = /[\p{L}\p{N}_]+/gu;

/** Every word of `terms` occurs in the text, whatever the case. */
function textMatch(text: string, terms: string): boolean {
  const haystack = text.toLowerCase();
  const words = terms.toLowerCase().match(tokenPattern) ?? [];
  return words.every((word) => haystack.includes(word));
}

/** Stable over time and machines: the first four bytes of SHA-256. NULL counts as ''. */
function hashBucket(text: string | null, count: number | null): number | null {
  if (count === null) return null;
  if (count <= 0) {
    throw new SqlError('invalid_parameter_value', 'number of buckets must be greater than zero');
  }
  return (
    createHash('sha256')
      .update(text ?? '')
      .digest()
      .readUInt32BE(0) % count
  );
}

/** Members, elements, or NULL for scalars. */
function jsonLength(text: string): bigint | null {
  const kind = jsonKind(text);
  if (kind === 'array') return BigInt([...jsonElements(text)].length);
  return kind === 'object' ? BigInt([...jsonMembers(text)].length) : null;
}

function part(text: string, keys: readonly string[]): string | null {
  return atPath(text, keys);
}

function asNumber(text: string | null): number | null {
  return text !== null && jsonKind(text) === 'number' ? Number(text) : null;
}

const readers: readonly FunctionRecord[] = [
  define(
    'json_get',
    { text: 'part of json by keys', example: [`json_get('{"a":{"b":1}}', 'a', 'b')`, '1'] },
    scalar('jsonb, text... → jsonb', (text: string, ...keys: string[]) => part(text, keys)),
    scalar('jsonb, int4 → jsonb', (text: string, index: number) => elementAt(text, index)),
  ),
  define(
    'json_get_str',
    { text: 'string by keys', example: [`json_get_str('{"a":"x"}', 'a')`, 'x'] },
    scalar('jsonb, text... → text', (text: string, ...keys: string[]) => {
      const found = part(text, keys);
      return found?.startsWith('"') === true ? jsonText(found) : null;
    }),
  ),
  define(
    'json_get_json json_as_text',
    { text: 'part as text', example: [`json_as_text('{"a":[1]}', 'a')`, '[1]'] },
    scalar('jsonb, text... → text', (text: string, ...keys: string[]) =>
      jsonText(part(text, keys)),
    ),
  ),
  define(
    'json_get_int',
    { text: 'whole number by keys', example: [`json_get_int('{"a":7}', 'a')`, '7'] },
    scalar('jsonb, text... → int8', (text: string, ...keys: string[]) => {
      const found = part(text, keys);
      return found !== null && /^-?\d{1,18}$/.test(found) ? BigInt(found) : null;
    }),
  ),
  define(
    'json_get_float',
    { text: 'number by keys', example: [`json_get_float('{"a":1.5}', 'a')`, '1.5'] },
    scalar('jsonb, text... → float8', (text: string, ...keys: string[]) =>
      asNumber(part(text, keys)),
    ),
  ),
  define(
    'json_get_bool',
    { text: 'boolean by keys', example: [`json_get_bool('{"a":true}', 'a')`, 't'] },
    scalar('jsonb, text... → bool', (text: string, ...keys: string[]) => {
      const found = part(text, keys);
      return found === 'true' ? true : found === 'false' ? false : null;
    }),
  ),
  define(
    'json_length',
    { text: 'number of members or elements', example: [`json_length('[1,2,3]')`, '3'] },
    scalar('jsonb → int8', jsonLength),
    scalar('jsonb, text... → int8', (text: string, ...keys: string[]) => {
      const found = part(text, keys);
      return found === null ? null : jsonLength(found);
    }),
  ),
  define(
    'json_contains',
    { text: 'whether an object has a key', example: [`json_contains('{"a":1}', 'a')`, 't'] },
    scalar('jsonb, text... → bool', (text: string, ...keys: string[]) => part(text, keys) !== null),
  ),
];

export const variantFunctions: readonly FunctionRecord[] = [
  define(
    'json_to_variant cast_to_variant',
    {
      text: 'JSON text as a variant',
      example: [`json_to_variant('{"b":1,"a":2}')`, '{"a": 2, "b": 1}'],
    },
    scalar('text → jsonb', normalizeJsonb),
  ),
  define(
    'variant_to_json',
    { text: 'compact JSON text', example: [`variant_to_json('{"b": [1, 2]}')`, '{"b":[1,2]}'] },
    scalar('jsonb → text', canonical),
  ),
  define(
    'variant_get',
    {
      text: 'part by a path; null where it ends',
      example: [`variant_get('{"a":{"b":[7]}}', 'a.b[0]')`, '7'],
    },
    scalar('jsonb, text → jsonb', variantGet),
  ),
  define(
    'is_variant_null',
    { text: 'whether it is JSON null', example: [`is_variant_null('null')`, 't'] },
    scalar('jsonb → bool', (text: string) => text === 'null'),
  ),
  define(
    'text_match',
    { text: 'whether all words occur', example: [`text_match('GET /users/7', 'users get')`, 't'] },
    scalar('text, text → bool', textMatch, { total: true }),
  ),
  define(
    'hash_bucket',
    { text: 'stable bucket 0 … n-1 of a text' },
    scalar('text, int4 → int4', hashBucket, { strict: false }),
  ),
  ...readers,
];
