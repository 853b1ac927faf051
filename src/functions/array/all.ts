/** Functions and operators over arrays. Subscripts are in subscripts/. */
import { compareValues, equalValues } from '../../types/compare.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { castForm, textForm } from '../any/text-form.ts';
import { formatsOf } from '../casts/cast-record.ts';
import { contextual, family, operatorFamily, scalar, typed } from '../define.ts';
import type { DatumEvaluation, FunctionRecord, ScalarOverload } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { arrayToString, stringToArray } from './array-text.ts';
import {
  allPlaces,
  append,
  concatenate,
  containsAll,
  fill,
  firstPlace,
  overlaps,
  prepend,
  replace,
  trim,
  without,
} from './array-values.ts';

const define = family('array');
const operator = operatorFamily('array');
const lenient = { strict: false } as const;

type Element = Datum | null;

/** An overload that is told the result type, and sees NULL. */
function withResult(
  args: readonly TypeName[],
  returns: TypeName,
  datum: DatumEvaluation,
): ScalarOverload {
  return { kind: 'scalar', args, returns, strict: false, datum };
}

const appending = withResult(
  ['anycompatiblearray', 'anycompatible'],
  'anycompatiblearray',
  (_context, [array = null, value = null], type) => append(array as SqlArray | null, value, type),
);
const prepending = withResult(
  ['anycompatible', 'anycompatiblearray'],
  'anycompatiblearray',
  (_context, [value = null, array = null], type) => prepend(value, array as SqlArray | null, type),
);
const joining = scalar(
  'anycompatiblearray, anycompatiblearray → anycompatiblearray',
  concatenate,
  lenient,
);

const joins: readonly FunctionRecord[] = [
  define(
    'array_append',
    { text: 'with an element at the end', example: ['array_append(array[1], 2)', '{1,2}'] },
    appending,
  ),
  define(
    'array_prepend',
    { text: 'with an element at the start', example: ['array_prepend(1, array[2])', '{1,2}'] },
    prepending,
  ),
  define(
    'array_cat',
    { text: 'arrays joined', example: ['array_cat(array[1], array[2,3])', '{1,2,3}'] },
    joining,
  ),
  operator(
    '||',
    { text: 'arrays and elements joined', example: ['array[1,2] || 3', '{1,2,3}'] },
    joining,
    appending,
    prepending,
    typed(
      'text, anynonarray → text',
      (context, [text, value], types) =>
        (text as string) + castForm(context, types[1], value as Datum),
      { volatility: 'stable' },
    ),
    typed(
      'anynonarray, text → text',
      (context, [value, text], types) =>
        castForm(context, types[0], value as Datum) + (text as string),
      { volatility: 'stable' },
    ),
  ),
];

const changes: readonly FunctionRecord[] = [
  define(
    'array_remove',
    { text: 'without a value', example: ['array_remove(array[1,2,1], 1)', '{2}'] },
    scalar('anycompatiblearray, anycompatible → anycompatiblearray', without, lenient),
  ),
  define(
    'array_replace',
    {
      text: 'one value for another',
      example: ['array_replace(array[1,2,5,4], 5, 3)', '{1,2,3,4}'],
    },
    scalar(
      'anycompatiblearray, anycompatible, anycompatible → anycompatiblearray',
      replace,
      lenient,
    ),
  ),
  define(
    'trim_array',
    { text: 'without the last elements', example: ['trim_array(array[1,2,3], 2)', '{1}'] },
    scalar('anyarray, int4 → anyarray', trim),
  ),
  define(
    'array_fill',
    { text: 'a value in every place', example: ['array_fill(7, array[2,3])', '{{7,7,7},{7,7,7}}'] },
    withResult(
      ['anyelement', '_int4'],
      'anyarray',
      (_context, [value = null, sizes = null], type) =>
        fill(value, sizes as SqlArray | null, undefined, type),
    ),
    withResult(
      ['anyelement', '_int4', '_int4'],
      'anyarray',
      (_context, [value = null, sizes = null, bounds = null], type) =>
        fill(value, sizes as SqlArray | null, bounds as SqlArray | null, type),
    ),
  ),
];

const searches: readonly FunctionRecord[] = [
  define(
    'array_position',
    { text: 'first place of a value', example: ["array_position(array['a','b'], 'b')", '2'] },
    scalar(
      'anycompatiblearray, anycompatible → int4',
      (array: SqlArray | null, value: Element) => firstPlace(array, value),
      lenient,
    ),
    scalar('anycompatiblearray, anycompatible, int4 → int4', firstPlace, lenient),
  ),
  define(
    'array_positions',
    { text: 'all places of a value', example: ['array_positions(array[1,2,1], 1)', '{1,3}'] },
    scalar('anycompatiblearray, anycompatible → _int4', allPlaces, lenient),
  ),
  operator(
    '@>',
    { text: 'contains all elements', example: ['array[1,2] @> array[1]', 't'] },
    scalar('anyarray, anyarray → bool', containsAll),
  ),
  operator(
    '<@',
    { text: 'all elements are contained', example: ['array[1] <@ array[1,2]', 't'] },
    scalar('anyarray, anyarray → bool', (part: SqlArray, whole: SqlArray) =>
      containsAll(whole, part),
    ),
  ),
  operator(
    '&&',
    { text: 'has elements in common', example: ['array[1,2] && array[2,3]', 't'] },
    scalar('anyarray, anyarray → bool', overlaps),
  ),
];

function dimension(array: SqlArray, number: number) {
  return number < 1 ? undefined : array.dimensions[number - 1];
}

const shapes: readonly FunctionRecord[] = [
  define(
    'array_length',
    { text: 'elements of a dimension', example: ['array_length(array[1,2], 1)', '2'] },
    scalar(
      'anyarray, int4 → int4',
      (array: SqlArray, number: number) => dimension(array, number)?.length ?? null,
    ),
  ),
  define(
    'array_lower',
    { text: 'lowest subscript', example: ["array_lower('[0:1]={1,2}'::int[], 1)", '0'] },
    scalar(
      'anyarray, int4 → int4',
      (array: SqlArray, number: number) => dimension(array, number)?.lowerBound ?? null,
    ),
  ),
  define(
    'array_upper',
    { text: 'highest subscript', example: ['array_upper(array[1,8,3,7], 1)', '4'] },
    scalar('anyarray, int4 → int4', (array: SqlArray, number: number) => {
      const found = dimension(array, number);
      return found === undefined ? null : found.lowerBound + found.length - 1;
    }),
  ),
  define(
    'array_ndims',
    { text: 'number of dimensions', example: ['array_ndims(array[[1,2],[3,4]])', '2'] },
    scalar('anyarray → int4', ({ dimensions }: SqlArray) =>
      dimensions.length === 0 ? null : dimensions.length,
    ),
  ),
  define(
    'array_dims',
    {
      text: 'bounds of all dimensions',
      example: ['array_dims(array[[1,2,3],[4,5,6]])', '[1:2][1:3]'],
    },
    scalar('anyarray → text', ({ dimensions }: SqlArray) =>
      dimensions.length === 0
        ? null
        : dimensions
            .map(({ length, lowerBound }) => `[${lowerBound}:${lowerBound + length - 1}]`)
            .join(''),
    ),
  ),
  define(
    'cardinality',
    { text: 'number of elements', example: ['cardinality(array[[1,2],[3,4]])', '4'] },
    scalar('anyarray → int4', ({ values }: SqlArray) => values.length),
  ),
];

const texts: readonly FunctionRecord[] = [
  define(
    'array_to_string',
    {
      text: 'elements with a separator',
      example: ["array_to_string(array[1,null,3], ',', '*')", '1,*,3'],
    },
    contextual('anyarray, text → text', (context, array: SqlArray, separator: string) =>
      arrayToString(array, separator, null, formatsOf(context)),
    ),
    contextual(
      'anyarray, text, text → text',
      (context, array: SqlArray | null, separator: string | null, other: string | null) =>
        array === null || separator === null
          ? null
          : arrayToString(array, separator, other, formatsOf(context)),
      { strict: false, volatility: 'stable' },
    ),
  ),
  define(
    'string_to_array',
    { text: 'pieces between separators', example: ["string_to_array('a,b', ',')", '{a,b}'] },
    scalar(
      'text, text → _text',
      (text: string | null, separator: string | null) => stringToArray(text, separator),
      lenient,
    ),
    scalar('text, text, text → _text', stringToArray, lenient),
  ),
  define(
    'oidvectortypes',
    { text: 'names of the types of an oidvector' },
    contextual('oidvector → text', (context, { values }: SqlArray) =>
      values
        .map((oid) => textForm(context, { name: 'regtype', typmod: -1 }, oid as Datum))
        .join(', '),
    ),
  ),
];

type Test = (type: TypeName, left: Datum, right: Datum) => boolean;

const orders: readonly (readonly [symbol: string, text: string, test: Test])[] = [
  ['=', 'equal', equalValues],
  ['<>', 'not equal', (type, left, right) => !equalValues(type, left, right)],
  ['<', 'less than', (type, left, right) => compareValues(type, left, right) < 0],
  ['<=', 'less than or equal', (type, left, right) => compareValues(type, left, right) <= 0],
  ['>', 'greater than', (type, left, right) => compareValues(type, left, right) > 0],
  ['>=', 'greater than or equal', (type, left, right) => compareValues(type, left, right) >= 0],
];

const comparedByValue = ['tid', 'inet', 'char', 'tsvector'] as const;
const equalByValue = [...comparedByValue, 'aclitem'] as const;

const comparisons = orders.map(([symbol, text, test]) =>
  operator(
    symbol,
    { text },
    scalar('anyarray, anyarray → bool', (left: SqlArray, right: SqlArray) =>
      test(`_${left.element}` as TypeName, left, right),
    ),
    ...(symbol === '=' ? equalByValue : comparedByValue).map((type) =>
      scalar(`${type}, ${type} → bool`, (left: Datum, right: Datum) => test(type, left, right)),
    ),
  ),
);

const extremes: readonly FunctionRecord[] = [
  define(
    'array_larger',
    { text: 'the greater of two arrays' },
    scalar('anyarray, anyarray → anyarray', (left: SqlArray, right: SqlArray) =>
      compareValues(`_${left.element}` as TypeName, left, right) >= 0 ? left : right,
    ),
  ),
  define(
    'array_smaller',
    { text: 'the lesser of two arrays' },
    scalar('anyarray, anyarray → anyarray', (left: SqlArray, right: SqlArray) =>
      compareValues(`_${left.element}` as TypeName, left, right) <= 0 ? left : right,
    ),
  ),
];

export const arrayFunctions: readonly FunctionRecord[] = [
  ...joins,
  ...changes,
  ...searches,
  ...shapes,
  ...texts,
  ...comparisons,
  ...extremes,
];
