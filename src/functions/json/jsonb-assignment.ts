/**
 * `SET j['a'][2] = …`: a value put at a path. What the path misses is made on the way: members,
 * elements with nulls before them, arrays for steps that are numbers and objects for others
 * (PostgreSQL's jsonb_set_element).
 */
import { SqlError } from '../../errors/sql-error.ts';
import { sortEntries, type JsonValue } from '../../types/json-value.ts';

export interface Assigned {
  readonly path: readonly string[];
  readonly value: JsonValue;
}

/** Errors: 22023 for steps into scalars and before an array's start, 22P02. */
export function withValueAt(target: JsonValue, assigned: Assigned, depth = 0): JsonValue {
  const { path, value } = assigned;
  if (depth === path.length) return value;
  if (target.kind === 'object') return inObject(target, assigned, depth);
  if (target.kind === 'array') return inArray(target, assigned, depth);
  throw new SqlError('invalid_parameter_value', 'cannot replace existing key', {
    detail: 'The path assumes key is a composite object, but it is a scalar value.',
  });
}

function inObject(
  target: Extract<JsonValue, { kind: 'object' }>,
  assigned: Assigned,
  depth: number,
): JsonValue {
  const name = assigned.path[depth] ?? '';
  const isFound = target.entries.some(([key]) => key === name);
  const entries = isFound
    ? target.entries.map(([key, item]): readonly [string, JsonValue] => {
        return [key, key === name ? withValueAt(item, assigned, depth + 1) : item];
      })
    : sortEntries([...target.entries, [name, made(assigned, depth + 1)]]);
  return { kind: 'object', entries };
}

function inArray(
  { items }: Extract<JsonValue, { kind: 'array' }>,
  assigned: Assigned,
  depth: number,
): JsonValue {
  const index = indexAt(assigned, depth);
  const at = index < 0 ? items.length + index : index;
  if (at < 0) {
    const message = `path element at position ${depth + 1} is out of range: ${index}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  const old = items[at];
  if (old !== undefined)
    return { kind: 'array', items: items.with(at, withValueAt(old, assigned, depth + 1)) };
  return {
    kind: 'array',
    items: [...items, ...nulls(at - items.length), made(assigned, depth + 1)],
  };
}

/** A step that is a number of an array. */
const integer = /^\s*[-+]?\d+$/;

function indexOf(step: string): number | undefined {
  const index = integer.test(step) ? Number(step) : Number.NaN;
  return index >= -0x8000_0000 && index <= 0x7fff_ffff ? index : undefined;
}

function indexAt({ path }: Assigned, depth: number): number {
  const step = path[depth] ?? '';
  const index = indexOf(step);
  if (index !== undefined) return index;
  const message = `path element at position ${depth + 1} is not an integer: "${step}"`;
  throw new SqlError('invalid_text_representation', message);
}

/** The value within what the rest of the path asks for. */
function made(assigned: Assigned, depth: number): JsonValue {
  const { path, value } = assigned;
  const step = path[depth];
  if (step === undefined) return value;
  const index = indexOf(step);
  const inner = made(assigned, depth + 1);
  if (index === undefined) return { kind: 'object', entries: [[step, inner]] };
  return { kind: 'array', items: [...nulls(index), inner] };
}

const elementsMax = 0x0fff_ffff;

function nulls(count: number): readonly JsonValue[] {
  if (count > elementsMax) {
    const message = `number of jsonb array elements exceeds the maximum allowed (${elementsMax})`;
    throw new SqlError('program_limit_exceeded', message);
  }
  return Array.from({ length: Math.max(0, count) }, () => ({ kind: 'null' }));
}
