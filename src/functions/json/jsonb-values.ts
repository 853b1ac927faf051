/** Operations on parsed jsonb: containment, concatenation, deletion, replacement, layout. */
import { SqlError } from '../../errors/sql-error.ts';
import {
  formatJson,
  parseJson,
  quoteJson,
  sortEntries,
  type JsonValue,
} from '../../types/json-value.ts';
import { compareNumeric, parseNumeric } from '../../types/numeric.ts';

type Path = readonly (string | null)[];

export function parseJsonb(text: string): JsonValue {
  return parseJson(text, 'jsonb');
}

function invalid(message: string, hint?: string): SqlError {
  return new SqlError('invalid_parameter_value', message, hint === undefined ? {} : { hint });
}

function object(entries: readonly (readonly [string, JsonValue])[]): JsonValue {
  return { kind: 'object', entries };
}

function array(items: readonly JsonValue[]): JsonValue {
  return { kind: 'array', items };
}

function isContainer(value: JsonValue): boolean {
  return value.kind === 'object' || value.kind === 'array';
}

export function valueOf(value: JsonValue, key: string): JsonValue | undefined {
  if (value.kind !== 'object') return undefined;
  return value.entries.find(([name]) => name === key)?.[1];
}

export function sameScalar(a: JsonValue, b: JsonValue): boolean {
  if (a.kind === 'number' && b.kind === 'number') {
    return a.text === b.text || compareNumeric(parseNumeric(a.text), parseNumeric(b.text)) === 0;
  }
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value;
  if (a.kind === 'boolean' && b.kind === 'boolean') return a.value === b.value;
  return a.kind === 'null' && b.kind === 'null';
}

/** @> : an array contains a scalar as it contains an array of it; objects by keys. */
export function jsonContains(whole: JsonValue, part: JsonValue): boolean {
  if (whole.kind === 'array' && !isContainer(part))
    return whole.items.some((item) => sameScalar(item, part));
  return deepContains(whole, part);
}

function deepContains(whole: JsonValue, part: JsonValue): boolean {
  if (part.kind === 'object') {
    if (whole.kind !== 'object') return false;
    const members = new Map(whole.entries);
    return part.entries.every(([key, value]) => {
      const own = members.get(key);
      return own !== undefined && deepContains(own, value);
    });
  }
  if (part.kind === 'array') {
    if (whole.kind !== 'array') return false;
    return part.items.every((value) => whole.items.some((item) => deepContains(item, value)));
  }
  return sameScalar(whole, part);
}

/** ? : a key of an object, a string of an array, or a string itself. */
export function hasKey(value: JsonValue, key: string): boolean {
  if (value.kind === 'object') return value.entries.some(([name]) => name === key);
  if (value.kind === 'array')
    return value.items.some((item) => item.kind === 'string' && item.value === key);
  return value.kind === 'string' && value.value === key;
}

/** || : objects are merged, anything else becomes one array. */
export function concatenateJson(left: JsonValue, right: JsonValue): JsonValue {
  if (left.kind === 'object' && right.kind === 'object') {
    return object(sortEntries([...left.entries, ...right.entries]));
  }
  return array([...itemsOf(left), ...itemsOf(right)]);
}

function itemsOf(value: JsonValue): readonly JsonValue[] {
  return value.kind === 'array' ? value.items : [value];
}

/** - text: a key, or all strings equal to it. */
export function withoutKeys(value: JsonValue, keys: ReadonlySet<string>): JsonValue {
  if (value.kind === 'object') return object(value.entries.filter(([name]) => !keys.has(name)));
  if (value.kind === 'array') {
    return array(value.items.filter((item) => item.kind !== 'string' || !keys.has(item.value)));
  }
  throw invalid('cannot delete from scalar');
}

/** - integer */
export function withoutElement(value: JsonValue, index: number): JsonValue {
  if (value.kind === 'object') throw invalid('cannot delete from object using integer index');
  if (value.kind !== 'array') throw invalid('cannot delete from scalar');
  const at = index < 0 ? value.items.length + index : index;
  return array(value.items.filter((_, place) => place !== at));
}

function isEmpty(value: JsonValue): boolean {
  if (value.kind === 'array') return value.items.length === 0;
  return value.kind === 'object' && value.entries.length === 0;
}

/** #- */
export function withoutPath(value: JsonValue, path: Path): JsonValue {
  if (!isContainer(value)) throw invalid('cannot delete path in scalar');
  if (path.length === 0 || isEmpty(value)) return value;
  return changed(value, path, { depth: 0, change: () => undefined });
}

export interface Replacement {
  readonly path: Path;
  readonly value: JsonValue;
  /** jsonb_set: create_if_missing; jsonb_insert: insert_after. */
  readonly flag: boolean;
}

/** jsonb_set */
export function setAtPath(target: JsonValue, { path, value, flag }: Replacement): JsonValue {
  if (!isContainer(target)) throw invalid('cannot set path in scalar');
  if (path.length === 0) return target;
  const missing: Step['missing'] = flag ? value : undefined;
  return changed(target, path, {
    depth: 0,
    change: () => value,
    ...(missing === undefined ? {} : { missing }),
  });
}

/** jsonb_insert */
export function insertAtPath(target: JsonValue, { path, value, flag }: Replacement): JsonValue {
  if (!isContainer(target)) throw invalid('cannot set path in scalar');
  if (path.length === 0) return target;
  return changed(target, path, {
    depth: 0,
    change: (old, inArray) => {
      if (inArray) return flag ? [old, value] : [value, old];
      const hint = 'Try using the function jsonb_set to replace key value.';
      throw invalid('cannot replace existing key', hint);
    },
    missing: value,
  });
}

interface Step {
  readonly depth: number;
  /** The new value, several in an array, or none. */
  readonly change: (
    old: JsonValue,
    inArray: boolean,
  ) => JsonValue | readonly JsonValue[] | undefined;
  readonly missing?: JsonValue;
}

function changed(value: JsonValue, path: Path, step: Step): JsonValue {
  if (value.kind === 'object') return changedObject(value, path, step);
  return value.kind === 'array' ? changedArray(value, path, step) : value;
}

function stepAt(path: Path, depth: number): string {
  const name = path[depth] ?? null;
  if (name !== null) return name;
  throw new SqlError('null_value_not_allowed', `path element at position ${depth + 1} is null`);
}

function changedObject(
  value: Extract<JsonValue, { kind: 'object' }>,
  path: Path,
  step: Step,
): JsonValue {
  const { depth, change, missing } = step;
  const name = stepAt(path, depth);
  const isLast = depth === path.length - 1;
  const isFound = value.entries.some(([key]) => key === name);
  if (!isFound) {
    if (!isLast || missing === undefined) return value;
    return object(sortEntries([...value.entries, [name, missing]]));
  }
  const entries = value.entries.flatMap(
    ([key, item]): readonly (readonly [string, JsonValue])[] => {
      if (key !== name) return [[key, item]];
      if (!isLast) return [[key, changed(item, path, { ...step, depth: depth + 1 })]];
      const result = change(item, false);
      return result === undefined ? [] : [[key, result as JsonValue]];
    },
  );
  return object(entries);
}

function changedArray(
  value: Extract<JsonValue, { kind: 'array' }>,
  path: Path,
  step: Step,
): JsonValue {
  const { depth, change, missing } = step;
  const { items } = value;
  const index = indexAt(path, depth);
  const isLast = depth === path.length - 1;
  const at = index < 0 ? items.length + index : index;
  if (at < 0 || at >= items.length) {
    if (!isLast || missing === undefined) return value;
    return array(at < 0 ? [missing, ...items] : [...items, missing]);
  }
  return array(
    items.flatMap((item, place): readonly JsonValue[] => {
      if (place !== at) return [item];
      if (!isLast) return [changed(item, path, { ...step, depth: depth + 1 })];
      const result = change(item, true);
      if (result === undefined) return [];
      return 'kind' in result ? [result] : result;
    }),
  );
}

function indexAt(path: Path, depth: number): number {
  const text = stepAt(path, depth);
  const index = /^\s*[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(index) <= 0x7fff_ffff) return index;
  const message = `path element at position ${depth + 1} is not an integer: "${text}"`;
  throw new SqlError('invalid_text_representation', message);
}

/** json(b)_strip_nulls: members that are null, at every depth. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (value.kind === 'array') return array(value.items.map(withoutNulls));
  if (value.kind !== 'object') return value;
  return object(
    value.entries.flatMap(([key, item]) =>
      item.kind === 'null' ? [] : [[key, withoutNulls(item)] as const],
    ),
  );
}

/** json text without spaces, as json_strip_nulls prints. */
export function compactJson(value: JsonValue): string {
  if (value.kind === 'array') return `[${value.items.map(compactJson).join(',')}]`;
  if (value.kind !== 'object') return formatJson(value);
  return `{${value.entries.map(([key, item]) => `${quoteJson(key)}:${compactJson(item)}`).join(',')}}`;
}

/** jsonb_pretty: four spaces per level. */
export function prettyJson(value: JsonValue, depth = 0): string {
  const inner = ' '.repeat((depth + 1) * 4);
  const close = `\n${' '.repeat(depth * 4)}`;
  if (value.kind === 'array') {
    const items = value.items.map((item) => inner + prettyJson(item, depth + 1));
    return items.length === 0 ? `[${close}]` : `[\n${items.join(',\n')}${close}]`;
  }
  if (value.kind !== 'object') return formatJson(value);
  const members = value.entries.map(
    ([key, item]) => `${inner}${quoteJson(key)}: ${prettyJson(item, depth + 1)}`,
  );
  return members.length === 0 ? `{${close}}` : `{\n${members.join(',\n')}${close}}`;
}
