/**
 * Evaluates SQL/JSON paths (jsonpath_exec.c) over parsed jsonb.
 *
 * Items are made one by one. A failure is an item, too, always the last one: the caller throws
 * it, or leaves it out where the path is evaluated silently.
 *
 * lax: arrays are unwrapped where a step wants their elements, other values count as arrays of
 * one where a step wants an array, and members that are missing give nothing.
 */
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { SqlStateName } from '../../../errors/sql-state.ts';
import type { JsonValue } from '../../../types/json-value.ts';
import { parseNumeric, truncateNumeric } from '../../../types/numeric.ts';
import {
  isPredicate,
  type JsonPath,
  type PathExpr,
  type PathStep,
} from '../../../types/json-path/path.ts';
import { calculate, negate } from './path-arithmetic.ts';
import { applyMethod, takesElements } from './path-methods.ts';
import { truthOf, type Truth } from './path-predicates.ts';

export type Item = JsonValue | SqlError;

/** Where an expression is evaluated. */
export interface PathScope {
  readonly isLax: boolean;
  readonly root: JsonValue;
  readonly variables: ReadonlyMap<string, JsonValue>;
  /** What `@` means. */
  readonly current: JsonValue;
  /** Size of the array whose subscript this is; -1 outside. */
  readonly arraySize: number;
  /** Missing members and places give nothing: lax, and below `.**`. */
  readonly ignoresStructure: boolean;
}

export function failure(state: SqlStateName, message: string): SqlError {
  return new SqlError(state, message);
}

/** The items of the path over a value. */
export function pathItems(
  { isLax, expr }: JsonPath,
  root: JsonValue,
  variables: ReadonlyMap<string, JsonValue>,
): Iterable<Item> {
  const scope = { isLax, root, variables, current: root, arraySize: -1, ignoresStructure: isLax };
  return evaluate(scope, expr);
}

/** Items of an expression; a truth value becomes true, false or null. */
export function* evaluate(scope: PathScope, expr: PathExpr): Generator<Item> {
  if (isPredicate(expr)) {
    yield truthItem(truthOf(scope, expr));
    return;
  }
  switch (expr.kind) {
    case 'root':
      yield scope.root;
      return;
    case 'current':
      yield scope.current;
      return;
    case 'last':
      yield { kind: 'number', text: String(scope.arraySize - 1) };
      return;
    case 'variable':
      yield variableOf(scope, expr.name);
      return;
    case 'literal':
      yield expr.value;
      return;
    case 'chain':
      yield* steps(scope, evaluate(scope, expr.head), expr.steps);
      return;
    case 'arithmetic':
      yield calculate(expr.operator, [
        unwrapped(scope, evaluate(scope, expr.left)),
        unwrapped(scope, evaluate(scope, expr.right)),
      ]);
      return;
    case 'sign':
      yield* negate(expr.operator, unwrapped(scope, evaluate(scope, expr.arg)));
      return;
    default:
      return;
  }
}

function truthItem(truth: Truth): JsonValue {
  return truth === undefined ? { kind: 'null' } : { kind: 'boolean', value: truth };
}

/** Errors: 42704, which no predicate and no silent evaluation keeps to itself. */
function variableOf({ variables }: PathScope, name: string): JsonValue {
  const value = variables.get(name);
  if (value !== undefined) return value;
  throw failure('undefined_object', `could not find jsonpath variable "${name}"`);
}

/** In lax mode, arrays give way to their elements. */
export function* unwrapped({ isLax }: PathScope, items: Iterable<Item>): Generator<Item> {
  for (const item of items) {
    if (isLax && !(item instanceof SqlError) && item.kind === 'array') yield* item.items;
    else yield item;
  }
}

function* steps(
  scope: PathScope,
  items: Iterable<Item>,
  rest: readonly PathStep[],
): Generator<Item> {
  const [step, ...others] = rest;
  if (step === undefined) {
    yield* items;
    return;
  }
  for (const item of items) {
    if (item instanceof SqlError) {
      yield item;
      return;
    }
    const inner = step.kind === 'descend' ? { ...scope, ignoresStructure: true } : scope;
    for (const result of steps(inner, oneStep(scope, item, step), others)) {
      yield result;
      if (result instanceof SqlError) return;
    }
  }
}

/** One step from one item; in lax mode over the elements of an array, if the step wants those. */
function* oneStep(scope: PathScope, item: JsonValue, step: PathStep): Generator<Item> {
  const isUnwrapped = scope.isLax && item.kind === 'array' && wantsElements(step);
  for (const target of isUnwrapped ? item.items : [item]) {
    for (const result of stepFrom(scope, target, step)) {
      yield result;
      if (result instanceof SqlError) return;
    }
  }
}

function wantsElements(step: PathStep): boolean {
  switch (step.kind) {
    case 'key':
    case 'anyKey':
    case 'filter':
    case 'datetime':
      return true;
    case 'method':
      return takesElements(step.name);
    default:
      return false;
  }
}

function* stepFrom(scope: PathScope, item: JsonValue, step: PathStep): Generator<Item> {
  switch (step.kind) {
    case 'key':
      yield* member(scope, item, step.name);
      return;
    case 'anyKey':
      yield* members(scope, item);
      return;
    case 'anyElement':
      yield* elements(scope, item);
      return;
    case 'elements':
      yield* subscripted(scope, item, step.ranges);
      return;
    case 'descend':
      if (step.first === 0) yield item;
      if (step.last !== 0) yield* descendants(item, step, 1);
      return;
    case 'method':
      yield* applyMethod(step.name, item, scope.isLax);
      return;
    case 'datetime':
      throw unsupported('.datetime() in jsonpath');
    case 'filter':
      if (truthOf({ ...scope, current: item }, step.predicate) === true) yield item;
  }
}

function* member(scope: PathScope, item: JsonValue, name: string): Generator<Item> {
  if (item.kind === 'object') {
    const found = item.entries.find(([key]) => key === name);
    if (found !== undefined) yield found[1];
    else if (!scope.ignoresStructure) {
      yield failure('sql_json_member_not_found', `JSON object does not contain key "${name}"`);
    }
  } else if (!scope.ignoresStructure) {
    const message = 'jsonpath member accessor can only be applied to an object';
    yield failure('sql_json_member_not_found', message);
  }
}

function* members(scope: PathScope, item: JsonValue): Generator<Item> {
  if (item.kind === 'object') yield* item.entries.map(([, value]) => value);
  else if (!scope.ignoresStructure) {
    const message = 'jsonpath wildcard member accessor can only be applied to an object';
    yield failure('sql_json_object_not_found', message);
  }
}

function* elements(scope: PathScope, item: JsonValue): Generator<Item> {
  if (item.kind === 'array') yield* item.items;
  else if (scope.isLax) yield item;
  else if (!scope.ignoresStructure) {
    const message = 'jsonpath wildcard array accessor can only be applied to an array';
    yield failure('sql_json_array_not_found', message);
  }
}

type Ranges = Extract<PathStep, { kind: 'elements' }>['ranges'];

function* subscripted(scope: PathScope, item: JsonValue, ranges: Ranges): Generator<Item> {
  if (item.kind !== 'array' && !scope.isLax) {
    if (scope.ignoresStructure) return;
    const message = 'jsonpath array accessor can only be applied to an array';
    yield failure('sql_json_array_not_found', message);
    return;
  }
  const items = item.kind === 'array' ? item.items : [item];
  const inner = { ...scope, current: item, arraySize: items.length };
  for (const range of ranges) {
    const from = place(inner, range.from);
    const to = range.to === undefined ? from : place(inner, range.to);
    if (typeof from !== 'number' || typeof to !== 'number') {
      yield typeof from === 'number' ? (to as SqlError) : from;
      return;
    }
    const isWithin = from >= 0 && from <= to && to < items.length;
    if (!isWithin && !scope.ignoresStructure) {
      yield failure('invalid_sql_json_subscript', 'jsonpath array subscript is out of bounds');
      return;
    }
    yield* items.slice(Math.max(0, from), Math.max(0, Math.min(to + 1, items.length)));
  }
}

/** The number that a subscript means, cut to a whole one. */
function place(scope: PathScope, expr: PathExpr): number | SqlError {
  const found = [...evaluate(scope, expr)];
  const [only] = found;
  if (only instanceof SqlError) return only;
  if (found.length !== 1 || only?.kind !== 'number') {
    const message = 'jsonpath array subscript is not a single numeric value';
    return failure('invalid_sql_json_subscript', message);
  }
  const whole = Number(truncateNumeric(parseNumeric(only.text)).digits);
  if (Math.abs(whole) <= 0x7fff_ffff) return whole;
  return failure('invalid_sql_json_subscript', 'jsonpath array subscript is out of integer range');
}

interface Levels {
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** `.**` below the item itself. */
function* descendants(item: JsonValue, levels: Levels, level: number): Generator<Item> {
  const { first, last } = levels;
  const children =
    item.kind === 'array'
      ? item.items
      : item.kind === 'object'
        ? item.entries.map(([, value]) => value)
        : [];
  for (const child of children) {
    const isContainer = child.kind === 'array' || child.kind === 'object';
    const isWanted = first === undefined ? last === undefined && !isContainer : level >= first;
    if (isWanted) yield child;
    if (isContainer && level < (last ?? Infinity)) yield* descendants(child, levels, level + 1);
  }
}
