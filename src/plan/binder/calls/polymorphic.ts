/** anyelement, anyarray, anycompatible and friends: which types they stand for in one call. */
import {
  isMultirange,
  isRange,
  multirangeOf,
  rangeOf,
  subtypeOf,
} from '../../../types/ranges/range-types.ts';
import type { RangeTypeName, TypeName } from '../../../types/sql-type.ts';
import { typeRecord } from '../../../types/type-table.ts';
import { isEnumName } from '../../../types/user-type.ts';
import { canCast, elementOf } from '../coercion-rules.ts';
import { arrayTypeOf } from '../type-names.ts';

export interface ResolvedTypes {
  readonly args: readonly TypeName[];
  readonly returns: (declared: TypeName) => TypeName | undefined;
}

const polymorphic: ReadonlySet<TypeName> = new Set([
  'anyelement',
  'anyarray',
  'anynonarray',
  'anyenum',
  'anycompatible',
  'anycompatiblearray',
  'anycompatiblenonarray',
  'anycompatiblerange',
  'anycompatiblemultirange',
  'anyrange',
  'anymultirange',
]);

export function isPolymorphic(name: TypeName): boolean {
  return polymorphic.has(name);
}

/**
 * Types for the arguments and the result; undefined when the actual types contradict each other.
 * `element` stays undefined when every polymorphic argument is an unknown literal.
 */
export function resolvePolymorphic(
  declared: readonly TypeName[],
  actual: readonly TypeName[],
): ResolvedTypes | undefined {
  const family = strictFamily(declared, actual);
  const compatible = compatibleFamily(declared, actual);
  if (family === undefined || compatible === undefined) return undefined;
  const resolve = (name: TypeName): TypeName | undefined => {
    switch (name) {
      case 'anyelement':
      case 'anynonarray':
      case 'anyenum':
        return family.element;
      case 'anyarray':
        return family.array;
      case 'anyrange':
        return family.range;
      case 'anymultirange':
        return family.range === undefined ? undefined : multirangeOf(family.range);
      case 'anycompatible':
      case 'anycompatiblenonarray':
        return compatible.element;
      case 'anycompatiblearray':
        return compatible.array;
      case 'anycompatiblerange':
        return compatible.range;
      case 'anycompatiblemultirange':
        return compatible.range === undefined ? undefined : multirangeOf(compatible.range);
      default:
        return name;
    }
  };
  return { args: declared.map((name, i) => resolve(name) ?? actual[i] ?? name), returns: resolve };
}

interface Family {
  /** Only known from an argument: many ranges may be over one type. */
  readonly range?: RangeTypeName | undefined;
  readonly element: TypeName | undefined;
  readonly array: TypeName | undefined;
}

const strictScalars: ReadonlySet<TypeName> = new Set(['anyelement', 'anynonarray', 'anyenum']);

function strictFamily(
  declared: readonly TypeName[],
  actual: readonly TypeName[],
): Family | undefined {
  let element: TypeName | undefined;
  let array: TypeName | undefined;
  let range: RangeTypeName | undefined;
  for (const [i, name] of declared.entries()) {
    const type = actual[i] ?? 'unknown';
    if (type === 'unknown') continue;
    if (name === 'anyrange' || name === 'anymultirange') {
      const given = rangeOfArgument(name, type);
      if (given === undefined || (range !== undefined && range !== given)) return undefined;
      range = given;
    } else if (name === 'anyarray') {
      if (elementOf(type) === undefined || (array !== undefined && array !== type))
        return undefined;
      array = type;
    } else if (strictScalars.has(name)) {
      if (element !== undefined && element !== type) return undefined;
      if (name === 'anynonarray' && typeRecord(type).category === 'A') return undefined;
      if (name === 'anyenum' && !isEnumName(type)) return undefined;
      element = type;
    }
  }
  const inner = array === undefined ? undefined : elementOf(array);
  const within = range === undefined ? undefined : subtypeOf(range);
  for (const known of [inner, within]) {
    if (known !== undefined && element !== undefined && known !== element) return undefined;
    element ??= known;
  }
  if (element !== undefined) array ??= arrayTypeOf(element);
  return { range, element, array };
}

function rangeOfArgument(declared: TypeName, type: TypeName): RangeTypeName | undefined {
  if (declared.endsWith('multirange')) return isMultirange(type) ? rangeOf(type) : undefined;
  return isRange(type) ? type : undefined;
}

function compatibleFamily(
  declared: readonly TypeName[],
  actual: readonly TypeName[],
): Family | undefined {
  const members: TypeName[] = [];
  let range: RangeTypeName | undefined;
  for (const [i, name] of declared.entries()) {
    const type = actual[i] ?? 'unknown';
    if (type === 'unknown') continue;
    if (name === 'anycompatible' || name === 'anycompatiblenonarray') members.push(type);
    if (name === 'anycompatiblerange' || name === 'anycompatiblemultirange') {
      const given = rangeOfArgument(name, type);
      if (given === undefined || (range !== undefined && range !== given)) return undefined;
      range = given;
    }
    if (name !== 'anycompatiblearray') continue;
    const element = elementOf(type);
    if (element === undefined) return undefined;
    members.push(element);
  }
  const within = range === undefined ? undefined : subtypeOf(range);
  if (within !== undefined) members.push(within);
  const element = members.length === 0 ? 'text' : commonName(members);
  if (element === undefined || (within !== undefined && within !== element)) return undefined;
  const isArray = typeRecord(element).category === 'A';
  if (isArray && declared.includes('anycompatiblenonarray')) return undefined;
  return { range, element, array: arrayTypeOf(element) };
}

function commonName(names: readonly TypeName[]): TypeName | undefined {
  let best = names[0];
  for (const name of names) {
    if (best === undefined || name === best) continue;
    if (typeRecord(name).category !== typeRecord(best).category) return undefined;
    const isBetter =
      !typeRecord(best).preferred &&
      canCast(best, name, 'implicit') &&
      !canCast(name, best, 'implicit');
    if (isBetter) best = name;
  }
  const common = best;
  if (common === undefined) return undefined;
  return names.every((name) => canCast(name, common, 'implicit')) ? common : undefined;
}
