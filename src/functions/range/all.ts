/** Functions and operators over ranges and multiranges. */
import type { Datum, MultirangeValue, RangeValue } from '../../types/datum.ts';
import {
  anyContains,
  anyOverlaps,
  compareMultiranges,
  containsAll,
  differenceOf,
  intersectionOf,
  makeMultirange,
  span,
  unionOf,
} from '../../types/ranges/multirange-value.ts';
import {
  beginsWithin,
  contains,
  containsElement,
  difference,
  endsWithin,
  intersection,
  isAdjacent,
  isBefore,
  merge,
  overlaps,
  union,
} from '../../types/ranges/range-relations.ts';
import { multirangeOf, rangeTypes, subtypeOf } from '../../types/ranges/range-types.ts';
import { compareRanges } from '../../types/ranges/range-value.ts';
import type { RangeTypeName } from '../../types/sql-type.ts';
import { family, operatorFamily, rowsOf, scalar } from '../define.ts';
import type { FunctionRecord, ScalarOverload } from '../function-record.ts';
import { multirangeOfList, rangeOfBounds } from './make-range.ts';

const define = family('range');
const operator = operatorFamily('range');
const lenient = { strict: false } as const;

type Range = RangeValue;
type Multirange = MultirangeValue;

/** A range as the multirange of it alone. */
function alone(range: Range): Multirange {
  return makeMultirange(multirangeOf(range.type), [range]);
}

function constructors(type: RangeTypeName): readonly FunctionRecord[] {
  const subtype = subtypeOf(type);
  const multirange = multirangeOf(type);
  return [
    define(
      type,
      { text: 'range between two bounds; the third argument says which of them it has' },
      scalar(
        `${subtype}, ${subtype} → ${type}`,
        (lower: Datum | null, upper: Datum | null) => rangeOfBounds(type, lower, upper, '[)'),
        lenient,
      ),
      scalar(
        `${subtype}, ${subtype}, text → ${type}`,
        (lower: Datum | null, upper: Datum | null, flags: string | null) =>
          rangeOfBounds(type, lower, upper, flags),
        lenient,
      ),
    ),
    define(
      multirange,
      { text: 'multirange of ranges' },
      scalar(`→ ${multirange}`, () => makeMultirange(multirange, [])),
      scalar(
        `${type}... → ${multirange}`,
        (...ranges: (Range | null)[]) => multirangeOfList(multirange, ranges),
        lenient,
      ),
    ),
  ];
}

/** Of a range, and of the smallest range around a multirange. */
function ofSpan(returns: string, compute: (range: Range) => Datum | null): ScalarOverload[] {
  return [
    scalar(`anyrange → ${returns}`, compute),
    scalar(`anymultirange → ${returns}`, (value: Multirange) => compute(span(value))),
  ];
}

const parts: readonly FunctionRecord[] = [
  define(
    'lower',
    { text: 'lower bound', example: ["lower('[2,5)'::int4range)", '2'] },
    ...ofSpan('anyelement', ({ lower }) => lower),
  ),
  define(
    'upper',
    { text: 'upper bound', example: ["upper('[2,5]'::int4range)", '6'] },
    ...ofSpan('anyelement', ({ upper }) => upper),
  ),
  define(
    'isempty',
    { text: 'whether it has no value', example: ["isempty('(1,2)'::int4range)", 't'] },
    ...ofSpan('bool', ({ isEmpty }) => isEmpty),
  ),
  define(
    'lower_inc',
    { text: 'whether it has its lower bound', example: ["lower_inc('[1,2)'::numrange)", 't'] },
    ...ofSpan('bool', ({ lowerInclusive }) => lowerInclusive),
  ),
  define(
    'upper_inc',
    { text: 'whether it has its upper bound', example: ["upper_inc('[1,2)'::numrange)", 'f'] },
    ...ofSpan('bool', ({ upperInclusive }) => upperInclusive),
  ),
  define(
    'lower_inf',
    { text: 'whether it has no lower bound', example: ["lower_inf('(,2)'::numrange)", 't'] },
    ...ofSpan('bool', ({ isEmpty, lower }) => !isEmpty && lower === null),
  ),
  define(
    'upper_inf',
    { text: 'whether it has no upper bound', example: ["upper_inf('(,2)'::numrange)", 'f'] },
    ...ofSpan('bool', ({ isEmpty, upper }) => !isEmpty && upper === null),
  ),
  define(
    'range_merge',
    {
      text: 'the smallest range that has all',
      example: ["range_merge('[1,2)'::int4range, '[4,5)')", '[1,5)'],
    },
    scalar('anyrange, anyrange → anyrange', merge),
    scalar('anymultirange → anyrange', span),
  ),
  define(
    'multirange',
    { text: 'multirange of one range', example: ["multirange('[1,2)'::int4range)", '{[1,2)}'] },
    scalar('anyrange → anymultirange', alone),
  ),
  define(
    'unnest',
    { text: 'ranges of a multirange' },
    rowsOf('anymultirange → unnest anyrange', function* (_context, { ranges }: Multirange) {
      for (const range of ranges) yield [range];
    }),
  ),
];

const orders: readonly (readonly [string, string, (order: number) => boolean])[] = [
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
    scalar('anyrange, anyrange → bool', (left: Range, right: Range) =>
      test(compareRanges(left, right)),
    ),
    scalar('anymultirange, anymultirange → bool', (left: Multirange, right: Multirange) =>
      test(compareMultiranges(left, right)),
    ),
  ),
);

type Relation = (left: Range, right: Range) => boolean;

/** Between ranges, and between the smallest ranges around multiranges. */
function betweenSpans(relation: Relation): ScalarOverload[] {
  return [
    scalar('anyrange, anyrange → bool', relation),
    scalar('anyrange, anymultirange → bool', (left: Range, right: Multirange) =>
      relation(left, span(right)),
    ),
    scalar('anymultirange, anyrange → bool', (left: Multirange, right: Range) =>
      relation(span(left), right),
    ),
    scalar('anymultirange, anymultirange → bool', (left: Multirange, right: Multirange) =>
      relation(span(left), span(right)),
    ),
  ];
}

const containing: readonly ScalarOverload[] = [
  scalar('anyrange, anyelement → bool', containsElement),
  scalar('anyrange, anyrange → bool', contains),
  scalar('anyrange, anymultirange → bool', (left: Range, right: Multirange) =>
    contains(left, span(right)),
  ),
  scalar('anymultirange, anyelement → bool', anyContains),
  scalar('anymultirange, anyrange → bool', (left: Multirange, right: Range) =>
    containsAll(left, alone(right)),
  ),
  scalar('anymultirange, anymultirange → bool', containsAll),
];

/** The same overload with its arguments the other way round. */
function swapped({ args, datum, ...overload }: ScalarOverload): ScalarOverload {
  return {
    ...overload,
    args: args.toReversed(),
    datum: (context, values, result) => datum?.(context, values.toReversed(), result) ?? null,
  };
}

const relations: readonly FunctionRecord[] = [
  operator('@>', { text: 'contains', example: ["'[1,5)'::int4range @> 3", 't'] }, ...containing),
  operator(
    '<@',
    { text: 'is contained in', example: ["3 <@ '[1,5)'::int4range", 't'] },
    ...containing.map(swapped),
  ),
  operator(
    '&&',
    { text: 'have values in common', example: ["'[1,5)'::int4range && '[4,9)'", 't'] },
    scalar('anyrange, anyrange → bool', overlaps),
    scalar('anyrange, anymultirange → bool', (left: Range, right: Multirange) =>
      anyOverlaps(alone(left), right),
    ),
    scalar('anymultirange, anyrange → bool', (left: Multirange, right: Range) =>
      anyOverlaps(left, alone(right)),
    ),
    scalar('anymultirange, anymultirange → bool', anyOverlaps),
  ),
  operator(
    '<<',
    { text: 'ends before the other begins', example: ["'[1,2)'::int4range << '[2,3)'", 't'] },
    ...betweenSpans(isBefore),
  ),
  operator(
    '>>',
    { text: 'begins after the other ends', example: ["'[2,3)'::int4range >> '[1,2)'", 't'] },
    ...betweenSpans((left, right) => isBefore(right, left)),
  ),
  operator(
    '&<',
    { text: 'does not end after the other', example: ["'[1,9)'::int4range &< '[2,5)'", 'f'] },
    ...betweenSpans(endsWithin),
  ),
  operator(
    '&>',
    { text: 'does not begin before the other', example: ["'[1,9)'::int4range &> '[2,5)'", 'f'] },
    ...betweenSpans(beginsWithin),
  ),
  operator(
    '-|-',
    { text: 'touches the other', example: ["'[1,2)'::int4range -|- '[2,3)'", 't'] },
    ...betweenSpans(isAdjacent),
  ),
];

const sums: readonly FunctionRecord[] = [
  operator(
    '+',
    { text: 'union', example: ["'[1,3)'::int4range + '[3,5)'", '[1,5)'] },
    scalar('anyrange, anyrange → anyrange', union),
    scalar('anymultirange, anymultirange → anymultirange', unionOf),
  ),
  operator(
    '-',
    { text: 'difference', example: ["'[1,5)'::int4range - '[3,9)'", '[1,3)'] },
    scalar('anyrange, anyrange → anyrange', difference),
    scalar('anymultirange, anymultirange → anymultirange', differenceOf),
  ),
  operator(
    '*',
    { text: 'intersection', example: ["'[1,5)'::int4range * '[3,9)'", '[3,5)'] },
    scalar('anyrange, anyrange → anyrange', intersection),
    scalar('anymultirange, anymultirange → anymultirange', intersectionOf),
  ),
];

export const rangeFunctions: readonly FunctionRecord[] = [
  ...rangeTypes.flatMap(constructors),
  ...parts,
  ...comparisons,
  ...relations,
  ...sums,
];
