/**
 * Order of jsonb values (jsonb_cmp): object > array > boolean > number > string > null, then by
 * size, then item by item. A scalar comes before an array of one and after the empty array.
 */
import { parseJson, type JsonValue } from './json-value.ts';
import { compareNumeric, parseNumeric } from './numeric.ts';
import { encodeText } from './text-bytes.ts';

/** Both texts are normalised, so equal texts need no parsing. */
export function compareJsonb(left: string, right: string): number {
  if (left === right) return 0;
  const a = parseJson(left, 'jsonb');
  const b = parseJson(right, 'jsonb');
  const isScalarA = !isContainer(a);
  if (isScalarA !== !isContainer(b) && a.kind !== 'object' && b.kind !== 'object') {
    const order = (isScalarA ? 1 : sizeOf(a)) - (isScalarA ? sizeOf(b) : 1);
    return order === 0 ? (isScalarA ? -1 : 1) : order;
  }
  return compareJson(a, b);
}

const ranks = { null: 0, string: 1, number: 2, boolean: 3, array: 4, object: 5 } as const;

function isContainer({ kind }: JsonValue): boolean {
  return kind === 'array' || kind === 'object';
}

function sizeOf(value: JsonValue): number {
  return value.kind === 'array' ? value.items.length : 0;
}

function compareText(a: string, b: string): number {
  return Buffer.compare(encodeText(a), encodeText(b));
}

function compareJson(a: JsonValue, b: JsonValue): number {
  if (a.kind === 'array' && b.kind === 'array') return compareLists(a.items, b.items);
  if (a.kind === 'object' && b.kind === 'object') return compareMembers(a.entries, b.entries);
  if (a.kind === 'string' && b.kind === 'string') return compareText(a.value, b.value);
  if (a.kind === 'number' && b.kind === 'number') {
    return compareNumeric(parseNumeric(a.text), parseNumeric(b.text));
  }
  if (a.kind === 'boolean' && b.kind === 'boolean') return Number(a.value) - Number(b.value);
  return ranks[a.kind] - ranks[b.kind];
}

function compareLists(a: readonly JsonValue[], b: readonly JsonValue[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [index, item] of a.entries()) {
    const order = compareJson(item, b[index] ?? item);
    if (order !== 0) return order;
  }
  return 0;
}

type Entries = readonly (readonly [string, JsonValue])[];

function compareMembers(a: Entries, b: Entries): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [index, [key, value]] of a.entries()) {
    const [otherKey, other] = b[index] ?? [key, value];
    const order = compareText(key, otherKey) || compareJson(value, other);
    if (order !== 0) return order;
  }
  return 0;
}
